"""What becomes of held messages, kept once with what each was held for."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import timedelta

import pytest
from pynamodb.exceptions import PynamoDBException

from shared.conversations.actions import check_message, withdraw_message
from shared.conversations.items import Message, Outcome
from shared.conversations.outcomes import outcomes_of
from shared.moderation.actions import ask_to_change, decline, deliver
from shared.platform.errors import Conflict
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, TwoWhoWrite, a_message
from tests.builders.people import Someone, a_person
from tests.faults import Crash, calls, crash, losing_answers
from tests.racing import just_before_it_writes

from .builders import TAKE_OUT_THE_NUMBER, a_checked_message, a_held_message, a_worry, now_is, worded_anew

LATER = MONDAY + timedelta(minutes=3)
MUCH_LATER = MONDAY + timedelta(minutes=11)
Decide = Callable[[Someone, Message], object]


def delivering(by: Someone, held: Message) -> None:
    deliver(by.viewer, held.pair_id, held.message_id, wording=int(held.round), now=LATER)


def asking(by: Someone, held: Message) -> None:
    ask_to_change(
        by.viewer,
        held.pair_id,
        held.message_id,
        reason=TAKE_OUT_THE_NUMBER,
        wording=int(held.round),
        now=LATER,
    )


def declining(by: Someone, held: Message) -> None:
    decline(
        by.viewer,
        held.pair_id,
        held.message_id,
        reason="We can’t pass this on.",
        wording=int(held.round),
        now=LATER,
    )


def kept(pair: TwoWhoWrite) -> list[Outcome]:
    """The latest first."""
    return list(outcomes_of(pair.programme_id, limit=100))


@pytest.mark.parametrize(
    ("decide", "decision"), [(delivering, "delivered"), (asking, "returned"), (declining, "declined")]
)
def test_a_decision_is_kept_with_what_the_message_was_held_for(
    pair: TwoWhoWrite, priya: Someone, decide: Decide, decision: str
) -> None:
    held = a_held_message(pair)

    decide(priya, held)

    [outcome] = kept(pair)
    assert (outcome.decision, outcome.decided_at) == (decision, LATER)
    assert (outcome.message_id, int(outcome.round)) == (held.message_id, 1)
    assert (outcome.rules, outcome.categories) == ({"phone.1": "phone"}, ["phone"])
    assert (outcome.lane, outcome.severity, outcome.sender_role) == ("moderation", "medium", "mentee")
    assert (outcome.has_concern, outcome.rules_version) == (False, "rules-7")


def test_that_a_worry_became_a_concern_is_kept(pair: TwoWhoWrite, priya: Someone) -> None:
    a_person("safeguarding_lead", pair.programme)

    delivering(priya, a_worry(pair))

    [outcome] = kept(pair)
    assert (outcome.lane, outcome.has_concern) == ("safeguarding", True)


def test_a_held_message_that_its_writer_takes_back_is_an_outcome_too(pair: TwoWhoWrite) -> None:
    held = a_held_message(pair)

    withdraw_message(pair.mentee.viewer, pair.pair_id, held.message_id, now=LATER)

    assert [one.decision for one in kept(pair)] == ["withdrawn"]


def test_what_was_never_held_has_no_outcome(pair: TwoWhoWrite) -> None:
    a_checked_message(pair, CLEAN)
    unchecked = a_message(pair, CLEAN)

    withdraw_message(pair.mentee.viewer, pair.pair_id, unchecked.message_id, now=LATER)

    assert kept(pair) == []


def test_a_returned_message_that_is_taken_back_was_returned(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair)
    asking(priya, held)

    withdraw_message(pair.mentee.viewer, pair.pair_id, held.message_id, now=MUCH_LATER)

    assert [one.decision for one in kept(pair)] == ["returned"]


def test_each_wording_has_its_own(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair)
    asking(priya, held)
    again = worded_anew(pair, now_is(held), "It really is 07700 900123.", now=LATER)

    decline(
        priya.viewer,
        pair.pair_id,
        again.message_id,
        reason="We have asked once already.",
        wording=2,
        now=MUCH_LATER,
    )

    assert [(int(one.round), one.decision) for one in kept(pair)] == [(2, "declined"), (1, "returned")]


def test_what_no_rule_had_found_is_kept_without_one(pair: TwoWhoWrite, priya: Someone) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError

    message = a_message(pair, CLEAN)
    check_message(pair.pair_id, message.message_id, checker=broken, now=MONDAY)

    delivering(priya, now_is(message))

    [outcome] = kept(pair)
    assert (outcome.rules, outcome.categories) == ({}, ["unchecked"])


def test_an_outcome_says_nothing_of_people_or_words(pair: TwoWhoWrite, priya: Someone) -> None:
    asking(priya, a_held_message(pair))

    [outcome] = kept(pair)
    said = str(outcome.to_simple_dict())
    for someone in (pair.mentee, pair.mentor, priya):
        assert not any(word in said for word in (someone.first_name, someone.surname, someone.person_id))
    assert not any(word in said for word in (WITH_A_NUMBER[:20], "07700", TAKE_OUT_THE_NUMBER[:20]))


class TestOnceAndOnceOnly:
    @pytest.mark.parametrize("decide", [delivering, asking, declining])
    def test_the_same_click_again_keeps_one(self, pair: TwoWhoWrite, priya: Someone, decide: Decide) -> None:
        held = a_held_message(pair)

        for _ in range(3):
            decide(priya, held)

        assert len(kept(pair)) == 1

    @pytest.mark.parametrize("decide", [delivering, asking, declining])
    def test_a_decision_and_its_outcome_are_written_together_or_not_at_all(
        self, pair: TwoWhoWrite, priya: Someone, decide: Decide
    ) -> None:
        held = a_held_message(pair)
        for dying in self._every_death(pair, priya, decide):
            with pytest.raises(Crash), dying:
                decide(priya, held)
            assert len(kept(pair)) == (now_is(held).state != "held")

        decide(priya, held)

        assert len(kept(pair)) == 1

    def _every_death(
        self, pair: TwoWhoWrite, priya: Someone, decide: Decide
    ) -> list[AbstractContextManager[None]]:
        """Before each call to AWS that a decision makes, and after the writing one."""
        another = a_held_message(pair, f"{WITH_A_NUMBER} Or in the evening.", now=MONDAY)
        with calls() as made:
            decide(priya, another)
        for one in kept(pair):
            one.delete()
        writing = next(call.number for call in made if call.operation == "TransactWriteItems")
        return [*(crash(before=number) for number in range(1, writing + 1)), crash(after=writing)]

    def test_a_lost_answer_keeps_one(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)

        with suppress(PynamoDBException), losing_answers("TransactWriteItems", times=1):
            delivering(priya, held)
        delivering(priya, held)

        assert [one.decision for one in kept(pair)] == ["delivered"]

    def test_of_two_decisions_at_one_moment_the_first_is_kept(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_held_message(pair)
        morag = a_person("safeguarding_lead", pair.programme)

        with (
            just_before_it_writes(lambda: declining(morag, held)),
            pytest.raises(Conflict, match="already declined it"),
        ):
            delivering(priya, held)

        assert [one.decision for one in kept(pair)] == ["declined"]

    def test_a_message_taken_back_while_it_is_decided_on_has_one(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_held_message(pair)

        with (
            just_before_it_writes(lambda: delivering(priya, held)),
            pytest.raises(Conflict, match="delivered"),
        ):
            withdraw_message(pair.mentee.viewer, pair.pair_id, held.message_id, now=LATER)

        assert [one.decision for one in kept(pair)] == ["delivered"]
