"""Decisions about held messages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.conversations.rules import review_by
from shared.moderation.rules import (
    Circumstances,
    Claim,
    Happening,
    When,
    claimed,
    decided,
    found_in,
    is_low_risk,
    is_worry,
    leads_told_at,
    next_telling,
    offered_reasons,
    past_holds,
    why_not,
    worst_worry,
)
from tests.builders.clock import MONDAY
from tests.builders.policies import a_policy

PHONE = {"category": "phone", "severity": "medium", "sentence": "Please take the number out."}
BULLYING = {"category": "bullying", "severity": "high", "sentence": "Thank you for telling us."}
SUICIDE = {"category": "suicide", "severity": "immediate", "sentence": "Thank you for telling us."}


class TestClaims:
    def test_a_claim_lasts_its_minutes_and_not_a_moment_longer(self) -> None:
        mine = claimed("priya", "Priya Nair", 10, now=MONDAY)

        assert mine.holds(MONDAY + timedelta(minutes=9, seconds=59))
        assert not mine.holds(MONDAY + timedelta(minutes=10))

    def test_it_stands_against_everybody_else(self) -> None:
        mine = claimed("priya", "Priya Nair", 10, now=MONDAY)

        assert mine.stands_against("morag", now=MONDAY)
        assert not mine.stands_against("priya", now=MONDAY)

    def test_a_message_nobody_has_claimed_is_free(self) -> None:
        assert not Claim().stands_against("morag", now=MONDAY)

    @given(st.integers(1, 120), st.integers(0, 240))
    def test_nobody_is_ever_shut_out_for_longer_than_the_policy_says(self, minutes: int, later: int) -> None:
        mine = claimed("priya", "Priya Nair", minutes, now=MONDAY)

        assert mine.stands_against("morag", now=MONDAY + timedelta(minutes=later)) == (later < minutes)


class TestWhatCanBeDecided:
    @pytest.mark.parametrize("what", ["delivered", "declined"])
    def test_a_worry_can_be_delivered_or_declined(self, what: str) -> None:
        assert why_not(what, Circumstances(), worry=True) == ""

    def test_a_worry_is_never_returned(self) -> None:
        assert "not asked to take it out" in why_not("returned", Circumstances(), worry=True)

    def test_nothing_is_returned_to_a_writer_who_cannot_write_any_more(self) -> None:
        assert "has ended" in why_not("returned", Circumstances(has_ended=True), worry=False)

    def test_anything_else_can_be_returned(self) -> None:
        assert why_not("returned", Circumstances(), worry=False) == ""

    def test_one_worry_among_other_findings_makes_the_message_one(self) -> None:
        assert is_worry("moderation", [PHONE, BULLYING])
        assert not is_worry("moderation", [PHONE])

    def test_what_the_filter_sends_to_safeguarding_is_a_worry_whatever_it_is_called(self) -> None:
        assert is_worry("safeguarding", [])
        assert worst_worry([]) == "wellbeing"

    def test_the_concern_is_about_the_most_severe_worry(self) -> None:
        assert worst_worry([PHONE, BULLYING, SUICIDE]) == "suicide"


class TestWhatIsOffered:
    def test_each_sentence_is_offered_once(self) -> None:
        assert offered_reasons([PHONE, PHONE, BULLYING]) == (PHONE["sentence"], BULLYING["sentence"])

    def test_worries_are_named_first(self) -> None:
        assert found_in([PHONE, BULLYING, PHONE]) == ("bullying", "phone")


def steps(*what: str, message_id: str = "one") -> list[Happening]:
    return [
        Happening(message_id, each, MONDAY + timedelta(minutes=n), by_id="amina" if n == 0 else "priya")
        for n, each in enumerate(what)
    ]


class TestHistory:
    def test_what_became_of_a_wording_is_found_after_the_next_one_was_written(self) -> None:
        history = steps("written", "held", "returned", "changed", "held")

        first = decided(history, 1)
        assert first is not None
        assert first.what == "returned"
        assert decided(history, 2) is None

    def test_each_wording_has_its_own_decision(self) -> None:
        history = steps("written", "held", "returned", "changed", "held", "declined")

        assert [step.what for n in (1, 2) if (step := decided(history, n))] == ["returned", "declined"]

    def test_the_writers_holds_are_counted_and_say_what_became_of_each(self) -> None:
        earlier = steps("written", "held", "returned", "changed", "held", "delivered", message_id="earlier")
        here = steps("written", "held", message_id="here")

        holds = past_holds("amina", [*earlier, *here], without="here")

        assert [hold.became for hold in holds] == ["delivered", "returned"]

    def test_the_other_persons_holds_are_not_counted(self) -> None:
        assert past_holds("callum", steps("written", "held"), without="here") == ()


# ── When a late message is told of ─────────────────────────────────────────

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""A Friday."""
REVIEW_WITHIN: dict[str, dict[str, Any]] = {
    "immediate": {"minutes": 30, "counts": "always"},
    "high": {"minutes": 120, "counts": "always"},
    "medium": {"minutes": 240, "counts": "working_time"},
    "low": {"minutes": 600, "counts": "working_time"},
}


@pytest.mark.parametrize(
    ("severity", "due"),
    [
        ("immediate", NINE + timedelta(minutes=30)),
        ("high", NINE + timedelta(hours=2)),
        ("medium", NINE + timedelta(hours=4)),
        ("low", datetime(2026, 11, 23, 11, 0, tzinfo=UTC)),
        ("none", datetime(2026, 11, 23, 11, 0, tzinfo=UTC)),
    ],
)
def test_a_review_is_due_by_severity_in_working_hours(severity: str, due: datetime) -> None:
    policy = a_policy(moderation={"review_within": REVIEW_WITHIN})

    assert review_by(severity, policy, now=NINE) == due


def test_what_is_held_at_night_is_due_from_the_morning_on_unless_it_is_urgent() -> None:
    policy = a_policy(moderation={"review_within": REVIEW_WITHIN})
    friday_night = NINE + timedelta(hours=14)

    assert review_by("medium", policy, now=friday_night) == datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    assert review_by("immediate", policy, now=friday_night) == friday_night + timedelta(minutes=30)


def test_without_a_policy_a_review_is_due_all_the_same() -> None:
    assert review_by("low", None, now=NINE) == NINE + timedelta(hours=2)
    assert leads_told_at(NINE, None) == NINE + timedelta(hours=2)


@pytest.mark.parametrize(
    ("told", "now", "tells", "then"),
    [
        (None, 0, True, 120),
        (-90, 0, True, 120),
        (-30, 0, False, 30),
        (-30, 30, True, 120),
        (0, 10, False, 120),
        (5, 70, False, 120),
    ],
    ids=["never told", "told long ago", "told just now", "an hour later", "told of it", "told of it since"],
)
def test_the_coordinators_are_told_when_they_do_not_know_and_not_within_the_hour(
    told: int | None, now: int, tells: bool, then: int
) -> None:
    """Minutes from when the message became late; the leads are told two hours after that."""
    when = When(NINE, NINE + timedelta(minutes=120))
    told_at = None if told is None else NINE + timedelta(minutes=told)
    moment = NINE + timedelta(minutes=now)

    assert when.is_told_together(told_at, now=moment) is tells
    after = moment if tells else told_at
    assert next_telling(when, after) == NINE + timedelta(minutes=then)


@pytest.mark.parametrize(
    ("clocks", "sentence"),
    [
        ({"low": {"minutes": 60}}, "review_within has no clock for medium"),
        (
            REVIEW_WITHIN | {"immediate": {"minutes": 30, "counts": "working_time"}},
            "the clock for immediate must count always",
        ),
    ],
)
def test_a_policy_whose_reviews_have_no_clock_is_refused(clocks: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        a_policy(moderation={"review_within": clocks})


# ── What goes together ─────────────────────────────────────────────────────


def found(category: str, severity: str = "low", rule: str = "a.rule") -> dict[str, str]:
    return {"category": category, "severity": severity, "rule": rule}


@pytest.mark.parametrize(
    ("severity", "lane", "findings", "may"),
    [
        ("none", "moderation", [], True),
        ("low", "moderation", [found("profanity")], True),
        ("low", "moderation", [found("link"), found("offplatform")], True),
        ("medium", "moderation", [found("link"), found("phone", "medium")], False),
        ("low", "safeguarding", [found("wellbeing")], False),
        ("low", "moderation", [found("wellbeing")], False),
        ("low", "moderation", [found("abuse")], False),
        ("low", "moderation", [found("unchecked")], False),
        ("low", "moderation", [found("pair_ended")], False),
        ("low", "moderation", [found("suspended")], False),
        ("low", "moderation", [found("link", rule="")], False),
    ],
)
def test_only_slight_messages_go_together(
    severity: str, lane: str, findings: list[dict[str, str]], may: bool
) -> None:
    assert is_low_risk(severity, lane, findings) is may


def test_a_decision_that_was_taken_back_decides_nothing() -> None:
    def step(what: str, minute: int) -> Happening:
        return Happening("m1", what, NINE + timedelta(minutes=minute), by_id="priya")

    steps = [step("written", 0), step("held", 1), step("returned", 2), step("undone", 3)]

    assert decided(steps, 1) is None
    delivered = step("delivered", 4)
    assert decided([*steps, delivered], 1) == delivered
