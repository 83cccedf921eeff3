"""Asking for suggestions, and deciding on them."""

from datetime import timedelta

import pytest

from shared.conversations.items import Couple, Pair, couple_key, pair_key
from shared.conversations.never_again import are_kept_apart
from shared.conversations.pairing import pair_up
from shared.matching.actions import (
    accept,
    change_mentor,
    decline,
    lock,
    never_again,
    start_run,
    unlock,
)
from shared.matching.board import suggestion_page
from shared.people.items import Membership, membership_key
from shared.platform.errors import Conflict, Invalid, NotFound, Refused
from tests.builders.clock import MONDAY
from tests.builders.conversations import a_pair
from tests.builders.people import a_person

from .builders import Cohort, a_matching_policy, people

pytestmark = pytest.mark.usefixtures("tables")
LATER = MONDAY + timedelta(hours=1)


def ids(cohort: Cohort, mentee: str) -> tuple[str, str, str]:
    return (*cohort.at, cohort.of(mentee).suggestion_id)


# ── Asking ─────────────────────────────────────────────────────────────────


def test_the_people_of_a_cohort_are_suggested_to_each_other() -> None:
    cohort = people(1, 1, cohort=True)

    run = cohort.run()

    assert (run.state, run.progress, run.suggested, run.cohort_name) == ("done", 100, 1, "Autumn 2026")
    assert cohort.couples() == {("Callum Reid", "Amina Yusuf")}
    assert run.due is None


def test_nobody_of_another_cohort_is_suggested() -> None:
    cohort = people(1, 1, cohort=True)
    a_person("mentor", cohort.programme, first_name="Zoe", surname="Hart")
    a_person("mentee", cohort.programme, first_name="Yan", surname="Li")

    cohort.run()

    assert cohort.couples() == {("Callum Reid", "Amina Yusuf")}


def test_a_form_sent_twice_asks_once() -> None:
    cohort = people(1, 1)

    first, second = (
        start_run(cohort.coordinator.viewer, *cohort.at, key="form-1", now=now) for now in (MONDAY, LATER)
    )

    assert first == second


def test_there_is_one_run_at_a_time() -> None:
    cohort = people(1, 1)
    start_run(cohort.coordinator.viewer, *cohort.at, key="form-1", now=MONDAY)

    with pytest.raises(Conflict, match="being looked for anew"):
        start_run(cohort.coordinator.viewer, *cohort.at, key="form-2", now=LATER)


def test_only_those_who_pair_people_may_ask() -> None:
    cohort = people(1, 1)

    with pytest.raises(NotFound):
        start_run(cohort.mentors[0].viewer, *cohort.at, key="form-1", now=MONDAY)
    with pytest.raises(NotFound):
        start_run(cohort.coordinator.viewer, cohort.at[0], "no-such-cohort", key="form-1", now=MONDAY)


def test_nobody_is_matched_in_a_cohort_that_is_over() -> None:
    cohort = people(1, 1, cohort=True)

    with pytest.raises(Refused, match="Autumn 2026 is over"):
        start_run(cohort.coordinator.viewer, *cohort.at, key="form-1", now=MONDAY + timedelta(days=60))


# ── Deciding ───────────────────────────────────────────────────────────────


def test_a_locked_suggestion_is_kept_by_the_next_run_and_an_unlocked_one_is_not() -> None:
    cohort = people(2, 2)
    cohort.run()
    before = cohort.couples()
    lock(cohort.coordinator.viewer, *ids(cohort, "Beth Lowe"), now=MONDAY)
    lock(cohort.coordinator.viewer, *ids(cohort, "Amina Yusuf"), now=MONDAY)
    unlock(cohort.coordinator.viewer, *ids(cohort, "Amina Yusuf"), now=MONDAY)

    run = cohort.run(key="form-2", now=LATER)

    assert cohort.couples() == before
    assert {one.mentee_name for one in cohort.suggested("locked")} == {"Beth Lowe"}
    assert (run.suggested, run.mentees) == (2, 2)


def test_a_declined_couple_is_not_suggested_again_in_its_cohort() -> None:
    cohort = people(1, 1)
    cohort.run()

    decline(cohort.coordinator.viewer, *ids(cohort, "Amina Yusuf"), now=MONDAY)
    run = cohort.run(key="form-2", now=LATER)

    assert run.suggested == 0
    assert set(cohort.left()) == {"Amina Yusuf", "Callum Reid"}


def test_what_is_decided_is_decided() -> None:
    cohort = people(1, 1)
    cohort.run()
    where = ids(cohort, "Amina Yusuf")
    decline(cohort.coordinator.viewer, *where, now=MONDAY)
    decline(cohort.coordinator.viewer, *where, now=MONDAY)

    for decides in (lock, unlock, accept):
        with pytest.raises(Conflict, match="declined already"):
            decides(cohort.coordinator.viewer, *where, now=MONDAY)


def test_suggestions_of_an_earlier_run_cannot_be_decided_on() -> None:
    cohort = people(1, 1)
    cohort.run()
    where = ids(cohort, "Amina Yusuf")
    cohort.run(key="form-2", now=LATER)

    with pytest.raises(Conflict, match="newer suggestions"):
        lock(cohort.coordinator.viewer, *where, now=LATER)


def test_two_who_are_kept_apart_are_never_suggested_or_paired() -> None:
    cohort = people(1, 1)
    cohort.run()
    where = ids(cohort, "Amina Yusuf")
    with pytest.raises(Invalid, match="write a few words"):
        never_again(cohort.coordinator.viewer, *where, reason=" ", now=MONDAY)

    never_again(cohort.coordinator.viewer, *where, reason="They had a quarrel last year.", now=MONDAY)

    mentor_id, mentee_id = cohort.mentors[0].person_id, cohort.mentees[0].person_id
    assert are_kept_apart(cohort.at[0], mentor_id, mentee_id)
    assert cohort.run(key="form-2", now=LATER).suggested == 0
    with pytest.raises(Refused, match="never to be brought together"):
        pair_up(
            cohort.coordinator.viewer,
            cohort.at[0],
            mentor_id=mentor_id,
            mentee_id=mentee_id,
            cohort_id="",
            key="by-hand",
            now=LATER,
        )


# ── Changing ───────────────────────────────────────────────────────────────


def test_another_mentor_can_be_chosen_by_hand_and_is_kept() -> None:
    cohort = people(2, 1)
    cohort.run()
    other = next(one for one in cohort.mentors if one.name != cohort.of("Amina Yusuf").mentor_name)

    change_mentor(
        cohort.coordinator.viewer, *ids(cohort, "Amina Yusuf"), mentor_id=other.person_id, now=MONDAY
    )

    changed = cohort.of("Amina Yusuf")
    assert (changed.mentor_name, changed.state) == (other.name, "locked")
    assert changed.why[0] == "Priya Nair chose this mentor."


def test_a_mentor_who_is_suggested_for_somebody_else_is_taken_from_there() -> None:
    cohort = people(2, 2)
    cohort.run()
    beths = next(one for one in cohort.mentors if one.name == cohort.of("Beth Lowe").mentor_name)

    change_mentor(
        cohort.coordinator.viewer, *ids(cohort, "Amina Yusuf"), mentor_id=beths.person_id, now=MONDAY
    )

    assert cohort.of("Beth Lowe").state == "taken_apart"
    assert cohort.couples("locked") == {(beths.name, "Amina Yusuf")}


def test_a_mentor_whose_places_are_locked_cannot_be_chosen() -> None:
    cohort = people(2, 2)
    cohort.run()
    beths = next(one for one in cohort.mentors if one.name == cohort.of("Beth Lowe").mentor_name)
    lock(cohort.coordinator.viewer, *ids(cohort, "Beth Lowe"), now=MONDAY)

    with pytest.raises(Refused, match="no room for another mentee"):
        change_mentor(
            cohort.coordinator.viewer, *ids(cohort, "Amina Yusuf"), mentor_id=beths.person_id, now=MONDAY
        )


def test_the_rules_hold_for_a_mentor_chosen_by_hand() -> None:
    cohort = people(1, 0)
    cohort.joins("mentee", school="Northfield Academy")
    cohort.run()
    same_school = cohort.joins("mentor", school="Northfield  academy")

    with pytest.raises(Refused, match="Amina and Grace are at the same school"):
        change_mentor(
            cohort.coordinator.viewer,
            *ids(cohort, "Amina Yusuf"),
            mentor_id=same_school.person_id,
            now=MONDAY,
        )
    with pytest.raises(Invalid, match="choose a mentor"):
        change_mentor(cohort.coordinator.viewer, *ids(cohort, "Amina Yusuf"), mentor_id="nobody", now=MONDAY)


# ── Accepting ──────────────────────────────────────────────────────────────


def test_an_accepted_suggestion_is_a_conversation() -> None:
    cohort = people(1, 1, cohort=True)
    cohort.run()
    where = ids(cohort, "Amina Yusuf")

    pair_id = accept(cohort.coordinator.viewer, *where, now=MONDAY)

    pair = Pair.get(*pair_key(pair_id))
    assert (pair.mentor_name, pair.mentee_name, pair.cohort_id) == (
        "Callum Reid",
        "Amina Yusuf",
        cohort.cohort_id,
    )
    accepted = cohort.of("Amina Yusuf")
    assert (accepted.state, accepted.pair_id, accepted.decided_by_name) == ("accepted", pair_id, "Priya Nair")
    assert accept(cohort.coordinator.viewer, *where, now=LATER) == pair_id
    assert cohort.run(key="form-2", now=LATER).mentees == 0


def test_every_check_is_made_anew_when_it_is_accepted() -> None:
    cohort = people(1, 1)
    cohort.run()
    mentor = Membership.get(*membership_key(cohort.mentors[0].person_id, cohort.at[0], "mentor"))
    mentor.update([Membership.status.set("suspended")])

    with pytest.raises(Invalid, match="Callum is suspended"):
        accept(cohort.coordinator.viewer, *ids(cohort, "Amina Yusuf"), now=MONDAY)

    kept = cohort.of("Amina Yusuf")
    assert kept.state == "suggested"
    assert "Callum is suspended" in str(kept.problem)


def test_a_mentor_over_their_capacity_is_refused() -> None:
    cohort = people(1, 2, policy=a_matching_policy(mentees_per_mentor=1))
    cohort.run()
    other = next(
        one for one in cohort.mentees if one.name not in {row.mentee_name for row in cohort.suggested()}
    )
    pair_up(
        cohort.coordinator.viewer,
        cohort.at[0],
        mentor_id=cohort.mentors[0].person_id,
        mentee_id=other.person_id,
        cohort_id="",
        key="by-hand",
        now=MONDAY,
    )

    with pytest.raises(Refused, match="as many as the policy lets a mentor have"):
        accept(cohort.coordinator.viewer, *(*cohort.at, cohort.suggested()[0].suggestion_id), now=LATER)


def test_a_mentee_who_has_got_a_mentor_meanwhile_is_not_given_another() -> None:
    cohort = people(2, 1)
    cohort.run()
    lock(cohort.coordinator.viewer, *ids(cohort, "Amina Yusuf"), now=MONDAY)
    other = next(one for one in cohort.mentors if one.name != cohort.of("Amina Yusuf").mentor_name)
    a_pair(cohort.programme, mentor=other, mentee=cohort.mentees[0])

    with pytest.raises(Refused, match=f"Amina Yusuf has a conversation with {other.name} by now"):
        accept(cohort.coordinator.viewer, *ids(cohort, "Amina Yusuf"), now=LATER)
    assert cohort.run(key="form-2", now=LATER).suggested == 0


def test_two_whose_conversation_was_ended_can_be_chosen_again() -> None:
    cohort = people(2, 1)
    cohort.run()
    found = cohort.of("Amina Yusuf")
    (other,) = [one for one in cohort.mentors if one.person_id != found.mentor_id]
    couple = couple_key(cohort.at[0], other.person_id, found.mentee_id)
    Couple(*couple, pair_id="over", ended_at=MONDAY - timedelta(days=7)).save()

    page = suggestion_page(cohort.coordinator.viewer, *cohort.at, found.suggestion_id, now=MONDAY)

    assert [(one.name, one.may_be) for one in page.candidates] == [(other.name, True)]
