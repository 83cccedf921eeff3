"""What the two who write do."""

from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shared.conversations.actions import change_message, withdraw_message, write_message
from shared.people.permissions import Viewer
from shared.safeguarding.raising.reporting import ABOUT_ME, Worry, report_worry

from .model import KINDS, Model, Stored, kinds, number, picks, sample, text


class Writing(Model):
    @rule(by=st.sampled_from(["mentee", "mentee", "mentor"]), kind=kinds, pick=picks)
    def writes(self, by: str, kind: str, pick: int) -> None:
        luck, key = self.luck(pick), self.form()
        words = f"{KINDS[kind]} ({key})"
        if by in self.suspended:
            return

        def write() -> None:
            viewer, pair_id = self.viewer(by), self.pair.pair_id
            written = write_message(viewer, pair_id, text=words, key=key, now=self.moment())
            self.kept.append((written.message_id, words))
            self.done["write"] += 1

        if not self.is_done(write, luck) and luck.random() < 0.5:
            write()  # whoever sees an error sends the form again

    @rule(by=st.sampled_from(["mentee", "mentor"]), pick=picks)
    def reports_a_worry(self, by: str, pick: int) -> None:
        luck, key = self.luck(pick), self.form()
        words = f"I do not feel safe going home. ({key})"
        if by in self.suspended:
            return
        worry = Worry(words=words, urgency=luck.choice(["now", "soon", "later"]), about=ABOUT_ME)

        def report() -> None:
            answer = report_worry(self.viewer(by), worry, acquaintances=(), key=key, now=self.moment())
            self.worries.append((answer.reference, words))
            self.done["report a worry"] += 1

        if not self.is_done(report, luck) and luck.random() < 0.5:
            report()

    @precondition(lambda self: self.messages("returned"))
    @rule(kind=kinds, pick=picks)
    def words_it_anew(self, kind: str, pick: int) -> None:
        luck = self.luck(pick)
        for one in sample(self.messages("returned"), luck):
            self.tries(partial(self.change, one, f"{KINDS[kind]} ({self.form()})"), luck)

    def change(self, one: Stored, words: str) -> None:
        """By whoever wrote it, who has the wording before them that `one` is."""
        changed = change_message(
            self.writer_of(one),
            self.pair.pair_id,
            text(one, "message_id"),
            text=words,
            expected_round=number(one, "round"),
            now=self.moment(),
        )
        self.kept.append((changed.message_id, words))
        self.done["word anew"] += 1

    @precondition(lambda self: self.messages("pending", "held", "returned"))
    @rule(pick=picks)
    def takes_it_back(self, pick: int) -> None:
        luck = self.luck(pick)
        for one in sample(self.messages("pending", "held", "returned"), luck):
            self.tries(partial(self.take_back, one), luck)

    def take_back(self, one: Stored) -> None:
        message_id = text(one, "message_id")
        withdraw_message(self.writer_of(one), self.pair.pair_id, message_id, now=self.moment())
        self.taken_back.add(message_id)
        self.done["take back"] += 1

    def writer_of(self, one: Stored) -> Viewer:
        return self.viewer(text(one, "sender_role"))
