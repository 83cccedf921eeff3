"""Educators: whom they put forward, and the little they see of it."""

from datetime import timedelta

import pytest

from shared.conversations.pairing import pair_up
from shared.home.programme import programme_home
from shared.people.actions import invite, resend, withdraw
from shared.people.educators import MOST_SHOWN, nominate, nominees_of
from shared.people.invitation_items import Invitation, Nominee, invitation_key
from shared.people.items import Membership, membership_key
from shared.people.nominations import decline_nominee, invite_nominee, nominations
from shared.people.permissions import Viewer
from shared.people.roll_views import people_of
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.programmes.actions import RunningProgramme
from tests.builders.clock import MONDAY
from tests.builders.people import a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_cohort, a_programme
from tests.outbox import notices

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


@pytest.fixture
def priya(programme: RunningProgramme) -> Viewer:
    return a_person("coordinator", programme).viewer


def put_forward(
    nora: Viewer,
    programme: RunningProgramme,
    first_name: str = "Amina",
    *,
    year: str = "Year 10",
    cohort_id: str = "",
    days: int = 0,
) -> Nominee:
    return nominate(
        nora,
        programme.programme_id,
        first_name=first_name,
        surname="Yusuf",
        address=f"{first_name.lower()}@example.org",
        school="Northfield Academy",
        answers={"year_group": year},
        cohort_id=cohort_id,
        now=MONDAY + timedelta(days=days),
    )


def says_yes(priya: Viewer, nominee: Nominee, *, days: int = 0) -> Invitation:
    who = (nominee.educator_id, nominee.invitation_id)
    invite_nominee(priya, nominee.programme_id, *who, now=MONDAY + timedelta(days=days))
    return Invitation.get(*invitation_key(nominee.invitation_id))


def says_no(priya: Viewer, nominee: Nominee) -> None:
    who = (nominee.educator_id, nominee.invitation_id)
    decline_nominee(priya, nominee.programme_id, *who, now=MONDAY)


def waiting(priya: Viewer, programme: RunningProgramme) -> list[str]:
    return [one.name for one in nominations(priya, programme.programme_id).waiting]


def progress(nora: Viewer, programme: RunningProgramme, *, days: int = 0) -> list[tuple[str, str]]:
    view = nominees_of(nora, programme.programme_id, now=MONDAY + timedelta(days=days))
    return [(one.first_name, one.progress) for one in view.nominees]


def test_nobody_is_invited_before_a_coordinator_says_yes_and_the_educator_sees_how_far_it_comes(
    programme: RunningProgramme, nora: Viewer, priya: Viewer, accounts: FakeAccounts
) -> None:
    nominee = put_forward(nora, programme)
    assert notices("invitation") == []
    assert progress(nora, programme) == [("Amina", "waiting")]
    assert waiting(priya, programme) == ["Amina Yusuf"]

    invitation = says_yes(priya, nominee)
    says_yes(priya, nominee)
    assert waiting(priya, programme) == []
    assert [one.address for one in notices("invitation")] == ["amina@example.org"]
    assert progress(nora, programme) == [("Amina", "invited")]
    assert progress(nora, programme, days=40) == [("Amina", "expired")]

    amina = join(invitation, "amina", accounts=accounts)
    assert progress(nora, programme) == [("Amina", "joined")]
    member = Membership.get(*membership_key(amina.person_id, programme.programme_id, "mentee"))
    assert (member.nominated_by, member.school) == (nora.person_id, "Northfield Academy")

    pair_up(
        priya,
        programme.programme_id,
        mentor_id=a_person("mentor", programme).person_id,
        mentee_id=amina.person_id,
        cohort_id="",
        key="form-1",
        now=MONDAY,
    )
    assert progress(nora, programme) == [("Amina", "paired")]


def test_who_was_not_invited_can_be_put_forward_anew(
    programme: RunningProgramme, nora: Viewer, priya: Viewer
) -> None:
    nominee = put_forward(nora, programme)
    says_no(priya, nominee)
    says_no(priya, nominee)
    assert progress(nora, programme) == [("Amina", "declined")]
    with pytest.raises(Conflict):
        says_yes(priya, nominee)
    assert notices("invitation") == []

    put_forward(nora, programme, days=1)

    assert progress(nora, programme) == [("Amina", "waiting")]
    assert waiting(priya, programme) == ["Amina Yusuf"]


def test_what_waits_for_a_yes_stands_on_the_programmes_first_page(
    programme: RunningProgramme, nora: Viewer, priya: Viewer
) -> None:
    def count() -> int:
        lines = programme_home(priya, programme.programme_id, now=MONDAY).lines
        return next((one.count for one in lines if one.what == "nominees"), 0)

    nominee = put_forward(nora, programme)
    put_forward(nora, programme, "Jamie")
    assert count() == 2

    says_yes(priya, nominee)

    assert count() == 1


def test_a_yes_is_held_against_what_is_asked_and_who_is_here_by_then(
    programme: RunningProgramme, nora: Viewer, priya: Viewer
) -> None:
    late = put_forward(nora, programme, "Jamie", cohort_id=a_cohort(programme))
    here = put_forward(nora, programme)
    invite(
        priya,
        programme.programme_id,
        role="mentee",
        first_name="Amina",
        surname="Yusuf",
        address="amina@example.org",
        answers={"year_group": "Year 10"},
        now=MONDAY,
    )

    with pytest.raises(Conflict, match="invited already"):
        says_yes(priya, here)
    with pytest.raises(Conflict, match="is over"):
        says_yes(priya, late, days=40)

    assert len(waiting(priya, programme)) == 2


@pytest.mark.parametrize("role", ["mentee", "mentor", "educator", "safeguarding_lead"])
def test_only_who_looks_after_people_decides(role: str, programme: RunningProgramme, nora: Viewer) -> None:
    nominee = put_forward(nora, programme)
    someone = a_person(role, programme, first_name="Rosa").viewer

    for decides in (says_yes, says_no):
        with pytest.raises(NotFound):
            decides(someone, nominee)


def test_the_latest_come_first_and_all_can_be_reached(programme: RunningProgramme, nora: Viewer) -> None:
    names = [f"Mia{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(MOST_SHOWN + 2)]
    for days, first_name in enumerate(names):
        put_forward(nora, programme, first_name, days=days)

    page = nominees_of(nora, programme.programme_id, now=MONDAY)
    rest = nominees_of(nora, programme.programme_id, before=page.next, now=MONDAY)

    shown = [one.first_name for one in (*page.nominees, *rest.nominees)]
    assert shown == names[::-1]
    assert rest.next == ""


def test_who_is_not_eligible_is_refused_with_the_reason(programme: RunningProgramme, nora: Viewer) -> None:
    with pytest.raises(Invalid, match="The programme is for years 9 and 10"):
        put_forward(nora, programme, year="Year 14")

    assert progress(nora, programme) == []


def test_nobody_is_put_forward_twice(programme: RunningProgramme, nora: Viewer, priya: Viewer) -> None:
    put_forward(nora, programme)
    nominee = put_forward(nora, programme)
    assert progress(nora, programme) == [("Amina", "waiting")]
    says_yes(priya, nominee)

    with pytest.raises(Conflict, match="put this person forward already"):
        put_forward(nora, programme)

    assert progress(nora, programme) == [("Amina", "invited")]


def test_an_educator_does_not_learn_who_is_in_the_programme_nor_as_what(
    programme: RunningProgramme, nora: Viewer, priya: Viewer, accounts: FakeAccounts
) -> None:
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

    for first_name in ("Amina", "Jamie", "Rosa"):
        put_forward(nora, programme, first_name)

    assert {state for _, state in progress(nora, programme)} == {"waiting"}


def test_what_is_withdrawn_or_sent_again_by_staff_shows(
    programme: RunningProgramme, nora: Viewer, priya: Viewer
) -> None:
    invitation = says_yes(priya, put_forward(nora, programme))
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


def test_the_page_costs_the_same_for_one_and_for_many(
    programme: RunningProgramme, nora: Viewer, priya: Viewer
) -> None:
    def cost() -> int:
        with requests_made() as made:
            nominees_of(nora, programme.programme_id, now=MONDAY)
        return len(made)

    put_forward(nora, programme)
    one = cost()
    for first_name in ("Jamie", "Rosa", "Leo", "Mia"):
        put_forward(nora, programme, first_name)

    assert cost() == one == 2
