"""Decisions about e-mails."""

from dataclasses import dataclass
from typing import Literal

Template = Literal[
    "invitation",
    "password_link",
    "password_changed",
    "new_message",
    "please_change",
    "not_delivered",
    "held_for_you",
    "concern_alert",
]
Lane = Literal["alert", "bulk"]

LANES: dict[Template, Lane] = {
    "invitation": "bulk",
    "password_link": "alert",
    "password_changed": "bulk",
    "new_message": "bulk",
    "please_change": "bulk",
    "not_delivered": "bulk",
    "held_for_you": "bulk",
    "concern_alert": "alert",
}
"""A password link is in the alert lane because somebody stands waiting for it."""

SECRET_PATHS: frozenset[Template] = frozenset({"invitation", "password_link"})
"""Whose link is a secret, removed from the table once the e-mail is accepted."""


@dataclass(frozen=True)
class NewNotice:
    """An e-mail to be queued. `cause` is what it follows from: the same cause never sends it twice."""

    template: Template
    cause: tuple[str, ...]
    address: str
    first_name: str
    path: str
    person_id: str = ""
    programme_id: str = ""
    programme_name: str = ""
    reference: str = ""
