"""Decisions about held messages."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.moderation.rules import (
    Claim,
    Happening,
    claimed,
    decided,
    found_in,
    is_worry,
    offered_reasons,
    past_holds,
    why_not,
    worst_worry,
)
from tests.builders import MONDAY

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
        assert why_not(what, worry=True, has_ended=False) == ""

    def test_a_worry_is_never_returned(self) -> None:
        assert "not asked to take it out" in why_not("returned", worry=True, has_ended=False)

    def test_nothing_is_returned_to_a_writer_who_cannot_write_any_more(self) -> None:
        assert "has ended" in why_not("returned", worry=False, has_ended=True)

    def test_anything_else_can_be_returned(self) -> None:
        assert why_not("returned", worry=False, has_ended=False) == ""

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
