"""What holds at every moment of a history, and what holds in its end."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis.stateful import invariant

from shared.audit.checking import check_links
from shared.conversations.views import conversation
from shared.home.views import home
from shared.moderation.actions import deliver
from shared.oversight.views import audit_page
from shared.people.permissions import may_see_audit
from shared.platform.clock import order
from shared.platform.errors import NotFound
from shared.safeguarding.concerns.lists import closed_concerns, concern_list
from shared.safeguarding.views import concern_page
from tests.builders.people import Someone

from .circumstances import Circumstances
from .looking_after import VERB_OF
from .model import KINDS, STAFF, Stored, hidden_from, number, text

KEPT_FOR_A_COLLEAGUE = timedelta(minutes=60)
DECISIONS = ("delivered", "returned", "declined")
DEEDS = {
    "handed_over": "handed_over",
    "undone": "undid_decision",
    **dict.fromkeys(DECISIONS, "decided_on_message"),
}
"""The audit record's word for each step of a message that a moderator takes."""


class WhatHolds(Circumstances):
    @invariant()
    def at_every_moment(self) -> None:
        self._nothing_reaches_its_reader_that_was_not_let_pass()
        self._nothing_that_was_promised_is_gone()
        self._nobody_is_forgotten_who_waits_for_an_answer()
        self._what_stands_against_anything_more_is_known()

    def _nothing_reaches_its_reader_that_was_not_let_pass(self) -> None:
        for one in self.messages("delivered"):
            assert text(one, "text") in self.filter.passed | self.approved
            assert text(one, "message_id") not in self.taken_back

    def _nothing_that_was_promised_is_gone(self) -> None:
        there = {text(one, "message_id") for one in self.messages()}
        assert {message_id for message_id, _ in self.kept} <= there
        raised = {text(one, "reference"): text(one, "words") for one in self.concerns()}
        assert all(raised.get(reference) == words for reference, words in self.worries)

    def _nobody_is_forgotten_who_waits_for_an_answer(self) -> None:
        """What nobody has answered, checked or sent is due: a sweep will find it without any stream."""
        assert all(
            "due" in one for one in self.concerns() if text(one, "state") == "open" or text(one, "handed_to")
        )
        assert all("due" in one for one in self.messages("pending", "held"))
        assert all("due" in one for one in self.notices() if text(one, "state") in ("queued", "sending"))
        steps = self.tables.stored("safeguarding", "next_step")
        assert all("due" in one for one in steps if "done_at" not in one)

    def _what_stands_against_anything_more_is_known(self) -> None:
        """Beside whom each concern is about and beside where it came from, and nowhere else."""
        stand: dict[str, set[str]] = defaultdict(set)
        for one in self.concerns():
            outcome = json.loads(text(one, "closing") or "{}").get("outcome")
            if text(one, "state") != "closed" or outcome != "not_founded":
                for of in {text(one, "about_id"), text(one, "pair_id")} - {""}:
                    stand[f"ABOUT#{self.programme_id}#{of}"].add(text(one, "concern_id"))
        stored = self.tables.stored("safeguarding", "against")
        noted = {text(one, "pk"): set(one["concern_ids"]["SS"]) for one in stored if "concern_ids" in one}
        assert noted == stand

    # In the end

    def teardown(self) -> None:
        self._all_is_well_again()
        self.at_every_moment()
        self._every_wording_came_to_its_end()
        self._what_somebody_asks_to_look_at_again_a_person_decides_on()
        self._what_is_kept_for_a_colleague_only_they_decide_on()
        self._nothing_passed_by_itself_where_every_message_is_read()
        self._no_writer_heard_of_what_was_taken_back()
        self._every_worry_reached_somebody_or_is_known_to_have_not()
        self._every_file_and_step_is_there()
        self._whom_it_is_about_neither_hears_nor_sees_anything()
        self._every_decision_is_in_the_audit_record()
        self._what_nobody_has_answered_climbs_on()
        self._what_is_held_can_be_delivered()

    def _all_is_well_again(self) -> None:
        self.filter.is_broken = False
        self.mailer.answers.clear()
        if self.good_policy is not None:
            self.mend_the_policy()
        for _ in range(10):
            self.driver.settle()
            self.now += timedelta(minutes=2)
            self.sweep()
            waits = [one for one in self.notices() if is_waiting_alert(one)]
            if not waits and not self.messages("pending") and not self._waiting_records():
                return
        raise AssertionError("what waits is not worked off in twenty minutes")

    def _waiting_records(self) -> list[Stored]:
        return self.tables.stored("safeguarding", "audit_waiting")

    # Messages

    def _every_wording_came_to_its_end(self) -> None:
        steps = self.steps()
        worded = {
            (text(one, "message_id"), text(one, "text"))
            for one in steps
            if text(one, "what") in ("written", "changed")
        }
        assert set(self.kept) <= worded
        raised = {text(one, "words") for one in self.concerns()}
        waits_for_a_person = {text(one, "text") for one in self.messages("held")}
        decided = {text(one, "message_id") for one in steps if is_decision(one)}
        for message_id, words in worded:
            if KINDS["worry"] in words and words not in raised | waits_for_a_person:
                assert message_id in decided
        for part in ("mentor", "mentee"):
            view = conversation(self.viewer(part), self.pair.pair_id, now=self.now)
            shown = {letter.text for letter in view.letters if not letter.own}
            assert shown <= self.filter.passed | self.approved
        assert len(self.notices("new_message")) == sum(text(one, "what") == "delivered" for one in steps)

    def _what_somebody_asks_to_look_at_again_a_person_decides_on(self) -> None:
        again: set[str] = set()
        for one in self.steps():
            message_id, what = text(one, "message_id"), text(one, "what")
            if what == "held" and text(one, "by_id"):
                again.add(message_id)
            elif is_decision(one):
                again.discard(message_id)
            assert what != "withdrawn" or message_id not in again, "its writer took it out of the queue"
        waiting = {text(one, "message_id") for one in self.messages("held")}
        assert again <= waiting

    def _what_is_held_can_be_delivered(self) -> None:
        """However often it was held before, by somebody who comes when nobody else is reading."""
        able = [role for role in STAFF if role not in self.suspended]
        self.now += 2 * KEPT_FOR_A_COLLEAGUE
        for one in self.messages("held") if able else ():
            message_id, wording = text(one, "message_id"), number(one, "round")
            at = self.moment()
            decided = deliver(self.viewer(able[0]), self.pair.pair_id, message_id, wording=wording, now=at)
            assert decided.decided_at == at

    def _what_is_kept_for_a_colleague_only_they_decide_on(self) -> None:
        told = Counter((text(one, "path"), text(one, "person_id")) for one in self.notices("handed_over"))
        for message_id, to in self.handed:
            assert told[f"/moderation/{self.pair.pair_id}/{message_id}", to], "the colleague was not told"
        steps = self.steps()
        for one, following in pairwise(steps):
            is_next = text(one, "message_id") == text(following, "message_id") and is_decision(following)
            if is_next and text(one, "what") == "handed_over":
                until = datetime.fromisoformat(text(one, "at")) + KEPT_FOR_A_COLLEAGUE
                is_over = text(following, "at") >= order(until)
                assert is_over or text(following, "by_id") == text(one, "to_id")

    def _nothing_passed_by_itself_where_every_message_is_read(self) -> None:
        versions = self.tables.stored("directory", "policy_version")
        mode_of = {
            number(one, "policy_version"): json.loads(text(one, "policy"))["moderation"]["mode"]
            for one in versions
        }
        by_a_person = {text(one, "message_id") for one in self.steps() if is_decision(one)}
        for one in self.messages("delivered"):
            if text(one, "message_id") not in by_a_person:
                assert mode_of[number(one, "policy_version")] == "filtered"

    def _no_writer_heard_of_what_was_taken_back(self) -> None:
        sent = {one.notice_id for one in self.mailer.sent}
        owned = self.tables.stored("conversations", "own_decision")
        undone = {self._own_decision(one): text(one, "notice_id") for one in owned if "undone_at" in one}
        assert set(self.undone) <= set(undone)
        assert not sent & set(undone.values())
        queued = {text(one, "notice_id") for one in self.notices("please_change")}
        assert all(text(one, "notice_id") in queued for one in owned if text(one, "what") == "returned"), (
            "a writer never hears that there is something to change"
        )

    def _own_decision(self, one: Stored) -> tuple[str, int]:
        return text(one, "message_id"), number(one, "round")

    # Concerns

    def _every_worry_reached_somebody_or_is_known_to_have_not(self) -> None:
        taken = {sent.notice_id for sent in self.mailer.sent}
        told = Counter(
            text(one, "reference")
            for one in self.notices("concern_alert", "nobody_told")
            if text(one, "notice_id") in taken
        )
        for one in self.concerns():
            answered = text(one, "state") != "open"
            assert told[text(one, "reference")] or answered, "nobody was told, and nobody knows it"
            if text(one, "state") == "closed":
                self._was_closed_as_it_may_be(one)

    def _was_closed_as_it_may_be(self, one: Stored) -> None:
        """By as many as it needs, and with nothing left to be done."""
        worst = {text(one, "severity"), text(one, "worst_severity")}
        agreed = {text(line, "by_id") for line in self.lines(one) if text(line, "what") == "agreed"}
        assert not worst & {"high", "immediate"} or agreed - {text(one, "closing_by")}
        steps = self.tables.stored("safeguarding", "next_step")
        assert all("done_at" in step for step in steps if step["pk"] == one["pk"])

    def _every_file_and_step_is_there(self) -> None:
        planned: set[tuple[str, str]] = set()
        for one in self.tables.stored("safeguarding", "next_step"):
            planned.add((text(one, "concern_id"), text(one, "words")))
        for one in self.tables.stored("safeguarding", "entry"):
            if text(one, "what") == "file":
                concern_id, details = (
                    text(one, "pk").removeprefix("CONCERN#"),
                    json.loads(text(one, "details")),
                )
                content = self.files.kept[f"concerns/{concern_id}/{details['file_id']}"].decode()
                assert details["file_name"].removesuffix(".txt") in content
                assert (concern_id, details["file_name"]) not in planned, "kept twice"
                planned.add((concern_id, details["file_name"]))
        assert set(self.added) <= planned

    def _whom_it_is_about_neither_hears_nor_sees_anything(self) -> None:
        concerns = self.concerns()
        for role in STAFF:
            someone = self.people[role]
            theirs = [one for one in concerns if someone.person_id in hidden_from(one)]
            if not theirs:
                continue
            hidden_since = {text(one, "reference"): self._hidden_since(one, someone) for one in theirs}
            for one in self.notices():
                since = hidden_since.get(text(one, "reference"))
                if since is None or text(one, "address") != someone.address:
                    continue
                assert self._stored_as("outbox", one) < since, "they were told of it"
            self._does_not_see(role, theirs, [one for one in concerns if one not in theirs])

    def _hidden_since(self, concern: Stored, someone: Someone) -> int:
        """Which writing of all kept it from them; 0 for whom it was about from its beginning.

        Not what its line says of the time: somebody else may write between a decision and its writing.
        """
        kept = [one for one in self.lines(concern) if text(one, "what") == "kept_from"]
        named = [one for one in kept if json.loads(text(one, "details"))["from_whom"] == someone.name]
        return self._stored_as("safeguarding", named[0]) if named else 0

    def _stored_as(self, table: str, one: Stored) -> int:
        """Which writing of all stored it first."""
        changes = (record["dynamodb"] for record in self.tables.streams[table])
        keys = {"pk": one["pk"], "sk": one["sk"]}
        return next(int(change["SequenceNumber"]) for change in changes if change["Keys"] == keys)

    def _does_not_see(self, role: str, theirs: list[Stored], others: list[Stored]) -> None:
        viewer, ids = self.viewer(role), {text(one, "concern_id") for one in theirs}
        for concern_id in ids:
            try:
                concern_page(viewer, concern_id, now=self.now)
            except NotFound:
                continue
            raise AssertionError("they see it")
        closed = closed_concerns(viewer, self.programme_id)
        shown = concern_list(viewer, self.programme_id, now=self.now)
        assert not ids & {one.concern_id for one in (*shown.concerns, *shown.overdue, *closed.concerns)}
        [desk] = home(viewer, now=self.now).desks
        count = Counter(text(one, "state") == "open" for one in others if text(one, "state") != "closed")
        assert (desk.unanswered, desk.answered) == (count[True], count[False]), "a number tells of it"
        if may_see_audit(viewer, self.programme_id):
            for row in audit_page(viewer, self.programme_id).records:
                assert not [one for one in ids if one in row.page]
                assert not [one for one in theirs if text(one, "reference") in row.about + row.why]

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

    # The audit record

    def _every_decision_is_in_the_audit_record(self) -> None:
        assert check_links(self.programme_id).is_whole
        links = self.tables.stored("safeguarding", "audit_link")
        assert len({text(one, "record_id") for one in links}) == len(links)
        linked = {(text(one, "by_id"), text(one, "what"), text(one, "on")) for one in links}
        assert set(self.decided) <= linked
        assert set(self._decisions_as_stored()) <= linked

    def _decisions_as_stored(self) -> Iterator[tuple[str, str, str]]:
        """Those too after which the process died, so that nobody was told of them."""
        for one in self.steps():
            if text(one, "what") in DEEDS and text(one, "by_id"):
                on = f"message:{self.pair.pair_id}/{text(one, 'message_id')}"
                yield text(one, "by_id"), DEEDS[text(one, "what")], on
        staff_ids = {self.people[role].person_id for role in STAFF}
        for one in self.tables.stored("safeguarding", "entry"):
            if text(one, "by_id") in staff_ids and text(one, "what") in VERB_OF:
                concern_id = text(one, "pk").removeprefix("CONCERN#")
                yield text(one, "by_id"), VERB_OF[text(one, "what")], f"concern:{concern_id}"


def is_decision(step: Stored) -> bool:
    """Whether somebody decided on a message that they had read."""
    return text(step, "what") in DECISIONS and bool(text(step, "by_id"))


def is_waiting_alert(notice: dict[str, Any]) -> bool:
    return text(notice, "lane") == "alert" and text(notice, "state") in ("queued", "sending")
