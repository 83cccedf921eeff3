"""Which texts can be taken, and which may be passed on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.conversations.rules import (
    CHECK_AFTER,
    LONGEST,
    MOST_FINDINGS,
    as_typed,
    decide,
    problem_with,
    spans_of,
    undecided,
    wait_after,
)
from shared.filtering import Severity, Verdict

from .builders import a_finding, a_verdict

# What was typed


@pytest.mark.parametrize(
    "text",
    [
        "Hello Callum,\n\n\tthank you for writing.\nAmina",
        "x",
        "I liked it 👩🏾‍🔬 so much",
        "Tha mi à Dùn Èideann, agus tha mo mhàthair às Éirinn",
        "مرحبا، شكرا على رسالتك",
        "e" * LONGEST,
        "👋" * LONGEST,
    ],
)
def test_whatever_a_person_writes_is_taken_as_it_is(text: str) -> None:
    assert problem_with(text) == ""
    assert as_typed(text) == text


@pytest.mark.parametrize("text", ["", "\u200b\u200b", "\u2800", "\ufeff", "\u3164 \u200d"])
def test_a_message_with_nothing_to_see_in_it_is_not_taken(text: str) -> None:
    assert problem_with(as_typed(text)) == "Please write something before you send it."


def test_one_character_too_many_is_said_exactly() -> None:
    assert problem_with("e" * (LONGEST + 1)) == (
        "Your message has 5,001 characters, and 5,000 is the most that fits. "
        "Please take out 1, or send it in two parts."
    )


def test_400_kilobytes_are_refused_with_their_number() -> None:
    assert "409,600 characters" in problem_with("e" * 409_600)


@pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x0b", "\x0c"])
def test_a_hidden_character_is_refused_and_the_sentence_says_what_to_do(hidden: str) -> None:
    assert "hidden character" in problem_with(f"Dear Callum{hidden}")


@pytest.mark.parametrize("half", [chr(0xD83D), chr(0xDC4B)])
def test_half_an_emoji_is_refused(half: str) -> None:
    assert "half a character" in problem_with(f"See you {half}")


def test_line_breaks_of_every_kind_become_one() -> None:
    assert as_typed("Dear Callum,\r\nthank you.\rAmina\n") == "Dear Callum,\nthank you.\nAmina"


@given(st.text())
def test_a_text_that_is_taken_can_be_stored_and_stays_as_it_is(text: str) -> None:
    kept = as_typed(text)

    if problem_with(kept) == "":
        assert 1 <= len(kept) <= LONGEST
        assert kept.encode().decode() == kept
        assert as_typed(kept) == kept


# What the filter said

findings = st.builds(
    a_finding,
    st.sampled_from(["phone", "link", "abuse", "wellbeing", "suicide"]),
    st.sampled_from([one for one in Severity if one is not Severity.none]),
    start=st.integers(0, 5_000),
)
verdicts = st.lists(findings, max_size=6).map(lambda found: a_verdict(*found))


def test_what_nothing_speaks_against_is_delivered() -> None:
    decision = decide(a_verdict(), mode="filtered", pair_status="active")

    assert (decision.state, decision.severity, decision.lane) == ("delivered", "none", "deliver")


@given(verdicts, st.sampled_from(["filtered", "brokered"]), st.sampled_from(["active", "ended"]))
def test_nothing_is_delivered_that_anything_speaks_against(verdict: Verdict, mode: str, status: str) -> None:
    decision = decide(verdict, mode=mode, pair_status=status)

    clear = not verdict.findings and mode == "filtered" and status == "active"
    assert (decision.state == "delivered") == clear
    assert (decision.lane == "deliver") == clear


@given(verdicts)
def test_a_decision_is_never_milder_than_its_verdict(verdict: Verdict) -> None:
    decision = decide(verdict, mode="filtered", pair_status="active")

    assert Severity(decision.severity).rank >= verdict.severity.rank
    assert (decision.lane == "safeguarding") == (verdict.lane == "safeguarding")


@pytest.mark.parametrize(
    "odd",
    [
        Verdict(True, Severity.none, "deliver", (), "rules-7"),
        Verdict(False, Severity.low, "moderation", (), "rules-7"),
        Verdict(False, Severity.low, "deliver", (a_finding(),), "rules-7"),
    ],
)
def test_a_verdict_that_contradicts_itself_holds(odd: Verdict) -> None:
    assert decide(odd, mode="filtered", pair_status="active").state == "held"


def test_a_programme_that_reads_everything_holds_everything() -> None:
    decision = decide(a_verdict(), mode="brokered", pair_status="active")

    assert (decision.state, decision.severity, decision.findings) == ("held", "none", ())


def test_what_the_rules_could_not_judge_is_held_as_at_least_of_medium_severity() -> None:
    decision = undecided()

    assert (decision.state, decision.severity, decision.unchecked) == ("held", "medium", True)
    assert [one["category"] for one in decision.findings] == ["unchecked"]


def test_what_was_found_without_a_policy_to_judge_by_is_kept() -> None:
    decision = undecided(a_verdict(a_finding("suicide", Severity.immediate)))

    assert decision.severity == "immediate"
    assert [one["category"] for one in decision.findings] == ["suicide", "unchecked"]


def test_the_most_severe_worry_names_the_concern() -> None:
    mild, grave = a_finding("wellbeing", Severity.low), a_finding("self_harm", Severity.high, start=40)

    assert decide(a_verdict(mild, grave), mode="filtered", pair_status="active").worry == "self_harm"


def test_of_very_many_findings_the_most_severe_are_kept_in_the_order_of_the_text() -> None:
    links = [a_finding("link", Severity.low, start=place * 20) for place in range(300)]
    worry = a_finding("suicide", Severity.immediate, start=2_000)

    kept = decide(a_verdict(*links, worry), mode="filtered", pair_status="active").findings

    assert len(kept) == MOST_FINDINGS
    assert "suicide" in [one["category"] for one in kept]
    assert [one["start"] for one in kept] == sorted(one["start"] for one in kept)


def test_only_what_has_a_place_in_the_text_is_marked_there() -> None:
    found = undecided(a_verdict(a_finding(start=10))).findings

    assert spans_of(found) == [{"start": 10, "end": 22, "category": "phone"}]


def test_the_sweep_waits_longer_after_every_attempt() -> None:
    assert [wait_after(attempt) / CHECK_AFTER for attempt in (1, 2, 3, 4, 5)] == [1, 2, 4, 8, 16]
