"""How a meeting went: whether it took place, how long it was, and a short note for the staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.conversations.arranged import empty_link
from shared.conversations.items import Pair, pair_key
from shared.conversations.private_words import PrivateWords, add_concern, look_through
from shared.conversations.rules import Checker, as_typed
from shared.conversations.sharing import as_met
from shared.filtering import check
from shared.people.permissions import Viewer, may_run_meetings, require
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict, Invalid, require_none
from shared.platform.tables import Lost, find, transaction

from .items import MeetingWords, words_key
from .loading import TRIES, At, meeting_at
from .plan import DATED, OVER, keep

Happened = Literal["held", "other_missed", "i_missed", "not_held"]
HAPPENED: dict[str, str] = {
    "held": "It took place",
    "other_missed": "I was there, and the other was not",
    "i_missed": "I could not come",
    "not_held": "It did not take place, for another reason",
}
LONGEST_NOTE = 1_000
LONGEST_MINUTES = 480
CHOOSE = "Please say whether it took place."
HOW_LONG = "Please say about how many minutes it lasted, as a number."
TOO_LONG = f"Please keep this to {LONGEST_NOTE:,} characters."
NOT_OVER = "You can say how it went once the meeting has begun."


@dataclass(frozen=True)
class Account:
    """What somebody filled in."""

    happened: str
    minutes: str = ""
    note: str = ""


def note_meeting(
    viewer: Viewer, pair_id: str, meeting_id: str, given: Account, *, checker: Checker = check, now: datetime
) -> bool:
    """Keeps how it went, for oneself; said again, the newer account holds. It took place when anybody says
    so; that the two say different things the staff see. Nobody but the staff reads an account, and it is
    looked through for a worry. Said before the meeting is over, it goes on for the other, and one is
    asked again when it is. Returns whether the writer is shown where help is.

    Raises NotFound, Invalid naming what needs another look, and Conflict while it has not begun.
    """
    for _ in range(TRIES):
        at = meeting_at(viewer, pair_id, meeting_id, now=now)
        require(at.part != "staff" or may_run_meetings(viewer, at.pair.programme_id))
        begins = at.plan.begins
        if at.item.state not in (*DATED, *OVER) or begins is None or now < begins:
            raise Conflict(NOT_OVER, code="not_begun")
        words = _read(at, given, checker)
        try:
            _keep(viewer, at, given, words, now)
            return words is not None and words.shows_help(at.part)
        except Lost:
            continue
    raise Busy


def _read(at: At, given: Account, checker: Checker) -> PrivateWords | None:
    minutes = given.minutes.strip()
    problems = []
    if given.happened not in HAPPENED:
        problems.append(Invalid(CHOOSE, field="happened"))
    if given.happened == "held" and not _is_length(minutes):
        problems.append(Invalid(HOW_LONG, field="minutes"))
    text, words = as_typed(given.note), None
    if len(text) > LONGEST_NOTE:
        problems.append(Invalid(TOO_LONG, field="note"))
    elif text and at.part == "staff":
        words = PrivateWords(text, "", "none", ())
    elif text:
        words = look_through(
            text, part=at.part, programme=at.together.programme, checker=checker, field="note"
        )
    require_none(problems)
    return words


def _is_length(minutes: str) -> bool:
    return minutes.isascii() and minutes.isdigit() and 0 < int(minutes) <= LONGEST_MINUTES


def _keep(viewer: Viewer, at: At, given: Account, words: PrivateWords | None, now: datetime) -> None:
    pair_id, meeting_id, plan = at.pair.pair_id, at.item.item_id, at.plan
    key = words_key(pair_id, meeting_id, at.part)
    kept = find(MeetingWords, *key) or MeetingWords(*key, meeting_id=meeting_id, of=at.part)
    is_same = (kept.text or "") == (words.text if words else "")
    kept.by_id, kept.by_name, kept.at = viewer.person_id, viewer.name, now
    kept.happened = given.happened
    kept.minutes = int(given.minutes) if given.happened == "held" else None
    is_over, was_held, state = plan.is_over(now), at.item.state == "held", at.item.state
    if is_over:
        plan.noted = sorted({*plan.noted, at.part})
        plan.said = {**plan.said, at.part: given.happened}
        state = "held" if "held" in plan.said.values() else "missed"
    keep(at.item, plan, state, now=now)
    with transaction() as write:
        if words is not None and not is_same:
            made = add_concern(
                write,
                words,
                pair=at.pair,
                part=at.part,
                cause=("meeting_note", pair_id, meeting_id, viewer.person_id, order(now)),
                programme=at.together.programme,
                now=now,
            )
            kept.concern_id = made or kept.concern_id
        kept.text = words.text if words else None
        write.save(kept)
        write.save(at.item)
        met = as_met(at.pair, plan.begins or now) if state == "held" else []
        if (change := (state == "held") - was_held) != 0:
            met.append(Pair.held_meetings.add(change))
        if met:
            pair = Pair(*pair_key(pair_id))
            write.update(pair, met, condition=Pair.pk.exists(), add_version_condition=False)
        if is_over:
            empty_link(write, at.item)
