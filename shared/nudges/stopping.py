"""Wanting no more reminders, or wanting them again."""

from dataclasses import dataclass
from datetime import datetime

from shared.people.permissions import Viewer
from shared.platform import tokens
from shared.platform.errors import Busy, NotFound
from shared.platform.ids import matches
from shared.platform.tables import Lost, conditional

from .items import Reminders
from .waiting import reminders_of

TRIES = 4
UNKNOWN_LINK = (
    "We do not know this link. Please open it from the newest e-mail, or sign in: your account page leads to "
    "your reminders."
)


@dataclass(frozen=True)
class RemindersView:
    """Whether somebody gets reminders by e-mail."""

    wanted: bool
    stopped_at: datetime | None


def my_reminders(viewer: Viewer) -> RemindersView:
    """One GetItem."""
    return _view(reminders_of(viewer.person_id))


def choose_reminders(viewer: Viewer, *, wanted: bool, now: datetime) -> RemindersView:
    """Stores whether the viewer wants reminders; it counts at once, for what waits already too. Chosen again,
    nothing changes."""
    return _choose(viewer.person_id, wanted, now)


def by_link(token: str) -> RemindersView:
    """What somebody has chosen who holds the link of an e-mail. Raises NotFound."""
    return _view(_known(token))


def stop_by_link(token: str, *, now: datetime) -> RemindersView:
    """Whoever holds the link of an e-mail wants no more of them. Sent again, nothing changes. Raises
    NotFound."""
    return _choose(_known(token).person_id, False, now)


def _view(reminders: Reminders) -> RemindersView:
    return RemindersView(reminders.stopped_at is None, reminders.stopped_at)


def _known(token: str) -> Reminders:
    found = tokens.parts(token)
    if found is not None:
        reminders = reminders_of(found[0])
        if any(matches(found[1], kept) for kept in reminders.links or ()):
            return reminders
    raise NotFound(UNKNOWN_LINK)


def _choose(person_id: str, wanted: bool, now: datetime) -> RemindersView:
    for _ in range(TRIES):
        reminders = reminders_of(person_id)
        if wanted == (reminders.stopped_at is None):
            return _view(reminders)
        reminders.stopped_at = None if wanted else now
        try:
            with conditional():
                reminders.save()
        except Lost:
            continue
        return _view(reminders)
    raise Busy
