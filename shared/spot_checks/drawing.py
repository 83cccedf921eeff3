"""Drawing the week's spot checks. Done again, nothing is drawn twice and nothing is lost."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pynamodb.expressions.update import Action

from shared.conversations.items import Pair, pair_key
from shared.conversations.lists import every_pair
from shared.conversations.outcomes import outcomes_between
from shared.conversations.steps import steps_of
from shared.moderation.rules import decided
from shared.moderation.steps import history
from shared.people.permissions import Viewer, may_moderate, require
from shared.platform.errors import Conflict
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, conditional, find, is_new, transaction
from shared.programmes.actions import cohorts_of, policy_of

from .items import (
    COHORT_TALLY,
    DECISIONS_TALLY,
    OF_CONVERSATIONS,
    OF_DECISIONS,
    Draw,
    FrameChunk,
    Handed,
    ReadPair,
    SpotCheck,
    Tally,
    draw_key,
    draws_listing,
    frame_key,
    handed_key,
    read_pair_key,
    spot_check_key,
    spot_checks_listing,
    tally_key,
)
from .rules import Frame, bounds_of, draw, draw_some, in_chunks, week_before, week_of, weeks_left

NO_COHORT = "none"
"""What stands for the cohort of conversations that belong to none."""
CHUNK = 4_000
"""Ids in one item: some 150 KB, of the 400 KB that an item may have."""
PERSONS_DECISIONS = frozenset({"delivered", "returned", "declined"})


@dataclass(frozen=True)
class Drawn:
    """What one draw came to."""

    of: str
    cohort_id: str
    frame_size: int
    drawn: int


@dataclass(frozen=True)
class Kind:
    """What is drawn from: a cohort's conversations, or a programme's decisions."""

    programme_id: str
    of: str
    cohort_id: str = ""
    cohort_name: str = ""
    ends_on: str = ""

    def draw_id(self, week: str) -> str:
        return derived_id("draw", self.programme_id, self.of, self.cohort_id, week)


def draw_week(programme_id: str, *, now: datetime) -> list[Drawn]:
    """Draws what is to be read this week in a programme, where that is not done yet: conversations of each
    cohort, and last week's decisions. Where there is nothing to read, nothing is drawn. For the daily
    function: several Queries, more the larger the programme."""
    policy = policy_of(programme_id)
    if policy is None:
        return []
    checks = policy.spot_checks
    made = list(_draw_conversations(programme_id, checks.share_each_week, now))
    decisions = draw_decisions(programme_id, share=checks.share_of_decisions, now=now)
    return [*made, decisions] if decisions else made


NOTHING_TO_READ = (
    "There is nothing to draw from yet: in no conversation has anything been delivered that is not drawn or "
    "read already, and nobody decided on a message last week."
)
DRAWN_ALREADY = "This week’s spot checks have been drawn already. They are listed below."
NO_POLICY = "The programme’s policy cannot be read, so nothing was drawn. Those who run the site can mend it."


def draw_now(viewer: Viewer, programme_id: str, *, now: datetime) -> list[Drawn]:
    """As `draw_week`, for somebody who does not wait for the night. Raises NotFound for those who read no
    conversations, and Conflict, saying why, when nothing was drawn."""
    require(may_moderate(viewer, programme_id))
    if policy_of(programme_id) is None:
        raise Conflict(NO_POLICY, code="no_policy")
    before = {one.draw_id for one in draws_of_week(programme_id, week_of(now))}
    made = draw_week(programme_id, now=now)
    if not made:
        raise Conflict(NOTHING_TO_READ, code="nothing_to_read")
    if len(before) == len(draws_of_week(programme_id, week_of(now))):
        raise Conflict(DRAWN_ALREADY, code="drawn_already")
    return made


def draws_of_week(programme_id: str, week: str) -> list[Draw]:
    """What has been drawn in a week: one Query."""
    found = Draw.by_listing.query(draws_listing(programme_id), Draw.listing_order.startswith(f"{week}#"))
    return [one for one in found if isinstance(one, Draw)]


# ── Conversations ──────────────────────────────────────────────────────────


def _draw_conversations(programme_id: str, share: float, now: datetime) -> Iterator[Drawn]:
    kinds = {one.cohort_id: one for one in kinds_of(programme_id)}
    waiting = {one.pair_id for one in _open_checks(programme_id) if one.of == OF_CONVERSATIONS}
    for cohort_id, pairs in _written_in(programme_id).items():
        kind = kinds.get(cohort_id)
        if kind is not None and (made := _draw_of(kind, pairs, waiting, share, now)):
            yield made


def kinds_of(programme_id: str) -> list[Kind]:
    """The cohorts of a programme, and the conversations that belong to none: one Query."""
    cohorts = [
        Kind(programme_id, OF_CONVERSATIONS, one.cohort_id, one.name, one.ends_on or "")
        for one in cohorts_of(programme_id)
    ]
    return [*cohorts, Kind(programme_id, OF_CONVERSATIONS, NO_COHORT, "Without a cohort")]


def _written_in(programme_id: str) -> dict[str, dict[str, datetime]]:
    """By cohort, the conversations in which something was delivered, and when the last was."""
    found: dict[str, dict[str, datetime]] = {}
    for pair in every_pair(programme_id):
        if pair.last_delivered_at is not None:
            found.setdefault(pair.cohort_id or NO_COHORT, {})[pair.pair_id] = pair.last_delivered_at
    return found


def _open_checks(programme_id: str) -> Iterator[SpotCheck]:
    found = SpotCheck.by_listing.query(spot_checks_listing(programme_id, "open"))
    return (one for one in found if isinstance(one, SpotCheck))


def _draw_of(
    kind: Kind, pairs: Mapping[str, datetime], waiting: set[str], share: float, now: datetime
) -> Drawn | None:
    earlier = find(Draw, *draw_key(kind.draw_id(week_of(now))))
    if earlier is not None:
        return _hand_out(earlier)
    pk, first = read_pair_key(kind.programme_id, kind.cohort_id, "")
    read_at = {
        one.pair_id: one.last_read_at
        for one in ReadPair.query(pk, ReadPair.sk.startswith(first))
        if isinstance(one, ReadPair)
    }
    able = {pair_id: at for pair_id, at in pairs.items() if pair_id not in waiting}
    frame = Frame(
        unread=frozenset(able.keys() - read_at.keys()),
        read=frozenset(one for one, at in able.items() if one in read_at and at > read_at[one]),
    )
    left = weeks_left(kind.ends_on, now=now)
    seed = secrets.token_hex(16)
    drawn = draw(frame, seed=seed, share=share, weeks_left=left)
    return _keep(kind, frame, seed, share, left, drawn, now, pairs=len(pairs))


# ── Moderators' decisions ──────────────────────────────────────────────────


def draw_decisions(programme_id: str, *, share: float, now: datetime) -> Drawn | None:
    """Draws from last week's decisions those that a second person reads; None where there were none."""
    kind = Kind(programme_id, OF_DECISIONS)
    week = week_of(now)
    earlier = find(Draw, *draw_key(kind.draw_id(week)))
    if earlier is not None:
        return _hand_out(earlier)
    frame = frozenset(
        decision_id(one.pair_id, one.message_id, int(one.round))
        for one in outcomes_between(programme_id, *bounds_of(week_before(week)))
        if one.decision in PERSONS_DECISIONS
    )
    seed = secrets.token_hex(16)
    drawn = draw_some(frame, seed=seed, share=share)
    return _keep(kind, Frame(frame, frozenset()), seed, share, None, drawn, now, pairs=None)


def decision_id(pair_id: str, message_id: str, wording: int) -> str:
    """What a decision is called in a draw."""
    return f"{pair_id}#{message_id}#{wording}"


# ── Keeping a draw, and handing out its checks ─────────────────────────────


def _keep(
    kind: Kind,
    frame: Frame,
    seed: str,
    share: float,
    left: int | None,
    drawn: tuple[str, ...],
    now: datetime,
    *,
    pairs: int | None,
) -> Drawn | None:
    if not frame.unread and not frame.read:
        return None
    made = _draw_item(kind, frame, seed, share, left, drawn, now)
    _save_frame(made, frame)
    tally = Tally(*tally_key(kind.programme_id, _tally_of(kind)))
    counted: list[Action] = [Tally.kind.set(Tally), Tally.drawn_at.set(now)]
    if pairs is not None:
        counted += [Tally.pairs.set(pairs), Tally.name.set(kind.cohort_name)]
    try:
        with transaction() as write:
            write.save(made, condition=is_new(Draw))
            write.update(tally, actions=counted, add_version_condition=False)
    except Lost:
        made = Draw.get(*draw_key(made.draw_id), consistent_read=True)
    return _hand_out(made)


def _tally_of(kind: Kind) -> str:
    return DECISIONS_TALLY if kind.of == OF_DECISIONS else f"{COHORT_TALLY}{kind.cohort_id}"


def _draw_item(
    kind: Kind,
    frame: Frame,
    seed: str,
    share: float,
    left: int | None,
    drawn: tuple[str, ...],
    now: datetime,
) -> Draw:
    week = week_of(now)
    draw_id = kind.draw_id(week)
    return Draw(
        *draw_key(draw_id),
        draw_id=draw_id,
        programme_id=kind.programme_id,
        of=kind.of,
        cohort_id=kind.cohort_id or None,
        cohort_name=kind.cohort_name or None,
        week=week,
        seed=seed,
        share=str(share),
        weeks_left=left,
        frame_size=len(frame.unread) + len(frame.read),
        chunks=len(_chunks(frame)),
        drawn=list(drawn),
        drawn_at=now,
        listing=draws_listing(kind.programme_id),
        listing_order=f"{week}#{kind.of}#{kind.cohort_name}#{draw_id}",
    )


def _chunks(frame: Frame) -> list[tuple[list[str], list[str]]]:
    unread = [(ids, list[str]()) for ids in in_chunks(sorted(frame.unread), CHUNK)]
    return unread + [(list[str](), ids) for ids in in_chunks(sorted(frame.read), CHUNK)]


def _save_frame(made: Draw, frame: Frame) -> None:
    for number, (unread, read) in enumerate(_chunks(frame)):
        FrameChunk(*frame_key(made.draw_id, made.seed, number), unread=unread, read=read).save()


def _hand_out(made: Draw) -> Drawn:
    """Writes every check of a draw that is not there yet."""
    if find(Handed, *handed_key(made.draw_id)) is None:
        checks = _decision_checks(made) if made.of == OF_DECISIONS else _conversation_checks(made)
        for check in checks:
            try:
                with conditional():
                    check.save(condition=is_new(SpotCheck))
            except Lost as lost:
                if not lost.failed:
                    raise
        Handed(*handed_key(made.draw_id)).save()
    return Drawn(made.of, made.cohort_id or "", int(made.frame_size), len(made.drawn))


def _conversation_checks(made: Draw) -> Iterator[SpotCheck]:
    pairs = _pairs(made.drawn)
    for place, pair_id in enumerate(made.drawn):
        if pair_id in pairs:
            yield _check(made, place, pairs[pair_id], pair_id)


def _decision_checks(made: Draw) -> Iterator[SpotCheck]:
    parts = [one.split("#") for one in made.drawn]
    pairs = _pairs(pair_id for pair_id, _, _ in parts)
    for place, (pair_id, message_id, wording) in enumerate(parts):
        step = decided(history(steps_of(pair_id, message_id)), int(wording))
        if step is None or step.what not in PERSONS_DECISIONS or pair_id not in pairs:
            continue
        check = _check(made, place, pairs[pair_id], made.drawn[place])
        check.message_id, check.round = message_id, int(wording)
        check.decided_by, check.decision = step.by_id, step.what
        yield check


def _pairs(ids: Iterable[str]) -> dict[str, Pair]:
    return {pair.pair_id: pair for pair in Pair.batch_get([pair_key(one) for one in sorted(set(ids))])}


def _check(made: Draw, place: int, pair: Pair, drawn_id: str) -> SpotCheck:
    check_id = derived_id("spot check", made.draw_id, drawn_id)
    return SpotCheck(
        *spot_check_key(check_id),
        check_id=check_id,
        draw_id=made.draw_id,
        programme_id=made.programme_id,
        of=made.of,
        cohort_id=made.cohort_id,
        week=made.week,
        pair_id=pair.pair_id,
        mentor_id=pair.mentor_id,
        mentee_id=pair.mentee_id,
        mentor_name=pair.mentor_name,
        mentee_name=pair.mentee_name,
        listing=spot_checks_listing(made.programme_id, "open"),
        listing_order=f"{made.week}#{made.of}#{place:06}#{check_id}",
    )


def drawn_again(made: Draw, chunks: Iterable[FrameChunk]) -> tuple[str, ...]:
    """What the draw comes to from what is stored of it."""
    unread: set[str] = set()
    read: set[str] = set()
    for chunk in chunks:
        unread.update(chunk.unread)
        read.update(chunk.read)
    if made.of == OF_DECISIONS:
        return draw_some(unread, seed=made.seed, share=float(made.share))
    frame = Frame(frozenset(unread), frozenset(read))
    left = int(made.weeks_left or 1)
    return draw(frame, seed=made.seed, share=float(made.share), weeks_left=left)
