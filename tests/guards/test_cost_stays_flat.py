"""What a page costs does not grow with the programme: as many requests to the tables with 100 people as with
10,000."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from shared.conversations.ending import end_pair
from shared.conversations.items import (
    HELD_DUE,
    Message,
    Pair,
    PairOfPerson,
    held_listing,
    held_order,
    message_key,
    pair_key,
    pair_of_person_key,
    pairs_listing,
    pairs_of_cohort,
    pairs_order,
)
from shared.notices.items import Notice, notice_key
from shared.people.actions.sessions import start_session
from shared.people.invitation_items import Invitation, invitation_key, invitations_listing
from shared.people.items import Membership, Person, membership_key, person_key, roll, roll_order
from shared.people.permissions import Role
from shared.platform.clock import now, order
from shared.platform.tables import Item
from shared.programmes.items import (
    OnDesk,
    Place,
    place_key,
    places_listing,
    places_order,
    unpaired_key,
    until_key,
)
from shared.programmes.rules import day_of
from shared.programmes.rules_version import rules_version
from shared.safeguarding.items import Concern, concern_key, concern_order, concerns_listing
from tests.builders.conversations import WORRIED, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_cohort, a_programme
from tests.builders.safeguarding import a_concern
from tests.fake_tables import FakeTables, fake_tables
from tests.faults import calls
from tests.functions.web.browser import Program

PAGES = (
    ("mentee", "/"),
    ("mentee", "/pairs/{pair_id}"),
    ("lead", "/"),
    ("lead", "/programmes/{programme_id}"),
    ("lead", "/programmes/{programme_id}/cohorts"),
    ("lead", "/programmes/{programme_id}/cohorts/{cohort_id}"),
    ("lead", "/programmes/{programme_id}/cohorts/{cohort_id}?show=mentor"),
    ("lead", "/programmes/{programme_id}/cohorts/{cohort_id}/progress"),
    ("lead", "/programmes/{programme_id}/cohorts/{cohort_id}/progress?show=below&sort=times"),
    ("lead", "/programmes/{programme_id}/people"),
    ("lead", "/programmes/{programme_id}/people?show=mentor"),
    ("lead", "/programmes/{programme_id}/people/invitations"),
    ("lead", "/programmes/{programme_id}/people/{person_id}"),
    ("lead", "/programmes/{programme_id}/pairs"),
    ("lead", "/pairs/{pair_id}"),
    ("lead", "/programmes/{programme_id}/moderation"),
    ("lead", "/moderation/{pair_id}/{held_id}"),
    ("lead", "/programmes/{programme_id}/concerns"),
)
A_LAST_MESSAGE = 7
"""The session; the pair, how it ends, and the programme with the two; what staff said of the end, whether
they are kept apart, and what stands against them."""


@dataclass(frozen=True)
class World:
    """A programme with one pair that is looked at, and room for many others."""

    tables: FakeTables
    ids: dict[str, str]
    mentee: Someone
    lead: Someone

    def store(self, *items: Item) -> None:
        """As though they had been there before: without a request."""
        for item in items:
            kept = item.serialize()
            kept["version"] = {"N": "1"}
            self.tables.items[item.Meta.table_name][kept["pk"]["S"], kept["sk"]["S"]] = kept

    def cost(self, who: str, page: str) -> int:
        """How many requests a page takes, the session's own among them."""
        someone = self.mentee if who == "mentee" else self.lead
        program = Program(start_session(someone.person_id, now=now()))
        rules_version(self.ids["programme_id"], now=now())  # read once a minute, not for each page
        with calls() as made:
            answer = program.get(page.format(**self.ids))
        assert answer.status == 200, (page, answer.text)
        return len(made)


@pytest.fixture
def world() -> Iterator[World]:
    with fake_tables() as tables:
        programme = a_programme("Routes into Medicine")
        pair = a_pair(programme=programme)
        for _ in range(3):
            a_message(pair, state="delivered")
        ids = {
            "programme_id": programme.programme_id,
            "pair_id": pair.pair_id,
            "held_id": a_message(pair, state="held", by="mentor").message_id,
            "concern_id": a_concern(pair).concern_id,
            "person_id": pair.mentor.person_id,
            "cohort_id": a_cohort(programme),
        }
        yield World(tables, ids, pair.mentee, a_person(Role.SAFEGUARDING_LEAD, programme))


def fill(world: World, numbers: range) -> None:
    """Two people for each number, with all that waits for somebody because of them."""
    for number in numbers:
        for make in (_mentor, _mentee, _invitation):
            world.store(*make(world, number))
        if number % 2:
            world.store(*_writing(world, number))


def _member(world: World, role: str, number: int) -> list[Item]:
    programme_id, person_id = world.ids["programme_id"], f"{role}-{number:05}"
    names = {"first_name": "Isla", "surname": f"Mackay {number:05}", "address": f"{person_id}@example.org"}
    return [
        Person(
            *person_key(person_id),
            person_id=person_id,
            username=person_id,
            account_id=f"account-{person_id}",
            created_at=now(),
            **names,
        ),
        Membership(
            *membership_key(person_id, programme_id, role),
            person_id=person_id,
            programme_id=programme_id,
            programme_name="Routes into Medicine",
            role=role,
            agreed_version=1,
            agreed_at=now(),
            cohort_id=world.ids["cohort_id"],
            listing=roll(programme_id, role),
            listing_order=roll_order(names["surname"], "Isla", role, person_id),
            **names,
        ),
        Place(
            *place_key(world.ids["cohort_id"], role, person_id),
            programme_id=programme_id,
            cohort_id=world.ids["cohort_id"],
            person_id=person_id,
            role=role,
            first_name="Isla",
            surname=names["surname"],
            since=now(),
            listing=places_listing(world.ids["cohort_id"], role),
            listing_order=places_order(names["surname"], "Isla", person_id),
        ),
    ]


def _mentor(world: World, number: int) -> list[Item]:
    person_id = f"mentor-{number:05}"
    until = (day_of(now()) + timedelta(days=number % 700)).isoformat()
    waits = OnDesk(
        *until_key(world.ids["programme_id"], until, person_id),
        programme_id=world.ids["programme_id"],
        what="until",
        of=person_id,
        name=f"Isla Mackay {number:05}",
        person_id=person_id,
        until=until,
    )
    return [*_member(world, "mentor", number), waits]


def _mentee(world: World, number: int) -> list[Item]:
    person_id = f"mentee-{number:05}"
    if number % 2:
        return _member(world, "mentee", number)
    waits = OnDesk(
        *unpaired_key(world.ids["programme_id"], person_id),
        programme_id=world.ids["programme_id"],
        what="unpaired",
        of=person_id,
        name=f"Isla Mackay {number:05}",
        person_id=person_id,
        since=now(),
    )
    return [*_member(world, "mentee", number), waits]


def _invitation(world: World, number: int) -> list[Item]:
    programme_id, invitation_id = world.ids["programme_id"], f"invitation-{number:05}"
    notice_id = f"notice-{number:05}"
    return [
        Invitation(
            *invitation_key(invitation_id),
            invitation_id=invitation_id,
            programme_id=programme_id,
            programme_name="Routes into Medicine",
            role="mentee",
            address=f"{invitation_id}@example.org",
            first_name="Rory",
            surname=f"Boyd {number:05}",
            secret_fingerprint="0" * 64,
            usable_until=now() + timedelta(days=9),
            invited_by="person-1",
            invited_at=now(),
            sent_at=now(),
            notice_id=notice_id,
            listing=invitations_listing(programme_id),
            listing_order=f"{order(now())}#{invitation_id}",
        ),
        Notice(
            *notice_key(notice_id),
            notice_id=notice_id,
            template="invitation",
            lane="bulk",
            state="sent",
            address=f"{invitation_id}@example.org",
            first_name="Rory",
            programme_name="Routes into Medicine",
            path="/join",
            queued_at=now(),
            expires_at=now() + timedelta(days=30),
        ),
    ]


def _writing(world: World, number: int) -> list[Item]:
    """A pair; one in five has a message that is held."""
    programme_id, pair_id = world.ids["programme_id"], f"pair-{number:05}"
    mentor_id, mentee_id = f"mentor-{number:05}", f"mentee-{number:05}"
    pair = Pair(
        *pair_key(pair_id),
        pair_id=pair_id,
        programme_id=programme_id,
        programme_name="Routes into Medicine",
        cohort_id=world.ids["cohort_id"],
        mentor_id=mentor_id,
        mentor_first_name="Isla",
        mentor_surname="Mackay",
        mentor_address=f"{mentor_id}@example.org",
        mentee_id=mentee_id,
        mentee_first_name="Isla",
        mentee_surname="Mackay",
        mentee_address=f"{mentee_id}@example.org",
        created_at=now(),
        listing=pairs_listing(programme_id),
        listing_order=pairs_order("Mackay", "Isla", pair_id),
        group=pairs_of_cohort(programme_id, world.ids["cohort_id"]),
        group_order=pairs_order("Mackay", "Isla", pair_id),
    )
    theirs = [
        PairOfPerson(*pair_of_person_key(one, pair_id), pair_id=pair_id, programme_id=programme_id)
        for one in (mentor_id, mentee_id)
    ]
    return [pair, *theirs, *(_held(world, number) if number % 5 == 0 else [])]


def _held(world: World, number: int) -> list[Item]:
    programme_id, message_id = world.ids["programme_id"], f"message-{number:05}"
    return [
        Message(
            *message_key(f"pair-{number:05}", message_id),
            message_id=message_id,
            pair_id=f"pair-{number:05}",
            programme_id=programme_id,
            sender_id=f"mentee-{number:05}",
            sender_role="mentee",
            sender_first_name="Isla",
            text="It would be easier to talk, so do give me a ring on 07700 900123.",
            state="held",
            severity="medium",
            written_at=now(),
            held_at=now(),
            review_by=now() + timedelta(days=1),
            thread_at=order(now()),
            due=HELD_DUE,
            due_at=order(now() + timedelta(days=1)),
            listing=held_listing(programme_id),
            listing_order=held_order(2, order(now()), message_id),
        )
    ]


def test_a_page_costs_the_same_with_100_people_and_with_10_000(world: World) -> None:
    def costs() -> dict[tuple[str, str], int]:
        return {(who, page): world.cost(who, page) for who, page in PAGES}

    fill(world, range(50))
    few = costs()
    fill(world, range(50, 5_000))
    many = costs()

    memberships = world.tables.stored("directory", "membership")
    assert len(memberships) > 10_000
    assert many == few


def _concern(programme_id: str, number: int) -> Concern:
    """From another conversation and about somebody else; every other one is closed."""
    concern_id, state = f"concern-{number:05}", "closed" if number % 2 else "open"
    return Concern(
        *concern_key(concern_id),
        concern_id=concern_id,
        reference="C-7K3M9Q",
        programme_id=programme_id,
        programme_name="Routes into Medicine",
        about_id=f"mentee-{number:05}",
        about_name="Isla Mackay",
        raised_by="filter",
        raised_by_name="The filter",
        category="self_harm",
        severity="high",
        state=state,
        raised_at=now(),
        pair_id=f"pair-{number:05}",
        words=WORRIED,
        listing=concerns_listing(programme_id, state),
        listing_order=concern_order(3, order(now()), concern_id),
    )


def test_a_last_message_costs_the_same_with_no_concern_and_with_6_000() -> None:
    with fake_tables() as tables:
        pair = a_pair()
        lead = a_person(Role.SAFEGUARDING_LEAD, pair.programme)
        end_pair(lead.viewer, pair.pair_id, why="They have come to the end.", now=now())
        world = World(tables, {"pair_id": pair.pair_id}, pair.mentee, lead)
        world.ids["programme_id"] = pair.programme_id

        before = world.cost("mentee", "/pairs/{pair_id}/last-message")
        world.store(*(_concern(pair.programme_id, number) for number in range(6_000)))
        after = world.cost("mentee", "/pairs/{pair_id}/last-message")

    assert after == before == A_LAST_MESSAGE
