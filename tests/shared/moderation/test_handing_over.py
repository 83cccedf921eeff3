"""Handing a held message to a colleague."""

from datetime import datetime, timedelta

import pytest

from shared.audit.items import Waiting
from shared.conversations.steps import steps_of
from shared.moderation.actions import claim, deliver, hand_over, release
from shared.moderation.claims import HandedOver
from shared.platform.errors import Conflict, Invalid, NotFound
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.outbox import notices
from tests.racing import just_before_it_writes

from .builders import a_held_message, now_is

NOTE = "You know her school. Is this the number of its desk?"
LATER = MONDAY + timedelta(minutes=3)


def hands(
    someone: Someone,
    message_id: str,
    pair: TwoWhoWrite,
    to: Someone,
    note: str = NOTE,
    *,
    now: datetime = LATER,
) -> HandedOver:
    return hand_over(someone.viewer, pair.pair_id, message_id, to=to.person_id, note=note, now=now)


def test_it_is_kept_for_the_colleague_for_as_long_as_the_policy_says(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    held = a_held_message(pair)
    claim(priya.viewer, pair.pair_id, held.message_id, now=MONDAY)

    handed = hands(priya, held.message_id, pair, morag)

    message = now_is(held)
    assert (message.claimed_by, message.claimed_at) == (morag.person_id, LATER)
    assert handed.until == message.claimed_until == LATER + timedelta(hours=1)
    with pytest.raises(Conflict, match="Morag Sinclair is reading this message"):
        deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)
    deliver(morag.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)


def test_taking_it_up_does_not_shorten_what_was_given(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    held = a_held_message(pair)
    handed = hands(priya, held.message_id, pair, morag)

    assert claim(morag.viewer, pair.pair_id, held.message_id, now=LATER) == handed.until


def test_when_the_colleague_does_not_get_to_it_anybody_can(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    held = a_held_message(pair)
    until = hands(priya, held.message_id, pair, morag).until

    deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=until)

    assert now_is(held).state == "delivered"


def test_the_note_stays_in_the_history_and_in_no_e_mail(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    held = a_held_message(pair)

    hands(priya, held.message_id, pair, morag)

    step = steps_of(pair.pair_id, held.message_id)[-1]
    assert (step.what, step.by_name, step.to_name, step.reason) == (
        "handed_over",
        priya.name,
        morag.name,
        NOTE,
    )
    (notice,) = notices("handed_over")
    assert notice.address == morag.address
    assert "school" not in str(notice.to_simple_dict())
    assert "handed_over" in [one.what for one in Waiting.scan() if isinstance(one, Waiting)]


def test_sent_twice_it_is_handed_over_once(pair: TwoWhoWrite, priya: Someone, morag: Someone) -> None:
    held = a_held_message(pair)

    for _ in range(2):
        hands(priya, held.message_id, pair, morag)

    whats = [step.what for step in steps_of(pair.pair_id, held.message_id)]
    assert whats == ["written", "held", "handed_over"]
    assert len(notices("handed_over")) == 1


def test_it_can_be_handed_on_and_back(pair: TwoWhoWrite, priya: Someone, morag: Someone) -> None:
    held = a_held_message(pair)
    hands(priya, held.message_id, pair, morag)
    hands(morag, held.message_id, pair, priya, "It is the desk.", now=LATER + timedelta(minutes=1))
    hands(priya, held.message_id, pair, morag, now=LATER + timedelta(minutes=2))

    assert now_is(held).claimed_by == morag.person_id
    assert len(notices("handed_over")) == 3


def test_nobody_hands_over_what_another_is_reading(pair: TwoWhoWrite, priya: Someone, morag: Someone) -> None:
    isla = a_person("deputy", pair.programme)
    held = a_held_message(pair)
    claim(morag.viewer, pair.pair_id, held.message_id, now=LATER)

    with pytest.raises(Conflict, match="Morag Sinclair is reading"):
        hands(priya, held.message_id, pair, isla)


def test_a_decision_at_the_same_moment_wins(pair: TwoWhoWrite, priya: Someone, morag: Someone) -> None:
    held = a_held_message(pair)

    def decides() -> None:
        deliver(morag.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

    with just_before_it_writes(decides), pytest.raises(Conflict, match="has already delivered it"):
        hands(priya, held.message_id, pair, morag)
    assert notices("handed_over") == []


def test_only_somebody_who_may_decide_on_it_can_be_given_it(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair)
    owen = a_person("administrator", pair.programme)
    stranger = a_person("coordinator", a_programme("Night Owls"), first_name="Una", surname="Boyd")
    also_in(pair.programme, pair.mentor, role="coordinator")

    for someone in (owen, stranger, pair.mentor, pair.mentee, priya):
        with pytest.raises(Invalid, match="one of the colleagues offered"):
            hands(priya, held.message_id, pair, someone)
    assert now_is(held).claimed_by is None


def test_to_those_of_the_pair_there_is_nothing_to_hand_over(pair: TwoWhoWrite, morag: Someone) -> None:
    held = a_held_message(pair)

    for someone in (pair.mentee, pair.mentor):
        with pytest.raises(NotFound):
            hands(someone, held.message_id, pair, morag)


def test_the_colleague_can_leave_it_to_others(pair: TwoWhoWrite, priya: Someone, morag: Someone) -> None:
    held = a_held_message(pair)
    hands(priya, held.message_id, pair, morag)

    release(morag.viewer, pair.pair_id, held.message_id, now=LATER)

    assert now_is(held).claimed_by is None
