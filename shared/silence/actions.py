"""Finding mentees who went silent, telling coordinators, and settling it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.audit.actions import record
from shared.conversations.acquaintances import pairs_of
from shared.conversations.items import Pair, pair_key
from shared.conversations.letters import letter_about
from shared.conversations.lists import held_messages, last_written
from shared.conversations.outcomes import MISSED, outcomes_between
from shared.notices.actions import queue
from shared.people.permissions import Role, Viewer, may_moderate, require
from shared.people.views import is_active_mentee, who_looks_after
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict, NotFound
from shared.platform.tables import Lost, find, transaction
from shared.programmes.actions import policy_of
from shared.safeguarding.items import Concern, concerns_listing
from shared.safeguarding.rules import read_words

from .items import CONCERN, HELD, Silence, silence_key, silences_listing

LOOKED_BACK = timedelta(days=7)
"""How much longer than the policy's days is looked back, for nights on which nothing ran."""
MOST_CONCERNS = 1_000
"""Of those open, and of those closed last, so many are looked at."""
LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class Cause:
    """What a mentee may have fallen silent after."""

    after: str
    at: datetime
    person_id: str
    pair_id: str
    hidden_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a night's look came to."""

    silent: int = 0
    """Mentees that coordinators were told of now."""
    wrote_again: int = 0


def look_for_silence(programme_id: str, *, now: datetime) -> Found:
    """Brings to the coordinators each mentee who has written nothing for the policy's days after a message of
    theirs was held or a concern about them, and settles those who wrote again. Done again, nothing is told
    twice. For the daily function: a few Queries, and three for each mentee it concerns."""
    policy = policy_of(programme_id)
    if policy is None:
        return Found()
    again = sum(_settle_if_written(one, now) for one in open_silences(programme_id))
    before = now - timedelta(days=policy.escalation.quiet_days)
    causes = _latest(_causes(programme_id, before - LOOKED_BACK, before))
    return Found(sum(_note(programme_id, cause, now) for cause in causes), again)


def open_silences(programme_id: str) -> Iterator[Silence]:
    """Those nobody has settled, the longest first: one Query."""
    found = Silence.by_listing.query(silences_listing(programme_id))
    return (one for one in found if isinstance(one, Silence))


# ── What happened ──────────────────────────────────────────────────────────


def _causes(programme_id: str, first: datetime, last: datetime) -> Iterator[Cause]:
    for outcome in outcomes_between(programme_id, first, last):
        if outcome.sender_role == Role.MENTEE and outcome.decision != MISSED:
            yield Cause(HELD, outcome.decided_at, "", outcome.pair_id)
    for message in held_messages(programme_id):
        if message.sender_role == Role.MENTEE and message.held_at and first <= message.held_at < last:
            yield Cause(HELD, message.held_at, message.sender_id, message.pair_id)
    for state in ("open", "closed"):
        listed = Concern.by_listing.query(
            concerns_listing(programme_id, state), scan_index_forward=False, limit=MOST_CONCERNS
        )
        for concern in listed:
            if isinstance(concern, Concern) and concern.about_id and first <= concern.raised_at < last:
                hidden = tuple(sorted(concern.hidden_from - {concern.about_id}))
                yield Cause(CONCERN, concern.raised_at, concern.about_id, concern.pair_id or "", hidden)


def _latest(causes: Iterable[Cause]) -> list[Cause]:
    """The last that happened to each, the newest first, so that nobody is told of an older one as well."""
    found: dict[str, Cause] = {}
    for cause in causes:
        key = cause.person_id or cause.pair_id
        if key not in found or found[key].at < cause.at:
            found[key] = cause
    return sorted(found.values(), key=lambda cause: cause.at, reverse=True)


def _note(programme_id: str, cause: Cause, now: datetime) -> bool:
    """Whether coordinators were told of it now."""
    pair = _pair_of(programme_id, cause)
    if pair is None or pair.status != "active" or not is_active_mentee(pair.mentee_id, programme_id):
        return False
    if cause.person_id not in ("", pair.mentee_id) or _wrote_since(pair, cause.at):
        return False
    earlier = find(Silence, *silence_key(programme_id, pair.mentee_id))
    if earlier is not None and earlier.since >= cause.at:
        return False
    silence = earlier or Silence(
        *silence_key(programme_id, pair.mentee_id), programme_id=programme_id, person_id=pair.mentee_id
    )
    _open(silence, pair, cause)
    staff = who_looks_after(programme_id, or_else=Role.SAFEGUARDING_LEAD, but=silence.hidden_from or ())
    told = ("silence", programme_id, pair.mentee_id, order(cause.at))
    path = f"/programmes/{programme_id}/silences"
    try:
        with transaction() as write:
            write.save(silence)
            for one in staff:
                queue(write, letter_about(pair, one, "gone_quiet", cause=told, path=path), now=now)
    except Lost:
        return False  # told in another run
    return True


def _pair_of(programme_id: str, cause: Cause) -> Pair | None:
    """The conversation in which they would write: that of what happened, else any active one of theirs."""
    there = find(Pair, *pair_key(cause.pair_id)) if cause.pair_id else None
    if there is not None and there.status == "active":
        return there if cause.person_id in ("", there.mentee_id) else None
    mentee_id = cause.person_id or (there.mentee_id if there else "")
    keys = [pair_key(one) for one in sorted(pairs_of(mentee_id))] if mentee_id else []
    own = [
        pair
        for pair in (Pair.batch_get(keys) if keys else ())
        if pair.programme_id == programme_id and pair.mentee_id == mentee_id and pair.status == "active"
    ]
    return own[0] if own else None


def _wrote_since(pair: Pair, moment: datetime) -> bool:
    last = last_written(pair.pair_id, pair.mentee_id)
    return last is not None and last > moment


def _open(silence: Silence, pair: Pair, cause: Cause) -> None:
    silence.name = pair.mentee_name
    silence.pair_id = pair.pair_id
    silence.since, silence.after = cause.at, cause.after
    silence.hidden_from = sorted({*cause.hidden_from, pair.mentor_id, pair.mentee_id})
    silence.state = "open"
    silence.settled_by = silence.settled_by_name = silence.settled_at = silence.note = None
    silence.listing = silences_listing(silence.programme_id)
    silence.listing_order = f"{order(cause.at)}#{pair.mentee_id}"


# ── Settling it ────────────────────────────────────────────────────────────


def _settle_if_written(silence: Silence, now: datetime) -> bool:
    pair = find(Pair, *pair_key(silence.pair_id))
    if pair is not None and pair.status == "active" and not _wrote_since(pair, silence.since):
        return False
    _settle(silence, now)
    try:
        with transaction() as write:
            write.save(silence)
    except Lost:
        return False
    return True


def _settle(silence: Silence, now: datetime) -> None:
    silence.state = "settled"
    silence.settled_at = now
    silence.listing = silence.listing_order = None


def load_silence(viewer: Viewer, programme_id: str, person_id: str) -> Silence:
    """As it is now. Raises NotFound when there is none that the viewer may know of."""
    require(may_moderate(viewer, programme_id))
    silence = find(Silence, *silence_key(programme_id, person_id))
    if silence is None or viewer.person_id in (silence.hidden_from or ()):
        raise NotFound
    return silence


def settle_silence(viewer: Viewer, programme_id: str, person_id: str, *, note: str, now: datetime) -> None:
    """The viewer has seen to it; `note` says how. The same note by the same person changes nothing. Raises
    NotFound, Invalid for a note that says nothing, and Conflict when it is settled already."""
    silence = load_silence(viewer, programme_id, person_id)
    note = read_words(note, field="note", most=LONGEST_NOTE)
    if silence.state != "open":
        if (silence.settled_by, silence.note) == (viewer.person_id, note):
            return
        who = (
            f"{silence.settled_by_name} has seen to it"
            if silence.settled_by
            else f"{silence.name} has written"
        )
        raise Conflict(f"{who}, so this is settled.", code="settled")
    _settle(silence, now)
    silence.settled_by, silence.settled_by_name, silence.note = viewer.person_id, viewer.name, note
    try:
        with transaction() as write:
            write.save(silence)
            record(
                write,
                programme_id,
                "followed_up",
                f"person:{person_id}",
                by_id=viewer.person_id,
                by_name=viewer.name,
                now=now,
                why="Gone quiet",
                hidden_from=silence.hidden_from or (),
            )
    except Lost:
        raise Busy from None
