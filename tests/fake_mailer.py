"""A mail service for tests."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.notices.mailer import NotSent
from shared.notices.rules import Written

TOO_MANY = NotSent("TooManyRequestsException", retry=True, too_many=True)
UNWELL = NotSent("ServiceUnavailable", "Try again in a while", retry=True)
REFUSED = NotSent("MessageRejected", "Email address is not verified", retry=False)
LOST_REPLY = NotSent("ReadTimeoutError", retry=True)
"""The service takes the e-mail, and its answer never arrives."""


@dataclass(frozen=True)
class Sent:
    """An e-mail that the service took."""

    notice_id: str
    address: str
    written: Written


class FakeMailer:
    """Takes every e-mail and keeps it, after it has given `answers` in their order. `meanwhile` happens while
    an e-mail is on its way: it was taken, and nobody has heard of it yet."""

    def __init__(self, *answers: Exception, meanwhile: Callable[[], object] | None = None) -> None:
        self.answers = list(answers)
        self.meanwhile = meanwhile
        self.sent: list[Sent] = []
        self.asked: list[str] = []
        """The notice ids of every try, vain ones included."""

    def send(self, *, notice_id: str, address: str, written: Written) -> str:
        self.asked.append(notice_id)
        answer = self.answers.pop(0) if self.answers else None
        if answer is None or answer is LOST_REPLY:
            self.sent.append(Sent(notice_id, address, written))
        if self.meanwhile:
            self.meanwhile()
        if answer is not None:
            raise answer
        return f"ses-{notice_id}-{len(self.sent)}"
