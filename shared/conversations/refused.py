"""What a mentee or mentor typed into a form that was refused: looked through for a worry all the same,
since who gives up on the form has said it only there."""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from shared.filtering import check
from shared.people.permissions import PARTICIPANTS, Member, Viewer, part_in_pair
from shared.platform.clock import order
from shared.platform.errors import Busy, Invalid
from shared.platform.tables import Lost, find, transaction
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.actions import raise_concern
from shared.safeguarding.chain.staffing import whole_staff
from shared.safeguarding.help import Helper, help_of
from shared.safeguarding.raising.heard import Saying, heard_before, note_heard
from shared.safeguarding.raising.reporting import NO_PAIR, Worry, programmes_of, raise_worry
from shared.safeguarding.rules import TRIES, NewConcern, Urgency

from .acquaintances import acquaintances, companions_of
from .items import Pair, pair_key
from .private_words import PrivateWords, concern_about, look_through, worry_of
from .programme_rules import programme_or_none
from .rules import LONGEST, Checker, as_typed

MOST_TEXTS = 25
"""Texts of one form; the longest of ours has twenty questions."""
MOST_TOGETHER = 12 * LONGEST
"""Characters of one form that are read; twenty answers of the longest are fewer."""
LEFT_OUT = "\n\n[…]\n\n"


@dataclass(frozen=True)
class RefusedForm:
    """What was typed. `pair_id` and `programme_id` are those of the form, as far as it has any."""

    texts: Sequence[str]
    pair_id: str = ""
    programme_id: str = ""
    is_private: bool = False
    """Whether its words are for the writer and the staff, and never for the other of the pair."""


@dataclass(frozen=True)
class _Place:
    """Where somebody typed it, and as what."""

    where: str
    part: str
    pair: Pair | None
    member: Member
    programme: RunningProgramme | None

    def help(self, words: PrivateWords) -> tuple[Helper, ...]:
        policy = self.programme.policy if self.programme else None
        return help_of(policy) if words.shows_help(self.part) else ()


def hear_refused(
    viewer: Viewer, form: RefusedForm, *, checker: Checker = check, now: datetime
) -> tuple[Helper, ...]:
    """Raises one concern for the worries in what was typed, unless they have raised one just before. Gives
    where help is, for a mentee who wrote of a worry; nothing otherwise, and for staff. Raises Busy."""
    place = _place_of(viewer, form.pair_id, form.programme_id)
    if place is None:
        return ()
    found = _worries(form.texts, place, checker, is_private=form.is_private)
    if (worry := worry_of(found)) is None:
        return ()
    _raise(viewer, found, place, is_private=form.is_private, now=now)
    return place.help(worry)


def hear_refused_worry(
    viewer: Viewer,
    worry: Worry,
    texts: Sequence[str],
    *,
    key: str,
    checker: Checker = check,
    now: datetime,
) -> tuple[Helper, ...]:
    """The same of “Report a worry”: what is found goes the way that its form says, apart from those on the
    staff whom it is about."""
    known = acquaintances(viewer)
    ours = {one.pair_id: one.programme_id for one in known}
    about = worry.about if worry.about in (*NO_PAIR, *ours) else "someone"
    pair_id = worry.pair_id if worry.pair_id in ours else ""
    programme_id = ours.get(about) or ours.get(pair_id) or worry.programme_id
    place = _place_of(viewer, "", programme_id)
    if place is None or (found := worry_of(_worries(texts, place, checker, is_private=False))) is None:
        return ()
    as_found = "now" if found.severity == "immediate" else "soon"
    urgency = worry.urgency if worry.urgency in get_args(Urgency) else as_found
    raise_worry(
        viewer,
        replace(worry, about=about, pair_id=pair_id, urgency=urgency),
        found.text,
        place.member.programme_id,
        acquaintances=known,
        companions=companions_of,
        key=key or "refused",
        now=now,
    )
    return place.help(found)


# ── Where ──────────────────────────────────────────────────────────────────


def _place_of(viewer: Viewer, pair_id: str, programme_id: str) -> _Place | None:
    """The pair where it is theirs; otherwise a programme in which they take part, that of the form first.
    None for who takes part in none, and for what staff type about two who write."""
    pair = find(Pair, *pair_key(pair_id)) if pair_id else None
    part = _part_in(viewer, pair)
    mine = programmes_of(viewer)
    if part == "staff" or not mine:
        return None
    if pair is not None and part in PARTICIPANTS:
        member = next(one for one in viewer.memberships if one.programme_id == pair.programme_id)
        return _Place(pair.pair_id, part, pair, member, programme_or_none(pair.programme_id))
    member = next((one for one in mine if one.programme_id == programme_id), mine[0])
    where = member.programme_id
    return _Place(where, str(member.role), None, member, programme_or_none(where))


def _part_in(viewer: Viewer, pair: Pair | None) -> str:
    if pair is None:
        return ""
    ids = {"mentor_id": pair.mentor_id, "mentee_id": pair.mentee_id}
    return part_in_pair(viewer, programme_id=pair.programme_id, **ids)


# ── What ───────────────────────────────────────────────────────────────────


def _worries(
    texts: Sequence[str], place: _Place, checker: Checker, *, is_private: bool
) -> list[PrivateWords]:
    """The texts with a worry in them, each once. Contact details are one only in a mentee's private words: in
    others they are held when they are sent, and nothing was."""
    read = [_read(text, place, checker) for text in _bounded(texts)]
    return [one for one in read if one.worry == "unchecked" or one.is_of_safety or (is_private and one.worry)]


def _bounded(texts: Sequence[str]) -> Iterator[str]:
    """Each text as it can be kept; of a long one its beginning and its end, each as long as a whole
    message. In time linear in what was sent."""
    left = MOST_TOGETHER
    for text in list(dict.fromkeys(as_typed(_readable(text)) for text in texts))[:MOST_TEXTS]:
        short = text if len(text) <= 2 * LONGEST else text[:LONGEST] + LEFT_OUT + text[-LONGEST:]
        left -= len(short)
        if short and left >= 0:
            yield short


def _readable(text: str) -> str:
    """Without what cannot be stored, for which a form may have been refused."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        " "
        if (kind := unicodedata.category(one)) == "Cc" and one not in "\n\t"
        else "\ufffd"
        if kind == "Cs"
        else one
        for one in text
    )


def _read(text: str, place: _Place, checker: Checker) -> PrivateWords:
    """What is longer than a message is read as two that run into one another."""
    begins = [0] if len(text) <= LONGEST else [0, len(text) - LONGEST]
    worry = PrivateWords(text, "", "none", ())
    for begin in begins:
        piece = text[begin : begin + LONGEST]
        begin += len(piece) - len(piece.lstrip())
        with suppress(Invalid):  # nothing in it can be seen
            found = look_through(piece, part=place.part, programme=place.programme, checker=checker)
            spans = [one | {"start": one["start"] + begin, "end": one["end"] + begin} for one in found.spans]
            more = [one for one in spans if one not in worry.spans]
            gravest = worry_of([worry, found]) or worry
            worry = replace(gravest, text=text, spans=(*worry.spans, *more), texts=())
    return worry


# ── Raising ────────────────────────────────────────────────────────────────


def _raise(
    viewer: Viewer, found: Sequence[PrivateWords], place: _Place, *, is_private: bool, now: datetime
) -> None:
    for _ in range(TRIES):
        new = [(one, Saying(place.where, viewer.person_id, one.text)) for one in found]
        new = [(one, said) for one, said in new if not heard_before([said], severity=one.severity, now=now)]
        words = worry_of(one for one, _ in new)
        if words is None:
            return
        concern = _concern(viewer, words, place, is_private=is_private, now=now)
        policy = place.programme.policy if place.programme else None
        staff = whole_staff(concern.programme_id)
        try:
            with transaction() as write:
                concern_id = raise_concern(write, concern, staff=staff, policy=policy, now=now)
                for one, said in new:
                    note_heard(
                        write,
                        [said],
                        concern_id=concern_id,
                        severity=one.severity,
                        was_refused=True,
                        now=now,
                    )
            return
        except Lost:
            continue
    raise Busy


def _concern(
    viewer: Viewer, words: PrivateWords, place: _Place, *, is_private: bool, now: datetime
) -> NewConcern:
    """About the mentee where the words are private ones, as when they are kept; otherwise about the
    writer."""
    cause = ("refused", place.where, viewer.person_id, order(now), *words.each)
    reason = (
        f"Typed by the {place.part} into a form that could not be taken as it was, so it stands only here."
    )
    if place.pair is not None:
        new = replace(concern_about(words, place.pair, place.part, cause), reason=reason)
        return new if is_private else replace(new, about_id=viewer.person_id, about_name=viewer.name)
    others = {one.person_id for one in acquaintances(viewer) if one.programme_id == place.where}
    return NewConcern(
        cause=cause,
        programme_id=place.where,
        programme_name=place.member.programme_name,
        about_id=viewer.person_id,
        about_name=viewer.name,
        raised_by="filter",
        raised_by_name="The filter",
        category=words.worry,
        severity=words.severity,
        words=words.text,
        spans=words.spans,
        kept_from=tuple(sorted(others)),
        reason=reason,
    )
