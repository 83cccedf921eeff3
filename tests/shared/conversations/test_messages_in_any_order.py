"""Everything that can happen to messages, in any order, again and again, and with the process dying."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.conversations.actions import (
    change_message,
    check_due,
    check_message,
    withdraw_message,
    write_message,
)
from shared.conversations.items import (
    HELD_DUE,
    Message,
    PairOfPerson,
    Step,
    checked_listing,
    held_listing,
    pair_key,
    pair_of_person_key,
)
from shared.conversations.outcomes import outcomes_of
from shared.conversations.steps import load_message
from shared.conversations.views import conversation
from shared.moderation.actions import ask_to_change, claim, decline, deliver
from shared.notices.items import Notice
from shared.people.permissions import Viewer
from shared.platform.errors import SignpostError
from shared.platform.tables import ConversationsItem
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.items import Concern, concern_key
from shared.safeguarding.rules import NewConcern, message_cause
from tests.builders.clock import MONDAY
from tests.builders.conversations import a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.faults import Crash, crash

from .builders import TheFilter

NUMBERS = itertools.count(1)
KINDS = {
    "clean": "I went to the open day.",
    "number": "Ring me on 07700 900123.",
    "worry": "Some nights I want to die.",
}
kinds = st.sampled_from(sorted(KINDS))
parts = st.sampled_from(["mentor", "mentee"])
WRITES = 7
"""The call to AWS with which a check that delivers writes; one that holds writes some calls later."""
deaths = st.sampled_from(
    [{}, {}, *({when: n} for when in ("before", "after") for n in (1, WRITES, WRITES + 1, WRITES + 4))]
)
picks = st.integers(0, 9)


@dataclass
class Written:
    """What the test knows of one message."""

    message_id: str
    writer: Someone
    reader: Someone
    key: str
    wordings: list[str]

    @property
    def text(self) -> str:
        return self.wordings[-1]


class OneConversation(RuleBasedStateMachine):
    """What two people, the filter, two moderators and bad luck do to a conversation."""

    def __init__(self, programme: RunningProgramme, people: dict[str, Someone]) -> None:
        super().__init__()
        self.people = people
        self.pair = a_pair(programme, mentor=people["mentor"], mentee=people["mentee"])
        self.written: list[Written] = []
        self.may_be_read: set[str] = set()
        """Texts that the filter, or a person, has let pass."""
        self.minutes = 0
        self.concerns_seen: set[str] = set()

    def now(self) -> datetime:
        self.minutes += 1
        return MONDAY + timedelta(minutes=self.minutes)

    def some(self, pick: int) -> Written:
        return self.written[pick % len(self.written)]

    def a_text(self, kind: str) -> str:
        return f"{KINDS[kind]} ({next(NUMBERS)})"

    def stored(self, one: Written) -> Message:
        return load_message(self.pair.pair_id, one.message_id)

    def everything(self) -> tuple[dict[str, Message], list[Step]]:
        """The conversation as it is stored, in one reading."""
        items = list(ConversationsItem.query(pair_key(self.pair.pair_id)[0], consistent_read=True))
        messages = {item.message_id: item for item in items if isinstance(item, Message)}
        return messages, [item for item in items if isinstance(item, Step)]

    # What people do

    @rule(by=parts, kind=kinds, clicks=st.integers(1, 2))
    def write(self, by: str, kind: str, clicks: int) -> None:
        writer = self.people[by]
        reader = self.people["mentee" if by == "mentor" else "mentor"]
        text, key = self.a_text(kind), f"form-{next(NUMBERS)}"
        for _ in range(clicks):
            message = write_message(writer.viewer, self.pair.pair_id, text=text, key=key, now=self.now())
        self.written.append(Written(message.message_id, writer, reader, key, [text]))

    @precondition(lambda self: self.written)
    @rule(pick=picks)
    def send_the_first_form_again(self, pick: int) -> None:
        one = self.some(pick)
        before = self.stored(one).version
        write_message(one.writer.viewer, self.pair.pair_id, text=one.wordings[0], key=one.key, now=self.now())
        assert self.stored(one).version == before

    @precondition(lambda self: self.written)
    @rule(pick=picks, kind=kinds, clicks=st.integers(1, 2))
    def change(self, pick: int, kind: str, clicks: int) -> None:
        one = self.some(pick)
        text, wording = self.a_text(kind), len(one.wordings)
        with suppress(SignpostError):
            for _ in range(clicks):
                changed = change_message(
                    one.writer.viewer,
                    self.pair.pair_id,
                    one.message_id,
                    text=text,
                    expected_round=wording,
                    now=self.now(),
                )
            assert int(changed.round) == wording + 1
            one.wordings.append(text)

    @precondition(lambda self: self.written)
    @rule(pick=picks)
    def take_back(self, pick: int) -> None:
        one = self.some(pick)
        with suppress(SignpostError):
            withdraw_message(one.writer.viewer, self.pair.pair_id, one.message_id, now=self.now())
            self.may_be_read.discard(one.text)

    # What the filter does

    def _shown(self, one: Written) -> None:
        """What follows from a working filter having been shown the message as it is now."""
        if self.stored(one).state not in ("pending", "withdrawn"):
            return
        if KINDS["clean"] in one.text and self.stored(one).state == "pending":
            self.may_be_read.add(one.text)

    @precondition(lambda self: self.written)
    @rule(pick=picks, is_broken=st.booleans(), death=deaths, times=st.integers(1, 2))
    def check(self, pick: int, is_broken: bool, death: dict[str, int], times: int) -> None:
        one = self.some(pick)
        if not is_broken:
            self._shown(one)
        with suppress(Crash), crash(**death):
            for _ in range(times):
                check_message(
                    self.pair.pair_id, one.message_id, checker=TheFilter(is_broken=is_broken), now=self.now()
                )

    @rule()
    def sweep(self) -> None:
        for one in self.written:
            self._shown(one)
        check_due(TheFilter(), self.now() + timedelta(minutes=5))

    # What moderators do

    def _decide(
        self, pick: int, by: str, decision: Callable[[Viewer, Written, int], object]
    ) -> tuple[Written, bool]:
        one = self.some(pick)
        viewer = self.people[by].viewer
        try:
            claim(viewer, self.pair.pair_id, one.message_id, now=self.now())
            decision(viewer, one, int(self.stored(one).round))
        except SignpostError:
            return one, False
        return one, True

    @precondition(lambda self: self.written)
    @rule(pick=picks, by=st.sampled_from(["coordinator", "safeguarding_lead"]))
    def let_pass(self, pick: int, by: str) -> None:
        def decision(viewer: Viewer, one: Written, wording: int) -> object:
            return deliver(viewer, self.pair.pair_id, one.message_id, wording=wording, now=self.now())

        one, is_done = self._decide(pick, by, decision)
        if is_done:
            self.may_be_read.add(one.text)

    @precondition(lambda self: self.written)
    @rule(pick=picks, by=st.sampled_from(["coordinator", "safeguarding_lead"]))
    def send_back(self, pick: int, by: str) -> None:
        def decision(viewer: Viewer, one: Written, wording: int) -> object:
            return ask_to_change(
                viewer,
                self.pair.pair_id,
                one.message_id,
                reason="Please take the number out.",
                wording=wording,
                now=self.now(),
            )

        one, is_done = self._decide(pick, by, decision)
        if is_done:
            assert self.stored(one).lane != "safeguarding", "a worry is never sent back to be amended"

    @precondition(lambda self: self.written)
    @rule(pick=picks)
    def turn_down(self, pick: int) -> None:
        def decision(viewer: Viewer, one: Written, wording: int) -> object:
            return decline(
                viewer,
                self.pair.pair_id,
                one.message_id,
                reason="We can’t pass this on.",
                wording=wording,
                now=self.now(),
            )

        self._decide(pick, "safeguarding_lead", decision)

    # What holds at every moment

    @invariant()
    def a_reader_sees_only_what_was_let_pass(self) -> None:
        for part in ("mentor", "mentee"):
            me = self.people[part]
            view = conversation(me.viewer, self.pair.pair_id, now=MONDAY)
            others = [letter for letter in view.letters if not letter.own]
            assert {letter.text for letter in others} <= self.may_be_read
            own = {letter.text for letter in view.letters if letter.own}
            assert own == {one.text for one in self.written if one.writer is me}
            assert all(letter.status for letter in view.letters if letter.own)

    @invariant()
    def the_record_is_whole(self) -> None:
        """Every wording and its fate is in the history, and a worry that was read is a concern."""
        messages, steps = self.everything()
        self._is_said_on_the_first_page(messages)
        for one in self.written:
            message = messages[one.message_id]
            own = [step for step in steps if step.message_id == one.message_id]
            assert [step.text for step in own if step.what in ("written", "changed")] == one.wordings
            delivered = [step for step in own if step.what == "delivered"]
            assert len(delivered) == (message.state == "delivered")
            self._is_listed_once(message)
            self._has_its_outcomes(own)
            if message.lane == "safeguarding":
                self._is_a_concern(message, one.text)

    def _has_its_outcomes(self, steps: list[Step]) -> None:
        """Each hold that came to an end is one outcome."""
        became = [later.what for held, later in itertools.pairwise(steps) if held.what == "held"]
        outcomes = outcomes_of(self.pair.programme_id, limit=1_000)
        own = [one for one in outcomes if one.message_id == steps[0].message_id]
        assert [one.decision for one in own[::-1]] == became
        assert [int(one.round) for one in own] == sorted({int(one.round) for one in own}, reverse=True)

    def _is_listed_once(self, message: Message) -> None:
        """A held message is in the moderators' queue, any other that was checked among those checked."""
        programme_id = self.pair.programme_id
        if message.state == "held":
            assert message.listing == held_listing(programme_id)
        else:
            was_checked = message.checked_at is not None
            assert message.listing == (checked_listing(programme_id) if was_checked else None)

    def _is_said_on_the_first_page(self, messages: dict[str, Message]) -> None:
        """Each writer is told which of their own messages wait, and of no others."""
        for part in ("mentor", "mentee"):
            me = self.people[part]
            mine = PairOfPerson.get(*pair_of_person_key(me.person_id, self.pair.pair_id))
            own = [one for one in messages.values() if one.sender_id == me.person_id]
            for state, waiting in (("held", mine.held), ("returned", mine.returned)):
                assert set(waiting or ()) == {one.message_id for one in own if one.state == state}

    def _is_a_concern(self, message: Message, words: str) -> None:
        cause = message_cause(self.pair.pair_id, message.message_id, int(message.round))
        assert message.concern_id == NewConcern(cause, *[""] * 9).concern_id
        if message.concern_id not in self.concerns_seen:  # its words never change: looked up once
            assert Concern.get(*concern_key(message.concern_id)).words == words
            self.concerns_seen.add(message.concern_id)

    def _was_decided_on(self, one: Written) -> bool:
        """Whether somebody decided on its last wording, which they had read first; its writer may have taken
        it back since."""
        own = [step for step in self.everything()[1] if step.message_id == one.message_id]
        *_, last = [number for number, step in enumerate(own) if step.what in ("written", "changed")]
        return any(step.what in ("delivered", "returned", "declined") and step.by_id for step in own[last:])

    def teardown(self) -> None:
        """Once things have calmed down nothing is left unchecked, and each reader was told once."""
        for _ in range(2):
            for one in self.written:
                self._shown(one)
            check_due(TheFilter(), MONDAY + timedelta(days=1))
        for one in self.written:
            message = self.stored(one)
            assert message.state != "pending"
            assert message.due == (HELD_DUE if message.state == "held" else None)
            if KINDS["worry"] in one.text:
                assert message.concern_id or message.state == "held" or self._was_decided_on(one)
        self.a_reader_sees_only_what_was_let_pass()
        told = [
            notice
            for notice in Notice.scan(Notice.template == "new_message")
            if (notice.path or "").startswith(f"/pairs/{self.pair.pair_id}")
        ]
        assert len(told) == sum(self.stored(one).state == "delivered" for one in self.written)


@pytest.mark.usefixtures("tables")
def test_whatever_happens_a_reader_never_sees_what_was_not_let_pass() -> None:
    programme = a_programme()
    people = {
        role: a_person(role, programme) for role in ("mentor", "mentee", "coordinator", "safeguarding_lead")
    }
    run_state_machine_as_test(
        lambda: OneConversation(programme, people),
        # Every step takes some ten calls to the emulator: a failure is told as it was found, not shrunk.
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, database=None, phases=[Phase.generate]
        ),
    )
