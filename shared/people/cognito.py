"""Accounts in an Amazon Cognito user pool.

The pool lets administrators alone create users, its app client allows ADMIN_USER_PASSWORD_AUTH and has no
secret. Cognito sends no mail: the invitation is ours.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from shared.platform.errors import TooMany
from shared.platform.settings import Settings, settings
from shared.platform.tables import REGION

from .accounts import PasswordRefused, busy

_BUSY = frozenset(
    {
        "TooManyRequestsException",
        "LimitExceededException",
        "InternalErrorException",
        "ThrottlingException",
        "Throttling",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ServiceUnavailableException",
    }
)
_NOT_THEIRS = frozenset(
    {
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserNotConfirmedException",
        "PasswordResetRequiredException",
    }
)
_LOCKED = "attempts exceeded"
"""How Cognito says that it has stopped comparing passwords for a while; the code is that of a wrong one."""


class CognitoAccounts:
    """The Accounts of the deployed stack. Makes its client on first use: most requests need none."""

    def __init__(self, deployment: Settings | None = None) -> None:
        self._deployment = deployment

    @property
    def _settings(self) -> Settings:
        return self._deployment or settings()

    @cached_property
    def _client(self) -> Any:
        # Short and few: API Gateway gives up after 29 seconds, and a person sooner.
        config = Config(
            connect_timeout=3, read_timeout=8, retries={"total_max_attempts": 2, "mode": "standard"}
        )
        return boto3.client("cognito-idp", region_name=REGION, config=config)

    @property
    def _user(self) -> dict[str, str]:
        return {"UserPoolId": self._settings.user_pool_id}

    def create(self, account_id: str, *, password: str) -> None:
        # There already: an earlier try whose answer was lost. No two accounts are ever given one name.
        with _typed(), suppress(self._client.exceptions.UsernameExistsException):
            self._client.admin_create_user(**self._user, Username=account_id, MessageAction="SUPPRESS")
        try:
            self.set_password(account_id, password=password)
        except PasswordRefused:
            with suppress(TooMany):
                self.remove(account_id)
            raise

    def verify(self, account_id: str, *, password: str) -> bool:
        with _typed():
            try:
                answer = self._client.admin_initiate_auth(
                    **self._user,
                    ClientId=self._settings.user_pool_client_id,
                    AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                    AuthParameters={"USERNAME": account_id, "PASSWORD": password},
                )
            except ClientError as error:
                if _code(error) in _NOT_THEIRS and _LOCKED not in str(error).lower():
                    return False
                raise
        return "AuthenticationResult" in answer  # a challenge we cannot put is no yes

    def set_password(self, account_id: str, *, password: str) -> None:
        with _typed():
            self._client.admin_set_user_password(
                **self._user, Username=account_id, Password=password, Permanent=True
            )

    def remove(self, account_id: str) -> None:
        with _typed(), suppress(self._client.exceptions.UserNotFoundException):
            self._client.admin_delete_user(**self._user, Username=account_id)


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


@contextmanager
def _typed() -> Iterator[None]:
    """Cognito's errors as ours. What is a fault of the deployment goes on as it is."""
    try:
        yield
    except ParamValidationError:
        raise
    except ClientError as error:
        code, status = _code(error), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _BUSY or status >= 500 or _LOCKED in str(error).lower():
            raise busy() from error
        if code == "InvalidPasswordException":
            raise PasswordRefused from error
        raise
    except BotoCoreError as error:
        raise busy() from error
