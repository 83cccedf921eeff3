"""What moderators do with held messages, alone or against each other."""

from collections.abc import Callable
from functools import partial
from random import Random

from hypothesis.stateful import precondition, rule

from shared.conversations.holding_again import hold_again
from shared.conversations.steps import load_message, load_pair
from shared.moderation.actions import ask_to_change, claim, decline, deliver, hand_over
from shared.moderation.together import deliver_together, to_read
from shared.moderation.undoing import undo
from shared.platform.tables import transaction

from .model import KINDS, SLIGHT, STAFF, Stored, everybody, number, picks, sample, staff, text
from .writing import Writing

REASON = "Please word it anew."
DECISIONS = ("deliver", "deliver", "return", "decline", "hand over", "claim and deliver")


class Moderating(Writing):
    @precondition(lambda self: self.messages("held"))
    @rule(pick=picks)
    def moderators_work_through_the_queue(self, pick: int) -> None:
        """As on a busy morning: one after the other, whoever is there."""
        luck = self.luck(pick)
        for _ in range(luck.randint(1, 4)):
            does = luck.choice([self.decides, self.decides, self.delivers_several_at_once])
            does(luck.choice(STAFF), luck.choice(["mentee", *STAFF]), luck.randint(0, 10_000))

    @precondition(lambda self: self.messages("held"))
    @rule(by=staff, other=everybody, pick=picks)
    def decides(self, by: str, other: str, pick: int) -> None:
        luck = self.luck(pick)
        for one in sample(self.messages("held"), luck):
            if by in self.suspended:
                return
            self.opened.append(one)
            if luck.random() < 0.3:
                one = luck.choice(self.opened)
            with self.meanwhile(self._by_another(other, one, luck), luck, chance=0.5):
                self.tries(self._decision(by, one, luck), luck)

    def _by_another(self, other: str, one: Stored, luck: Random) -> Callable[[], object]:
        return self._decision(other, one, luck) if other in STAFF else partial(self.take_back, one)

    def _decision(self, by: str, one: Stored, luck: Random) -> Callable[[], object]:
        what = luck.choice(DECISIONS)
        if what == "hand over":
            to = luck.choice([role for role in STAFF if role != by])
            return partial(self._hand_over, by, to, one, f"You know her school. ({self.form()})")
        return partial(self._decide, by, one, what)

    def _decide(self, by: str, one: Stored, what: str) -> None:
        """As one who has read the wording that `one` is."""
        viewer, message_id, wording = self.viewer(by), text(one, "message_id"), number(one, "round")
        pair_id, now = self.pair.pair_id, self.moment()
        if what == "claim and deliver":
            claim(viewer, pair_id, message_id, now=now)
        if what in ("return", "decline"):
            verb = ask_to_change if what == "return" else decline
            verb(viewer, pair_id, message_id, reason=REASON, wording=wording, now=now)
        else:
            self.approved.add(text(one, "text"))
            deliver(viewer, pair_id, message_id, wording=wording, now=now)
        self._note(by, what, "decided_on_message", message_id)

    def _hand_over(self, by: str, to: str, one: Stored, note: str) -> None:
        message_id, person_id = text(one, "message_id"), self.people[to].person_id
        hand_over(self.viewer(by), self.pair.pair_id, message_id, to=person_id, note=note, now=self.moment())
        self.handed.append((message_id, person_id))
        self._note(by, "hand a message over", "handed_over", message_id)

    def _note(self, by: str, what: str, deed: str, message_id: str) -> None:
        """They were told that it is done."""
        self.done[what] += 1
        on = f"message:{self.pair.pair_id}/{message_id}"
        self.decided.append((self.viewer(by).person_id, deed, on))

    @precondition(lambda self: self.messages("held"))
    @rule(by=staff, other=everybody, pick=picks)
    def delivers_several_at_once(self, by: str, other: str, pick: int) -> None:
        """Some of them, perhaps, from a page that has grown old."""
        luck = self.luck(pick)
        held = self.messages("held")
        if by in self.suspended or not held:
            return
        slight = [one for one in held if SLIGHT in text(one, "text")]
        chosen = slight[:4] + sample(held, luck) + sample(self.opened, luck)
        with self.meanwhile(self._by_another(other, luck.choice(chosen), luck), luck):
            self.tries(partial(self._deliver_together, by, chosen), luck)

    def _deliver_together(self, by: str, chosen: list[Stored]) -> None:
        """Those that are shown in full, and, past the page, those that are not."""
        viewer = self.viewer(by)
        names = [f"{self.pair.pair_id}.{text(one, 'message_id')}.{number(one, 'round')}" for one in chosen]
        for shown in to_read(viewer, self.programme_id, names, now=self.moment()).messages:
            words = "".join(segment.text for segment in shown.text)
            assert SLIGHT in words or KINDS["clean"] in words, "this one has to be read by itself"
            self.approved.add(words)
        done = deliver_together(viewer, self.programme_id, names, now=self.moment())
        self.done["deliver several"] += len(done.delivered) > 1
        for sent in done.delivered:
            self._note(by, "deliver together", "decided_on_message", sent.message_id)

    @precondition(lambda self: self.messages("delivered"))
    @rule(by=staff, pick=picks)
    def asks_for_another_look(self, by: str, pick: int) -> None:
        """At what was delivered, as in a spot check, while its writer would rather have it back."""
        luck = self.luck(pick)
        for one in sample(self.messages("delivered"), luck):
            if by in self.suspended:
                return
            with self.meanwhile(partial(self.take_back, one), luck):
                self.tries(partial(self._look_again, by, one), luck)
            if luck.random() < 0.5:
                self.tries(partial(self.take_back, one), luck)

    def _look_again(self, by: str, one: Stored) -> None:
        pair, message = load_pair(self.pair.pair_id), load_message(self.pair.pair_id, text(one, "message_id"))
        if message.state != "delivered":
            return
        with transaction() as write:
            hold_again(
                write,
                pair,
                message,
                category="phone",
                severity="low",
                by=self.viewer(by),
                now=self.moment(),
            )
        self.done["ask for another look"] += 1

    @precondition(lambda self: self.messages("held"))
    @rule(by=staff, pick=picks)
    def thinks_better_of_a_return(self, by: str, pick: int) -> None:
        """Within the minute or not, while its writer words it anew, or the e-mail to them begins to go."""
        luck = self.luck(pick)
        for one in sample(self.messages("held"), luck):
            if by in self.suspended:
                return
            self.tries(partial(self._decide, by, one, "return"), luck)
            if luck.random() < 0.3:
                self.deliver_some(luck)
            words = f"{KINDS['clean']} ({self.form()})"
            if luck.random() < 0.3:
                self.tries(partial(self.change, one, words), luck)
                return
            against = [self.sweep, partial(self.change, one, words), partial(self.take_back, one)]
            with self.meanwhile(luck.choice(against), luck):
                self.tries(partial(self._undo, by, one), luck)

    def _undo(self, by: str, one: Stored) -> None:
        message_id, wording = text(one, "message_id"), number(one, "round")
        undo(self.viewer(by), self.pair.pair_id, message_id, wording=wording, now=self.moment())
        self.undone.append((message_id, wording))
        self._note(by, "undo", "undid_decision", message_id)
