"""What was done about a concern, whom it was spoken of with, and what is to be done next."""

from dataclasses import dataclass
from datetime import date, datetime

from pynamodb.transactions import TransactWrite

from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.platform.errors import Conflict, NotFound
from shared.platform.ids import derived_id
from shared.platform.tables import find, is_new

from ..chain.climbing import Adds
from ..fields import Wrong, over_after, read_day, read_line, read_moment
from ..items import Concern, Entry, NextStep, entry_key, step_key, steps_due
from ..rules import read_words
from .answering import IS_CLOSED
from .changing import Doing, add_line
from .lines import ACTS, HOW
from .reading import load_visible, name_of

WHOM_IS_NEEDED = frozenset({"contacted_school", "contacted_parent", "contacted_services"})
"""Acts of which it must be known with whom: a referral to nobody in particular is not one."""
LINES = ("whom", "reference", "outcome", "next_step")


@dataclass(frozen=True)
class Done:
    """What was filled in. `happened` is a moment by the clock of the United Kingdom, such as
    `2026-11-20T17:01`; empty for now. `next_step_on` is an ISO date."""

    act: str
    words: str
    happened: str = ""
    how: str = ""
    whom: str = ""
    reference: str = ""
    outcome: str = ""
    next_step: str = ""
    next_step_on: str = ""


def record_act(viewer: Viewer, concern_id: str, done: Done, *, key: str, now: datetime) -> None:
    """Adds what was done to the chronology, and what is to be done next to what can become overdue.

    The same form sent again adds it once. Raises Invalid naming every field that needs another look,
    NotFound, and Conflict for a next step on a concern that is closed, or changes at that very moment.
    """
    concern = load_visible(viewer, concern_id)
    note, details, by_day = _read(done, now=now)
    cause = derived_id(viewer.person_id, key)
    adds: tuple[Adds, ...] = ()
    if by_day:
        if concern.state == "closed" and find(Entry, *entry_key(concern_id, "action", cause)) is None:
            raise Conflict(IS_CLOSED, code="closed")
        adds = (_adding_step(viewer, concern, details["next_step"], by_day, cause, now=now),)
    doing = Doing("action", "recorded_action", note, details, why=ACTS[done.act], adds=adds)
    add_line(viewer, concern, doing, "action", cause, now=now)


def _read(done: Done, *, now: datetime) -> tuple[str, dict[str, str], date | None]:
    """The note, the details, and by when the next step is to be done."""
    wrong = Wrong()
    if done.act not in ACTS:
        wrong.add("Please choose what was done.", "act")
    if done.how and done.how not in HOW:
        wrong.add("Please choose one of the answers offered.", "how")
    note = wrong.read(read_words, done.words, field="words")
    happened = wrong.read(read_moment, done.happened, field="happened", now=now)
    lines = {name: wrong.read(read_line, getattr(done, name), field=name) or "" for name in LINES}
    if done.act in WHOM_IS_NEEDED and not done.whom.strip():
        wrong.add("Please say whom you spoke to.", "whom")
    by_day = _read_next_day(wrong, done, now)
    wrong.none()
    details = {"act": done.act, "when": order(happened or now), "how": done.how, **lines}
    if by_day:
        details["next_step_on"] = by_day.isoformat()
    return note or "", {name: value for name, value in details.items() if value}, by_day


def _read_next_day(wrong: Wrong, done: Done, now: datetime) -> date | None:
    if done.next_step.strip():
        return wrong.read(read_day, done.next_step_on, field="next_step_on", now=now)
    if done.next_step_on.strip():
        wrong.add("Please say what is to be done by then, or take the day out.", "next_step")
    return None


def _adding_step(
    viewer: Viewer, concern: Concern, words: str, by_day: date, step_id: str, *, now: datetime
) -> Adds:
    """What adds the next step, unless the concern has changed since it was loaded: been closed, or kept from
    somebody, who then must not see the step either. It becomes another version, so that nobody who has seen
    no step left is just closing it."""
    step = NextStep(
        *step_key(concern.concern_id, step_id),
        step_id=step_id,
        concern_id=concern.concern_id,
        reference=concern.reference,
        about_name=concern.about_name,
        hidden_from=sorted(concern.hidden_from),
        words=words,
        by_day=by_day.isoformat(),
        added_by_name=name_of(viewer),
        added_at=now,
        due=steps_due(concern.programme_id),
        due_at=order(over_after(by_day)),
    )

    def add(write: TransactWrite) -> None:
        write.save(step, condition=is_new(NextStep))
        write.update(concern, actions=[], condition=Concern.state != "closed")

    return add


def finish_step(
    viewer: Viewer, concern_id: str, step_id: str, *, words: str, key: str, now: datetime
) -> None:
    """The next step is done, or need not be done any more, with a note of it. Raises Invalid, NotFound, and
    Conflict when somebody else has said so."""
    concern = load_visible(viewer, concern_id)
    step = find(NextStep, *step_key(concern_id, step_id))
    if step is None:
        raise NotFound
    note = read_words(words, field="words")
    cause = (step_id, derived_id(viewer.person_id, key))
    if step.done_at:
        if find(Entry, *entry_key(concern_id, "step_done", *cause)):
            return
        raise Conflict(f"{step.done_by_name} has marked this as done already.", code="already_done")
    step.done_at, step.done_by_name = now, name_of(viewer)
    step.due = step.due_at = None
    doing = Doing(
        "step_done", "recorded_action", note, {"step": step.words}, adds=(lambda write: write.save(step),)
    )
    add_line(viewer, concern, doing, "step_done", *cause, now=now)
