"""Lines of docs/programmes.md about organisations, programmes and cohorts, through the routes."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from shared.conversations.actions import check_message
from shared.filtering import check
from shared.people.cognito import CognitoAccounts
from shared.people.items import Membership, membership_key
from shared.people.permissions import Role
from shared.platform.clock import now
from shared.policies.people import Consents, Vetting
from shared.policies.presets import load_preset
from shared.programmes.actions import RunningProgramme, create_cohort
from shared.programmes.rules import day_of
from tests.builders.conversations import WITH_A_NUMBER, TwoWhoWrite, a_message, a_pair, put_in_cohort
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.functions.web.browser import Answer, Browser
from tests.functions.web.signed_in import browser_of, program_of
from tests.functions.web.with_accounts import a_pool, mailed
from tests.shared.people.builders import GOOD_PASSWORD

pytestmark = pytest.mark.usefixtures("tables")

LETTERS = {
    "pending": "I have finished my personal statement and I am a bit proud of it.",
    "delivered": "Which of the two courses would you choose if you could start again?",
    "held": WITH_A_NUMBER,
    "returned": "My timetable is on https://timetable.example.org if you would like to see it.",
    "declined": "Come and find me at the open day, I will wait by the gate.",
}


def a_programme_of(preset: str, name: str = "Routes to University") -> RunningProgramme:
    """One that goes by the preset, where nobody has to show anything before they write."""
    policy = load_preset(preset).model_copy(update={"vetting": Vetting(), "consents": Consents(link_days=30)})
    return a_programme(name, policy=policy)


def in_cohort(pair: TwoWhoWrite, cohort_id: str, **answers: str) -> None:
    """The pair is one of the cohort, and this was answered about its mentee."""
    put_in_cohort(pair, cohort_id)
    member = Membership.get(*membership_key(pair.mentee.person_id, pair.programme_id, Role.MENTEE))
    member.update([Membership.answers.set(answers), Membership.cohort_id.set(cohort_id)])


def writes(someone: Someone, pair: TwoWhoWrite, text: str) -> Answer:
    browser = browser_of(someone)
    browser.get(f"/pairs/{pair.pair_id}")
    return browser.post(f"/pairs/{pair.pair_id}/messages", text=text, key="form-1")


# ── NU-4 ───────────────────────────────────────────────────────────────────


def test_nu_4_coordinators_see_every_message_of_their_programme_and_nothing_of_anothers() -> None:
    ours, theirs = a_programme_of("university-outreach"), a_programme_of("university-outreach", "Other Roads")
    pair = a_pair(programme=ours)
    messages = {state: a_message(pair, text, state=state) for state, text in LETTERS.items()}
    priya = program_of(a_person(Role.COORDINATOR, ours))
    ruth = program_of(
        a_person(Role.COORDINATOR, theirs, first_name="Ruth", surname="Bell", address="ruth@example.org")
    )

    seen = priya.get(f"/pairs/{pair.pair_id}").json["letters"]
    assert sorted(one["text"] for one in seen) == sorted(LETTERS.values())

    held = f"/moderation/{pair.pair_id}/{messages['held'].message_id}"
    assert priya.get(held).status == 200
    for place in (
        f"/pairs/{pair.pair_id}",
        held,
        *(
            f"/programmes/{ours.programme_id}{part}"
            for part in ("/moderation", "/pairs", "/people", "/cohorts", "/concerns")
        ),
    ):
        assert ruth.get(place).status == 404, place
    assert ruth.get(f"/programmes/{theirs.programme_id}/pairs").json["rows"] == []


# ── ST-5 ───────────────────────────────────────────────────────────────────


@pytest.fixture
def accounts() -> Iterator[CognitoAccounts]:
    with a_pool() as accounts:
        yield accounts


def joins(address: str, username: str) -> Browser:
    """Somebody accepts the invitation that was mailed to them."""
    browser = Browser()
    link = mailed("invitation", address)
    page = browser.get(link)
    version = page.text.partition('name="agreed" value="')[2].partition('"')[0]
    answer = browser.post(link, username=username, password=GOOD_PASSWORD, agreed=version)
    assert answer.status == 303, answer.words
    return browser


def test_st_5_platform_staff_and_partner_staff_both_read_the_programme_and_nobody_reads_anothers(
    accounts: CognitoAccounts,
) -> None:
    """Staff of a partner are members of the programme, as the platform's own are; of another programme of the
    same partner they see nothing."""
    together, partners_own = a_programme_of("national-stem"), a_programme_of("national-stem", "Partner Only")
    pair = a_pair(programme=together)
    a_message(pair, LETTERS["delivered"], state="delivered")
    a_message(pair, LETTERS["held"], state="held", by="mentor")
    owen = browser_of(a_person(Role.ADMINISTRATOR, together))
    people = f"/programmes/{together.programme_id}/people"
    for first_name, address in (
        ("Freya", "freya@platform.example.org"),
        ("Iain", "iain@partner.example.org"),
    ):
        owen.get(f"{people}/invite")
        invited = owen.post(
            f"{people}/invitations",
            role="coordinator",
            first_name=first_name,
            surname="Ross",
            address=address,
        )
        assert invited.status == 303

    platform = joins("freya@platform.example.org", "freya.ross")
    partner = joins("iain@partner.example.org", "iain.ross")

    for staff in (platform, partner):
        words = staff.get(f"/pairs/{pair.pair_id}").words
        assert LETTERS["delivered"] in words
        assert LETTERS["held"] in words
        assert staff.get(f"/programmes/{partners_own.programme_id}/pairs").status == 404
    of_the_partner = program_of(
        a_person(Role.COORDINATOR, partners_own, address="una@partner.example.org", username="una")
    )
    assert of_the_partner.get(f"/pairs/{pair.pair_id}").status == 404


# ── ST-1 ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("year", "strand"),
    [("Year 9", 0), ("Year 11", 0), ("S4", 0), ("Year 12", 1), ("S6", 1)],
)
def test_st_1_topics_follow_the_year_group(year: str, strand: int) -> None:
    programme = a_programme_of("national-stem")
    first, second = load_preset("national-stem").eligibility.strands
    ours, others = ((first, second), (second, first))[strand]
    pair = a_pair(programme=programme)
    cohort_id = create_cohort(programme.programme_id, "Autumn", starts_on=date(2026, 10, 5), now=now())
    in_cohort(pair, cohort_id, year_group=year)

    for someone in (pair.mentee, pair.mentor):
        words = browser_of(someone).get(f"/pairs/{pair.pair_id}").words
        assert "What you might talk about" in words
        assert all(topic in words for topic in ours.topics)
        assert not any(topic in words for topic in others.topics if topic not in ours.topics)


def test_st_1_a_cohort_lasts_ten_weeks() -> None:
    programme = a_programme_of("national-stem")
    priya = program_of(a_person(Role.COORDINATOR, programme))
    first = day_of(now()) + timedelta(days=14)

    made = priya.post(
        f"/programmes/{programme.programme_id}/cohorts",
        {"name": "Spring", "starts_on": first.isoformat(), "key": "form-1"},
    )

    assert made.status == 201, made.text
    assert made.json["weeks"] == 10
    assert made.json["cohort"]["ends_on"] == (first + timedelta(weeks=10, days=-1)).isoformat()


def test_st_1_after_its_last_day_nobody_writes_and_everybody_can_read() -> None:
    programme = a_programme_of("national-stem")
    pair = a_pair(programme=programme)
    a_message(pair, LETTERS["delivered"], state="delivered", by="mentor")
    yesterday = day_of(now()) - timedelta(days=1)
    cohort_id = create_cohort(
        programme.programme_id,
        "Autumn",
        starts_on=yesterday - timedelta(weeks=10),
        ends_on=yesterday,
        now=now(),
    )
    in_cohort(pair, cohort_id, year_group="Year 10")

    refused = writes(pair.mentee, pair, LETTERS["pending"])
    assert refused.status == 409
    assert "This conversation has ended" in refused.words
    for someone in (pair.mentee, pair.mentor, a_person(Role.COORDINATOR, programme)):
        words = browser_of(someone).get(f"/pairs/{pair.pair_id}").words
        assert "This conversation has ended" in words
        assert LETTERS["delivered"] in words
    assert "This conversation has ended. You can still read it." in browser_of(pair.mentee).get("/").words
    priya = browser_of(a_person(Role.COORDINATOR, programme, first_name="Nia", surname="Rees"))
    page = f"/programmes/{programme.programme_id}/cohorts/{cohort_id}"
    assert "They are kept until" in priya.get(page).words

    priya.get(f"{page}/end")
    later = (day_of(now()) + timedelta(days=7)).isoformat()
    assert priya.post(f"{page}/end", last_day=later).status == 303
    assert writes(pair.mentee, pair, LETTERS["pending"]).status == 303


def test_st_1_what_was_written_on_the_last_day_and_checked_after_it_is_read_by_a_person() -> None:
    programme = a_programme_of("national-stem")
    pair = a_pair(programme=programme)
    today = day_of(now())
    cohort_id = create_cohort(
        programme.programme_id, "Autumn", starts_on=today - timedelta(weeks=10), ends_on=today, now=now()
    )
    in_cohort(pair, cohort_id, year_group="Year 10")
    message = a_message(pair, LETTERS["pending"])

    checked = check_message(pair.pair_id, message.message_id, checker=check, now=now() + timedelta(days=1))

    assert checked.state == "held"
