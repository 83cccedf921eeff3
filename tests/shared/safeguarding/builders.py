"""Concerns raised as the application raises them, and what became of them."""

from collections.abc import Sequence
from datetime import datetime

from shared.notices.items import Notice, lane_due
from shared.people.permissions import Role
from shared.people.views import StaffMember
from shared.platform.tables import find, transaction
from shared.policies import Policy
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.actions import raise_concern
from shared.safeguarding.chain.staffing import whole_staff
from shared.safeguarding.concerns.closing import Closing
from shared.safeguarding.items import Concern, Entry, concern_key, entry_key
from shared.safeguarding.rules import NewConcern
from tests.builders.clock import MONDAY
from tests.builders.conversations import WORRIED
from tests.builders.policies import a_policy


def a_staff_member(name: str, role: Role, person_id: str = "") -> StaffMember:
    """Somebody to be told who is stored nowhere."""
    handle = name.casefold().replace(" ", ".")
    return StaffMember(person_id or handle, name.split()[0], name, f"{handle}@example.org", role)


MORAG = a_staff_member("Morag Sinclair", Role.SAFEGUARDING_LEAD)
PRIYA = a_staff_member("Priya Nair", Role.COORDINATOR)
OWEN = a_staff_member("Owen Hughes", Role.ADMINISTRATOR)

CHAIN = [["safeguarding_lead"], ["coordinator"]]


def a_policy_with(ranks: list[list[str]]) -> Policy:
    minutes = {"low": 240, "medium": 120, "high": 30, "immediate": 10}
    clocks = {severity: {"minutes": wait} for severity, wait in minutes.items()}
    return a_policy(escalation={"ranks": [{"roles": roles} for roles in ranks], "acknowledge_within": clocks})


def a_new_concern(
    severity: str = "immediate",
    *,
    cause: tuple[str, ...] = ("message", "pair-1", "message-1", "1"),
    about_id: str = "amina",
    kept_from: tuple[str, ...] = (),
    programme_id: str = "programme-1",
) -> NewConcern:
    return NewConcern(
        cause=cause,
        programme_id=programme_id,
        programme_name="Career Ladders",
        about_id=about_id,
        about_name="Amina Yusuf",
        raised_by="filter",
        raised_by_name="The filter",
        category="suicide",
        severity=severity,
        words=WORRIED,
        spans=[
            {"start": WORRIED.index("want to die"), "end": WORRIED.index(" and I do"), "category": "suicide"}
        ],
        pair_id="pair-1",
        message_id="message-1",
        kept_from=kept_from,
    )


def raised(
    new: NewConcern | None = None,
    *,
    staff: Sequence[StaffMember] = (MORAG, PRIYA),
    policy: Policy | None = None,
    now: datetime = MONDAY,
) -> str:
    """Raises a concern, for a staff that need not be stored, and returns its id."""
    policy = policy or a_policy_with(CHAIN)
    with transaction() as write:
        return raise_concern(write, new or a_new_concern(), staff=staff, policy=policy, now=now)


def raised_in(programme: RunningProgramme, new: NewConcern | None = None, *, now: datetime = MONDAY) -> str:
    """Raises a concern in a stored programme, told to its stored staff."""
    new = new or a_new_concern(programme_id=programme.programme_id)
    staff = whole_staff(programme.programme_id)
    return raised(new, staff=staff, policy=programme.policy, now=now)


def the_concern(concern_id: str) -> Concern:
    concern = find(Concern, *concern_key(concern_id))
    assert concern is not None
    return concern


def chronology(concern_id: str) -> list[Entry]:
    pk, prefix = entry_key(concern_id)
    entries = Entry.query(pk, Entry.sk.startswith(prefix), consistent_read=True)
    return sorted(entries, key=lambda entry: (entry.at, entry.sk))


CLOSING = Closing("He was short with her.", "Spoke to both.", "None.", "not_founded", "They get on.")


def letters(template: str) -> list[Notice]:
    """What is not urgent and waits to be sent."""
    return [one for one in Notice.by_due.query(lane_due("bulk")) if one.template == template]


def alerts() -> list[Notice]:
    return list(Notice.by_due.query(lane_due("alert")))


def alerted() -> list[str]:
    """To whom alerts were queued, oldest first."""
    return [notice.address for notice in alerts()]
