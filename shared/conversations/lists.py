"""Lists of conversations: one's own, a programme's, and who can be brought together."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.people.items import Membership, roll
from shared.people.permissions import (
    Role,
    Viewer,
    may_manage_people,
    may_moderate,
    may_see_people,
    part_in_pair,
    require,
)
from shared.platform.errors import NotFound
from shared.platform.tables import find
from shared.programmes.actions import cohorts_of
from shared.programmes.items import Cohort, cohort_key
from shared.programmes.rules import is_over

from .items import (
    AFTER_MESSAGES,
    Message,
    Pair,
    PairOfPerson,
    held_listing,
    pair_key,
    pair_of_person_key,
    pairs_listing,
    pairs_of_cohort,
)
from .views import other_name

PAIRS_PAGE = 50


@dataclass(frozen=True)
class MyPair:
    """One of the viewer's conversations."""

    pair_id: str
    part: str
    other_name: str
    programme_id: str
    programme_name: str
    has_ended: bool
    waiting_since: datetime | None
    """Since when the other has been waiting for an answer; None when they are not."""
    last_at: datetime | None
    """When a message was last delivered, either way."""
    held: int
    """How many of the viewer's own messages a person is to read first."""
    returned: tuple[str, ...]
    """Ids of the viewer's own messages that they were asked to change, and can."""


@dataclass(frozen=True)
class PairRow:
    """A conversation as staff see it in a list."""

    pair_id: str
    mentee_name: str
    mentor_name: str
    has_ended: bool
    last_at: datetime | None
    waiting: str
    """First name of who wrote last and waits for an answer since `last_at`; empty before the first."""


@dataclass(frozen=True)
class PairsView:
    """A page of a programme's conversations, by the mentee's surname."""

    programme_id: str
    programme_name: str
    rows: tuple[PairRow, ...]
    next: str
    """The `after` of the next page; empty on the last."""
    is_first: bool
    may_read: bool
    may_pair: bool


@dataclass(frozen=True)
class Choice:
    value: str
    words: str


@dataclass(frozen=True)
class PairingView:
    """Who can be brought together."""

    programme_id: str
    programme_name: str
    mentors: tuple[Choice, ...]
    mentees: tuple[Choice, ...]
    cohorts: tuple[Choice, ...]


def my_pairs(viewer: Viewer, *, now: datetime) -> tuple[MyPair, ...]:
    """The viewer's conversations, those first in which the other has waited longest: one Query and one
    BatchGetItem, and another for the cohorts they are in."""
    pk, _ = pair_of_person_key(viewer.person_id, "")
    parts = {one.pair_id: one for one in PairOfPerson.query(pk, PairOfPerson.sk.startswith("PAIR#"))}
    if not parts:
        return ()
    pairs = [
        pair for pair in Pair.batch_get([pair_key(pair_id) for pair_id in parts]) if isinstance(pair, Pair)
    ]
    over = _cohorts_over(pairs, now)
    mine = [_my_pair(viewer, pair, parts[pair.pair_id], over) for pair in pairs]
    return tuple(sorted((one for one in mine if one is not None), key=_most_urgent))


def _cohorts_over(pairs: Sequence[Pair], now: datetime) -> frozenset[str]:
    """The cohorts of these whose last day of writing has passed: one BatchGetItem, if there are any."""
    keys = sorted({cohort_key(one.programme_id, one.cohort_id) for one in pairs if one.cohort_id})
    found = Cohort.batch_get(keys) if keys else ()
    return frozenset(one.cohort_id for one in found if is_over(one.ends_on, now))


def _my_pair(viewer: Viewer, pair: Pair, waiting: PairOfPerson, over: Collection[str]) -> MyPair | None:
    part = part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )
    if part not in ("mentor", "mentee"):
        return None
    has_ended = pair.status != "active" or pair.cohort_id in over
    is_awaited = pair.last_sender_id not in (None, viewer.person_id) and not has_ended
    return MyPair(
        pair_id=pair.pair_id,
        part=part,
        other_name=other_name(pair, part),
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        has_ended=has_ended,
        waiting_since=pair.last_delivered_at if is_awaited else None,
        last_at=pair.last_delivered_at,
        held=len(waiting.held or ()),
        returned=() if has_ended else tuple(sorted(waiting.returned or ())),
    )


def _most_urgent(pair: MyPair) -> tuple[bool, str, bool, str, str]:
    since = pair.waiting_since
    return (
        since is None,
        since.isoformat() if since else "",
        pair.has_ended,
        pair.other_name.casefold(),
        pair.pair_id,
    )


def pairs_of(viewer: Viewer, programme_id: str, *, after: str | None = None, now: datetime) -> PairsView:
    """A page of the programme's conversations: one Query, a BatchGetItem for the cohorts they are in, and a
    GetItem for a later page. Raises NotFound for who is not on its staff, and for an `after` that is not one
    of its pairs."""
    require(may_see_people(viewer, programme_id))
    found = [
        item
        for item in Pair.by_listing.query(
            pairs_listing(programme_id),
            limit=PAIRS_PAGE + 1,
            page_size=PAIRS_PAGE + 1,
            last_evaluated_key=_pairs_key(programme_id, after) if after else None,
        )
        if isinstance(item, Pair)
    ]
    page = found[:PAIRS_PAGE]
    over = _cohorts_over(page, now)
    return PairsView(
        programme_id=programme_id,
        programme_name=_programme_name(viewer, programme_id),
        rows=tuple(_row(pair, over) for pair in page),
        next=page[-1].pair_id if len(found) > PAIRS_PAGE else "",
        is_first=after is None,
        may_read=may_moderate(viewer, programme_id),
        may_pair=may_manage_people(viewer, programme_id),
    )


def every_pair(programme_id: str) -> Iterator[Pair]:
    """Every conversation of the programme, a page of the index at a time, with what is needed to choose among
    them and no names. For what works through a programme at night."""
    found = Pair.by_listing.query(
        pairs_listing(programme_id),
        attributes_to_get=[
            "pk",
            "sk",
            "kind",
            "pair_id",
            "programme_id",
            "rested_days",
            "cohort_id",
            "mentor_id",
            "mentee_id",
            "last_delivered_at",
            "status",
            "created_at",
            "mentor_messages",
            "mentee_messages",
            "mentor_replies",
            "mentee_replies",
            "held_meetings",
            "confirmed_interactions",
            "last_day",
        ],
    )
    return (one for one in found if isinstance(one, Pair))


def cohort_pairs(
    programme_id: str, cohort_id: str, *, after: str = "", limit: int
) -> tuple[list[Pair], bool]:
    """A cohort's conversations by the mentee's surname, those in no cohort where `cohort_id` is empty, and
    whether more follow: as many as one answer of DynamoDB holds, `limit` at most. One Query, and a GetItem
    where they begin after a pair. Raises NotFound for an `after` that is not one of theirs."""
    group = pairs_of_cohort(programme_id, cohort_id)
    earlier = find(Pair, *pair_key(after), consistent=False) if after else None
    if after and (earlier is None or earlier.group != group):
        raise NotFound
    start = (earlier.group_order if earlier else "") or " "
    found = Pair.by_group.query(group, Pair.group_order > start, limit=limit, page_size=limit)
    pairs: list[Pair] = []
    for one in found:
        if isinstance(one, Pair):
            pairs.append(one)
        if len(pairs) >= found.page_iter.total_scanned_count:
            break
    return pairs, found.page_iter.last_evaluated_key is not None


def latest_delivered(pair_id: str, *, limit: int) -> list[Message]:
    """The messages that were delivered last, the newest first: one Query. For those who have made sure that
    they may read them."""
    found = Message.thread.query(
        pair_key(pair_id)[0],
        Message.thread_at < AFTER_MESSAGES,
        filter_condition=Message.state == "delivered",
        scan_index_forward=False,
        limit=limit,
        page_size=2 * limit,
    )
    return [one for one in found if isinstance(one, Message)]


def last_written(pair_id: str, person_id: str) -> datetime | None:
    """When somebody last wrote in a conversation, whatever became of it; None when they never did: one
    Query, which reads on until it meets a message of theirs."""
    found = Message.thread.query(
        pair_key(pair_id)[0],
        Message.thread_at < AFTER_MESSAGES,
        filter_condition=Message.sender_id == person_id,
        consistent_read=True,
        scan_index_forward=False,
        limit=1,
        page_size=PAIRS_PAGE,
    )
    return next((one.changed_at or one.written_at for one in found if isinstance(one, Message)), None)


def held_messages(programme_id: str) -> Iterator[Message]:
    """Every message of the programme that waits to be read, the most severe first. For what works through a
    programme at night."""
    found = Message.by_listing.query(held_listing(programme_id))
    return (one for one in found if isinstance(one, Message))


def _pairs_key(programme_id: str, after: str) -> dict[str, dict[str, str]]:
    """Where the page begins. The link names a pair only, because the order holds surnames and links are
    logged."""
    pair = find(Pair, *pair_key(after), consistent=False)
    if pair is None or pair.programme_id != programme_id:
        raise NotFound
    return {
        "pk": {"S": pair.pk},
        "sk": {"S": pair.sk},
        "listing": {"S": pair.listing or ""},
        "listing_order": {"S": pair.listing_order or ""},
    }


def _row(pair: Pair, over: Collection[str]) -> PairRow:
    wrote_last = {pair.mentor_id: pair.mentor_first_name, pair.mentee_id: pair.mentee_first_name}
    return PairRow(
        pair_id=pair.pair_id,
        mentee_name=pair.mentee_name,
        mentor_name=pair.mentor_name,
        has_ended=pair.status != "active" or pair.cohort_id in over,
        last_at=pair.last_delivered_at,
        waiting=wrote_last.get(pair.last_sender_id or "", ""),
    )


def _programme_name(viewer: Viewer, programme_id: str) -> str:
    names = (one.programme_name for one in viewer.memberships if one.programme_id == programme_id)
    return next(names, "")


def pairing(viewer: Viewer, programme_id: str) -> PairingView:
    """Who can be brought together in the programme: three Queries. Raises NotFound for who may not pair."""
    require(may_manage_people(viewer, programme_id))
    return PairingView(
        programme_id=programme_id,
        programme_name=_programme_name(viewer, programme_id),
        mentors=_active(programme_id, Role.MENTOR),
        mentees=_active(programme_id, Role.MENTEE),
        cohorts=tuple(Choice(one.cohort_id, one.name) for one in cohorts_of(programme_id)),
    )


def _active(programme_id: str, role: Role) -> tuple[Choice, ...]:
    return tuple(
        Choice(one.person_id, f"{one.first_name} {one.surname}")
        for one in Membership.by_listing.query(roll(programme_id, role))
        if isinstance(one, Membership) and one.status == "active"
    )
