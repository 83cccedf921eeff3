"""Who is invited, and how: the lines NU-1, CM-1 and ST-12 of real programmes, through the routes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from shared.notices.sending import send_due
from shared.people.invitation_items import Invitation, invitations_listing
from shared.people.items import Membership, membership_key
from shared.platform.clock import now
from shared.platform.tables import find
from shared.policies.presets import load_preset
from shared.programmes.actions import create_cohort
from shared.programmes.cohorts import cohort_of
from shared.programmes.items import Place, place_key
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.fake_mailer import FakeMailer
from tests.functions.web.browser import Answer, Browser
from tests.functions.web.signed_in import browser_of
from tests.functions.web.with_accounts import a_pool, mailed
from tests.racing import just_before_it_writes
from tests.shared.people.builders import GOOD_PASSWORD


@dataclass(frozen=True)
class Programme:
    """A programme as its coordinator sees it."""

    programme_id: str
    coordinator: Someone

    @property
    def people(self) -> str:
        return f"/programmes/{self.programme_id}/people"

    @property
    def invitations(self) -> list[Invitation]:
        found = Invitation.by_listing.query(invitations_listing(self.programme_id))
        return [one for one in found if isinstance(one, Invitation)]

    def invites(self, first_name: str, role: str = "mentee", **fields: str) -> Answer:
        """Fills in the form that the page gives."""
        browser = browser_of(self.coordinator)
        browser.get(f"{self.people}/invite?role={role}&cohort_id={fields.get('cohort_id', '')}")
        return browser.post(
            f"{self.people}/invitations",
            role=role,
            first_name=first_name,
            surname="Mackay",
            address=f"{first_name.casefold()}@example.org",
            **fields,
        )


@pytest.fixture(autouse=True)
def accounts(tables: None) -> Iterator[None]:
    with a_pool():
        yield


def of_preset(preset: str) -> Programme:
    programme = a_programme(policy=load_preset(preset), now=now())
    return Programme(programme.programme_id, a_person("coordinator", programme, now=now()))


def joins(address: str) -> str:
    """Follows the link in the e-mail; gives the person's id."""
    browser, link = Browser(), mailed("invitation", address)
    page = browser.get(link)
    rules = page.text.partition('name="agreed" value="')[2].partition('"')[0]
    answer = browser.post(link, username=address.partition("@")[0], password=GOOD_PASSWORD, agreed=rules)
    assert answer.status == 303, answer.words
    (membership,) = [
        one for one in Membership.scan() if isinstance(one, Membership) and one.address == address
    ]
    return membership.person_id


# ── NU-1: year 13, and current students ────────────────────────────────────

IN_YEAR_13 = {"answer_year_group": "Year 13", "answer_entry_scheme": "yes"}


def test_nu_1_mentees_in_year_13_and_current_students_are_invited_and_their_answers_are_kept() -> None:
    ours = of_preset("university-outreach")

    assert ours.invites("Isla", school="Dundee High School", **IN_YEAR_13).status == 303
    assert ours.invites("Rory", "mentor", answer_current_student="yes").status == 303

    member = find(Membership, *membership_key(joins("isla@example.org"), ours.programme_id, "mentee"))
    assert member is not None
    assert member.answers == {"year_group": "Year 13", "entry_scheme": "yes"}
    assert member.school == "Dundee High School"


@pytest.mark.parametrize(
    ("role", "answers", "reason"),
    [
        (
            "mentee",
            IN_YEAR_13 | {"answer_year_group": "Year 12"},
            "The programme is for students in year 13.",
        ),
        (
            "mentee",
            IN_YEAR_13 | {"answer_entry_scheme": "no"},
            "The programme is for students on the university's entry scheme.",
        ),
        (
            "mentor",
            {"answer_current_student": "no"},
            "Mentors are current students of the university.",
        ),
        ("mentor", {}, "Please answer: Are they a student of the university now?"),
        ("mentee", IN_YEAR_13 | {"answer_year_group": "Year 99"}, "Please answer with “Year 11”"),
    ],
)
def test_nu_1_anyone_else_is_refused_at_invitation_with_the_reason(
    role: str, answers: dict[str, str], reason: str
) -> None:
    ours = of_preset("university-outreach")

    answer = ours.invites("Isla", role, **answers)

    assert answer.status == 422
    assert reason in answer.words
    assert "isla@example.org" in answer.text
    assert ours.invitations == []


def test_nu_1_what_was_answered_is_not_shown_to_whoever_is_invited() -> None:
    ours = of_preset("university-outreach")
    ours.invites("Isla", school="Dundee High School", **IN_YEAR_13)

    page = Browser().get(mailed("invitation", "isla@example.org"))

    assert page.status == 200
    assert "Dundee High School" not in page.text


def test_nobody_is_mentee_and_mentor_in_one_programme() -> None:
    ours = of_preset("university-outreach")
    ours.invites("Isla", **IN_YEAR_13)

    refused = ours.invites("Isla", "mentor", answer_current_student="yes")

    assert refused.status == 409
    assert "was invited as a mentee" in refused.words
    assert len(ours.invitations) == 1


# ── CM-1: room for ten, and who they are ───────────────────────────────────

RETURNER = {
    "answer_course": "Access to higher education",
    "answer_years_out": "4",
    "answer_aims_higher": "yes",
}
TEN = ("Ada", "Ben", "Cai", "Dee", "Eva", "Fay", "Gus", "Hal", "Ivy", "Jon")


def a_cohort(ours: Programme, capacity: int | None = 10) -> str:
    today = now().date()
    return create_cohort(
        ours.programme_id,
        "Autumn",
        starts_on=today,
        ends_on=today + timedelta(weeks=20),
        capacity=capacity,
        now=now(),
    )


def taken(ours: Programme, cohort_id: str) -> int:
    cohort = cohort_of(ours.programme_id, cohort_id)
    assert cohort is not None
    return int(cohort.taken)


def test_cm_1_a_cohort_takes_ten_and_refuses_the_eleventh_until_a_place_is_free() -> None:
    ours = of_preset("college-pilot")
    cohort_id = a_cohort(ours)
    for name in TEN:
        assert ours.invites(name, cohort_id=cohort_id, **RETURNER).status == 303

    refused = ours.invites("Kit", cohort_id=cohort_id, **RETURNER)

    assert refused.status == 409
    assert "Autumn is full: it has 10 places" in refused.words
    assert len(ours.invitations) == 10

    browser = browser_of(ours.coordinator)
    browser.get(f"{ours.people}/invitations")
    first = ours.invitations[0].invitation_id
    assert browser.post(f"{ours.people}/invitations/{first}/withdraw").status == 303
    assert taken(ours, cohort_id) == 9
    assert ours.invites("Kit", cohort_id=cohort_id, **RETURNER).status == 303


def test_cm_1_whoever_joins_keeps_the_place_and_stands_in_the_cohort() -> None:
    ours = of_preset("college-pilot")
    cohort_id = a_cohort(ours)
    ours.invites("Ada", cohort_id=cohort_id, **RETURNER)

    person_id = joins("ada@example.org")

    place = find(Place, *place_key(cohort_id, "mentee", person_id))
    assert place is not None
    assert place.answers == {
        "course": "Access to higher education",
        "years_out": "4",
        "aims_higher": "yes",
    }
    assert taken(ours, cohort_id) == 1


def test_cm_1_two_who_invite_to_the_last_place_at_the_same_moment_never_overfill_it() -> None:
    ours = of_preset("college-pilot")
    cohort_id = a_cohort(ours, capacity=1)

    with just_before_it_writes(lambda: ours.invites("Ada", cohort_id=cohort_id, **RETURNER)):
        second = ours.invites("Ben", cohort_id=cohort_id, **RETURNER)

    assert second.status == 409
    assert "full" in second.words
    assert taken(ours, cohort_id) == 1
    assert [one.first_name for one in ours.invitations] == ["Ada"]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (
            {"answer_course": "Another course"},
            "The pilot is for adults on one of the college's courses for returners.",
        ),
        (
            {"answer_years_out": "1"},
            "The pilot is for people who were out of study for two years or more.",
        ),
        ({"answer_years_out": "some"}, "Please answer with a whole number."),
        ({"answer_aims_higher": "no"}, "The pilot is for people who aim for higher education."),
    ],
)
def test_cm_1_the_rules_are_asked_and_an_answer_outside_them_is_refused(
    answers: dict[str, str], reason: str
) -> None:
    ours = of_preset("college-pilot")
    cohort_id = a_cohort(ours)

    refused = ours.invites("Ada", cohort_id=cohort_id, **(RETURNER | answers))

    assert refused.status == 422
    assert reason in refused.words
    assert taken(ours, cohort_id) == 0


def test_cm_1_a_cohort_that_is_over_takes_nobody() -> None:
    ours = of_preset("college-pilot")
    cohort_id = create_cohort(
        ours.programme_id, "Spring", starts_on=date(2026, 1, 5), ends_on=date(2026, 3, 27), now=now()
    )

    refused = ours.invites("Ada", cohort_id=cohort_id, **RETURNER)

    assert refused.status == 422
    assert "Spring is over" in refused.words


# ── ST-12: the invitation arrives by e-mail ────────────────────────────────


def test_st_12_an_invitation_is_sent_again_and_its_landing_page_says_what_to_do_about_spam() -> None:
    ours = of_preset("national-stem")
    answers = {"answer_age": "15", "answer_year_group": "Year 10"}
    assert ours.invites("Isla", **answers).status == 303
    mailer = FakeMailer()
    list(send_due(mailer=mailer, clock=now))
    (first,) = mailer.sent
    assert first.address == "isla@example.org"
    assert "spam" in first.written.text
    assert "not spam" in first.written.html
    assert "Mackay" not in first.written.text

    (invitation,) = ours.invitations
    invitation.update([Invitation.sent_at.set(now() - timedelta(days=2))])
    browser = browser_of(ours.coordinator)
    browser.get(f"{ours.people}/invitations")
    assert browser.post(f"{ours.people}/invitations/{invitation.invitation_id}/resend").status == 303

    page = Browser().get(mailed("invitation", "isla@example.org"))
    assert page.status == 200
    assert "mark it as “not spam”" in page.words
    assert "signpost@example.org" in page.words


def test_st_12_what_an_educator_puts_forward_is_asked_about_and_invited_once_a_coordinator_agrees() -> None:
    programme = a_programme(policy=load_preset("national-stem"), now=now())
    browser = browser_of(a_person("educator", programme, first_name="Greer", now=now()))
    nominees = f"/programmes/{programme.programme_id}/nominees"
    nominee = {"first_name": "Isla", "surname": "Mackay", "address": "isla@example.org"}
    answers = {"answer_age": "15", "answer_year_group": "Year 10"}
    assert "Which year are they in?" in browser.get(f"{nominees}/new").words

    refused = browser.post(nominees, **nominee, **(answers | {"answer_age": "21"}))
    assert refused.status == 422
    assert "aged 13 to 19" in refused.words
    assert browser.post(nominees, **nominee, **answers).status == 303

    assert "Your coordinator looks at it" in browser.get(nominees).words
    priya = browser_of(a_person("coordinator", programme, now=now()))
    nominations = f"/programmes/{programme.programme_id}/nominations"
    page = priya.get(nominations)
    assert "Isla Mackay" in page.words
    assert "Put forward by educators" in page.words
    place = re.search(rf'action="([^"]*{nominations}/[^"]+)"', page.text)
    assert place
    assert priya.post(place.group(1), decision="invite").status == 303

    assert "Invited" in browser.get(nominees).words
    assert Browser().get(mailed("invitation", "isla@example.org")).status == 200


def test_st_12_whoever_cannot_find_the_e_mail_is_told_where_to_look() -> None:
    page = Browser().get("/join")

    assert page.status == 200
    for words in ("signpost@example.org", "spam or junk", "send it again"):
        assert words in page.words
    assert 'href="/join"' in Browser().get("/sign-in").text
