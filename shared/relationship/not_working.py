"""“This isn’t working”: from either side to those who run the programme, and never to the other."""

from dataclasses import dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.conversations.actions import part_in
from shared.conversations.ending import LONGEST_WHY, end_pair, forbid_last_message
from shared.conversations.items import Pair
from shared.conversations.moderators import ask_to_look
from shared.conversations.private_words import PrivateWords, add_concern, look_through
from shared.conversations.programme_rules import programme_or_none
from shared.conversations.rules import Checker, as_typed
from shared.conversations.steps import load_pair
from shared.conversations.views import part_or_staff, record_conversation_read
from shared.filtering import check
from shared.people.permissions import Viewer, may_moderate, require
from shared.platform.errors import Busy, Conflict, Invalid, NotFound, require_none
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, is_new, transaction
from shared.programmes.actions import RunningProgramme
from shared.programmes.desk import add_of_pair, end_of_pair
from shared.safeguarding.help import Helper, help_of

from .items import NotWorking, not_working_key

TRIES = 4
LONGEST = 2_000
WISHES = {
    "talk": "I would like to talk to somebody about it",
    "another": "I would like to write with somebody else",
    "stop": "I would like to stop",
}
OUTCOMES = {
    "goes_on": "They go on",
    "new_match": "It ends here, and a new match is looked for",
    "ended": "It ends here",
}
SETTLED = "{name} has settled this already, so what you wrote was not added. Your words are still here."
TOO_LONG = f"Please keep this to {LONGEST:,} characters."


@dataclass(frozen=True)
class Asked:
    """One time that somebody said so."""

    id: str
    by: str
    wish: str
    text: str
    at: datetime
    is_open: bool
    outcome: str
    note: str
    settled_by: str


@dataclass(frozen=True)
class NotWorkingView:
    """What the viewer may see of it: their own, for staff both sides'."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    title: str
    asked: tuple[Asked, ...]
    """The newest first."""
    may_ask: bool
    may_settle: bool
    may_end: bool
    """Whether the viewer can end the conversation here."""
    support: str
    """Who supports mentors, in words; for a mentor."""
    help_now: tuple[Helper, ...]


def not_working(viewer: Viewer, pair_id: str, *, worried: bool = False, now: datetime) -> NotWorkingView:
    """Two GetItems and one Query. Staff's reading is recorded. Raises NotFound."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    if part == "staff":
        record_conversation_read(viewer, pair, now=now)
    programme = programme_or_none(pair.programme_id)
    policy = programme.policy if programme else None
    found = [one for one in _all(pair) if part == "staff" or one.by_id == viewer.person_id]
    names = {pair.mentor_id: pair.mentor_name, pair.mentee_id: pair.mentee_name}
    may_settle = part == "staff" and may_moderate(viewer, pair.programme_id)
    return NotWorkingView(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=part,
        title="This isn’t working"
        if part != "staff"
        else f"How it goes between {pair.mentee_name} and {pair.mentor_name}",
        asked=tuple(
            Asked(
                id=one.ask_id,
                by=names.get(one.by_id, "") if part == "staff" else "you",
                wish=WISHES.get(one.wish, ""),
                text=one.text or "",
                at=one.asked_at,
                is_open=one.state == "open",
                outcome=OUTCOMES.get(one.outcome or "", "") if part == "staff" else "",
                note=(one.note or "") if part == "staff" else "",
                settled_by=(one.settled_by_name or "") if part == "staff" else "",
            )
            for one in found
        ),
        may_ask=part != "staff" and pair.status == "active",
        may_settle=may_settle,
        may_end=may_settle and pair.status == "active",
        support=policy.relationship.support_for_mentors if policy and part == "mentor" else "",
        help_now=help_of(policy) if policy and worried and part == "mentee" else (),
    )


def _all(pair: Pair) -> list[NotWorking]:
    pk, first = not_working_key(pair.pair_id, "")
    found = NotWorking.query(pk, NotWorking.sk.startswith(first), consistent_read=True)
    return sorted((one for one in found if isinstance(one, NotWorking)), key=lambda one: one.asked_at)[::-1]


def say_not_working(
    viewer: Viewer, pair_id: str, *, wish: str, text: str, key: str, checker: Checker = check, now: datetime
) -> bool:
    """Tells the coordinators, and never the other. Words are looked through for a worry as everything is.
    Returns whether the writer is shown where help is.

    `key` is the form's: sent again, it is told once. Raises NotFound for who is not in the pair, Invalid for
    what cannot be taken, Conflict where the conversation has ended.
    """
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    if pair.status != "active":
        raise Conflict("This conversation has ended already.", code="ended")
    programme = programme_or_none(pair.programme_id)
    words = _read(wish, text, part, programme, checker)
    # What is said is part of what it is: the same form with other words is another ask, and none is lost.
    ask_id = derived_id("not_working", pair_id, viewer.person_id, key, wish, as_typed(text))
    for _ in range(TRIES):
        if find(NotWorking, *not_working_key(pair_id, ask_id)) is not None:
            return words is not None and words.shows_help(part)
        try:
            _keep(viewer, pair, part, wish, words, ask_id, programme, now)
            return words is not None and words.shows_help(part)
        except Lost:
            continue
    raise Busy


def _read(
    wish: str, text: str, part: str, programme: RunningProgramme | None, checker: Checker
) -> PrivateWords | None:
    problems = [] if wish in WISHES else [Invalid("Please choose what you would like.", field="wish")]
    words = None
    if len(as_typed(text)) > LONGEST:
        problems.append(Invalid(TOO_LONG, field="more"))
    elif as_typed(text):
        words = look_through(text, part=part, programme=programme, checker=checker, field="more")
    require_none(problems)
    return words


def _keep(
    viewer: Viewer,
    pair: Pair,
    part: str,
    wish: str,
    words: PrivateWords | None,
    ask_id: str,
    programme: RunningProgramme | None,
    now: datetime,
) -> None:
    asked = NotWorking(
        *not_working_key(pair.pair_id, ask_id),
        ask_id=ask_id,
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        by_id=viewer.person_id,
        by_role=part,
        wish=wish,
        text=words.text if words else None,
        asked_at=now,
    )
    cause = ("not_working", pair.pair_id, ask_id)
    with transaction() as write:
        if words is not None:
            made = add_concern(write, words, pair=pair, part=part, cause=cause, programme=programme, now=now)
            asked.concern_id = made or None
        write.save(asked, condition=is_new(NotWorking))
        _put_on_desk(write, pair, now)
        ask_to_look(write, pair, "talk_wanted", cause=cause, path="not-working", now=now)


def _put_on_desk(write: TransactWrite, pair: Pair, now: datetime) -> None:
    ids = pair.programme_id, pair.pair_id
    add_of_pair(write, "talk", *ids, name=pair.mentee_name, hidden_from=pair.ids, now=now)


def settle_not_working(
    viewer: Viewer,
    pair_id: str,
    ask_id: str,
    *,
    outcome: str,
    note: str,
    last_message: bool = True,
    now: datetime,
) -> None:
    """Notes what came of it. Unless they go on, the conversation ends with it, as `end_pair`, and whatever
    else was asked in it is settled too. Settled already, nothing changes but that no last message may pass
    where that is said now. Raises NotFound for those who do not read the conversation as staff,
    Invalid naming what is missing, and Conflict where it was settled with other words."""
    pair = load_pair(pair_id)
    require(part_or_staff(viewer, pair) == "staff" and may_moderate(viewer, pair.programme_id))
    asked = find(NotWorking, *not_working_key(pair_id, ask_id))
    if asked is None:
        raise NotFound
    note = as_typed(note)
    problems = [] if outcome in OUTCOMES else [Invalid("Please choose what came of it.", field="result")]
    if not note or len(note) > LONGEST:
        problems.append(Invalid(TOO_LONG if note else "Please write what was said.", field="note"))
    require_none(problems)
    why = note[:LONGEST_WHY]
    goes_on = outcome == "goes_on"
    if asked.state == "settled":
        if pair.status != "active" and not (goes_on or last_message):
            forbid_last_message(viewer, pair, why=why, now=now)
        elif (asked.outcome, asked.note) != (outcome, note):
            raise Conflict(SETTLED.format(name=asked.settled_by_name), field="note", code="settled")
        return

    def settled(write: TransactWrite) -> None:
        _settle(write, viewer, pair, ask_id, outcome, note, only=goes_on, now=now)

    if goes_on or not end_pair(viewer, pair_id, why=why, last_message=last_message, now=now, also=settled):
        try:
            with transaction() as write:
                settled(write)
        except Lost:
            raise Busy from None
    if any(one.state == "open" for one in _all(pair)):  # asked while this was being settled
        with transaction() as write:
            _put_on_desk(write, pair, now)


def _settle(
    write: TransactWrite,
    viewer: Viewer,
    pair: Pair,
    ask_id: str,
    outcome: str,
    note: str,
    *,
    only: bool,
    now: datetime,
) -> None:
    """Adds that this is settled; all that is open, unless `only` this."""
    is_open = [one for one in _all(pair) if one.state == "open"]
    these = [one for one in is_open if one.ask_id == ask_id or not only]
    for one in these:
        one.state, one.outcome, one.note = "settled", outcome, note
        one.settled_by_name, one.settled_at = viewer.name, now
        write.save(one)
    if len(these) == len(is_open):
        end_of_pair(write, "talk", pair.programme_id, pair.pair_id, now=now)
    record(
        write,
        pair.programme_id,
        "settled_talk",
        f"pair:{pair.pair_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        hidden_from=pair.ids,
    )
