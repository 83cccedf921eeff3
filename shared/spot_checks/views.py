"""What the pages about spot checks show."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.audit.actions import record_reading
from shared.audit.rules import What
from shared.conversations.acquaintances import own_pairs
from shared.conversations.lists import latest_delivered
from shared.conversations.steps import load_message, steps_of
from shared.filtering import CATEGORIES, WORRY_CATEGORIES
from shared.moderation.rules import found_in
from shared.people.permissions import Viewer, may_moderate, programme_name, require
from shared.platform.errors import Invalid, NotFound
from shared.platform.tables import ListingIndex, SafeguardingItem, find
from shared.safeguarding.concerns.choices import CHOICES, Choice
from shared.safeguarding.concerns.reading import may_see
from shared.safeguarding.items import Concern, concern_key
from shared.safeguarding.marking import Segment, category_words, segments

from .drawing import drawn_again
from .items import (
    COHORT_TALLY,
    DECISIONS_TALLY,
    OF_CONVERSATIONS,
    OF_DECISIONS,
    Draw,
    FrameChunk,
    SpotCheck,
    Tally,
    draw_key,
    draws_listing,
    frame_prefix,
    spot_checks_listing,
    tally_key,
)
from .reading import load_check
from .rules import Agreement

MOST_LISTED = 50
READ_AT_ONCE = 200
PLACE = re.compile(r"[0-9A-Za-z#:.\-]{1,200}")
BROKEN_LINK = "This link is not complete. Please open the page again."
MOST_DRAWS = 52
LETTERS = 40


@dataclass(frozen=True)
class CheckRow:
    """A spot check in a list."""

    check_id: str
    of: str
    title: str
    week: str
    done_by_name: str
    done_at: datetime | None

    @property
    def page(self) -> str:
        return f"/{'spot' if self.of == OF_CONVERSATIONS else 'decision'}-checks/{self.check_id}"


@dataclass(frozen=True)
class Coverage:
    """How much of a cohort has been read."""

    name: str
    pairs: int
    """Conversations in which something had been delivered by the last draw."""
    read: int
    """Those read at least once."""
    missed: int
    """Messages that the filter should have held."""


@dataclass(frozen=True)
class SpotChecks:
    """What is to be read, or was, and what that has shown so far."""

    programme_id: str
    programme_name: str
    state: str
    """`open` or `done`."""
    checks: tuple[CheckRow, ...]
    next: str
    """The `after` of the next page; empty on the last."""
    is_first: bool
    coverage: tuple[Coverage, ...]
    agreement: Agreement
    agreement_share: int | None


@dataclass(frozen=True)
class DrawRow:
    """A draw in the list of draws."""

    draw_id: str
    of: str
    cohort_name: str
    week: str
    drawn_at: datetime
    frame_size: int
    drawn: int


@dataclass(frozen=True)
class Draws:
    """A programme's latest draws, newest first."""

    programme_id: str
    programme_name: str
    draws: tuple[DrawRow, ...]


@dataclass(frozen=True)
class DrawPage:
    """One draw, with all that it was made from, drawn again."""

    programme_id: str
    programme_name: str
    draw: DrawRow
    is_open: bool
    """Whether the viewer may know what was drawn. Whoever writes in a conversation themselves may not, seed
    and all: they could tell whether it is read, and which of its messages were decided on."""
    seed: str
    share: str
    weeks_left: int | None
    is_the_same: bool
    """Whether drawing again from what is stored gives what was drawn."""
    frame: tuple[str, ...]
    drawn: tuple[str, ...]


@dataclass(frozen=True)
class DeliveredLetter:
    """A delivered message in a conversation that is spot-checked."""

    id: str
    name: str
    sender_role: str
    text: str
    at: datetime


@dataclass(frozen=True)
class ConversationCheck:
    """A conversation to be read, and the form."""

    check_id: str
    programme_id: str
    programme_name: str
    pair_id: str
    title: str
    mentee_name: str
    mentor_name: str
    week: str
    state: str
    letters: tuple[DeliveredLetter, ...]
    """The latest, the oldest first."""
    has_older: bool
    categories: tuple[Choice, ...]
    concerns: tuple[Choice, ...]
    """What a concern can be about."""
    concern_id: str
    """The concern that was raised with the answers, where there is one that the viewer may see."""
    answers: Mapping[str, Any] | None
    done_by_name: str
    done_at: datetime | None


@dataclass(frozen=True)
class DecisionCheck:
    """A moderator's decision to be made again. What they decided is shown only once that is done."""

    check_id: str
    programme_id: str
    programme_name: str
    pair_id: str
    title: str
    week: str
    state: str
    words: tuple[Segment, ...]
    found: tuple[str, ...]
    sender_role: str
    is_worry: bool
    decision: str
    agreed: bool | None
    answers: Mapping[str, Any] | None
    done_by_name: str
    done_at: datetime | None


def spot_checks(viewer: Viewer, programme_id: str, *, state: str = "open", after: str = "") -> SpotChecks:
    """What is to be read, or was, after the place `after`: two Queries. What is not the viewer's to do is
    left out by the query, so that it takes up no room. Raises NotFound for who reads no conversations, and
    Invalid for a place that is none."""
    require(may_moderate(viewer, programme_id))
    if after and not PLACE.fullmatch(after):
        raise Invalid(BROKEN_LINK, code="bad_link")
    found = _listed(viewer, programme_id, state, after)
    tallies = list(Tally.query(tally_key(programme_id, "")[0]))
    agreement = next((_agreement(one) for one in tallies if one.sk == DECISIONS_TALLY), Agreement())
    return SpotChecks(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        state=state,
        checks=tuple(_row(one) for one in found[:MOST_LISTED]),
        next=str(found[MOST_LISTED - 1].listing_order) if len(found) > MOST_LISTED else "",
        is_first=not after,
        coverage=tuple(_coverage(one) for one in tallies if one.sk.startswith(COHORT_TALLY)),
        agreement=agreement,
        agreement_share=agreement.share,
    )


def checks_to_do(viewer: Viewer, programme_id: str) -> tuple[tuple[CheckRow, ...], bool]:
    """What the viewer can read of what was drawn, and whether there is more of it: one Query."""
    require(may_moderate(viewer, programme_id))
    found = _listed(viewer, programme_id, "open", "")
    return tuple(_row(one) for one in found[:MOST_LISTED]), len(found) > MOST_LISTED


def _listed(viewer: Viewer, programme_id: str, state: str, after: str) -> list[SpotCheck]:
    """Those of a page that the viewer may do, the latest done first, and one more where there are more."""
    newest_first = state == "done"
    order = ListingIndex.listing_order
    beyond = None
    if after:
        beyond = order < after if newest_first else order > after
    not_ours = (
        (SpotCheck.mentor_id != viewer.person_id)
        & (SpotCheck.mentee_id != viewer.person_id)
        & ~(SpotCheck.decided_by == viewer.person_id)
    )
    found = SpotCheck.by_listing.query(
        spot_checks_listing(programme_id, state),
        beyond,
        filter_condition=not_ours,
        scan_index_forward=not newest_first,
        limit=MOST_LISTED + 1,
        page_size=READ_AT_ONCE,
    )
    return [one for one in found if isinstance(one, SpotCheck)]


def _row(check: SpotCheck) -> CheckRow:
    return CheckRow(
        check.check_id, check.of, check.title, check.week, check.done_by_name or "", check.done_at
    )


def _agreement(tally: Tally) -> Agreement:
    return Agreement(int(tally.read_pairs or 0), int(tally.agreed or 0))


def _coverage(tally: Tally) -> Coverage:
    read, missed = int(tally.read_pairs or 0), int(tally.missed or 0)
    # Of conversations that ended since, more may have been read than the last draw found.
    return Coverage(tally.name or "", max(int(tally.pairs or 0), read), read, missed)


def draws(viewer: Viewer, programme_id: str) -> Draws:
    """The programme's latest draws: one Query."""
    require(may_moderate(viewer, programme_id))
    found = Draw.by_listing.query(
        draws_listing(programme_id), scan_index_forward=False, limit=MOST_DRAWS, page_size=MOST_DRAWS
    )
    rows = tuple(_draw_row(one) for one in found if isinstance(one, Draw))
    return Draws(programme_id, programme_name(viewer, programme_id), rows)


def _draw_row(made: Draw) -> DrawRow:
    return DrawRow(
        made.draw_id,
        made.of,
        made.cohort_name or "",
        made.week,
        made.drawn_at,
        int(made.frame_size),
        len(made.drawn),
    )


def draw_page(viewer: Viewer, draw_id: str) -> DrawPage:
    """A draw, drawn again from what is stored: two Queries, of which for a frame beyond some 20,000
    conversations DynamoDB answers one in several pages. Raises NotFound for who reads no conversations."""
    pk, sk = draw_key(draw_id)
    items = list(SafeguardingItem.query(pk))
    made = next((one for one in items if isinstance(one, Draw) and one.sk == sk), None)
    if made is None:
        raise NotFound
    require(may_moderate(viewer, made.programme_id))
    prefix = frame_prefix(made.seed)
    chunks = [one for one in items if isinstance(one, FrameChunk) and one.sk.startswith(prefix)]
    is_open = not own_pairs(viewer)
    frame = tuple(one for chunk in chunks for one in (*chunk.unread, *chunk.read))
    return DrawPage(
        programme_id=made.programme_id,
        programme_name=programme_name(viewer, made.programme_id),
        draw=_draw_row(made),
        is_open=is_open,
        seed=made.seed if is_open else "",
        share=made.share,
        weeks_left=int(made.weeks_left) if made.weeks_left is not None else None,
        is_the_same=drawn_again(made, chunks) == tuple(made.drawn) and len(chunks) == int(made.chunks),
        frame=frame if is_open else (),
        drawn=tuple(made.drawn) if is_open else (),
    )


def conversation_check(viewer: Viewer, check_id: str, *, now: datetime) -> ConversationCheck:
    """A conversation to be read, with the latest that was delivered in it: one GetItem and one Query, and the
    write that records the reading. Raises NotFound when there is none that the viewer may do."""
    check = load_check(viewer, check_id, of=OF_CONVERSATIONS)
    _record(viewer, check, "read_conversation", f"pair:{check.pair_id}", now)
    found = latest_delivered(check.pair_id, limit=LETTERS + 1)
    names = {check.mentee_id: check.mentee_name, check.mentor_id: check.mentor_name}
    letters = [
        DeliveredLetter(
            one.message_id,
            names.get(one.sender_id, one.sender_first_name),
            one.sender_role,
            one.text,
            one.delivered_at or one.written_at,
        )
        for one in reversed(found[:LETTERS])
    ]
    return ConversationCheck(
        check_id=check.check_id,
        programme_id=check.programme_id,
        programme_name=programme_name(viewer, check.programme_id),
        pair_id=check.pair_id,
        title=check.title,
        mentee_name=check.mentee_name,
        mentor_name=check.mentor_name,
        week=check.week,
        state=check.state,
        letters=tuple(letters),
        has_older=len(found) > LETTERS,
        categories=_categories(),
        concerns=CHOICES.categories,
        concern_id=_visible_concern(viewer, check),
        answers=check.answers,
        done_by_name=check.done_by_name or "",
        done_at=check.done_at,
    )


def _visible_concern(viewer: Viewer, check: SpotCheck) -> str:
    """One GetItem where a concern was raised."""
    concern = find(Concern, *concern_key(check.concern_id)) if check.concern_id else None
    return concern.concern_id if concern and may_see(viewer, concern) else ""


def _categories() -> tuple[Choice, ...]:
    """Worries first, for they are what must not be passed over."""
    ordered = sorted(CATEGORIES, key=lambda one: (one not in WORRY_CATEGORIES, category_words(one)))
    return tuple(Choice(one, category_words(one).capitalize()) for one in ordered)


def decision_check(viewer: Viewer, check_id: str, *, now: datetime) -> DecisionCheck:
    """A decision to be made again, as it was before the moderator: two GetItems, a Query of the message's
    history, and the write that records the reading."""
    check = load_check(viewer, check_id, of=OF_DECISIONS)
    message_id = check.message_id or ""
    _record(viewer, check, "read_held_message", f"message:{check.pair_id}/{message_id}", now)
    message = load_message(check.pair_id, message_id)
    wording = int(check.round or 1)
    text, findings = message.text, message.findings or ()
    if wording != int(message.round):
        text, findings = _earlier_wording(check.pair_id, message_id, wording)
    is_done = check.state == "done"
    return DecisionCheck(
        check_id=check.check_id,
        programme_id=check.programme_id,
        programme_name=programme_name(viewer, check.programme_id),
        pair_id=check.pair_id,
        title=check.title,
        week=check.week,
        state=check.state,
        words=segments(text, findings),
        found=tuple(category_words(one) for one in found_in(findings)),
        sender_role=message.sender_role,
        is_worry=any(one["category"] in WORRY_CATEGORIES for one in findings),
        decision=(check.decision or "") if is_done else "",
        agreed=check.agreed if is_done else None,
        answers=check.answers,
        done_by_name=check.done_by_name or "",
        done_at=check.done_at,
    )


def _earlier_wording(pair_id: str, message_id: str, wording: int) -> tuple[str, Any]:
    """A wording that was changed since, and what the filter found in it."""
    current, text, findings = 0, "", ()
    for step in steps_of(pair_id, message_id):
        if step.what in ("written", "changed"):
            current += 1
        if current == wording:
            text = step.text or text
            findings = step.findings or findings
    return text, findings


def _record(viewer: Viewer, check: SpotCheck, what: What, on: str, now: datetime) -> None:
    record_reading(
        check.programme_id,
        what,
        on,
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        why="Spot check",
        hidden_from=(check.mentor_id, check.mentee_id),
    )
