"""What staff do with concerns, and whom they raise them about."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random

from hypothesis.stateful import precondition, rule

from shared.people.permissions import Viewer
from shared.safeguarding.concerns.acting import Done, finish_step, record_act
from shared.safeguarding.concerns.answering import acknowledge, add_note, hand_over, judge
from shared.safeguarding.concerns.closing import Closing, agree, close, reopen, send_back
from shared.safeguarding.concerns.keeping_from import keep_from
from shared.safeguarding.papers.file_kinds import Upload
from shared.safeguarding.papers.files import add_file, open_file
from shared.safeguarding.raising.by_hand import ByHand, raise_by_hand
from tests.faults import LOST, answering, losing_answers

from .model import STAFF, Stored, hidden_from, picks, sample, staff, text
from .moderating import Moderating

CLOSING = Closing(
    summary="A worry about how she is.",
    action_taken="Spoke to her and to her school.",
    decision="Her school goes on with it.",
    outcome="partly_founded",
    reasons="She is looked after.",
)
WHY = "Her school rang this morning."
WHAT_NEXT = {
    "open": ["answer", "answer", "answer", "note", "judge", "close", "file", "plan", "keep from"],
    "acknowledged": [
        "note",
        "judge",
        *["hand over"] * 2,
        *["close"] * 3,
        "file",
        "plan",
        "finish",
        "keep from",
    ],
    "closing": [*["agree"] * 3, *["send back"] * 2, "note", "plan", "finish"],
    "closed": ["reopen", "reopen", "note", "file", "plan"],
}
"""What is tried with a concern in each state."""
VERB_OF = {
    "raised": "raised_concern",
    "acknowledged": "acknowledged_concern",
    "note": "recorded_action",
    "action": "recorded_action",
    "file": "recorded_action",
    "step_done": "recorded_action",
    "read_file": "read_file",
    "changed": "changed_concern",
    "handed_over": "handed_over",
    "closing": "closed_concern",
    "closed": "closed_concern",
    "agreed": "second_read_concern",
    "sent_back": "second_read_concern",
    "reopened": "reopened_concern",
    "kept_from": "changed_concern",
}
"""The audit record's word for each line of a chronology."""


class LookingAfter(Moderating):
    @precondition(lambda self: self.concerns("open"))
    @rule(by=staff, other=staff, pick=picks)
    def answers(self, by: str, other: str, pick: int) -> None:
        """While the sweep passes it on, or a colleague answers as well."""
        luck = self.luck(pick)
        for one in sample(self.concerns("open"), luck):
            if by in self.suspended:
                return
            key, another = self.form(), self.form()
            against = luck.choice([self.sweep, partial(self.act, other, one, "answer", another)])
            with self.meanwhile(against, luck):
                self.tries(partial(self.act, by, one, "answer", key), luck)

    @precondition(lambda self: self.concerns())
    @rule(pick=picks)
    def staff_work_on_a_concern(self, pick: int) -> None:
        """One after the other, or two at once."""
        luck = self.luck(pick)
        states = luck.choice([("closing",), ("acknowledged", "closing"), ("closed",), ("open",)])
        concern_id = text(luck.choice(self.concerns(*states) or self.concerns()), "concern_id")
        for _ in range(luck.randint(2, 8)):
            [one] = [found for found in self.concerns() if text(found, "concern_id") == concern_id]
            self._go_on(luck.choice(STAFF), one, luck)

    def _go_on(self, by: str, one: Stored, luck: Random) -> None:
        if by in self.suspended:
            return
        what, key, another = luck.choice(WHAT_NEXT[text(one, "state")]), self.form(), self.form()
        also = luck.choice([*WHAT_NEXT[text(one, "state")], "plan"])
        with self.meanwhile(partial(self.act, luck.choice(STAFF), one, also, another), luck, chance=0.2):
            self.tries(partial(self.act, by, one, what, key), luck)

    def somebody_has_asked_to_close_a_concern(self, by: str, about: str) -> None:
        """About a colleague; where it is severe, it waits for a second reader."""
        self.raises_a_concern_about_a_colleague(by, about, 0)
        for what in ("answer", "close"):
            for one in self.concerns():
                self.is_done(partial(self.act, by, one, what, self.form()))

    def act(self, by: str, one: Stored, what: str, key: str) -> None:
        viewer, concern_id, now = self.viewer(by), text(one, "concern_id"), self.moment()
        to = self.people["deputy" if by != "deputy" else "safeguarding_lead"].person_id
        severity = "low" if text(one, "severity") != "low" else "high"
        closing = replace(CLOSING, outcome="not_founded") if severity == "low" else CLOSING
        doing: dict[str, tuple[str, Callable[[], object]]] = {
            "answer": ("acknowledged_concern", partial(acknowledge, viewer, concern_id, now=now)),
            "note": ("recorded_action", partial(add_note, viewer, concern_id, words=WHY, key=key, now=now)),
            "judge": (
                "changed_concern",
                partial(
                    judge,
                    viewer,
                    concern_id,
                    severity=severity,
                    category="wellbeing",
                    reason=WHY,
                    key=key,
                    now=now,
                ),
            ),
            "hand over": (
                "handed_over",
                partial(hand_over, viewer, concern_id, to=to, note=WHY, key=key, now=now),
            ),
            "close": ("closed_concern", partial(close, viewer, concern_id, closing, key=key, now=now)),
            "agree": ("second_read_concern", partial(agree, viewer, concern_id, now=now)),
            "send back": (
                "second_read_concern",
                partial(send_back, viewer, concern_id, reason=WHY, key=key, now=now),
            ),
            "reopen": ("reopened_concern", partial(reopen, viewer, concern_id, reason=WHY, key=key, now=now)),
            "file": ("recorded_action", partial(self.put_a_file, viewer, concern_id, key)),
            "plan": ("recorded_action", partial(self.plan, viewer, concern_id, key)),
            "finish": ("recorded_action", partial(self.finish, viewer, one, key)),
            "keep from": ("changed_concern", partial(self.keep_from_a_colleague, viewer, concern_id, key)),
        }
        verb, do = doing[what]
        is_theirs = what == "answer" and text(one, "acknowledged_by") == viewer.person_id
        do()
        self.done[what] += 1
        assert viewer.person_id not in hidden_from(one), "whom it is about has had a hand in it"
        if not is_theirs:
            self.decided.append((viewer.person_id, verb, f"concern:{concern_id}"))

    # Files and next steps

    def put_a_file(self, viewer: Viewer, concern_id: str, key: str) -> None:
        """A colleague opens it then. The bucket may fail besides; whoever sees an error sends it again."""
        luck = Random(key)
        letter = Upload(f"{key}.txt", f"What the school wrote to us. ({key})".encode())
        add = partial(add_file, viewer, concern_id, letter, note="", key=key, store=self.files)
        fails = [answering("PutObject", "SlowDown", times=1), answering("PutObject", LOST, times=1)]
        with luck.choice([nullcontext(), losing_answers("PutObject", times=1), *fails]):
            if not self.is_done(lambda: add(now=self.moment())):
                add(now=self.moment())
        self.added.append((concern_id, letter.name))
        reader = self.viewer(luck.choice(STAFF))
        self.is_done(partial(self.open_files, reader, concern_id), luck)

    def open_files(self, reader: Viewer, concern_id: str) -> None:
        for line in self.tables.stored("safeguarding", "entry"):
            if line["pk"]["S"] == f"CONCERN#{concern_id}" and text(line, "what") == "file":
                file_id = json.loads(text(line, "details"))["file_id"]
                self.done["open a file"] += 1
                link = open_file(reader, concern_id, file_id, store=self.files, now=self.moment())
                assert link.name.removesuffix(".txt") in self.files.kept[link.address].decode()

    def plan(self, viewer: Viewer, concern_id: str, key: str) -> None:
        by_day = (self.now + timedelta(days=Random(key).randint(0, 3))).date().isoformat()
        words = f"Ring her school again. ({key})"
        act = Done("spoke_to_young_person", WHY, how="in_person", next_step=words, next_step_on=by_day)
        record_act(viewer, concern_id, act, key=key, now=self.moment())
        self.added.append((concern_id, words))

    def keep_from_a_colleague(self, viewer: Viewer, concern_id: str, key: str) -> None:
        luck = Random(key)
        whom = self.people[luck.choice(STAFF)].person_id
        is_about, now = luck.random() < 0.3, self.moment()
        keep_from(viewer, concern_id, whom=whom, is_about=is_about, reason=WHY, key=key, now=now)

    def finish(self, viewer: Viewer, one: Stored, key: str) -> None:
        steps = [step for step in self.tables.stored("safeguarding", "next_step") if step["pk"] == one["pk"]]
        step = Random(key).choice(steps or [{}])
        finish_step(
            viewer,
            text(one, "concern_id"),
            text(step, "step_id") or "none",
            words=WHY,
            key=key,
            now=self.moment(),
        )

    # About one of their own

    @rule(by=staff, about=staff, pick=picks)
    def raises_a_concern_about_a_colleague(self, by: str, about: str, pick: int) -> None:
        luck, key = self.luck(pick), self.form()
        words = f"He drove a mentee home, alone. ({key})"
        if by in self.suspended or by == about:
            return
        given = ByHand(
            words=words,
            severity=luck.choice(["low", "medium", "high", "immediate"]),
            category="wellbeing",
            how="telephone",
            about_id=self.people[about].person_id,
        )

        def raise_it() -> None:
            raised = raise_by_hand(
                self.viewer(by),
                self.programme_id,
                given,
                companions=lambda _programme, _person: (),
                key=key,
                now=self.moment(),
            )
            self.worries.append((raised.reference, words))
            self.done["raise about a colleague"] += 1

        if not self.is_done(raise_it, luck) and luck.random() < 0.5:
            raise_it()
