"""The whole way of a message, from its writing to the last e-mail, on streams that behave as badly as they
may."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.conversations.actions import withdraw_message
from shared.conversations.checked import checked_messages
from shared.conversations.outcomes import outcomes_of
from shared.filtering import Verdict, check
from shared.moderation.actions import deliver
from shared.notices.rules import TRIES
from shared.platform.errors import Conflict
from shared.safeguarding.concerns.answering import acknowledge
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED
from tests.emulator import empty_tables
from tests.fake_mailer import LOST_REPLY, TOO_MANY, UNWELL, FakeMailer
from tests.faults import Call, Crash, calls, crash
from tests.streams.world import World

pytestmark = pytest.mark.usefixtures("tables")

WRITES = frozenset({"PutItem", "UpdateItem", "TransactWriteItems"})
POISON = "This one ends the process of whoever reads it, because a rule runs away with it."

random_schedules = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def deadly_for(text: str) -> Callable[..., Verdict]:
    """The filter, with a rule that ends its process on one text."""

    def checker(words: str, *, sender: Any, recent: Sequence[Any], rules: Any) -> Verdict:
        if words == text:
            raise Crash
        return check(words, sender=sender, recent=recent, rules=rules)

    return checker


def test_a_clean_message_reaches_its_reader_and_an_e_mail_says_so() -> None:
    world = World()
    message_id = world.write(CLEAN)

    world.driver.settle()

    assert world.message(message_id).state == "delivered"
    assert world.sent_to(world.pair.mentor.address) == ["You have a new message"]
    assert world.sent_to(world.pair.mentee.address) == []


def test_a_message_with_a_telephone_number_waits_for_a_person() -> None:
    world = World()
    message_id = world.write(WITH_A_NUMBER)

    world.driver.settle()

    assert world.message(message_id).state == "held"
    assert world.sent_to(world.pair.mentor.address) == []
    assert world.sent_to(world.coordinator.address) == ["A message is waiting for you to read it"]
    assert world.concerns() == []


def test_a_worry_alerts_the_safeguarding_lead_within_the_same_flow() -> None:
    world = World()
    message_id = world.write(WORRIED)

    world.driver.settle()

    [concern] = world.concerns()
    assert world.message(message_id).state == "held"
    assert f"Please look: concern {concern.reference}" in world.sent_to(world.lead.address)


def test_no_e_mail_says_what_was_written_by_whom_or_why() -> None:
    world = World()
    for text in (CLEAN, WITH_A_NUMBER, WORRIED):
        world.write(text)

    world.driver.settle()

    said = " ".join(part for one in world.mailer.sent for part in (one.written.text, one.written.html))
    for word in ("physics", "07700", "want to die", "Yusuf", "Reid", "Sinclair", "suicide", "self", "phone"):
        assert word not in said


def test_all_of_the_streams_delivered_once_more_changes_nothing() -> None:
    world = World()
    for text in (CLEAN, WITH_A_NUMBER, WORRIED):
        world.write(text)
    world.driver.settle()
    stored, sent = world.everything(), list(world.mailer.sent)

    world.a_driver(Random(7)).settle()

    assert world.everything() == stored
    assert world.mailer.sent == sent


@pytest.mark.parametrize("seed", range(4))
def test_what_became_of_a_held_message_is_kept_once_however_the_streams_behave(seed: int) -> None:
    world = World(rng=Random(seed), crashes=0.25, repeats=0.5)
    passed, number, worried = (world.write(text) for text in (CLEAN, WITH_A_NUMBER, WORRIED))
    world.driver.settle()
    for _ in range(3):
        world.sweep()
    for message_id in (number, worried) * 2:
        deliver(world.coordinator.viewer, world.pair.pair_id, message_id, wording=1, now=world.now)

    world.driver.settle()
    world.a_driver(Random(seed)).settle()

    kept = outcomes_of(world.pair.programme_id, limit=100)
    assert sorted((one.message_id, one.decision, one.has_concern) for one in kept) == sorted(
        [(number, "delivered", False), (worried, "delivered", True)]
    )
    listed = checked_messages(world.pair.programme_id).messages
    assert {one.message_id for one in listed} == {passed, number, worried}


def test_without_any_stream_the_sweep_does_the_same_within_two_minutes() -> None:
    world = World()
    clean, worried = world.write(CLEAN), world.write(WORRIED)

    world.sweep()
    world.sweep()

    assert world.message(clean).state == "delivered"
    assert world.message(worried).state == "held"
    assert world.sent_to(world.pair.mentor.address) == ["You have a new message"]
    assert any("Please look" in subject for subject in world.sent_to(world.lead.address))


class TestAMessageThatEndsTheFilter:
    def test_goes_to_the_failure_destination_unseen_while_its_neighbours_go_on(self) -> None:
        world = World(checker=deadly_for(POISON))
        before, poison, after = world.write(CLEAN), world.write(POISON), world.write(CLEAN, by="mentor")

        world.driver.settle()

        assert [key for failed in world.driver.failed for key in failed.keys] == [
            f"PAIR#{world.pair.pair_id} MESSAGE#{poison}"
        ]
        assert world.message(before).state == "delivered"
        assert world.message(after).state == "delivered"
        assert world.message(poison).state == "pending"

    def test_ends_with_a_person_and_never_with_its_reader(self) -> None:
        world = World(checker=deadly_for(POISON))
        poison = world.write(POISON)
        world.driver.settle()

        while world.message(poison).state == "pending":
            world.sweep()
            assert world.now < world.message(poison).written_at + timedelta(hours=2)

        assert world.message(poison).state == "held"
        assert world.steps(poison) == ["written", "held"]

    def test_keeps_no_later_message_from_the_sweep(self) -> None:
        world = World(checker=deadly_for(POISON))
        world.write(POISON)
        world.sweep()
        later = world.write(CLEAN)

        for _ in range(3):
            world.sweep()

        assert world.message(later).state == "delivered"


class TestAnAlert:
    def test_gets_through_a_mail_service_that_asks_for_less_and_loses_its_answers(self) -> None:
        mailer = FakeMailer(TOO_MANY, UNWELL, LOST_REPLY, TOO_MANY, LOST_REPLY, UNWELL)
        world = World(mailer=mailer)
        world.write(WORRIED)
        world.driver.settle()

        for _ in range(9):
            world.sweep()

        [alert] = world.notices("concern_alert")
        assert alert.state == "accepted"
        assert world.sent_to(world.lead.address)

    def test_is_never_given_up(self) -> None:
        world = World(mailer=FakeMailer(*[UNWELL] * 200))
        world.write(WORRIED)
        world.driver.settle()
        acknowledge(world.lead.viewer, world.concerns()[0].concern_id, now=world.now)

        for _ in range(20):
            world.sweep()
        [alert] = world.notices("concern_alert")
        tried = alert.attempts
        world.mailer.answers.clear()
        world.sweep()
        world.sweep()

        [alert] = world.notices("concern_alert")
        assert tried > TRIES
        assert alert.state == "accepted"

    def test_does_not_wait_behind_other_e_mails(self) -> None:
        world = World()
        for _ in range(5):
            world.write(CLEAN)
        world.write(WORRIED)
        for _ in range(3):
            world.write(CLEAN)

        world.sweep()

        subjects = [sent.written.subject for sent in world.mailer.sent]
        assert "Please look" in subjects[0]
        assert len(subjects) == 10


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_filter_that_dies_leaves_all_of_its_decision_or_none(when: str) -> None:
    """The message is held exactly when its concern stands and the alert is queued. There is one call that
    writes; to die at any before it is to die before it."""
    world = World()
    world.write(WORRIED)
    made: list[Call] = []
    world.driver.deliver_one(dying=_noting(made))
    [number] = [call.number for call in made if call.operation in WRITES]
    with empty_tables():
        world = World()
        message_id = world.write(WORRIED)

        world.driver.deliver_one(dying=crash(**{when: number}))

        assert world.driver.deaths == 1
        held = world.message(message_id).state == "held"
        assert held == (when == "after")
        assert len(world.concerns()) == len(world.notices("concern_alert")) == held
        world.driver.settle()
        assert world.message(message_id).state == "held"
        assert len(world.concerns()) == len(world.notices("concern_alert")) == 1


@contextmanager
def _noting(made: list[Call]) -> Iterator[None]:
    """No death at all: the calls are noted."""
    with calls() as found:
        yield
    made.extend(found)


texts = st.sampled_from([CLEAN, WITH_A_NUMBER, WORRIED])
events = st.lists(
    st.one_of(
        st.tuples(st.just("write"), texts, st.sampled_from(["mentee", "mentor"])),
        st.tuples(st.just("withdraw"), st.just(""), st.just("")),
        st.tuples(st.just("deliver"), st.just(""), st.just("")),
        st.tuples(st.just("sweep"), st.just(""), st.just("")),
    ),
    min_size=1,
    max_size=14,
)
answers = st.lists(st.sampled_from([TOO_MANY, UNWELL, LOST_REPLY]), max_size=8)


@random_schedules
@given(happening=events, mail_service=answers, rng=st.randoms(use_true_random=False))
def test_whatever_happens_nothing_unchecked_is_delivered_and_nothing_is_lost(
    happening: list[tuple[str, str, str]], mail_service: list[Exception], rng: Random
) -> None:
    """Messages are written and taken back while functions die, records come twice and out of order, and the
    mail service is unwell. Then all is well again, and everything has come to where it belongs."""
    with empty_tables():
        world = World(mailer=FakeMailer(*mail_service), rng=rng, crashes=0.25, repeats=0.25)
        written: dict[str, str] = {}
        taken_back: set[str] = set()
        for what, text, by in happening:
            if what == "write":
                written[world.write(text, by=by)] = text
            elif what == "withdraw" and written:
                _take_back_the_last(world, written, taken_back)
            elif what == "deliver":
                world.driver.deliver_one()
            elif what == "sweep":
                world.sweep()
            _nothing_unchecked_is_delivered(world, written)

        _all_is_well_again(world)

        _nothing_unchecked_is_delivered(world, written)
        _everything_is_where_it_belongs(world, written, taken_back)


def _take_back_the_last(world: World, written: dict[str, str], taken_back: set[str]) -> None:
    message_id = list(written)[-1]
    message = world.message(message_id)
    writer = world.pair.mentor if message.sender_role == "mentor" else world.pair.mentee
    try:
        withdraw_message(writer.viewer, world.pair.pair_id, message_id, now=world.now)
    except Conflict:
        assert world.message(message_id).state == "delivered"
    else:
        taken_back.add(message_id)


def _nothing_unchecked_is_delivered(world: World, written: dict[str, str]) -> None:
    for message in world.messages():
        if message.state == "delivered":
            assert written[message.message_id] == CLEAN
            assert message.checked_at is not None
            assert message.rules_version


def _all_is_well_again(world: World) -> None:
    world.driver.crashes = 0.0
    world.mailer.answers.clear()
    for _ in range(6):
        world.driver.settle()
        world.sweep()
    world.driver.settle()


def _everything_is_where_it_belongs(world: World, written: dict[str, str], taken_back: set[str]) -> None:
    states = {message.message_id: message.state for message in world.messages()}
    expected = {
        message_id: "withdrawn" if message_id in taken_back else "delivered" if text == CLEAN else "held"
        for message_id, text in written.items()
    }
    assert states == expected

    worried = {message_id for message_id, text in written.items() if text == WORRIED}
    assert Counter(str(one.message_id) for one in world.concerns()) == Counter(worried)
    assert all(one.state == "accepted" for one in world.notices("concern_alert"))
    for concern in world.concerns():
        assert f"Please look: concern {concern.reference}" in world.sent_to(world.lead.address)

    delivered = [message_id for message_id, state in states.items() if state == "delivered"]
    told = world.notices("new_message")
    assert len(told) == len(delivered)
    assert all(one.state == "accepted" for one in told)
    for message_id in written:
        steps = world.steps(message_id)
        assert len(steps) == len(set(steps))
