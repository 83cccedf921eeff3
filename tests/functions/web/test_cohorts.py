"""Cohorts, as their staff make, fill, change and end them."""

from datetime import date, timedelta

import pytest

from shared.cohorts.planning import Written, new_cohort
from shared.cohorts.returning import mentors_in
from shared.people.items import Membership, membership_key
from shared.people.permissions import Role
from shared.platform.clock import now
from shared.platform.tables import transaction
from shared.programmes.actions import RunningProgramme, cohorts_of, create_cohort
from shared.programmes.cohorts import cohort_of, enter, take_place
from shared.programmes.items import Cohort, Place, place_key, places_listing, places_order
from shared.programmes.rules import day_of
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme

from .browser import Browser
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

YEAR = {
    "id": "year",
    "asked_of": "mentee",
    "words": "Which year are they in?",
    "choices": ["Year 9", "Year 10", "Year 12", "Year 13"],
    "accepts": ["Year 9", "Year 10", "Year 12"],
}
TODAY = day_of(now())
NEXT_TERM = TODAY + timedelta(days=30)


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme(
        "Routes into Engineering",
        policy=a_policy(
            eligibility={"questions": [YEAR]}, cohort={"weeks": 10, "capacity": 12}, retention_months=18
        ),
    )


@pytest.fixture
def owen(programme: RunningProgramme) -> Someone:
    return a_person(Role.ADMINISTRATOR, programme)


@pytest.fixture
def browser(owen: Someone) -> Browser:
    return browser_of(owen)


@pytest.fixture
def all_cohorts(programme: RunningProgramme) -> str:
    return f"/programmes/{programme.programme_id}/cohorts"


def makes(browser: Browser, all_cohorts: str, **fields: object) -> str:
    """A cohort by the form; its page."""
    browser.get(f"{all_cohorts}/new")
    given = {"name": "Spring", "starts_on": NEXT_TERM.isoformat(), "capacity": "12", "key": browser.key()}
    answer = browser.post(all_cohorts, **given | fields)
    assert answer.status == 303, answer.words
    return answer.location


def stored(page: str) -> Cohort:
    found = cohort_of(page.split("/")[2], page.split("/")[4])
    assert found is not None
    return found


def with_people(programme: RunningProgramme, page: str, *people: Someone) -> None:
    for one in people:
        cohort = stored(page)
        with transaction() as write:
            if one.role == Role.MENTEE:
                take_place(write, cohort)
            enter(
                write,
                cohort,
                person_id=one.person_id,
                role=one.role,
                first_name=one.first_name,
                surname=one.surname,
                answers={"year": "Year 12"},
                now=now(),
            )


def many_left_since(page: str, how_many: int) -> None:
    """Mentors who were in a cohort, and are not in the programme any more."""
    cohort = stored(page)
    with Place.batch_write() as batch:
        for number in range(how_many):
            batch.save(
                Place(
                    *place_key(cohort.cohort_id, Role.MENTOR, f"gone-{number:03}"),
                    programme_id=cohort.programme_id,
                    cohort_id=cohort.cohort_id,
                    person_id=f"gone-{number:03}",
                    role=Role.MENTOR,
                    first_name="Ines",
                    surname="Vale",
                    since=now(),
                    listing=places_listing(cohort.cohort_id, Role.MENTOR),
                    listing_order=places_order("Vale", "Ines", f"gone-{number:03}"),
                )
            )


def test_a_cohort_is_made_and_lasts_as_long_as_the_policy_says(browser: Browser, all_cohorts: str) -> None:
    page = makes(browser, all_cohorts)

    cohort = stored(page)
    assert (cohort.starts_on, int(cohort.capacity)) == (NEXT_TERM.isoformat(), 12)
    assert date.fromisoformat(cohort.ends_on or "") == NEXT_TERM + timedelta(weeks=10, days=-1)
    words = browser.get(page).words
    assert "12 of 12 free" in words
    assert "10 weeks" in words
    assert "18 months after the last day" in words
    assert "Spring" in browser.get(all_cohorts).words


def test_the_same_form_makes_one_cohort(
    browser: Browser, all_cohorts: str, programme: RunningProgramme
) -> None:
    browser.get(f"{all_cohorts}/new")
    key = browser.key()

    pages = {makes(browser, all_cohorts, key=key) for _ in range(2)}

    assert len(pages) == 1
    assert len(cohorts_of(programme.programme_id)) == 1


def test_what_a_cohort_accepts_and_asks_is_its_own(browser: Browser, all_cohorts: str) -> None:
    page = makes(
        browser,
        all_cohorts,
        accepts=["", "year:Year 9", "year:Year 10"],
        question_1="Have they been to one of our open days?",
        must_1="yes",
    )

    words = browser.get(page).words
    assert "Year 9, Year 10" in words
    assert "Year 12" not in words
    assert "Have they been to one of our open days? Mentees Yes" in words


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "  "}, "Please give the cohort a name"),
        ({"starts_on": "soon"}, "Please give a date, for example 2026-11-30."),
        ({"starts_on": "2099-03-01", "ends_on": "2099-02-01"}, "comes before the first, 1 March 2099"),
        ({"starts_on": "2020-01-06", "ends_on": "2020-03-01"}, "1 March 2020 has passed."),
        ({"capacity": "many"}, "Please give a whole number"),
        ({"capacity": "0"}, "A cohort needs room for one mentee at least."),
        ({"accepts": ["", "year:Year 13"]}, "Please choose among the answers that the programme accepts."),
        ({"accepts": [""]}, "Please leave at least one answer to “Which year are they in?”."),
        ({"accepts": ["", "shoe_size:42"]}, "Please choose among the answers that the programme accepts."),
    ],
)
def test_a_cohort_that_cannot_be_is_refused_in_a_sentence(
    fields: dict[str, object], sentence: str, browser: Browser, all_cohorts: str, programme: RunningProgramme
) -> None:
    browser.get(f"{all_cohorts}/new")
    given = {"name": "Spring", "starts_on": NEXT_TERM.isoformat(), "key": browser.key()}

    answer = browser.post(all_cohorts, **given | fields)

    assert answer.status == 422
    assert sentence in answer.words
    assert cohorts_of(programme.programme_id) == []


def test_a_cohort_has_no_less_room_than_people(
    browser: Browser, all_cohorts: str, programme: RunningProgramme
) -> None:
    page = makes(browser, all_cohorts)
    with_people(
        programme,
        page,
        a_person(Role.MENTEE, programme),
        a_person(Role.MENTEE, programme, first_name="Jamie", surname="Kerr"),
    )

    browser.get(f"{page}/change")
    answer = browser.post(
        f"{page}/change", name="Spring", starts_on=NEXT_TERM.isoformat(), ends_on="", capacity="1"
    )

    assert answer.status == 422
    assert "2 mentees have a place in this cohort, so it needs room for 2 at least." in answer.words
    assert "10 of 12 free" in browser.get(page).words
    assert "Kerr" in browser.get(page).words


def test_the_last_day_is_agreed_and_moved(browser: Browser, all_cohorts: str) -> None:
    page = makes(browser, all_cohorts, starts_on="2026-01-05", ends_on="2099-12-18")

    browser.get(f"{page}/end")
    yesterday = (day_of(now()) - timedelta(days=1)).isoformat()
    too_early = browser.post(f"{page}/end", last_day=yesterday)
    assert too_early.status == 422
    assert "has passed. The earliest last day is today" in too_early.words

    assert browser.post(f"{page}/end", last_day=day_of(now()).isoformat()).status == 303
    assert stored(page).ends_on == day_of(now()).isoformat()
    browser.get(f"{page}/change")
    assert browser.post(f"{page}/end", last_day="2099-07-01").status == 303
    assert "to 1 July 2099" in browser.get(page).words


def test_the_next_cohort_begins_with_the_same_settings_and_the_mentors_who_go_on(
    browser: Browser, all_cohorts: str, programme: RunningProgramme
) -> None:
    page = makes(browser, all_cohorts, accepts=["", "year:Year 9"], capacity="7")
    callum = a_person(Role.MENTOR, programme)
    hannah = a_person(Role.MENTOR, programme, first_name="Hannah", surname="Osei")
    with_people(programme, page, callum, hannah, a_person(Role.MENTEE, programme))

    form = browser.get(f"{page}/next")
    assert "Callum Reid" in form.words
    answer = browser.post(
        f"{page}/next",
        name="Summer",
        starts_on="2099-04-20",
        capacity="7",
        accepts=["", "year:Year 9"],
        returning=[callum.person_id, "0" * 26],
        key=browser.key(),
    )

    after = stored(answer.location)
    assert (int(after.capacity), int(after.taken), after.accepts) == (7, 0, {"year": ["Year 9"]})
    assert after.copied_from == stored(page).cohort_id
    assert "Callum Reid" in browser.get(f"{answer.location}?show=mentor").words
    assert "Hannah Osei" not in browser.last.words
    assert "Callum Reid" in browser.get(f"{page}?show=mentor").words
    member = Membership.get(*membership_key(callum.person_id, programme.programme_id, Role.MENTOR))
    assert member.cohort_id == after.cohort_id


def test_what_a_program_leaves_out_of_the_next_cohort_stays_as_in_the_one_before(
    browser: Browser, all_cohorts: str, owen: Someone
) -> None:
    page = makes(browser, all_cohorts, accepts=["", "year:Year 9"], capacity="7")
    written = Written(name="Summer", starts_on="2099-04-20")
    before = stored(page)

    made = new_cohort(
        owen.viewer, before.programme_id, written, copy_of=before.cohort_id, key="form-9", now=now()
    )

    after = stored(f"{all_cohorts}/{made}")
    assert (int(after.capacity), after.accepts) == (7, {"year": ["Year 9"]})
    assert after.ends_on == "2099-06-28"


def test_a_program_that_accepts_no_answer_at_all_is_refused(all_cohorts: str, owen: Someone) -> None:
    given = {"name": "Summer", "starts_on": "2099-04-20", "key": "form-1"}

    refused = program_of(owen).post(all_cohorts, given | {"accepts": []})

    assert refused.status == 422
    assert "Please leave at least one answer" in refused.text
    assert program_of(owen).post(all_cohorts, given).status == 201


def test_all_mentors_of_a_large_cohort_go_on_together(
    browser: Browser, all_cohorts: str, programme: RunningProgramme
) -> None:
    page = makes(browser, all_cohorts)
    many_left_since(page, 200)
    last = a_person(Role.MENTOR, programme, first_name="Ines", surname="Zwick")
    with_people(programme, page, last)

    form = browser.get(f"{page}/next")
    assert "There are more than 200 mentors in Spring" in form.words
    answer = browser.post(
        f"{page}/next", name="Summer", starts_on="2099-04-20", everybody="yes", key=browser.key()
    )

    assert list(mentors_in(stored(answer.location).cohort_id)) == [last.person_id]


def test_staff_who_do_not_manage_people_see_cohorts_and_change_none(
    browser: Browser, all_cohorts: str, programme: RunningProgramme
) -> None:
    page = makes(browser, all_cohorts)
    morag = browser_of(a_person(Role.SAFEGUARDING_LEAD, programme))

    assert "Change it" not in morag.get(page).words
    for form in ("change", "next", "end"):
        assert morag.get(f"{page}/{form}").status == 404
    assert morag.get(f"{all_cohorts}/new").status == 404


def answered(someone: Someone, **answers: str) -> Someone:
    """This was answered about somebody before they came in."""
    key = membership_key(someone.person_id, someone.programme_id, someone.role)
    Membership.get(*key).update([Membership.answers.set(answers)])
    return someone


def test_somebody_who_is_here_is_looked_for_and_put_into_a_cohort(
    browser: Browser, all_cohorts: str, programme: RunningProgramme
) -> None:
    amina = answered(a_person(Role.MENTEE, programme), year="Year 9")
    first = makes(browser, all_cohorts, capacity="1")
    browser.get(f"{all_cohorts}/new")
    second = makes(browser, all_cohorts, name="Evenings", key=browser.key(), accepts=["", "year:Year 9"])

    for page in (first, second):
        assert "Amina Yusuf" in browser.get(f"{page}/add?find=yus").words
        added = browser.post(f"{page}/people", person_id=amina.person_id, role="mentee")
        assert added.status == 303, added.words
        assert "Amina Yusuf" in browser.follow().words

    assert "Amina Yusuf" not in browser.get(first).words
    assert "1 of 1 free" in browser.last.words
    assert "In it already" in browser.get(f"{second}/add?find=amina").words


def test_nobody_is_put_into_a_cohort_that_is_full_or_over_or_not_for_them(
    browser: Browser, all_cohorts: str, programme: RunningProgramme
) -> None:
    amina = answered(a_person(Role.MENTEE, programme), year="Year 9")
    jamie = answered(a_person(Role.MENTEE, programme, first_name="Jamie", surname="Kerr"), year="Year 12")
    page = makes(browser, all_cohorts, capacity="1", accepts=["", "year:Year 12"])

    browser.get(f"{page}/add")
    refused = browser.post(f"{page}/people", person_id=amina.person_id, role="mentee")
    assert refused.status == 403
    assert "Amina can’t be in Spring." in refused.words
    assert browser.post(f"{page}/people", person_id="0" * 26, role="mentee").status == 422
    assert browser.post(f"{page}/people", person_id=jamie.person_id, role="coordinator").status == 422
    assert browser.post(f"{page}/people", person_id=jamie.person_id, role="mentee").status == 303

    rory = answered(a_person(Role.MENTEE, programme, first_name="Rory", surname="Boyd"), year="Year 12")
    browser.get(f"{page}/add")
    full = browser.post(f"{page}/people", person_id=rory.person_id, role="mentee")
    assert full.status == 409
    assert "Spring is full." in full.words
    over = create_cohort(
        programme.programme_id,
        "Long ago",
        starts_on=TODAY - timedelta(days=90),
        ends_on=TODAY - timedelta(days=1),
        now=now(),
    )
    browser.get(f"{page}/add")
    late = browser.post(f"{all_cohorts}/{over}/people", person_id=rory.person_id, role="mentee")
    assert late.status == 409
    assert "Long ago is over" in late.words
