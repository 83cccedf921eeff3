"""What lies behind sending an e-mail: a small port, and the adapter to Amazon SES."""

from email.utils import formataddr, parseaddr
from functools import cached_property
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.platform.settings import settings
from shared.platform.tables import REGION

from .rules import Written

OF_THE_E_MAIL = frozenset({"BadRequestException"})
"""Refusals of this very e-mail: it would be refused again. Everything else (too many at once, a service that
is unwell, an account, identity or permission that somebody has to put right) is worth another try.
`MessageRejected` too: it is also what SES says while our own domain is not verified."""

AT_ONCE = frozenset(
    {"TooManyRequestsException", "ThrottlingException", "Throttling", "LimitExceededException"}
)
"""Refusals that ask us to send less for now."""

WAIT = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
"""About twenty seconds at the most, less than a lease (`rules.LEASE`)."""


class NotSent(Exception):
    """The mail service did not take an e-mail, or we do not know that it did.

    `code` is the service's name for it and safe to log. `retry` says whether trying again may help, and
    `too_many` whether the service asks us to send less for now. The e-mail may have gone out all the same
    when the answer was lost: it is then sent twice.
    """

    def __init__(self, code: str, detail: str = "", *, retry: bool, too_many: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail or code
        self.retry = retry
        self.too_many = too_many


class Mailer(Protocol):
    """Hands one e-mail to a mail service."""

    def send(self, *, notice_id: str, address: str, written: Written) -> str:
        """The service's id of the e-mail. Raises NotSent. `notice_id` comes back with each receipt."""


class SesMailer:
    """Amazon SES, version 2 of its interface. The client is made at the first e-mail."""

    @cached_property
    def _client(self) -> Any:
        return boto3.client("sesv2", region_name=REGION, config=WAIT)

    def send(self, *, notice_id: str, address: str, written: Written) -> str:
        _, our_address = parseaddr(settings().mail_from)
        try:
            answer = self._client.send_email(
                FromEmailAddress=formataddr(("Signpost", our_address)),
                Destination={"ToAddresses": [address]},
                Content={
                    "Simple": {
                        "Subject": {"Data": written.subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": written.text, "Charset": "UTF-8"},
                            "Html": {"Data": written.html, "Charset": "UTF-8"},
                        },
                        "Headers": _headers(written),
                    }
                },
                ConfigurationSetName=settings().mail_configuration_set,
                EmailTags=[{"Name": "notice_id", "Value": notice_id}],
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise NotSent(
                code,
                error.response["Error"].get("Message", ""),
                retry=code not in OF_THE_E_MAIL,
                too_many=code in AT_ONCE,
            ) from error
        except BotoCoreError as error:
            raise NotSent(type(error).__name__, retry=True) from error
        return str(answer["MessageId"])


def _headers(written: Written) -> list[dict[str, str]]:
    """By which a mail program offers to stop such e-mails with one press (RFC 8058). None for those that
    cannot be stopped."""
    if not written.stop_link:
        return []
    return [
        {"Name": "List-Unsubscribe", "Value": f"<{written.stop_link}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
