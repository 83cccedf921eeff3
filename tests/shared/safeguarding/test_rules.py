"""Decisions about concerns."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.platform.ids import derived_id
from shared.safeguarding.rules import (
    SEVERITIES,
    is_due,
    message_cause,
    read_words,
    reference_of,
    said,
    seen_window,
    severity_of,
    severity_rank,
)
from tests.builders.clock import MONDAY


class TestReferences:
    def test_a_reference_can_be_said_on_the_telephone(self) -> None:
        reference = reference_of(derived_id("concern", "message", "one"))

        assert reference.startswith("C-")
        assert len(reference) == 8
        assert not set(reference[2:]) & set("AEIOU01L")

    def test_the_same_concern_always_has_the_same_one(self) -> None:
        assert reference_of("ab" * 16) == reference_of("ab" * 16)

    def test_each_wording_of_a_message_has_a_concern_of_its_own(self) -> None:
        assert message_cause("pair", "message", 1) != message_cause("pair", "message", 2)


class TestTimes:
    def test_only_what_climbs_is_due_and_not_before_its_time(self) -> None:
        assert is_due(MONDAY, now=MONDAY)
        assert not is_due(MONDAY + timedelta(seconds=1), now=MONDAY)
        assert not is_due(None, now=MONDAY)

    def test_looking_twice_within_ten_minutes_is_looking_once(self) -> None:
        assert seen_window(MONDAY) == seen_window(MONDAY + timedelta(minutes=9))
        assert seen_window(MONDAY) != seen_window(MONDAY + timedelta(minutes=10))

    def test_a_time_is_said_as_people_in_the_united_kingdom_say_it(self) -> None:
        summer = datetime(2026, 7, 3, 16, 1, tzinfo=UTC)

        assert said(summer, now=summer) == "at 17:01"
        assert said(summer, now=summer + timedelta(days=1)) == "on Friday 3 July at 17:01"


class TestSeverities:
    def test_what_is_not_known_counts_as_the_worst(self) -> None:
        assert severity_rank("urgent") == severity_rank("immediate") == 4
        assert [severity_rank(one) for one in SEVERITIES] == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize(
        ("urgency", "severity"), [("now", "immediate"), ("soon", "high"), ("later", "medium"), ("", "medium")]
    )
    def test_how_soon_somebody_must_act_says_how_severe_it_is(self, urgency: str, severity: str) -> None:
        assert severity_of(urgency) == severity


class TestWords:
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
    def test_any_text_is_kept_as_it_was_typed(self, text: str) -> None:
        if text.strip():
            assert read_words(text, field="words") == text.strip()

    def test_line_breaks_are_of_one_kind(self) -> None:
        assert read_words("I am\r\nworried\rabout him", field="words") == "I am\nworried\nabout him"
