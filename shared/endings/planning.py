"""Agreeing on a last day: one proposes it, the other agrees, and either can take it back until then."""

from datetime import date, datetime
from typing import Literal

from pynamodb.expressions.update import Action

from shared.conversations.ending_items import Ending, ending_key, ends_on, goes_on
from shared.conversations.items import Pair
from shared.people.permissions import Viewer, require
from shared.platform.errors import Busy, Conflict, Invalid
from shared.platform.tables import Lost, transaction
from shared.programmes.rules import day_of

from .opening import Opened, open_pair
from .rules import problem_with_day

TRIES = 4
Answer = Literal["propose", "agree", "not_yet"]
OVER = "This conversation has ended already."
RESTS = "This conversation is resting, so nothing was changed. Your coordinator knows."
NOT_ASKED = "Nobody has proposed a last day, so there is nothing to answer. Please look at the page again."
OWN = "You have proposed this day yourself. The other one can agree."
ANOTHER = "Another day has been proposed since you opened the page. Please look at it again."
UNREADABLE = "Please choose the day, or write it as in 2026-11-30."


def plan_ending(viewer: Viewer, pair_id: str, *, answer: Answer, on_day: str, now: datetime) -> None:
    """Proposes a last day, agrees to the one that the other proposed, or says not yet, which takes away the
    day that was proposed, or agreed on. `on_day` is the day in question; nothing is asked of it for not yet.

    Raises NotFound for who is not in the pair, Invalid for a day that cannot be, and Conflict when it is
    over, it rests, or nothing was proposed.
    """
    for _ in range(TRIES):
        opened = open_pair(viewer, pair_id, now=now)
        require(opened.part != "staff")
        if opened.has_ended:
            raise Conflict(OVER, code="ended")
        if opened.together.rests:
            raise Conflict(RESTS, code="rests")
        asked, agreed_on = _answered(opened, viewer, answer, on_day, now)
        try:
            _write(opened, asked, agreed_on, taken_back=answer == "not_yet" and bool(opened.pair.last_day))
            return
        except Lost:
            continue
    raise Busy


def _answered(
    opened: Opened, viewer: Viewer, answer: Answer, on_day: str, now: datetime
) -> tuple[list[Action], str]:
    """What changes of the pair, and the day that is agreed on by it."""
    pair = opened.pair
    none_asked = [Pair.end_asked_by.remove(), Pair.end_asked_for.remove()]
    if answer == "not_yet":
        return [*none_asked, Pair.last_day.remove()], ""
    if answer == "agree" and not pair.end_asked_by:
        raise Conflict(NOT_ASKED, code="not_asked")
    if answer == "agree" and pair.end_asked_by == viewer.person_id:
        raise Conflict(OWN, code="own_proposal")
    if answer == "agree" and pair.end_asked_for != on_day:
        raise Conflict(ANOTHER, code="stale")
    day = _day(on_day, opened, now)
    if pair.end_asked_by not in (None, viewer.person_id) and pair.end_asked_for == day:
        return [*none_asked, Pair.last_day.set(day)], day
    return [Pair.end_asked_by.set(viewer.person_id), Pair.end_asked_for.set(day)], ""


def _day(on_day: str, opened: Opened, now: datetime) -> str:
    try:
        day = date.fromisoformat(on_day)
    except ValueError:
        raise Invalid(UNREADABLE, field="on_day") from None
    ends = opened.together.ends_on
    problem = problem_with_day(day, day_of(now), date.fromisoformat(ends) if ends else None)
    if problem:
        raise Invalid(problem, field="on_day")
    return day.isoformat()


def _write(opened: Opened, asked: list[Action], agreed_on: str, *, taken_back: bool) -> None:
    pair = opened.pair
    day = agreed_on or opened.together.ends_on
    said = ends_on(pair, day) if day else goes_on(pair)
    with transaction() as write:
        write.update(pair, asked, condition=Pair.status == "active")
        if agreed_on or taken_back:
            write.update(Ending(*ending_key(pair.pair_id)), said, add_version_condition=False)
