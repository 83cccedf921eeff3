"""The queue of held messages: who waits, since when, and who is reading what."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.conversations.items import Message, Pair, held_listing, pair_key
from shared.conversations.rules import severity_rank
from shared.people.permissions import Viewer, may_moderate, programme_name, require
from shared.platform.errors import BrokenLink
from shared.platform.tables import ConversationsItem, ListingIndex
from shared.safeguarding.marking import category_words

from .access import may_moderate_pair
from .choosing import Wanted, is_wanted
from .items import OwnDecision, own_decisions_key
from .mine import MyDecision, as_value
from .rules import found_in, is_low_risk, is_worry
from .steps import claim_of, names_of

PAGE = 50
"""Messages on one page."""
READ_AT_ONCE = 400
"""Messages that are read so as to count and to choose among them."""
MOST_PAIRS = 99
"""Conversations whose names are looked up at once; DynamoDB gives 100 items for one request."""
PLACE = re.compile(r"^[5-9]#[0-9TZ:.\-]{10,40}#[0-9a-z]{1,64}$")
OWN_DECISION = re.compile(r"^[0-9TZ:.\-]{10,40}#[0-9a-z]{1,64}#[0-9]{1,6}$")
READ = [
    *("pk", "sk", "kind", "pair_id", "message_id", "round", "sender_id", "sender_role", "written_at"),
    *("state", "held_at", "review_by", "severity", "lane", "findings", "listing_order"),
    *("claimed_by", "claimed_by_name", "claimed_at", "claimed_until"),
]
"""What is read of each: not its text."""


@dataclass(frozen=True)
class HeldRow:
    """A message in the queue."""

    pair_id: str
    message_id: str
    wording: int
    severity: str
    is_worry: bool
    writer_name: str
    writer_role: str
    reader_name: str
    found: str
    held_at: datetime
    late_since: datetime | None
    """When somebody should have decided on it; none while there is time."""
    claimed_by_name: str
    """Who is reading it now; empty when nobody is."""
    claimed_at: datetime | None
    """Since when they are."""
    claimed_until: datetime | None
    is_mine: bool
    """The viewer is the one reading it."""
    may_go_together: bool
    """Whether it may be delivered together with others."""


@dataclass(frozen=True)
class Queue:
    """A programme's held messages, most severe first, then oldest."""

    programme_id: str
    programme_name: str
    messages: tuple[HeldRow, ...]
    wanted: Wanted
    """Which of them were asked for."""
    is_further_on: bool
    """Earlier ones are on the page before this."""
    count: int
    """How many there are from here on; at least so many unless `count_is_whole`."""
    count_is_whole: bool
    oldest: datetime | None
    """Since when the longest waiting of those counted waits."""
    late: int
    """How many of those counted should have been decided on."""
    next: str
    """For the page after this one; empty when there is none."""
    done: MyDecision | None
    """What the viewer has just decided."""

    @property
    def has_more(self) -> bool:
        return bool(self.next)


def wanted_of(query: Mapping[str, str]) -> Wanted:
    """Which messages are asked for by what follows the question mark. Raises Invalid for what is no answer
    that the page offers."""
    try:
        return Wanted.of(query.get("severity", ""), query.get("found", ""), query.get("with", ""))
    except ValueError:
        raise BrokenLink from None


def queue(
    viewer: Viewer,
    programme_id: str,
    *,
    wanted: Wanted | None = None,
    after: str = "",
    done: str = "",
    now: datetime,
) -> Queue:
    """The held messages that the viewer may decide on, beginning after the place `after`: one Query, and one
    BatchGetItem for the names and for the decision `done`, however many wait. Raises NotFound for those who
    do not moderate the programme, and Invalid for a place that is none."""
    require(may_moderate(viewer, programme_id))
    wanted = wanted or Wanted()
    if after and not PLACE.match(after):
        raise BrokenLink
    read, is_end = _read(programme_id, wanted.severity, after)
    chosen = [one for one in read if _is_wanted(viewer, one, wanted, now)]
    looked_up = _of_few_pairs(chosen)
    pairs, own = _names_and(viewer, programme_id, {one.pair_id for one in looked_up}, done)
    seen = [
        one for one in looked_up if one.pair_id in pairs and may_moderate_pair(viewer, pairs[one.pair_id])
    ]
    is_whole = is_end and len(looked_up) == len(chosen)
    return Queue(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        messages=tuple(_row(viewer, one, pairs[one.pair_id], now) for one in seen[:PAGE]),
        wanted=wanted,
        is_further_on=bool(after),
        count=len(seen),
        count_is_whole=is_whole,
        oldest=min((_held_at(one) for one in seen), default=None),
        late=sum(_late_since(one, now) is not None for one in seen),
        next=_next(seen, looked_up, chosen, read, is_end),
        done=as_value(own, now=now) if own else None,
    )


def _read(programme_id: str, severity: str, after: str) -> tuple[list[Message], bool]:
    """Messages from the place on, and whether they are all there are. One Query: what one answer of DynamoDB
    holds is enough."""
    first, last = "0", "~"
    if severity:
        place = str(9 - severity_rank(severity))
        first, last = f"{place}#", f"{place}$"  # "$" comes after "#"
    if after:
        first = max(first, f"{after} ")
    if first > last:
        return [], True
    found = Message.by_listing.query(
        held_listing(programme_id),
        ListingIndex.listing_order.between(first, last),
        limit=READ_AT_ONCE,
        page_size=READ_AT_ONCE,
        attributes_to_get=READ,
    )
    read: list[Message] = []
    for one in found:
        if isinstance(one, Message):
            read.append(one)
        if len(read) >= found.page_iter.total_scanned_count:
            break
    return read, found.page_iter.last_evaluated_key is None


def _is_wanted(viewer: Viewer, message: Message, wanted: Wanted, now: datetime) -> bool:
    categories = [str(one["category"]) for one in message.findings or ()]
    claim = claim_of(message)
    return message.state == "held" and is_wanted(wanted, categories, claim, viewer.person_id, now=now)


def _of_few_pairs(messages: Iterable[Message]) -> list[Message]:
    """Those whose conversations' names can be looked up at once."""
    pairs: set[str] = set()
    kept = []
    for one in messages:
        if one.pair_id not in pairs and len(pairs) == MOST_PAIRS:
            break
        pairs.add(one.pair_id)
        kept.append(one)
    return kept


def _names_and(
    viewer: Viewer, programme_id: str, pair_ids: set[str], done: str
) -> tuple[dict[str, Pair], OwnDecision | None]:
    keys = [pair_key(pair_id) for pair_id in sorted(pair_ids)]
    if OWN_DECISION.match(done):
        keys.append((own_decisions_key(viewer.person_id, programme_id), done))
    found = list(ConversationsItem.batch_get(keys)) if keys else []
    own = next((one for one in found if isinstance(one, OwnDecision)), None)
    return {one.pair_id: one for one in found if isinstance(one, Pair)}, own


def _next(
    seen: Sequence[Message],
    looked_up: Sequence[Message],
    chosen: Sequence[Message],
    read: Sequence[Message],
    is_end: bool,
) -> str:
    """The place after which the next page begins."""
    if len(seen) > PAGE:
        return str(seen[PAGE - 1].listing_order)
    if len(looked_up) < len(chosen):
        return str(looked_up[-1].listing_order)
    return "" if is_end or not read else str(read[-1].listing_order)


def _held_at(message: Message) -> datetime:
    at: datetime = message.held_at or message.written_at
    return at


def _late_since(message: Message, now: datetime) -> datetime | None:
    due: datetime | None = message.review_by
    return due if due is not None and due <= now else None


def _row(viewer: Viewer, message: Message, pair: Pair, now: datetime) -> HeldRow:
    writer, reader = names_of(message, pair)
    findings: Sequence[Mapping[str, Any]] = message.findings or ()
    claim = claim_of(message)
    holds = claim.holds(now)
    is_free = not claim.stands_against(viewer.person_id, now=now)
    return HeldRow(
        pair_id=message.pair_id,
        message_id=message.message_id,
        wording=int(message.round),
        severity=message.severity,
        is_worry=is_worry(message.lane, findings),
        writer_name=writer,
        writer_role=message.sender_role,
        reader_name=reader,
        found=", ".join(category_words(one) for one in found_in(findings)),
        held_at=_held_at(message),
        late_since=_late_since(message, now),
        claimed_by_name=claim.by_name if holds else "",
        claimed_at=claim.since if holds else None,
        claimed_until=claim.until if holds else None,
        is_mine=claim.is_of(viewer.person_id, now=now),
        may_go_together=is_free and is_low_risk(message.severity, message.lane, findings),
    )


def next_page(viewer: Viewer, programme_id: str, *, after: str, now: datetime) -> str:
    """Where a moderator goes on to: the first message that nobody else is reading, or the queue when there is
    none. The message `after`, just decided, may still be listed."""
    for row in queue(viewer, programme_id, now=now).messages:
        if row.message_id != after and (row.is_mine or not row.claimed_by_name):
            return f"/moderation/{row.pair_id}/{row.message_id}"
    return f"/programmes/{programme_id}/moderation"
