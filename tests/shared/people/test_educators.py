"""Educators: whom they put forward, and the little they see of it."""

from datetime import timedelta

import pytest

from shared.conversations.pairing import pair_up
from shared.people.actions import invite, resend, withdraw
from shared.people.educators import nominate, nominees_of
from shared.people.items import Invitation, Membership, membership_key
from shared.people.permissions import Viewer
from shared.people.roll_views import people_of
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.programmes.actions import RunningProgramme
from tests.builders import MONDAY, a_person, a_policy, a_programme
from tests.shared.conversations.builders import notices

from .builders import join
from .counting import requests_made
from .fakes import FakeAccounts

pytestmark = pytest.mark.usefixtures("tables")
YEARS = {
    "questions": [
        {
            "id": "year_group",
            "asked_of": "mentee",
            "words": "Which year are they in?",
            "choices": ["Year 9", "Year 10", "Year 14"],
            "accepts": ["Year 9", "Year 10"],
            "refusal": "The programme is for years 9 and 10.",
        }
    ]
}


@pytest.fixture
def programme() -> RunningProgramme:
    return a_programme(policy=a_policy(eligibility=YEARS))


@pytest.fixture
def nora(programme: RunningProgramme) -> Viewer:
    return a_person("educator", programme).viewer


def put_forward(
    nora: Viewer, programme: RunningProgramme, first_name: str = "Amina", *, year: str = "Year 10"
) -> Invitation:
    return nominate(
        nora,
        programme.programme_id,
        first_name=first_name,
        surname="Yusuf",
        address=f"{first_name.lower()}@example.org",
        school="Northfield Academy",
        answers={"year_group": year},
        now=MONDAY,
    )


def progress(nora: Viewer, programme: RunningProgramme, *, days: int = 0) -> list[tuple[str, str]]:
    view = nominees_of(nora, programme.programme_id, now=MONDAY + timedelta(days=days))
    return [(one.first_name, one.progress) for one in view.nominees]


def test_whoever_is_put_forward_is_invited_by_email_and_their_educator_sees_how_far_it_comes(
    programme: RunningProgramme, nora: Viewer, accounts: FakeAccounts
) -> None:
    invitation = put_forward(nora, programme)
    assert [one.address for one in notices("invitation")] == ["amina@example.org"]
    assert progress(nora, programme) == [("Amina", "invited")]
    assert progress(nora, programme, days=40) == [("Amina", "expired")]

    amina = join(invitation, "amina", accounts=accounts)
    assert progress(nora, programme) == [("Amina", "joined")]
    member = Membership.get(*membership_key(amina.person_id, programme.programme_id, "mentee"))
    assert (member.nominated_by, member.school) == (nora.person_id, "Northfield Academy")

    pair_up(
        a_person("coordinator", programme).viewer,
        programme.programme_id,
        mentor_id=a_person("mentor", programme).person_id,
        mentee_id=amina.person_id,
        cohort_id="",
        key="form-1",
        now=MONDAY,
    )
    assert progress(nora, programme) == [("Amina", "paired")]


def test_who_is_not_eligible_is_refused_with_the_reason(programme: RunningProgramme, nora: Viewer) -> None:
    with pytest.raises(Invalid, match="The programme is for years 9 and 10"):
        put_forward(nora, programme, year="Year 14")

    assert progress(nora, programme) == []


def test_nobody_is_put_forward_twice(programme: RunningProgramme, nora: Viewer) -> None:
    put_forward(nora, programme)

    with pytest.raises(Conflict):
        put_forward(nora, programme)

    assert progress(nora, programme) == [("Amina", "invited")]


def test_an_educator_does_not_learn_who_is_in_the_programme_nor_as_what(
    programme: RunningProgramme, nora: Viewer, accounts: FakeAccounts
) -> None:
    priya = a_person("coordinator", programme).viewer
    for first_name, role in (("Amina", "mentee"), ("Jamie", "mentee"), ("Rosa", "mentor")):
        invitation = invite(
            priya,
            programme.programme_id,
            role=role,
            first_name=first_name,
            surname="Yusuf",
            address=f"{first_name.lower()}@example.org",
            answers={"year_group": "Year 10"} if role == "mentee" else {},
            now=MONDAY,
        )
        if first_name == "Jamie":
            join(invitation, "jamie", accounts=accounts)

    told = set()
    for first_name in ("Amina", "Jamie", "Rosa"):
        with pytest.raises(Conflict, match="ask your coordinator") as refused:
            put_forward(nora, programme, first_name)
        told.add((str(refused.value), refused.value.field, refused.value.code))

    assert len(told) == 1
    assert progress(nora, programme) == []


def test_what_is_withdrawn_or_sent_again_by_staff_shows(programme: RunningProgramme, nora: Viewer) -> None:
    priya = a_person("coordinator", programme).viewer
    invitation = put_forward(nora, programme)
    resend(priya, programme.programme_id, invitation.invitation_id, now=MONDAY + timedelta(days=1))
    assert progress(nora, programme) == [("Amina", "invited")]

    withdraw(priya, programme.programme_id, invitation.invitation_id, now=MONDAY + timedelta(days=2))
    assert progress(nora, programme) == [("Amina", "withdrawn")]


def test_an_educator_sees_nobody_elses(programme: RunningProgramme, nora: Viewer) -> None:
    other = a_person("educator", programme, first_name="Alan", surname="Moss").viewer
    put_forward(nora, programme)

    assert progress(other, programme) == []


def test_an_educator_is_neither_staff_nor_a_participant(programme: RunningProgramme, nora: Viewer) -> None:
    assert (nora.is_staff, nora.is_mentee, nora.is_mentor) == (False, False, False)
    with pytest.raises(NotFound):
        people_of(nora, programme.programme_id, "mentee", now=MONDAY)
    with pytest.raises(NotFound):
        invite(
            nora,
            programme.programme_id,
            role="mentor",
            first_name="Callum",
            surname="Reid",
            address="c@example.org",
            now=MONDAY,
        )


@pytest.mark.parametrize("role", ["mentee", "mentor", "coordinator", "administrator"])
def test_nobody_else_puts_forward_or_sees_who_was(role: str, programme: RunningProgramme) -> None:
    someone = a_person(role, programme).viewer

    with pytest.raises(NotFound):
        put_forward(someone, programme)
    with pytest.raises(NotFound):
        nominees_of(someone, programme.programme_id, now=MONDAY)


def test_the_page_costs_the_same_for_one_and_for_many(programme: RunningProgramme, nora: Viewer) -> None:
    def cost() -> int:
        with requests_made() as made:
            nominees_of(nora, programme.programme_id, now=MONDAY)
        return len(made)

    put_forward(nora, programme)
    one = cost()
    for first_name in ("Jamie", "Rosa", "Leo", "Mia"):
        put_forward(nora, programme, first_name)

    assert cost() == one == 2
