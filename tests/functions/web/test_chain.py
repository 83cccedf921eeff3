"""The pages about who is told of concerns."""

from typing import Any

import pytest

from shared.platform.clock import now
from shared.programmes.actions import RunningProgramme, load_programme
from shared.safeguarding.chain.checking import check_chain
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.outbox import written

from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme()


@pytest.fixture
def morag(programme: RunningProgramme) -> Someone:
    return a_person("safeguarding_lead", programme)


@pytest.fixture
def priya(programme: RunningProgramme) -> Someone:
    return a_person("coordinator", programme)


def chain_of(programme: RunningProgramme) -> str:
    return f"/programmes/{programme.programme_id}/chain"


FORM: dict[str, Any] = {
    "version": "1",
    "step_1": ["role:safeguarding_lead"],
    "step_2": ["role:safeguarding_lead", "role:coordinator"],
    "immediate_minutes": "15",
    "immediate_counts": "always",
    "high_minutes": "60",
    "high_counts": "always",
    "medium_minutes": "240",
    "medium_counts": "working_time",
    "low_minutes": "480",
    "low_counts": "working_time",
    "monday_opens": "09:00",
    "monday_closes": "17:00",
    "bank_holidays": "scotland",
    "closed_on": "2026-12-24",
    "reason": "We work on Mondays only.",
}


def test_the_page_says_who_would_be_told_on_a_friday_night(
    programme: RunningProgramme, morag: Someone, priya: Someone
) -> None:
    page = browser_of(priya).get(chain_of(programme) + "?at=2026-11-27T23:00")

    assert page.status == 200
    assert "out of working hours" in page.words
    assert morag.name in page.words
    assert "Change who is told" not in page.words


def test_a_moment_that_is_none_is_refused_in_words(programme: RunningProgramme, morag: Someone) -> None:
    answer = program_of(morag).get(chain_of(programme) + "?at=tomorrow")

    assert (answer.status, answer.json["error"]["code"]) == (422, "no_moment")


def test_a_chain_is_changed_without_any_script(
    programme: RunningProgramme, morag: Someone, priya: Someone
) -> None:
    browser = browser_of(morag)
    page = browser.get(chain_of(programme) + "/change")
    assert 'value="role:safeguarding_lead" checked' in page.text

    browser.post(chain_of(programme) + "/change", **FORM)
    assert browser.follow().status == 200

    policy = load_programme(programme.programme_id).policy
    assert list(policy.working_time.days) == ["monday"]
    assert policy.escalation.acknowledge_within["low"].counts == "working_time"


def test_a_program_changes_it_too(programme: RunningProgramme, morag: Someone, priya: Someone) -> None:
    answer = program_of(morag).post(chain_of(programme) + "/change", {**FORM, "version": 1})

    assert (answer.status, answer.json) == (200, {"policy_version": 2})


def test_what_cannot_be_saved_is_shown_again_with_every_reason(
    programme: RunningProgramme, morag: Someone, priya: Someone
) -> None:
    browser = browser_of(morag)
    browser.get(chain_of(programme) + "/change")
    wrong = {**FORM, "step_1": [], "step_2": ["role:deputy"], "immediate_counts": "working_time"}

    page = browser.post(chain_of(programme) + "/change", **wrong)

    assert page.status == 422
    for said in ("Please fill in step 1", "Nobody on the staff is deputy", "always runs"):
        assert said in page.words
    assert 'value="role:deputy" checked' in page.text
    assert "We work on Mondays only." in page.words
    assert load_programme(programme.programme_id).policy_version == 1


def test_a_chain_without_anybody_is_refused(programme: RunningProgramme, morag: Someone) -> None:
    form = {name: value for name, value in FORM.items() if not name.startswith("step_")}

    answer = program_of(morag).post(chain_of(programme) + "/change", {**form, "version": 1})

    assert (answer.status, answer.json["error"]["code"]) == (422, "no_chain")


def test_days_away_are_noted_and_forgotten(
    programme: RunningProgramme, morag: Someone, priya: Someone
) -> None:
    browser = browser_of(morag)
    browser.get(chain_of(programme) + "/away")
    days = {"first_day": "2099-07-01", "last_day": "2099-07-14"}
    browser.post(chain_of(programme) + "/away", person_id=morag.person_id, stand_in=priya.person_id, **days)
    page = browser.follow()
    assert "1 to 14 July 2099" in page.words

    browser.post(chain_of(programme) + "/away/end", person_id=morag.person_id)

    assert "Nobody is away" in browser.follow().words


def test_days_that_make_no_sense_are_shown_again(programme: RunningProgramme, morag: Someone) -> None:
    browser = browser_of(morag)
    browser.get(chain_of(programme) + "/away")

    page = browser.post(
        chain_of(programme) + "/away",
        person_id=morag.person_id,
        first_day="2099-07-14",
        last_day="2099-07-01",
    )

    assert page.status == 422
    assert "comes before the first" in page.words
    assert 'value="2099-07-14"' in page.text


def test_a_test_is_sent_once_and_its_fate_shown(
    programme: RunningProgramme, morag: Someone, priya: Someone
) -> None:
    browser = browser_of(morag)
    browser.get(chain_of(programme) + "/test")
    key, token = browser.key(), browser.token()
    for _ in range(2):
        browser.post(chain_of(programme) + "/test", key=key, csrf=token)

    page = browser.follow()

    assert page.words.count("On its way") == 2
    assert len(written()) == 2


def test_the_first_page_of_staff_says_that_the_chain_has_a_gap(
    programme: RunningProgramme, priya: Someone
) -> None:
    browser = browser_of(priya)
    assert "See what to mend" not in browser.get("/").words

    check_chain(programme.programme_id, now=now())

    assert "See what to mend" in browser.get("/").words


def test_mentors_and_staff_of_another_programme_find_no_such_pages(programme: RunningProgramme) -> None:
    mentor = a_person("mentor", programme)
    outsider = a_person("administrator", a_programme("Chess by Post"))
    for someone in (mentor, outsider):
        for page in ("", "/change", "/away", "/test"):
            assert program_of(someone).get(chain_of(programme) + page).status == 404
        for page, form in (("/change", {**FORM, "version": 1}), ("/test", {"key": "form-1"})):
            assert program_of(someone).post(chain_of(programme) + page, form).status == 404
