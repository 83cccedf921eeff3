"""The board on which people are brought together: what it shows, and what staff decide on it."""

from datetime import timedelta

import pytest

from shared.conversations.never_again import are_kept_apart
from shared.matching.actions import run_matching, start_run
from shared.matching.runs import latest_run
from shared.people.wishes import Known
from shared.platform.clock import now, order
from tests.builders.clock import MONDAY
from tests.builders.people import a_person
from tests.shared.matching.builders import Cohort, a_matching_policy, people, plainly, wishing

from .browser import Answer, Browser
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")


def board_of(cohort: Cohort) -> str:
    programme_id, cohort_id = cohort.at
    return f"/programmes/{programme_id}/cohorts/{cohort_id or 'everybody'}/matching"


def opened(cohort: Cohort) -> Browser:
    browser = browser_of(cohort.coordinator)
    assert browser.get(board_of(cohort)).status == 200
    return browser


def one_of(cohort: Cohort, mentee: str) -> str:
    return f"{board_of(cohort)}/suggestions/{cohort.of(mentee).suggestion_id}"


def decide(cohort: Cohort, mentee: str, what: str, **fields: str) -> Answer:
    browser = browser_of(cohort.coordinator)
    browser.get(one_of(cohort, mentee))
    return browser.post(f"{one_of(cohort, mentee)}/{what}", **fields)


@pytest.fixture
def three(tables: None) -> Cohort:
    """Two mentors and three mentees, matched one after another: for the third there is nobody."""
    cohort = people(cohort=True)
    cohort.joins("mentor", wishing("Health"))
    cohort.joins("mentor", wishing("Music"))
    cohort.joins("mentee", wishing("Health", "Sport"))
    cohort.joins("mentee", wishing("Music"))
    cohort.joins("mentee")
    cohort.run()
    return cohort


def test_matches_are_asked_for_and_the_page_goes_on_by_itself_until_they_are_there() -> None:
    cohort = people(1, 1, cohort=True)
    browser = opened(cohort)
    assert "Find matches" in browser.last.text if browser.last else False
    key = browser.key()

    assert browser.post(board_of(cohort), key=key).status == 303
    page = browser.follow()

    assert "data-refresh=" in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert "This page goes on by itself" in page.words
    run = latest_run(*cohort.at)
    assert run is not None
    run_matching(*cohort.at, run.run_id, solver=plainly, clock=now)
    page = browser.get(board_of(cohort))
    assert "data-refresh=" not in page.text
    assert "Amina Yusuf" in page.words
    assert "Callum Reid" in page.words


def test_the_same_form_sent_twice_asks_once_and_another_waits_for_its_turn() -> None:
    cohort = people(1, 1)
    program = program_of(cohort.coordinator)

    for _ in range(2):
        assert program.post(board_of(cohort), {"key": "once"}).status == 200
    answer = program.post(board_of(cohort), {"key": "another"})

    assert (answer.status, answer.json["error"]["code"]) == (409, "under_way")


def test_every_suggestion_says_why_and_whoever_has_none_what_stands_in_the_way(three: Cohort) -> None:
    browser = opened(three)

    page = browser.get(board_of(three))
    left = browser.get(board_of(three) + "?show=left")

    assert "2 suggestions" in page.words
    assert "Both chose Health. 50 % of what the mentee would like." in page.words
    assert "1 mentee without a mentor" in page.words
    assert "Chidi Obi" in left.words
    assert "Amina" not in left.words
    programme_id = three.programme.programme_id
    row = program_of(three.coordinator).get(board_of(three) + "?show=left").json["left"][0]
    assert row["page"] == f"/programmes/{programme_id}/people/invite?role=mentor"


def test_one_is_accepted_and_the_two_write_to_each_other(three: Cohort) -> None:
    browser = opened(three)

    answer = browser.post(one_of(three, "Amina Yusuf") + "/accept")

    assert answer.status == 303
    assert answer.location.endswith(f"#s-{three.of('Amina Yusuf').suggestion_id}")
    page = browser.follow()
    assert "Introduced" in page.words
    pair_id = three.of("Amina Yusuf").pair_id
    assert f'href="/pairs/{pair_id}"' in page.text
    assert program_of(three.mentees[0]).get(f"/pairs/{pair_id}").status == 200


def test_one_that_no_longer_holds_says_why_and_stays(three: Cohort) -> None:
    key = {"mentor_id": three.of("Amina Yusuf").mentor_id, "mentee_id": three.mentees[2].person_id}
    staff = program_of(three.coordinator)
    staff.post(
        f"/programmes/{three.programme.programme_id}/pairs", {"key": "by hand", "cohort_id": "", **key}
    )
    browser = opened(three)

    answer = browser.post(one_of(three, "Amina Yusuf") + "/accept")

    assert answer.status == 403
    assert "Callum has one mentee, which is as many as the policy lets a mentor have." in answer.words
    assert "Could not be introduced: Callum has one mentee" in answer.words
    assert three.of("Amina Yusuf").state == "suggested"


def test_all_are_accepted_in_the_background(three: Cohort) -> None:
    browser = opened(three)

    assert browser.post(board_of(three) + "/accept", run_id=three.latest().run_id).status == 303
    assert "0 introduced. This goes on bit by bit" in browser.follow().words
    run_matching(*three.at, three.latest().run_id, solver=plainly, clock=now)

    page = browser.get(board_of(three))
    assert "You accepted all that were open: 2 were introduced." in page.words
    assert {one.state for one in three.suggested()} == {"accepted"}


def test_a_locked_one_is_kept_when_matches_are_looked_for_again(three: Cohort) -> None:
    browser = opened(three)
    browser.post(one_of(three, "Beth Lowe") + "/lock")
    assert "Locked" in browser.follow().words

    three.run(key="form-2", now=MONDAY + timedelta(hours=1))

    assert three.of("Beth Lowe").state == "locked"
    browser.get(board_of(three))
    browser.post(one_of(three, "Beth Lowe") + "/unlock")
    assert three.of("Beth Lowe").state == "suggested"


def test_another_mentor_is_chosen_from_those_who_have_nobody(three: Cohort) -> None:
    three.joins("mentor")
    spare = three.joins("mentor", wishing("Sport", "Health"))
    three.run(key="form-2", now=MONDAY + timedelta(hours=1))
    page = browser_of(three.coordinator).get(one_of(three, "Amina Yusuf"))
    assert "These have nobody yet" in page.words
    assert f"{spare.name} Both chose Health and Sport. 100 %" in page.words

    answer = decide(three, "Amina Yusuf", "mentor", mentor_id=spare.person_id)

    assert answer.status == 303
    changed = three.of("Amina Yusuf")
    assert (changed.mentor_name, changed.state) == (spare.name, "locked")


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("suspended", ""),
        ("wants nobody", "Ivan wants no mentee at the moment."),
        ("knows her", "Amina and Ivan may know each other"),
    ],
)
def test_whoever_may_not_be_the_mentor_is_found_with_the_reason(three: Cohort, who: str, why: str) -> None:
    wishes = {
        "suspended": wishing(),
        "wants nobody": wishing(most=0),
        "knows her": wishing(knows=(Known("Amina Yusuf", "family", "Ivan Petrov", order(MONDAY)),)),
    }[who]
    status = "suspended" if who == "suspended" else "active"
    three.joins("mentor", wishes, name="Ivan Petrov", status=status)

    found = program_of(three.coordinator).get(one_of(three, "Amina Yusuf") + "?find=ivan").json["candidates"]

    if not why:
        assert found == []
        return
    assert [(one["name"], one["may_be"]) for one in found] == [("Ivan Petrov", False)]
    assert why in found[0]["says"][0]
    answer = decide(three, "Amina Yusuf", "mentor", mentor_id=found[0]["person_id"])
    assert (answer.status, why in answer.words) == (403, True)


def test_a_mentor_who_is_suggested_for_somebody_else_is_found_with_whose_it_is(three: Cohort) -> None:
    found = program_of(three.coordinator).get(one_of(three, "Amina Yusuf") + "?find=osei").json["candidates"]

    assert [(one["name"], one["may_be"]) for one in found] == [("Grace Osei", True)]
    assert "Grace is suggested for Beth Lowe." in found[0]["says"][0]
    assert decide(three, "Amina Yusuf", "mentor", mentor_id=found[0]["person_id"]).status == 303
    assert three.of("Beth Lowe").state == "taken_apart"


def test_a_declined_couple_is_not_suggested_again_in_this_cohort(three: Cohort) -> None:
    assert decide(three, "Amina Yusuf", "decline").status == 303
    assert "Declined by Priya Nair" in opened(three).get(board_of(three)).words

    three.run(key="form-2", now=MONDAY + timedelta(hours=1))

    assert ("Callum Reid", "Amina Yusuf") not in three.couples()
    assert not are_kept_apart(
        three.programme.programme_id, *(one.person_id for one in (three.mentors[0], three.mentees[0]))
    )


def test_never_again_wants_a_reason_and_counts_by_hand_too(three: Cohort) -> None:
    ids = (three.mentors[0].person_id, three.mentees[0].person_id)
    answer = decide(three, "Amina Yusuf", "never-again", reason=" ")
    assert (answer.status, "Please write a few words" in answer.words) == (422, True)
    assert not are_kept_apart(three.programme.programme_id, *ids)

    answer = decide(three, "Amina Yusuf", "never-again", reason="They fell out last year.")

    assert answer.status == 303
    assert are_kept_apart(three.programme.programme_id, *ids)
    by_hand = program_of(three.coordinator).post(
        f"/programmes/{three.programme.programme_id}/pairs",
        {"mentor_id": ids[0], "mentee_id": ids[1], "cohort_id": "", "key": "by hand"},
    )
    assert (by_hand.status, by_hand.json["error"]["code"]) == (403, "never_again")


def test_what_was_decided_by_somebody_else_meanwhile_is_not_decided_again(three: Cohort) -> None:
    browser = opened(three)
    decide(three, "Amina Yusuf", "decline")

    answer = browser.post(one_of(three, "Amina Yusuf") + "/accept")

    assert (answer.status, "This suggestion was declined already." in answer.words) == (409, True)


def test_an_older_run_s_suggestions_are_not_there_any_more(three: Cohort) -> None:
    old = one_of(three, "Amina Yusuf")
    three.run(key="form-2", now=MONDAY + timedelta(hours=1))

    assert browser_of(three.coordinator).get(old).status == 404
    answer = program_of(three.coordinator).post(old + "/accept", {})
    assert (answer.status, answer.json["error"]["code"]) == (409, "newer")


def test_more_than_a_page_of_suggestions_goes_on(tables: None) -> None:
    cohort = people(policy=a_matching_policy(mentees_per_mentor=50))
    for letter in "AB":
        cohort.joins("mentor", name=f"Hana {letter}")
    for number in range(52):
        cohort.joins("mentee", name=f"Amina Y{number:03}")
    cohort.run()
    program = program_of(cohort.coordinator)

    first = program.get(board_of(cohort)).json
    second = program.get(f"{board_of(cohort)}?after={first['next']}").json

    assert (len(first["suggested"]), len(second["suggested"]), second["next"]) == (50, 2, "")
    assert program.get(f"{board_of(cohort)}?after=nonsense").status == 404


def test_the_board_of_a_cohort_that_is_not_there_is_not_there(three: Cohort) -> None:
    programme_id = three.programme.programme_id

    for path in ("cohorts/nowhere/matching", "cohorts/nowhere/matching/suggestions/1"):
        assert browser_of(three.coordinator).get(f"/programmes/{programme_id}/{path}").status == 404


def test_who_reads_conversations_only_brings_nobody_together(three: Cohort) -> None:
    lead = a_person("safeguarding_lead", three.programme)

    assert program_of(lead).get(board_of(three)).status == 404
    assert program_of(lead).post(one_of(three, "Amina Yusuf") + "/accept", {}).status == 404
    assert program_of(lead).post(board_of(three), {"key": "1"}).status == 404


def test_the_cohort_and_the_programme_lead_to_their_boards(three: Cohort) -> None:
    browser = browser_of(three.coordinator)
    programme_id, cohort_id = three.at

    assert f'href="{board_of(three)}"' in browser.get(f"/programmes/{programme_id}/cohorts/{cohort_id}").text
    page = browser.get(f"/programmes/{programme_id}").text
    assert f'href="/programmes/{programme_id}/cohorts/everybody/matching"' in page


def test_a_run_that_failed_says_so_and_can_be_asked_for_again() -> None:
    cohort = people(1, 1)
    run_id = start_run(cohort.coordinator.viewer, *cohort.at, key="1", now=MONDAY)
    run = latest_run(*cohort.at)
    assert run is not None
    run.update(
        [type(run).state.set("failed"), type(run).problem.set("It came to a standstill.")],
    )
    assert run.run_id == run_id

    page = opened(cohort).get(board_of(cohort))

    assert "It came to a standstill." in page.words
    assert "Find matches again" in page.words
