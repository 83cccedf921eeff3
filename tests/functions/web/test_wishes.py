"""Saying who would suit: by mentees and mentors on their own page, and by staff for them."""

from dataclasses import dataclass
from datetime import date

import pytest

from shared.audit.items import Waiting
from shared.conversations.never_again import Named, keep_apart, kept_apart
from shared.people.items import Membership, membership_key
from shared.people.wishes import Wishes
from shared.platform.clock import now
from shared.platform.tables import transaction
from shared.policies.presets import load_preset
from shared.programmes.actions import RunningProgramme, create_cohort
from shared.programmes.cohorts import cohort_of, enter
from shared.programmes.items import Programme, programme_key
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme

from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

ABOUT_HANNAH = "I design bridges, and I came to it late."


@dataclass(frozen=True)
class World:
    programme: RunningProgramme
    coordinator: Someone
    mentor: Someone
    mentee: Someone
    cohort_id: str

    def own(self, someone: Someone) -> str:
        return f"/taking-part/{someone.programme_id}/matching"

    def theirs(self, someone: Someone) -> str:
        return f"/programmes/{someone.programme_id}/people/{someone.person_id}/wishes?as={someone.role}"


@pytest.fixture
def world(tables: None) -> World:
    """A programme that lets mentees ask for a mentor: two mentees each, and a language in common."""
    programme = a_programme(policy=load_preset("virtual-sessions"))
    cohort_id = create_cohort(
        programme.programme_id, "Winter", starts_on=date(2026, 11, 2), ends_on=None, now=now()
    )
    return World(
        programme,
        a_person("coordinator", programme),
        in_cohort(
            a_person("mentor", programme, first_name="Hannah", surname="Osei", cohort_id=cohort_id), cohort_id
        ),
        in_cohort(a_person("mentee", programme, cohort_id=cohort_id), cohort_id),
        cohort_id,
    )


def in_cohort(someone: Someone, cohort_id: str) -> Someone:
    cohort = cohort_of(someone.programme_id, cohort_id)
    assert cohort is not None
    with transaction() as write:
        enter(
            write,
            cohort,
            person_id=someone.person_id,
            role=someone.role,
            first_name=someone.first_name,
            surname=someone.surname,
            now=now(),
        )
    return someone


def wished(someone: Someone) -> Wishes:
    return Membership.get(*membership_key(someone.person_id, someone.programme_id, someone.role)).wished


def recorded() -> list[tuple[str, str]]:
    return [(one.what, one.by_name) for one in Waiting.scan() if isinstance(one, Waiting)]


def shows_herself(world: World, **more: str | list[str]) -> None:
    browser = browser_of(world.mentor)
    browser.get(world.own(world.mentor))
    answer = browser.post(world.own(world.mentor), is_shown="yes", answer_sector="Engineering", **more)
    assert answer.status == 303
    key = membership_key(world.mentor.person_id, world.programme.programme_id, "mentor")
    Membership.get(*key).update([Membership.about_me.set(ABOUT_HANNAH)])


def test_a_mentee_says_what_they_would_like_and_changes_it(world: World) -> None:
    browser = browser_of(world.mentee)
    page = browser.get(world.own(world.mentee))
    assert "Where would you like to work?" in page.words
    assert "How many mentees" not in page.words

    browser.post(
        world.own(world.mentee),
        answer_sector=["Engineering", "Technology"],
        answer_region="Wales",
        answer_language=["English", "Welsh"],
    )
    assert "What you said is kept" in browser.follow().words
    browser.post(world.own(world.mentee), answer_sector=["Law"])

    assert wished(world.mentee).preferences == {"sector": ("Law",)}
    assert recorded() == [], "nothing is recorded of what somebody says of themselves"


def test_a_mentor_wants_fewer_mentees_than_the_policy_lets_them_have(world: World) -> None:
    browser = browser_of(world.mentor)
    browser.get(world.own(world.mentor))

    browser.post(world.own(world.mentor), most="1", is_shown="yes")
    browser.follow()

    assert (wished(world.mentor).most, wished(world.mentor).is_shown) == (1, True)
    for wrong in ("3", "-1", "many", "²"):
        answer = browser.post(world.own(world.mentor), most=wrong)
        assert (answer.status, "Please choose a number up to 2." in answer.words) == (422, True)
    assert wished(world.mentor).most == 1


@pytest.mark.parametrize(
    "body",
    [
        {"answers": {"sector": ["Piracy"]}},
        {"answers": {"nothing": ["Law"]}},
        {"mentors": ["0" * 26]},
        {"mentors": ["1", "2", "3", "4"]},
    ],
)
def test_what_is_not_offered_is_refused(world: World, body: dict[str, object]) -> None:
    answer = program_of(world.mentee).post(world.own(world.mentee), body)

    assert answer.status == 422
    assert wished(world.mentee) == Wishes()


def test_a_mentee_asks_for_a_mentor_who_is_shown_and_sees_no_more_than_that(world: World) -> None:
    shows_herself(world)
    browser = browser_of(world.mentee)
    browser.get(world.own(world.mentee))
    browser.post(world.own(world.mentee), answer_sector="Engineering")

    page = browser.follow()

    assert "Hannah" in page.words
    assert ABOUT_HANNAH in page.words
    assert "Also chose Engineering" in page.words
    seen = program_of(world.mentee).get(world.own(world.mentee)).text
    assert "Osei" not in page.text + seen
    assert "@example.org" not in page.text + seen
    browser.post(world.own(world.mentee), mentors=world.mentor.person_id)
    assert wished(world.mentee).mentors == (world.mentor.person_id,)


def test_what_no_person_read_is_not_shown_where_a_person_reads_everything_first(world: World) -> None:
    shows_herself(world)
    item = Programme.get(*programme_key(world.programme.programme_id))
    item.policy = {**item.policy, "moderation": {**item.policy["moderation"], "mode": "brokered"}}
    item.save()

    (shown,) = program_of(world.mentee).get(world.own(world.mentee)).json["form"]["mentors"]

    assert (shown["first_name"], shown["about_me"]) == ("Hannah", "")


def test_a_mentor_who_did_not_choose_to_be_shown_is_not(world: World) -> None:
    assert program_of(world.mentee).get(world.own(world.mentee)).json["form"]["mentors"] == []


def test_where_the_policy_shows_nobody_nobody_can_be_asked_for(tables: None) -> None:
    programme = a_programme(policy=load_preset("brokered"))
    mentor = a_person("mentor", programme)

    answer = program_of(mentor).post(f"/taking-part/{programme.programme_id}/matching", {"is_shown": "yes"})

    assert answer.status == 200
    assert wished(mentor).is_shown is False


def test_whoever_a_mentee_knows_or_is_kept_from_is_not_shown_to_them(world: World) -> None:
    shows_herself(world)
    mentee = program_of(world.mentee)
    mentee.post(world.own(world.mentee) + "/names", {"name": "Ms Osei", "how": "school"})
    assert mentee.get(world.own(world.mentee)).json["form"]["mentors"] == []

    other = in_cohort(
        a_person("mentee", world.programme, first_name="Rosa", cohort_id=world.cohort_id), world.cohort_id
    )
    assert len(program_of(other).get(world.own(other)).json["form"]["mentors"]) == 1
    with transaction() as write:
        keep_apart(
            write,
            world.programme.programme_id,
            mentor=Named(world.mentor.person_id, world.mentor.name),
            mentee=Named(other.person_id, other.name),
            reason="They could not agree last year.",
            by=world.coordinator.viewer,
            now=now(),
        )
    assert program_of(other).get(world.own(other)).json["form"]["mentors"] == []


def test_a_name_is_kept_and_only_staff_take_it_away(world: World) -> None:
    browser = browser_of(world.mentee)
    browser.get(world.own(world.mentee))
    browser.post(world.own(world.mentee) + "/names", name="Mrs Osei", how="school")
    assert "Mrs Osei" in browser.follow().words
    browser.post(world.own(world.mentee) + "/names", name="mrs osei", how="family")
    browser.follow()
    browser.post(world.own(world.mentee), answer_sector="Law")
    assert [one.name for one in wished(world.mentee).knows] == ["Mrs Osei"], "it outlives other changes"

    staff = browser_of(world.coordinator)
    assert "Said by Amina Yusuf" in staff.get(world.theirs(world.mentee)).words
    staff.post(
        world.theirs(world.mentee).replace("?as=mentee", "/names/take-away"), taken="Mrs Osei", role="mentee"
    )

    assert wished(world.mentee).knows == ()
    assert recorded() == [("changed_wishes", "Priya Nair")]


@pytest.mark.parametrize(
    ("name", "how"), [("", "school"), ("Mrs Osei", ""), ("Mrs Osei", "enemy"), ("x" * 200, "family")]
)
def test_a_name_that_cannot_be_taken_is_shown_again(world: World, name: str, how: str) -> None:
    browser = browser_of(world.mentee)
    browser.get(world.own(world.mentee))

    answer = browser.post(world.own(world.mentee) + "/names", name=name, how=how)

    assert answer.status == 422
    assert wished(world.mentee).knows == ()


def test_there_is_an_end_to_the_names(world: World) -> None:
    mentee = program_of(world.mentee)
    for number in range(10):
        assert (
            mentee.post(
                world.own(world.mentee) + "/names", {"name": f"Miss {'abcdefghij'[number]}", "how": "known"}
            ).status
            == 200
        )

    answer = mentee.post(world.own(world.mentee) + "/names", {"name": "Miss Kay", "how": "known"})

    assert (answer.status, answer.json["error"]["fields"][0]["field"]) == (422, "name")


def test_staff_enter_it_for_somebody_and_that_is_recorded(world: World) -> None:
    browser = browser_of(world.coordinator)
    browser.get(world.theirs(world.mentor))

    browser.post(world.theirs(world.mentor).partition("?")[0], role="mentor", answer_sector="Law", most="1")

    assert browser.follow().status == 200
    assert (wished(world.mentor).preferences, wished(world.mentor).most) == ({"sector": ("Law",)}, 1)
    assert recorded() == [("changed_wishes", "Priya Nair")]
    browser.post(world.theirs(world.mentor).partition("?")[0], role="mentor", answer_sector="Law", most="1")
    assert browser.follow().status == 200
    assert len(recorded()) == 1, "nothing changed"


def test_two_who_are_kept_apart_stand_with_the_reason_for_staff_until_it_is_taken_back(world: World) -> None:
    with transaction() as write:
        keep_apart(
            write,
            world.programme.programme_id,
            mentor=Named(world.mentor.person_id, world.mentor.name),
            mentee=Named(world.mentee.person_id, world.mentee.name),
            reason="They could not agree last year.",
            by=world.coordinator.viewer,
            now=now(),
        )
    browser = browser_of(world.coordinator)
    for someone, other in ((world.mentor, world.mentee), (world.mentee, world.mentor)):
        page = browser.get(world.theirs(someone))
        assert f"{other.name} : They could not agree last year." in page.words
    for someone in (world.mentor, world.mentee):
        assert "could not agree" not in program_of(someone).get(world.own(someone)).text

    end = world.theirs(world.mentee).replace("?as=mentee", "/apart/end")
    assert browser.post(end, other_id=world.mentor.person_id, role="mentee").status == 303

    assert list(kept_apart(world.programme.programme_id)) == []
    browser.follow()
    assert browser.post(end, other_id=world.mentor.person_id, role="mentee").status == 303, (
        "twice is harmless"
    )


def test_who_only_reads_changes_nothing_and_nobody_changes_their_own_as_staff(world: World) -> None:
    lead = a_person("safeguarding_lead", world.programme)
    assert "Keep it" not in browser_of(lead).get(world.theirs(world.mentee)).words

    answer = program_of(lead).post(world.theirs(world.mentee).partition("?")[0], {})

    assert answer.status == 404
