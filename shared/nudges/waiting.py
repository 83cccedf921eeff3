"""What waits for somebody's weekly e-mail, and the links by which they can stop it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from shared.people.permissions import Role
from shared.people.views import StaffMember, who_looks_after
from shared.platform import tokens
from shared.platform.clock import order
from shared.platform.ids import fingerprint
from shared.platform.tables import find

from .items import REMINDERS_DUE, Reminders, reminders_key

LINKS_KEPT = 20
"""So many of the last e-mails can be used to stop further ones: some months of them."""


@dataclass(frozen=True)
class StopLink:
    """A new link by which somebody can stop reminders without signing in."""

    path: str
    links: list[str]
    """What is to be stored of all their links."""


def let_wait(write: TransactWrite, person_id: str, what: Iterable[str], *, until: datetime) -> None:
    """Adds to a running transaction that these wait for somebody's weekly e-mail, which goes out at `until`
    or, where others wait already, when it would have. Each as in `Reminders.waiting`; what waits already is
    there once."""
    write.update(
        Reminders(*reminders_key(person_id)),
        _let_wait(person_id, what, until),
        add_version_condition=False,
    )


def let_wait_now(person_id: str, what: Iterable[str], *, until: datetime) -> None:
    """The same by itself: one update."""
    reminders = Reminders(*reminders_key(person_id))
    reminders.update(_let_wait(person_id, what, until), add_version_condition=False)


def _let_wait(person_id: str, what: Iterable[str], until: datetime) -> list[Action]:
    return [
        Reminders.kind.set(Reminders),
        Reminders.person_id.set(person_id),
        Reminders.waiting.add(set(what)),
        Reminders.due.set(REMINDERS_DUE),
        Reminders.due_at.set(Reminders.due_at | order(until)),
    ]


def reminders_of(person_id: str) -> Reminders:
    """What is stored of somebody's reminders, or would be: one GetItem."""
    key = reminders_key(person_id)
    return find(Reminders, *key) or Reminders(*key, person_id=person_id)


def new_stop_link(reminders: Reminders) -> StopLink:
    """A link for the next e-mail. The last ones go on working."""
    token, secret = tokens.make(reminders.person_id)
    kept = [*(reminders.links or ()), fingerprint(secret)]
    return StopLink(f"/reminders/{token}", kept[-LINKS_KEPT:])


def who_is_told(programme_id: str) -> list[StaffMember]:
    """Of silent pairs: the coordinators, or those who read conversations besides where there are none."""
    return who_looks_after(programme_id, or_else=Role.SAFEGUARDING_LEAD)
