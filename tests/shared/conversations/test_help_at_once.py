"""Whoever writes of a worry sees at once where help is: before the filter's stream, and on the same page."""

from collections.abc import Sequence
from typing import Literal

import pytest

from shared.conversations.views import conversation
from shared.filtering import RecentMessage, RulesBroken, RuleSet, Verdict
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED, TwoWhoWrite, a_message, a_pair

GROOMING = [{"category": "grooming", "severity": "immediate", "start": 0, "end": 26, "rule": "grooming.1"}]


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


def broken(
    text: str,
    *,
    sender: Literal["mentee", "mentor"],
    recent: Sequence[RecentMessage] = (),
    rules: RuleSet | None = None,
) -> Verdict:
    raise RulesBroken("no rules")


def test_help_is_there_while_the_worry_still_waits_for_its_check(pair: TwoWhoWrite) -> None:
    a_message(pair, WORRIED, state="pending")

    view = conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY)

    assert view.help_now[0].emergency
    assert view.reply_promise == "within one working day"


@pytest.mark.parametrize("text", [CLEAN, WITH_A_NUMBER])
def test_other_messages_bring_no_word_of_help(pair: TwoWhoWrite, text: str) -> None:
    a_message(pair, text, state="pending")

    assert conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY).help_now == ()


def test_the_other_of_the_two_sees_nothing_of_it(pair: TwoWhoWrite) -> None:
    a_message(pair, WORRIED, state="pending")

    assert conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY).help_now == ()


def test_broken_rules_break_no_page(pair: TwoWhoWrite) -> None:
    a_message(pair, WORRIED, state="pending")

    view = conversation(pair.mentee.viewer, pair.pair_id, checker=broken, now=MONDAY)

    assert view.help_now == ()


class TestAMentor:
    def test_is_not_told_that_their_words_were_taken_for_grooming(self, pair: TwoWhoWrite) -> None:
        words = "This is our little secret, do not tell your parents."
        for state in ("pending", "held"):
            message = a_message(pair, words, by="mentor", state=state, lane="safeguarding", findings=GROOMING)

            view = conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY)

            assert view.help_now == (), state
            message.delete()

    def test_in_need_of_help_is_shown_where_it_is(self, pair: TwoWhoWrite) -> None:
        a_message(pair, WORRIED, by="mentor", state="pending")

        assert conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY).help_now
