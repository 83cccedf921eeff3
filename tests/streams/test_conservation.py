"""Nothing is lost, and nothing gets through: random histories of all that people, streams, the mail service
and bad luck do, held against what those who were answered have been told.

Two thousand histories in `make test` and twenty thousand in `make soak` (HISTORIES says how many). The
tables are in memory, since an emulator would take an hour.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pynamodb.exceptions import PynamoDBException

from functions.reporting import logger
from functions.schedules import sweep
from functions.streams import (
    escalate_concerns,
    filter_messages,
    link_audit,
    record_receipts,
    send_notices,
)
from shared.audit.checking import check_links
from shared.conversations.actions import change_message, withdraw_message, write_message
from shared.conversations.views import conversation
from shared.filtering import RuleSet, Verdict
from shared.moderation.actions import ask_to_change, claim, decline, deliver
from shared.notices.mailer import NotSent
from shared.people.actions.absence import end_days_away, set_days_away
from shared.people.actions.standing import reinstate, suspend
from shared.people.permissions import Viewer
from shared.platform.errors import SignpostError
from shared.platform.tables import Lost
from shared.safeguarding.concerns.answering import acknowledge, add_note, hand_over, judge
from shared.safeguarding.concerns.closing import Closing, agree, close, reopen, send_back
from shared.safeguarding.raising.reporting import ABOUT_ME, Worry, report_worry
from tests.builders import MONDAY, Someone, TwoWhoWrite, a_pair, a_person, a_policy, a_programme
from tests.driver import Context, StreamDriver, at_once, read_sources
from tests.fake_mailer import LOST_REPLY, TOO_MANY, UNWELL, FakeMailer
from tests.fake_tables import FakeTables, Kept, fake_tables
from tests.faults import Crash, answering, crash, losing_answers
from tests.racing import just_before_it_writes
from tests.shared.conversations.builders import TheFilter

HISTORIES = int(os.environ.get("HISTORIES", "2000"))
PARTS = 4
"""So that two processes share them."""
STEPS = 12

KINDS = {
    "clean": "I went to the open day, and liked it.",
    "number": "Ring me on 07700 900123 after school.",
    "worry": "Some nights I want to die.",
}
STAFF = ("coordinator", "safeguarding_lead", "deputy", "regional_manager")
CLOSING = Closing(
    summary="A worry about how she is.",
    action_taken="Spoke to her and to her school.",
    decision="Her school goes on with it.",
    outcome="partly_founded",
    reasons="She is looked after.",
)

picks = st.integers(0, 1_000_000)
"""What a step leaves open is decided by one number: that is cheaper than many choices, and shrinks too."""
kinds = st.sampled_from(sorted(KINDS))
staff = st.sampled_from(STAFF)
everybody = st.sampled_from(["mentee", "mentor", *STAFF])


@dataclass(frozen=True)
class Stage:
    """What every history begins with."""

    tables: FakeTables
    kept: Kept
    people: dict[str, Someone]
    pair: TwoWhoWrite


class Watching(TheFilter):
    """The filter, which remembers what it let pass."""

    def __init__(self) -> None:
        super().__init__()
        self.passed: set[str] = set()

    def __call__(self, text: str, *, sender: str, recent: Any = (), rules: RuleSet | None = None) -> Verdict:
        verdict = super().__call__(text, sender=sender, recent=recent, rules=rules)
        self.seen.clear()
        self.judged_by.clear()
        if not verdict.hold:
            self.passed.add(text)
        return verdict


class Everything(RuleBasedStateMachine):
    """One programme, two who write, four who look after them, and whatever happens."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        stage.tables.bring_back(stage.kept)
        self.tables, self.people, self.pair = stage.tables, stage.people, stage.pair
        self.programme_id = stage.pair.programme_id
        self.now = MONDAY
        self.filter = Watching()
        self.mailer = FakeMailer()
        functions: dict[str, Any] = {
            "FilterMessages": partial(filter_messages.work_off, checker=self.filter, clock=self.clock),
            "EscalateConcerns": partial(escalate_concerns.work_off, clock=self.clock),
            "SendAlerts": partial(send_notices.work_off_alerts, mailer=self.mailer, clock=self.clock),
            "SendNotices": partial(
                send_notices.work_off, mailer=self.mailer, clock=self.clock, pause=at_once
            ),
            "LinkAudit": link_audit.work_off,
        }
        self.driver = StreamDriver(functions, repeats=0.2, sources=SOURCES, stream_of=stage.tables.stream)
        self.forms = 0
        self.suspended: set[str] = set()
        self.takes_no_mail: set[str] = set()
        self.receipts: list[tuple[str, str]] = []
        """What the mail service has to say of an e-mail: the same however often it says it."""
        self.kept: list[tuple[str, str]] = []
        """Message and wording of which a writer was told that they are kept."""
        self.approved: set[str] = set()
        """Texts that a person, having read them, let pass."""
        self.taken_back: set[str] = set()
        """Messages of which a writer was told that nobody will get them."""
        self.opened: list[dict[str, Any]] = []
        """Held messages as moderators had them before them: on a page that is still open."""
        self.worries: list[tuple[str, str]] = []
        """Reference and words of which whoever reported them was told that somebody will read them."""
        self.decided: list[tuple[str, str, str]] = []
        """Who did what to what, where they were told that it is done."""

    # How things are done

    def clock(self) -> datetime:
        return self.now

    def moment(self) -> datetime:
        """No two people do something at the very same moment."""
        self.now += timedelta(seconds=1)
        return self.now

    def form(self) -> str:
        self.forms += 1
        return f"form-{self.forms}"

    def is_done(self, do: Callable[[], object], luck: Random) -> bool:
        """Whether who did it was told so. Where the process died or AWS failed, it may be done or not."""
        with suppress(SignpostError, Lost, PynamoDBException, Crash), a_fault(luck):
            do()
            return True
        return False

    def viewer(self, who: str) -> Viewer:
        return self.people[who].viewer

    def messages(self, *states: str) -> list[dict[str, Any]]:
        found = self.tables.stored("conversations", "message")
        return [one for one in found if not states or text(one, "state") in states]

    def concerns(self, *states: str) -> list[dict[str, Any]]:
        found = self.tables.stored("safeguarding", "concern")
        return [one for one in found if not states or text(one, "state") in states]

    # What people write

    @initialize(pick=picks)
    def a_day_begins(self, pick: int) -> None:
        """Something has been written, and some of it has been checked and told of."""
        luck = Random(pick)
        for _ in range(luck.randint(1, 4)):
            self.writes(luck.choice(["mentee", "mentor"]), luck.choice(sorted(KINDS)), luck.randint(0, 99))
        for _ in range(luck.randint(0, 2)):
            self._deliver_some(luck.randint(0, 99))
        if luck.random() < 0.5:
            self.the_sweep_runs(luck.randint(0, 99))

    @rule(by=st.sampled_from(["mentee", "mentee", "mentor"]), kind=kinds, pick=picks)
    def writes(self, by: str, kind: str, pick: int) -> None:
        luck, key = Random(pick), self.form()
        words = f"{KINDS[kind]} ({key})"
        if by in self.suspended:
            return

        def write() -> None:
            viewer, pair_id = self.viewer(by), self.pair.pair_id
            written = write_message(viewer, pair_id, text=words, key=key, now=self.moment())
            self.kept.append((written.message_id, words))

        if not self.is_done(write, luck) and luck.random() < 0.5:
            write()  # whoever sees an error sends the form again

    @rule(by=st.sampled_from(["mentee", "mentor"]), pick=picks)
    def reports_a_worry(self, by: str, pick: int) -> None:
        luck, key = Random(pick), self.form()
        words = f"I do not feel safe going home. ({key})"
        if by in self.suspended:
            return
        worry = Worry(words=words, urgency=luck.choice(["now", "soon", "later"]), about=ABOUT_ME)

        def report() -> None:
            viewer = self.viewer(by)
            answer = report_worry(viewer, worry, acquaintances=(), key=key, now=self.moment())
            self.worries.append((answer.reference, words))

        if not self.is_done(report, luck) and luck.random() < 0.5:
            report()

    @precondition(lambda self: self.messages("returned"))
    @rule(kind=kinds, pick=picks)
    def words_it_anew(self, kind: str, pick: int) -> None:
        luck = Random(pick)
        words = f"{KINDS[kind]} ({self.form()})"
        for one in sample(self.messages("returned"), luck):
            writer = self.viewer(text(one, "sender_role"))

            def change(one: dict[str, Any] = one, writer: Viewer = writer) -> None:
                changed = change_message(
                    writer,
                    self.pair.pair_id,
                    text(one, "message_id"),
                    text=words,
                    expected_round=number(one, "round"),
                    now=self.moment(),
                )
                self.kept.append((changed.message_id, words))

            if not self.is_done(change, luck) and luck.random() < 0.5:
                with suppress(SignpostError):
                    change()

    @precondition(lambda self: self.messages("pending", "held", "returned"))
    @rule(pick=picks)
    def takes_it_back(self, pick: int) -> None:
        luck = Random(pick)
        for one in sample(self.messages("pending", "held", "returned"), luck):
            self.is_done(partial(self._take_back, one), luck)

    def _take_back(self, one: dict[str, Any]) -> None:
        writer = self.viewer(text(one, "sender_role"))
        withdraw_message(writer, self.pair.pair_id, text(one, "message_id"), now=self.moment())
        self.taken_back.add(text(one, "message_id"))

    # What moderators decide, alone or against each other

    @precondition(lambda self: self.messages("held"))
    @rule(by=staff, other=everybody, pick=picks)
    def decides(self, by: str, other: str, pick: int) -> None:
        luck = Random(pick)
        for one in sample(self.messages("held"), luck):
            if by in self.suspended:
                return
            self.opened.append(one)
            if luck.random() < 0.3:
                one = luck.choice(self.opened)
            against = partial(self._take_back, one)
            if other in STAFF:
                against = partial(self._decide, other, one, luck)
            meanwhile: AbstractContextManager[None] = nullcontext()
            if luck.random() < 0.5:
                ignoring = partial(self.is_done, against, Random(7))
                meanwhile = just_before_it_writes(ignoring, surely=False)
            with meanwhile:
                self.is_done(partial(self._decide, by, one, luck), luck)

    def _decide(self, by: str, one: dict[str, Any], luck: Random) -> None:
        """As one who has read the wording that `one` is."""
        viewer, message_id, wording = self.viewer(by), text(one, "message_id"), number(one, "round")
        pair_id, now = self.pair.pair_id, self.moment()
        if luck.random() < 0.3:
            claim(viewer, pair_id, message_id, now=now)
        what = luck.choice(["deliver", "deliver", "return", "decline"])
        if what == "deliver":
            self.approved.add(text(one, "text"))
            deliver(viewer, pair_id, message_id, wording=wording, now=now)
        else:
            verb = ask_to_change if what == "return" else decline
            verb(viewer, pair_id, message_id, reason="Please word it anew.", wording=wording, now=now)
        self.decided.append((viewer.person_id, "decided_on_message", f"message:{pair_id}/{message_id}"))

    # What staff do with concerns

    @precondition(lambda self: self.concerns("open"))
    @rule(by=staff, pick=picks)
    def answers(self, by: str, pick: int) -> None:
        luck = Random(pick)
        for one in sample(self.concerns("open"), luck):
            if by in self.suspended:
                return
            meanwhile: AbstractContextManager[None] = nullcontext()
            if luck.random() < 0.3:
                other = luck.choice(STAFF)
                meanwhile = just_before_it_writes(
                    luck.choice([self.sweep, partial(self.is_done, partial(self._act, other, one, 0), luck)]),
                    surely=False,
                )
            with meanwhile:
                self.is_done(partial(self._act, by, one, 0), luck)

    @precondition(lambda self: self.concerns("acknowledged", "closing", "closed"))
    @rule(by=staff, pick=picks)
    def goes_on_with_a_concern(self, by: str, pick: int) -> None:
        self._go_on(by, pick)

    def _go_on(self, by: str, pick: int) -> None:
        luck = Random(pick)
        for one in sample(self.concerns("closing") or self.concerns(), luck):
            if by in self.suspended:
                return
            what = luck.choice(WHAT_NEXT[text(one, "state")])
            self.is_done(partial(self._act, by, one, what), luck)

    @precondition(lambda self: self.concerns())
    @rule(pick=picks)
    def staff_work_through_concerns(self, pick: int) -> None:
        """As on a busy morning: one after the other, whoever is there."""
        luck = Random(pick)
        for _ in range(luck.randint(2, 6)):
            by, number = luck.choice(STAFF), luck.randint(0, 10_000)
            if luck.random() < 0.4:
                self.answers(by, number)
            else:
                self._go_on(by, number)

    def _act(self, by: str, one: dict[str, Any], what: int) -> None:
        viewer, concern_id, now, key = self.viewer(by), text(one, "concern_id"), self.moment(), self.form()
        to = self.people["deputy" if by != "deputy" else "safeguarding_lead"].person_id
        severity = "low" if text(one, "severity") != "low" else "high"
        why = "Her school rang this morning."
        doing: list[tuple[str, Callable[[], object]]] = [
            ("acknowledged_concern", partial(acknowledge, viewer, concern_id, now=now)),
            ("recorded_action", partial(add_note, viewer, concern_id, words=why, key=key, now=now)),
            (
                "changed_concern",
                partial(
                    judge,
                    viewer,
                    concern_id,
                    severity=severity,
                    category="wellbeing",
                    reason=why,
                    key=key,
                    now=now,
                ),
            ),
            ("handed_over", partial(hand_over, viewer, concern_id, to=to, note=why, key=key, now=now)),
            ("closed_concern", partial(close, viewer, concern_id, CLOSING, key=key, now=now)),
            ("second_read_concern", partial(agree, viewer, concern_id, now=now)),
            ("second_read_concern", partial(send_back, viewer, concern_id, reason=why, key=key, now=now)),
            ("reopened_concern", partial(reopen, viewer, concern_id, reason=why, key=key, now=now)),
        ]
        verb, do = doing[what]
        is_theirs = what == 0 and text(one, "acknowledged_by") == viewer.person_id
        do()
        if not is_theirs:
            self.decided.append((viewer.person_id, verb, f"concern:{concern_id}"))

    # Who is there

    @rule(who=st.sampled_from(["mentee", "mentor", *STAFF]), pick=picks)
    def is_suspended_or_let_in_again(self, who: str, pick: int) -> None:
        someone, admin = self.people[who], self.viewer("administrator")
        do = reinstate if who in self.suspended else suspend
        if self.is_done(
            lambda: do(admin, self.programme_id, someone.person_id, now=self.moment()), Random(pick)
        ):
            self.suspended ^= {who}
            self.decided.append((admin.person_id, "changed_standing", f"person:{someone.person_id}"))

    @rule(who=staff, pick=picks)
    def is_away_or_back(self, who: str, pick: int) -> None:
        luck, someone, admin = Random(pick), self.people[who], self.viewer("administrator")
        if luck.random() < 0.3:
            self.is_done(
                lambda: end_days_away(admin, self.programme_id, someone.person_id, now=self.moment()), luck
            )
            return
        first = self.now.date()
        stand_in = self.people[luck.choice(STAFF)].person_id if luck.random() < 0.5 else ""

        def set_away() -> None:
            set_days_away(
                admin,
                self.programme_id,
                someone.person_id,
                first_day=first.isoformat(),
                last_day=(first + timedelta(days=luck.randint(0, 3))).isoformat(),
                stand_in=stand_in,
                now=self.moment(),
            )
            self.decided.append((admin.person_id, "changed_absence", f"person:{someone.person_id}"))

        self.is_done(set_away, luck)

    # What the machinery does

    @rule(pick=picks)
    def a_stream_delivers(self, pick: int) -> None:
        self._deliver_some(pick)

    @rule(pick=picks)
    def a_stream_delivers_more(self, pick: int) -> None:
        self._deliver_some(pick)

    def _deliver_some(self, pick: int) -> None:
        luck = self.driver.rng = Random(pick)
        for _ in range(luck.randint(1, 4)):
            self.now += timedelta(seconds=luck.choice([0, 0, 1, 40]))
            self.driver.deliver_one(dying=a_fault(luck))

    @rule(pick=picks)
    def a_record_is_lost(self, pick: int) -> None:
        self.driver.rng = Random(pick)
        self.driver.lose_one()

    @rule(pick=picks)
    def the_sweep_runs(self, pick: int) -> None:
        self.now += timedelta(minutes=1)
        self.is_done(self.sweep, Random(pick))

    def sweep(self) -> None:
        with suppress(sweep.NotWhole):
            sweep.run(Context(), mailer=self.mailer, checker=self.filter, clock=self.clock, pause=at_once)

    @rule(minutes=st.sampled_from([2, 11, 31, 125, 960, 3000]))
    def time_goes_by(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_filter_breaks_or_is_mended(self) -> None:
        self.filter.is_broken = not self.filter.is_broken

    @rule(answers=st.lists(st.sampled_from([TOO_MANY, UNWELL, LOST_REPLY]), min_size=1, max_size=4))
    def the_mail_service_is_unwell(self, answers: list[NotSent]) -> None:
        self.mailer.answers += answers

    @rule(who=staff)
    def an_address_takes_no_mail_or_does_again(self, who: str) -> None:
        self.takes_no_mail ^= {self.people[who].address}

    @precondition(lambda self: self.mailer.sent)
    @rule(pick=picks)
    def the_mail_service_tells_what_became_of_an_e_mail(self, pick: int) -> None:
        luck = Random(pick)
        for sent in sample(self.mailer.sent, luck):
            usual = ["Delivery"] * 7 + ["Complaint", "Reject", "Transient"]
            kind = "Permanent" if sent.address in self.takes_no_mail else luck.choice(usual)
            self._tell(sent.notice_id, kind, luck)
            if luck.random() < 0.3:
                self._tell(sent.notice_id, kind, luck)

    def _tell(self, notice_id: str, kind: str, luck: Random) -> None:
        is_bounce = kind in ("Permanent", "Transient")
        name = "Bounce" if is_bounce else kind
        part = {"timestamp": self.now.isoformat(), "bounceType": kind}
        event = {
            "eventType": name,
            "mail": {"timestamp": self.now.isoformat(), "tags": {"notice_id": [notice_id]}},
            name.lower(): part,
        }
        self.is_done(lambda: record_receipts.work_off({"detail": event}, clock=self.clock), luck)

    # What holds at every moment

    @invariant()
    def at_every_moment(self) -> None:
        self.nothing_reaches_its_reader_that_was_not_let_pass()
        self.nothing_that_was_promised_is_gone()
        self.nobody_is_forgotten_who_waits_for_an_answer()

    def nothing_reaches_its_reader_that_was_not_let_pass(self) -> None:
        for one in self.messages("delivered"):
            assert text(one, "text") in self.filter.passed | self.approved
            assert text(one, "message_id") not in self.taken_back

    def nothing_that_was_promised_is_gone(self) -> None:
        there = {text(one, "message_id") for one in self.messages()}
        assert {message_id for message_id, _ in self.kept} <= there
        raised = {text(one, "reference"): text(one, "words") for one in self.concerns()}
        assert all(raised.get(reference) == words for reference, words in self.worries)

    def nobody_is_forgotten_who_waits_for_an_answer(self) -> None:
        """What nobody has answered, checked or sent is due: a sweep will find it without any stream."""
        assert all("due" in one for one in self.concerns("open"))
        assert all("due" in one for one in self.messages("pending", "held"))
        notices = self.tables.stored("outbox", "notice")
        assert all("due" in one for one in notices if text(one, "state") in ("queued", "sending"))

    # What holds in the end

    def teardown(self) -> None:
        self._all_is_well_again()
        self.at_every_moment()
        self._every_wording_came_to_its_end()
        self._every_worry_reached_somebody_or_is_known_to_have_not()
        self._every_decision_is_in_the_audit_record()
        self._what_nobody_has_answered_climbs_on()

    def _all_is_well_again(self) -> None:
        self.filter.is_broken = False
        self.mailer.answers.clear()
        for _ in range(10):
            self.driver.settle()
            self.now += timedelta(minutes=2)
            self.sweep()
            waits = [one for one in self.tables.stored("outbox", "notice") if is_waiting_alert(one)]
            if not waits and not self.messages("pending") and not self._waiting_records():
                return
        raise AssertionError("what waits is not worked off in twenty minutes")

    def _waiting_records(self) -> list[dict[str, Any]]:
        return self.tables.stored("safeguarding", "audit_waiting")

    def _every_wording_came_to_its_end(self) -> None:
        steps = self.tables.stored("conversations", "step")
        worded = {
            (text(one, "message_id"), text(one, "text"))
            for one in steps
            if text(one, "what") in ("written", "changed")
        }
        assert set(self.kept) <= worded
        raised = {text(one, "words") for one in self.concerns()}
        waits_for_a_person = {text(one, "text") for one in self.messages("held")}
        for message_id, words in worded:
            if KINDS["worry"] in words and words not in raised | waits_for_a_person:
                assert message_id in self._read_by_somebody(steps)
        for part in ("mentor", "mentee"):
            view = conversation(self.viewer(part), self.pair.pair_id, now=self.now)
            shown = {letter.text for letter in view.letters if not letter.own}
            assert shown <= self.filter.passed | self.approved
        told = [
            one for one in self.tables.stored("outbox", "notice") if text(one, "template") == "new_message"
        ]
        assert len(told) == len(self.messages("delivered"))

    def _read_by_somebody(self, steps: list[dict[str, Any]]) -> set[str]:
        return {
            text(one, "message_id")
            for one in steps
            if text(one, "what") in ("delivered", "returned", "declined") and text(one, "by_id")
        }

    def _every_worry_reached_somebody_or_is_known_to_have_not(self) -> None:
        taken = {sent.notice_id for sent in self.mailer.sent}
        notices = self.tables.stored("outbox", "notice")
        told = Counter(
            text(one, "reference")
            for one in notices
            if text(one, "template") in ("concern_alert", "nobody_told") and text(one, "notice_id") in taken
        )
        for one in self.concerns():
            answered = text(one, "state") != "open"
            assert told[text(one, "reference")] or answered, "nobody was told, and nobody knows it"
            if text(one, "state") == "closed":
                self._was_closed_by_as_many_as_it_needs(one)

    def _was_closed_by_as_many_as_it_needs(self, one: dict[str, Any]) -> None:
        worst = {text(one, "severity"), text(one, "worst_severity")}
        lines = [line for line in self.tables.stored("safeguarding", "entry") if line["pk"] == one["pk"]]
        agreed = {text(line, "by_id") for line in lines if text(line, "what") == "agreed"}
        assert not worst & {"high", "immediate"} or agreed - {text(one, "closing_by")}

    def _every_decision_is_in_the_audit_record(self) -> None:
        assert check_links(self.programme_id).is_whole
        links = self.tables.stored("safeguarding", "audit_link")
        assert len({text(one, "record_id") for one in links}) == len(links)
        linked = {(text(one, "by_id"), text(one, "what"), text(one, "on")) for one in links}
        assert set(self.decided) <= linked
        assert set(self._decisions_as_stored()) <= linked

    def _decisions_as_stored(self) -> Iterator[tuple[str, str, str]]:
        """Those too after which the process died, so that nobody was told of them."""
        for one in self.tables.stored("conversations", "step"):
            if text(one, "what") in ("delivered", "returned", "declined") and text(one, "by_id"):
                on = f"message:{self.pair.pair_id}/{text(one, 'message_id')}"
                yield text(one, "by_id"), "decided_on_message", on
        staff_ids = {self.people[role].person_id for role in STAFF}
        for one in self.tables.stored("safeguarding", "entry"):
            if text(one, "by_id") in staff_ids and text(one, "what") in VERB_OF:
                concern_id = text(one, "pk").removeprefix("CONCERN#")
                yield text(one, "by_id"), VERB_OF[text(one, "what")], f"concern:{concern_id}"

    def _what_nobody_has_answered_climbs_on(self) -> None:
        waiting = {text(one, "concern_id"): one for one in self.concerns("open")}
        if not waiting:
            return
        due = max(text(one, "due_at") for one in waiting.values())
        self.now = max(self.now, datetime.fromisoformat(due) + timedelta(seconds=1))
        self.sweep()
        for one in self.concerns("open"):
            before = waiting.get(text(one, "concern_id"))
            assert before is None or number(one, "climbs") > number(before, "climbs")


SOURCES = read_sources()
WHAT_NEXT = {"open": [1, 2, 4], "acknowledged": [1, 2, 3, 4, 4], "closing": [5, 5, 6, 1], "closed": [7, 1]}
"""What is tried with a concern in each state, by its place in `_act`."""
VERB_OF = {
    "acknowledged": "acknowledged_concern",
    "note": "recorded_action",
    "changed": "changed_concern",
    "handed_over": "handed_over",
    "closing": "closed_concern",
    "closed": "closed_concern",
    "agreed": "second_read_concern",
    "sent_back": "second_read_concern",
    "reopened": "reopened_concern",
}


def text(stored: dict[str, Any], name: str) -> str:
    return str(stored.get(name, {}).get("S", ""))


def number(stored: dict[str, Any], name: str) -> int:
    return int(stored[name]["N"])


def sample(found: list[Any], luck: Random) -> list[Any]:
    """One of them, if there is any."""
    return [luck.choice(found)] if found else []


def is_waiting_alert(notice: dict[str, Any]) -> bool:
    return text(notice, "lane") == "alert" and text(notice, "state") in ("queued", "sending")


def a_fault(luck: Random) -> AbstractContextManager[None]:
    """All goes well, the process dies at one of its calls, or AWS refuses, or is not heard."""
    chance, call = luck.random(), luck.randint(1, 9)
    if chance < 0.6:
        return nullcontext()
    if chance < 0.72:
        return crash(before=call)
    if chance < 0.84:
        return crash(after=call)
    operation = luck.choice(["TransactWriteItems", "TransactWriteItems", "PutItem", "UpdateItem", "Query"])
    if chance < 0.92:
        return losing_answers(operation, times=1)
    return answering(operation, "ProvisionedThroughputExceededException", times=1)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The tables with everybody in them, made once."""
    with fake_tables() as tables:
        ranks = [["safeguarding_lead"], ["safeguarding_lead", "deputy"], ["regional_manager", "coordinator"]]
        programme = a_programme(policy=a_policy(escalation=a_chain(ranks)))
        roles = ("mentee", "mentor", *STAFF, "administrator")
        people = {role: a_person(role, programme) for role in roles}
        pair = a_pair(programme, mentor=people["mentor"], mentee=people["mentee"])
        yield Stage(tables, tables.keep(), people, pair)


def a_chain(ranks: list[list[str]]) -> dict[str, Any]:
    minutes = {"low": 240, "medium": 120, "high": 30, "immediate": 10}
    return {
        "ranks": [{"roles": roles} for roles in ranks],
        "acknowledge_within": {severity: {"minutes": wait} for severity, wait in minutes.items()},
    }


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_and_nothing_gets_through(part: int, stage: Stage) -> None:
    with unheard():
        run_state_machine_as_test(
            lambda: Everything(stage),
            settings=settings(
                max_examples=HISTORIES // PARTS,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )


@contextmanager
def unheard() -> Iterator[None]:
    """Without the functions' log lines and metrics, of which there would be a million."""
    level = logger.log_level
    logger.setLevel("CRITICAL")
    logging.disable(logging.CRITICAL)
    try:
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            yield
    finally:
        logging.disable(logging.NOTSET)
        logger.setLevel(level)
