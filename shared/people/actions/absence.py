"""Noting when somebody on the staff is away, and who stands in for them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pynamodb.expressions.update import Action

from shared.audit.actions import record
from shared.platform.clock import LONDON
from shared.platform.errors import Busy, Invalid
from shared.platform.tables import Lost, transaction

from ..absences import Absence
from ..items import STAFF_ROLES, Membership
from ..permissions import CONVERSATION_READERS, Viewer, may_see_chain, may_set_days_away, require
from ..staff import absence_of, staff_roll

LONGEST = timedelta(days=366)


def set_days_away(
    viewer: Viewer,
    programme_id: str,
    person_id: str,
    *,
    first_day: str,
    last_day: str,
    stand_in: str = "",
    now: datetime,
) -> None:
    """Notes one stretch of days away, in the place of what was noted before. Days are ISO dates; `stand_in`
    is the person_id of who is told of concerns instead, or empty.

    Raises NotFound for those who may not, and Invalid, saying what to put right.
    """
    mine, staff = _load(viewer, programme_id, person_id)
    absence = _read_days(first_day, last_day, today=now.astimezone(LONDON).date())
    absence = Absence(absence.first, absence.last, stand_in.strip())
    if absence.stand_in:
        _require_able(absence, person_id, mine, staff)
    changes = [
        Membership.away_from.set(absence.first.isoformat()),
        Membership.away_until.set(absence.last.isoformat()),
        Membership.stand_in.set(absence.stand_in) if absence.stand_in else Membership.stand_in.remove(),
    ]
    why = f"{absence.first.isoformat()} to {absence.last.isoformat()}"
    _save(viewer, mine, changes, why=why, now=now)


def end_days_away(viewer: Viewer, programme_id: str, person_id: str, *, now: datetime) -> None:
    """Forgets the days away that were noted. Raises NotFound for those who may not."""
    mine, _ = _load(viewer, programme_id, person_id)
    if not any(absence_of(one) for one in mine):
        return
    changes = [Membership.away_from.remove(), Membership.away_until.remove(), Membership.stand_in.remove()]
    _save(viewer, mine, changes, why="here again", now=now)


def _load(viewer: Viewer, programme_id: str, person_id: str) -> tuple[list[Membership], Sequence[Membership]]:
    """The person's memberships of this programme's staff, and all of it."""
    require(may_see_chain(viewer, programme_id) and may_set_days_away(viewer, programme_id, person_id))
    staff = staff_roll(programme_id)
    mine = [one for one in staff if one.person_id == person_id and one.role in STAFF_ROLES]
    require(bool(mine))
    return mine, staff


def _read_days(first_day: str, last_day: str, *, today: date) -> Absence:
    first, last = read_day(first_day, field="first_day"), read_day(last_day, field="last_day")
    if last < first:
        raise Invalid("The last day comes before the first.", field="last_day", code="backwards")
    if last < today:
        raise Invalid("These days are over already.", field="last_day", code="over")
    if last - first > LONGEST:
        raise Invalid(
            "That is more than a year. Please suspend the account of somebody who stays away so long.",
            field="last_day",
            code="too_long",
        )
    return Absence(first, last)


def read_day(text: str, *, field: str) -> date:
    """A day as a form sends it, such as 2026-11-30. Raises Invalid."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("Please give a date, for example 2026-11-30.", field=field, code="no_date") from None


def _require_able(
    absence: Absence, person_id: str, mine: Sequence[Membership], staff: Sequence[Membership]
) -> None:
    """Raises Invalid unless who is to stand in can: on the staff, not away then, and able to read what the
    one who is away can."""
    theirs = [one for one in staff if one.person_id == absence.stand_in and one.status == "active"]
    if absence.stand_in == person_id:
        raise _cannot("Nobody can stand in for themselves.", "oneself")
    if not theirs:
        raise _cannot("Please choose somebody on the staff who is not suspended.", "not_on_staff")
    name = f"{theirs[0].first_name} {theirs[0].surname}"
    if any(other.overlaps(absence) for one in theirs if (other := absence_of(one))):
        raise _cannot(f"{name} is away then too. Please choose somebody else.", "away_too")
    if _reads(mine) and not _reads(theirs):
        raise _cannot(f"{name} cannot read concerns. Please choose somebody who can.", "reads_none")


def _cannot(sentence: str, code: str) -> Invalid:
    return Invalid(sentence, field="stand_in", code=code)


def _reads(memberships: Sequence[Membership]) -> bool:
    return any(one.role in CONVERSATION_READERS for one in memberships)


def _save(
    viewer: Viewer, mine: Sequence[Membership], changes: Sequence[Action], *, why: str, now: datetime
) -> None:
    name = f"{viewer.first_name} {viewer.surname}"
    programme_id, on = mine[0].programme_id, f"person:{mine[0].person_id}"
    try:
        with transaction() as write:
            for membership in mine:
                write.update(membership, list(changes))
            record(
                write,
                programme_id,
                "changed_absence",
                on,
                by_id=viewer.person_id,
                by_name=name,
                now=now,
                why=why,
            )
    except Lost:
        raise Busy from None
