"""Trying a draft on past messages, in steps that a stream function works off.

After each step one conditional write keeps how far it came and what it found. Whatever interrupts it, the
next run goes on there; two runs at once cannot both write.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.conversations.items import Message
from shared.conversations.programme_rules import rules_with
from shared.conversations.rules import Checker, sender_of
from shared.filtering import RulesBroken, RuleSet
from shared.people.permissions import Viewer, may_change_rules, require
from shared.platform.clock import order
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, conditional, find, is_new, transaction
from shared.policies import FilterChanges

from .drafting import CHANGED_MEANWHILE, drafted
from .items import BACKTESTS_DUE, Backtest, backtest_key
from .keeping_apart import pairs_of_staff
from .reading import known_of, read_piece, total_of, with_recent
from .rules import (
    CHOICES,
    STEP,
    Sums,
    added,
    headings_of,
    read_place,
    read_sums,
    stored_sums,
    wording_of,
    written_place,
)

KEPT = timedelta(days=90)
STANDS_STILL_AFTER = timedelta(minutes=3)
"""A trial that has not gone on for so long is woken by the sweep. One run of the function takes a minute."""
MOST_STANDSTILLS = 4
"""After so many wakings in vain a trial has failed."""
UNDER_WAY = frozenset({"waiting", "running"})
STOOD_STILL = (
    "It came to a standstill. Please start it again. If that happens twice, tell whoever looks after "
    "Signpost."
)


def start_backtest(viewer: Viewer, programme_id: str, *, messages: int, key: str, now: datetime) -> str:
    """Asks for a trial of the draft on the latest messages, and gives its id. Asked twice with one `key`, it
    is asked once.

    Raises NotFound without a draft, Invalid for another number of messages than those offered, and Conflict
    while another trial is under way.
    """
    require(may_change_rules(viewer, programme_id))
    if messages not in CHOICES:
        raise Invalid("Please choose one of the answers offered.", field="messages")
    found = drafted(programme_id)
    if found.draft is None:
        raise NotFound
    backtest_id = derived_id("backtest", programme_id, viewer.person_id, key)
    if found.draft.backtest_id == backtest_id:
        return backtest_id
    _require_none_under_way(programme_id, found.draft.backtest_id)
    backtest = Backtest(
        *backtest_key(programme_id, backtest_id),
        backtest_id=backtest_id,
        programme_id=programme_id,
        wording=wording_of(found.in_force, found.changes),
        changes=found.changes.model_dump(mode="json"),
        in_force=found.in_force.model_dump(mode="json"),
        reading_minutes=found.programme.policy.moderation.reading_minutes,
        wanted=messages,
        asked_by_name=f"{viewer.first_name} {viewer.surname}",
        asked_at=now,
        apart=pairs_of_staff(programme_id),
        sums=stored_sums(Sums()),
        expires_at=now + KEPT,
        due=BACKTESTS_DUE,
        due_at=order(now + STANDS_STILL_AFTER),
    )
    found.draft.backtest_id = backtest_id
    try:
        with transaction() as write:
            write.save(backtest, condition=is_new(Backtest))
            write.save(found.draft)
    except Lost:
        if find(Backtest, *backtest_key(programme_id, backtest_id)) is None:
            raise Conflict(CHANGED_MEANWHILE, code="draft_changed") from None
    return backtest_id


def _require_none_under_way(programme_id: str, backtest_id: str | None) -> None:
    if not backtest_id:
        return
    latest = find(Backtest, *backtest_key(programme_id, backtest_id))
    if latest is not None and latest.state in UNDER_WAY:
        raise Conflict(
            "A trial of this draft is under way. Please wait until it has ended.", code="under_way"
        )


@dataclass(frozen=True)
class Run:
    """What one run of a trial came to."""

    state: str
    read: int = 0
    """Messages judged in this run."""


def run_backtest(
    programme_id: str,
    backtest_id: str,
    *,
    checker: Checker,
    clock: Callable[[], datetime],
    enough: Callable[[], bool] = lambda: False,
) -> Run:
    """Goes on with a trial until it has ended, or `enough` says that the time is over: its last write then
    wakes the function again. Run again, or by two at once, each message counts once.

    A fault of the database leaves it as it was after the last step.
    """
    backtest = find(Backtest, *backtest_key(programme_id, backtest_id))
    if backtest is None or backtest.state not in UNDER_WAY:
        return Run(backtest.state if backtest else "gone")
    before = read_sums(backtest.sums).read
    try:
        _go_on(backtest, checker, clock, enough)
    except Lost:
        return Run("lost")
    return Run(backtest.state, read_sums(backtest.sums).read - before)


def _go_on(
    backtest: Backtest, checker: Checker, clock: Callable[[], datetime], enough: Callable[[], bool]
) -> None:
    try:
        in_force, draft = (_rules(stored) for stored in (backtest.in_force, backtest.changes))
    except RulesBroken as broken:
        fail(backtest, f"The rules cannot be used: {broken}.", now=clock())
        return
    goes_on = True
    while goes_on:
        _step(backtest, in_force, draft, checker=checker, now=clock(), enough=enough)
        goes_on = backtest.state == "running"


def _rules(stored: object) -> RuleSet | None:
    return rules_with(FilterChanges.model_validate(stored))


def _step(
    backtest: Backtest,
    in_force: RuleSet | None,
    draft: RuleSet | None,
    *,
    checker: Checker,
    now: datetime,
    enough: Callable[[], bool],
) -> None:
    """Judges the next messages by both sets of rules, and writes down what was found. Raises Lost when
    another run did so first."""
    wanted = int(backtest.wanted)
    if backtest.total is None:
        backtest.total = total_of(backtest.programme_id, wanted)
    piece = read_piece(backtest.programme_id, read_place(backtest.place), wanted=wanted, limit=STEP)
    before, apart = read_sums(backtest.sums), frozenset(backtest.apart or ())
    sums = _judged(before, piece.messages, in_force, draft, checker, apart)
    backtest.sums = stored_sums(sums)
    backtest.place = written_place(piece.next)
    backtest.standstills = 0
    if piece.next.part == "end":
        _end(backtest, "done", now)
    else:
        backtest.state = "waiting" if enough() else "running"
        backtest.due_at = order(now + STANDS_STILL_AFTER)
    with conditional():
        backtest.save()


def _judged(
    sums: Sums,
    messages: Sequence[Message],
    in_force: RuleSet | None,
    draft: RuleSet | None,
    checker: Checker,
    apart: frozenset[str],
) -> Sums:
    for message, recent in with_recent(messages):
        sender = sender_of(message.sender_role)
        now_said, then_said = (
            checker(message.text, sender=sender, recent=recent, rules=rules) for rules in (in_force, draft)
        )
        known = known_of(message)
        headings = headings_of(known, now_said, then_said)
        sums = added(sums, known, headings, is_apart=known.pair_id in apart)
    return sums


def fail(backtest: Backtest, problem: str, *, now: datetime) -> None:
    """Ends a trial with the sentence that says why. Raises Lost when it went on meanwhile."""
    _end(backtest, "failed", now)
    backtest.problem = problem
    with conditional():
        backtest.save()


def _end(backtest: Backtest, state: str, now: datetime) -> None:
    backtest.state = state
    backtest.ended_at = now
    backtest.due = backtest.due_at = None


def wake_backtests(now: datetime) -> int:
    """Wakes the trials that stand still, and gives up those that were woken in vain. For the sweep. Gives how
    many were given up."""
    failed = 0
    for backtest in Backtest.by_due.query(BACKTESTS_DUE, Backtest.due_at <= order(now)):
        if not isinstance(backtest, Backtest):
            continue
        try:
            if int(backtest.standstills) >= MOST_STANDSTILLS:
                fail(backtest, STOOD_STILL, now=now)
                failed += 1
                continue
            backtest.standstills = int(backtest.standstills) + 1
            backtest.state = "waiting"
            backtest.due_at = order(now + STANDS_STILL_AFTER)
            with conditional():
                backtest.save()
        except Lost:
            continue  # it went on by itself
    return failed
