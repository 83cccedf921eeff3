"""What came of a draft's trial on past messages, as its page shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.audit.actions import record_reading
from shared.conversations.items import Message, Pair, message_key, pair_key
from shared.conversations.programme_rules import rules_with
from shared.conversations.rules import Checker, most_severe, sender_of
from shared.filtering import Finding, RulesBroken, RuleSet
from shared.moderation.actions import may_moderate_pair
from shared.people.permissions import Viewer, may_change_rules, may_moderate, programme_name, require
from shared.platform.errors import NotFound
from shared.platform.tables import ConversationsItem, find
from shared.policies import FilterChanges
from shared.safeguarding.marking import Segment, segments

from .adopting import is_of_this_wording
from .backtesting import UNDER_WAY
from .drafting import Drafted, drafted
from .items import Backtest, backtest_key
from .keeping_apart import sums_for
from .rules import (
    HEADINGS,
    Heading,
    Sums,
    days_covered,
    extra_minutes_a_day,
    wording_of,
)

MOST_SHOWN = 20
"""Messages shown under one heading."""


@dataclass(frozen=True)
class BacktestView:
    """A trial of a draft on past messages: how far it is, and what came of it."""

    programme_id: str
    programme_name: str
    backtest_id: str
    state: str
    """`waiting`, `running`, `done` or `failed`."""
    is_under_way: bool
    problem: str
    wanted: int
    total: int
    """Messages to be read; none before they were counted."""
    read: int
    asked_by_name: str
    asked_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    """By heading: see `shared.lab.rules.HEADINGS`."""
    extra_minutes_a_day: float
    days: float
    """That the messages cover."""
    reading_minutes: int


# ── A trial ────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sample:
    """A message about which the draft would change something."""

    pair_id: str
    message_id: str
    writer_name: str
    writer_role: str
    written_at: datetime
    state: str
    text: tuple[Segment, ...]
    """Marked where the draft finds something, or, when it finds nothing, where the rules in force do."""
    in_force_lane: str
    in_force_severity: str
    draft_lane: str
    draft_severity: str
    rules: tuple[str, ...]
    """That found what is marked."""
    concern_id: str


@dataclass(frozen=True)
class BacktestPage(BacktestView):
    """A trial with the messages of one heading."""

    heading: str
    """Whose messages are shown; empty while it is under way, and when nothing would change."""
    samples: tuple[Sample, ...]
    may_read: bool
    """Whether the viewer reads conversations; who does not is shown no messages."""
    is_current: bool
    """Whether it was of the draft as it is now."""
    wording: str
    """Of the draft as it is now."""


def backtest_page(
    viewer: Viewer, programme_id: str, backtest_id: str, *, show: str = "", checker: Checker, now: datetime
) -> BacktestPage:
    """A trial, with messages under the heading `show`, or the first that has any: two requests for the trial
    and the draft, a BatchGetItem for the messages and a write that records that they were read, and a Query
    where anything was found in a conversation of staff. Raises NotFound."""
    require(may_change_rules(viewer, programme_id))
    backtest = find(Backtest, *backtest_key(programme_id, backtest_id))
    if backtest is None:
        raise NotFound
    found = drafted(programme_id, consistent=False)
    sums = sums_for(viewer, backtest)
    heading = "" if backtest.state in UNDER_WAY else _heading(show, sums)
    may_read = may_moderate(viewer, programme_id)
    samples: tuple[Sample, ...] = ()
    if heading and may_read:
        record_reading(
            programme_id,
            "read_trial",
            f"trial:{backtest_id}",
            by_id=viewer.person_id,
            by_name=viewer.name,
            now=now,
        )
        samples = _samples(viewer, sums.samples.get(heading, ())[:MOST_SHOWN], backtest, checker)
    return BacktestPage(
        **vars(_view(viewer, backtest, sums)),
        heading=heading,
        samples=samples,
        may_read=may_read,
        is_current=_is_current(backtest, found),
        wording=wording_of(found.in_force, found.changes),
    )


def _is_current(backtest: Backtest, found: Drafted) -> bool:
    return found.draft is not None and not found.is_outdated and is_of_this_wording(backtest, found)


def _heading(show: str, sums: Sums) -> Heading | str:
    there = [heading for heading in HEADINGS if sums.count(heading)]
    if show in there:
        return show
    return there[0] if there else ""


def backtest_view(viewer: Viewer, backtest: Backtest) -> BacktestView:
    """A trial without its messages."""
    return _view(viewer, backtest, sums_for(viewer, backtest))


def _view(viewer: Viewer, backtest: Backtest, sums: Sums) -> BacktestView:
    minutes = int(backtest.reading_minutes)
    return BacktestView(
        programme_id=backtest.programme_id,
        programme_name=programme_name(viewer, backtest.programme_id),
        backtest_id=backtest.backtest_id,
        state=backtest.state,
        is_under_way=backtest.state in UNDER_WAY,
        problem=backtest.problem,
        wanted=int(backtest.wanted),
        total=max(int(backtest.total or 0), sums.read),
        read=sums.read,
        asked_by_name=backtest.asked_by_name,
        asked_at=backtest.asked_at,
        ended_at=backtest.ended_at,
        counts={heading: sums.count(heading) for heading in HEADINGS},
        extra_minutes_a_day=round(extra_minutes_a_day(sums, minutes), 1),
        days=round(days_covered(sums), 1),
        reading_minutes=minutes,
    )


def _samples(
    viewer: Viewer, chosen: Iterable[tuple[str, str]], backtest: Backtest, checker: Checker
) -> tuple[Sample, ...]:
    """The messages as they are now, judged by both sets of rules: one BatchGetItem. Those of the viewer's own
    conversations are left out; and all of them, when the rules of then cannot be used any more."""
    chosen = list(chosen)
    pairs, messages = _pairs_and_messages(chosen)
    try:
        in_force, draft = (
            rules_with(FilterChanges.model_validate(stored))
            for stored in (backtest.in_force, backtest.changes)
        )
    except (RulesBroken, ValueError):  # a later version of the filter cannot use them any more
        return ()
    return tuple(
        _sample(messages[key], pairs[key[0]], in_force, draft, checker)
        for key in chosen
        if key in messages and key[0] in pairs and may_moderate_pair(viewer, pairs[key[0]])
    )


def _pairs_and_messages(
    chosen: Sequence[tuple[str, str]],
) -> tuple[dict[str, Pair], dict[tuple[str, str], Message]]:
    keys = {pair_key(pair_id) for pair_id, _ in chosen} | {message_key(*one) for one in chosen}
    found = list(ConversationsItem.batch_get(sorted(keys))) if keys else []
    return (
        {one.pair_id: one for one in found if isinstance(one, Pair)},
        {(one.pair_id, one.message_id): one for one in found if isinstance(one, Message)},
    )


def _sample(
    message: Message, pair: Pair, in_force: RuleSet | None, draft: RuleSet | None, checker: Checker
) -> Sample:
    sender = sender_of(message.sender_role)
    now_said, then_said = (
        checker(message.text, sender=sender, recent=(), rules=rules) for rules in (in_force, draft)
    )
    findings = most_severe(then_said.findings or now_said.findings)
    return Sample(
        pair_id=message.pair_id,
        message_id=message.message_id,
        writer_name=pair.name_of(message.sender_id),
        writer_role=message.sender_role,
        written_at=message.written_at,
        state=message.state,
        text=segments(message.text, [_mark(one) for one in findings]),
        in_force_lane=now_said.lane,
        in_force_severity=now_said.severity.value,
        draft_lane=then_said.lane,
        draft_severity=then_said.severity.value,
        rules=tuple(dict.fromkeys(one.rule for one in findings)),
        concern_id=message.concern_id or "",
    )


def _mark(finding: Finding) -> dict[str, object]:
    return {"start": finding.start, "end": finding.end, "category": finding.category}
