"""People with their roles, as their area stores them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.people.actions import set_days_away
from shared.people.items import (
    Address,
    Membership,
    Person,
    Username,
    address_key,
    membership_key,
    person_key,
    roll,
    roll_order,
    username_key,
)
from shared.people.leave import Leave
from shared.people.participation import asks_something, print_of
from shared.people.permissions import Member, Role, Viewer
from shared.people.vetting import FOR_EVER
from shared.people.views import StaffMember
from shared.platform.ids import fingerprint, new_id
from shared.programmes.actions import RunningProgramme
from tests.builders.clock import MONDAY
from tests.builders.storing import store_new

NAMES = {
    "mentee": ("Amina", "Yusuf"),
    "mentor": ("Callum", "Reid"),
    "coordinator": ("Priya", "Nair"),
    "safeguarding_lead": ("Morag", "Sinclair"),
    "deputy": ("Isla", "Grant"),
    "regional_manager": ("Ruth", "Adeyemi"),
    "administrator": ("Owen", "Hughes"),
    "educator": ("Nora", "Whitfield"),
}
"""Who somebody in a role is called when the test does not say."""


@dataclass(frozen=True)
class Someone:
    """A person with one role in one programme."""

    person_id: str
    first_name: str
    surname: str
    address: str
    username: str
    programme_id: str
    programme_name: str
    role: Role

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.surname}"

    @property
    def viewer(self) -> Viewer:
        """This person as the one who is asking."""
        member = Member(self.programme_id, self.programme_name, self.role)
        return Viewer(self.person_id, self.first_name, self.surname, (member,))

    @property
    def staff(self) -> StaffMember:
        """This person as somebody to be told."""
        return StaffMember(self.person_id, self.first_name, self.name, self.address, self.role)


def a_person(
    role: str,
    programme: RunningProgramme,
    *,
    first_name: str = "",
    surname: str = "",
    address: str = "",
    username: str = "",
    person_id: str = "",
    status: str = "active",
    now: datetime = MONDAY,
    **facts: Any,
) -> Someone:
    """Somebody with an account and a role in the programme. The same address twice is refused: two people of
    one role need two names. `facts` as for `also_in`."""
    usual = NAMES[role]
    first_name, surname = first_name or usual[0], surname or usual[1]
    handle = f"{first_name}.{surname}".casefold().replace(" ", "-")
    someone = Someone(
        person_id=person_id or new_id(now),
        first_name=first_name,
        surname=surname,
        address=address or f"{handle}@example.org",
        username=username or handle,
        programme_id=programme.programme_id,
        programme_name=programme.name,
        role=Role(role),
    )
    store_new(
        Person(
            *person_key(someone.person_id),
            person_id=someone.person_id,
            username=someone.username,
            account_id=f"account-of-{someone.person_id}",
            address=someone.address,
            first_name=first_name,
            surname=surname,
            status=status,
            created_at=now,
        ),
        Username(
            *username_key(someone.username),
            person_id=someone.person_id,
            account_id=f"account-of-{someone.person_id}",
        ),
        Address(*address_key(fingerprint(someone.address)), person_id=someone.person_id),
    )
    also_in(programme, someone, role=role, status=status, now=now, **facts)
    return someone


def also_in(
    programme: RunningProgramme,
    someone: Someone,
    *,
    role: str,
    status: str = "active",
    now: datetime = MONDAY,
    **facts: Any,
) -> None:
    """Gives somebody a role in a programme, be it their first or one more. Whatever its policy asks of them
    they have shown and agreed to, unless `facts` say otherwise: other attributes of the membership."""
    agreed = dict.fromkeys(
        (one.id for one in programme.policy.consents.purposes if role in one.asked_of), "yes"
    )
    ready: dict[str, Any] = {"leave": Leave(agreed, agreed).as_stored()} if agreed else {}
    if role == "mentor" and asks_something(programme.policy.vetting):
        ready |= {"vetted_until": FOR_EVER, "vetted_for": print_of(programme.policy.vetting)}
    store_new(
        Membership(
            *membership_key(someone.person_id, programme.programme_id, role),
            person_id=someone.person_id,
            programme_id=programme.programme_id,
            programme_name=programme.name,
            role=role,
            first_name=someone.first_name,
            surname=someone.surname,
            address=someone.address,
            status=status,
            agreed_version=programme.policy.ground_rules.version,
            agreed_at=now,
            listing=roll(programme.programme_id, role),
            listing_order=roll_order(someone.surname, someone.first_name, role, someone.person_id),
            **(ready | facts),
        )
    )


def is_away(someone: Someone, *, stand_in: str = "", now: datetime = MONDAY) -> None:
    """They have noted that they are away this week."""
    first_day, last_day = now.date().isoformat(), (now.date() + timedelta(days=4)).isoformat()
    set_days_away(
        someone.viewer,
        someone.programme_id,
        someone.person_id,
        first_day=first_day,
        last_day=last_day,
        stand_in=stand_in,
        now=now,
    )
