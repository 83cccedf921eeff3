"""What a mentee or mentor reports: a worry about themselves, about the other, or about somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.people.permissions import PARTICIPANTS, Member, Viewer, require
from shared.platform.errors import Invalid, NotFound
from shared.platform.tables import find
from shared.policies import Policy
from shared.programmes.actions import policy_of

from ..actions import raise_once
from ..concerns.reading import name_of
from ..help import Helper, help_of
from ..items import Concern, Entry, concern_key, entry_key
from ..rules import Companions, NewConcern, read_words, severity_of
from .about_staff import ABOUT_STAFF, UNSAID, AboutStaff, whom

ABOUT_ME = "me"
ABOUT_SOMEONE_ELSE = "someone"
NO_PAIR = ("", ABOUT_ME, ABOUT_SOMEONE_ELSE, ABOUT_STAFF)
"""Answers to whom a worry is about that are no pair_id."""


@dataclass(frozen=True)
class Acquaintance:
    """Somebody the viewer writes with, and where. The other half of one of their pairs."""

    pair_id: str
    programme_id: str
    person_id: str
    first_name: str
    surname: str
    """For staff; the viewer is not shown it."""


@dataclass(frozen=True)
class Worry:
    """What was filled in. `about` is `me`, `someone`, `staff`, the pair_id of the one it is about, or empty.
    `excerpt` is of the message that the person came from."""

    words: str
    urgency: str
    about: str = ""
    pair_id: str = ""
    programme_id: str = ""
    message_id: str = ""
    excerpt: str = ""
    staff: str = ""
    """Whom of the staff it is about, as one of `staff_choices`, where somebody said so."""


@dataclass(frozen=True)
class Answer:
    """What somebody who reported a worry learns at once."""

    reference: str
    answer_by: datetime | None
    """When the next person is told, should nobody have answered; None when somebody
    has."""
    people_told: bool
    help: tuple[Helper, ...]
    about_staff: bool = False
    """It is about somebody who works on the programme, and goes another way."""
    not_told: str = ""
    """The first name of whoever was named, and is told nothing of it."""


def report_worry(
    viewer: Viewer,
    worry: Worry,
    *,
    acquaintances: Sequence[Acquaintance],
    companions: Companions = lambda _programme_id, _person_id: (),
    key: str,
    now: datetime,
) -> Answer:
    """Raises a concern, with its alerts, and says what happens next.

    It is kept from everybody whom its reporter writes with, and where it is about one of them, from the
    reporter and from whoever else writes with that person, should they be on the staff. The same form sent
    again is the same worry; with other words it is another, so that nothing said is lost. Raises Invalid, and
    NotFound for a pair or programme that is not the viewer's.

    Where a member of staff is named who works in another programme of the reporter's, it is raised there as
    well: those who can do something about it are there."""
    words = read_words(worry.words, field="words")
    programme_id = _programme_of(viewer, worry, acquaintances)
    return raise_worry(
        viewer,
        worry,
        words,
        programme_id,
        acquaintances=acquaintances,
        companions=companions,
        key=key,
        now=now,
    )


def raise_worry(
    viewer: Viewer,
    worry: Worry,
    words: str,
    programme_id: str,
    *,
    acquaintances: Sequence[Acquaintance],
    companions: Companions,
    key: str,
    now: datetime,
) -> Answer:
    """The same of words that were read, in a programme of the viewer's."""

    def concern_of(told: Worry, where: str) -> NewConcern:
        return _new_concern(viewer, told, words, where, acquaintances, companions, key)

    new = concern_of(worry, programme_id)
    named, elsewhere = AboutStaff(), list[NewConcern]()
    if worry.staff not in ("", UNSAID) or worry.about == ABOUT_STAFF:
        named = _named(viewer, worry.staff, programme_id)
        new = _about_staff(new, named)
        alone = replace(worry, about=ABOUT_STAFF, pair_id="", message_id="", excerpt="")
        others = [concern_of(alone, one) for one in named.programme_ids if one != programme_id]
        elsewhere = [_as_well(_about_staff(one, named), new) for one in others]
        new = _raised_too(new, elsewhere)
    for one in (new, *elsewhere):
        raise_once(one, now=now)
    answer = _answer(new.concern_id, policy_of(programme_id))
    return replace(answer, about_staff=True, not_told=named.first_name) if new.about_staff else answer


def _named(viewer: Viewer, chosen: str, programme_id: str) -> AboutStaff:
    """Whom of the staff they chose, in this programme first: every choice that the form offers is found."""
    mine = [one.programme_id for one in programmes_of(viewer)]
    first_here = sorted(mine, key=lambda one: one != programme_id)
    return whom(chosen, first_here, without=viewer.person_id)


def _about_staff(new: NewConcern, named: AboutStaff) -> NewConcern:
    """The same worry, about somebody on the staff: whoever was named is never told. Where it is about the
    other of a pair as well, that stays."""
    also = not new.about_id or new.about_id == new.raised_by
    return replace(
        new,
        about_staff=True,
        is_known=bool(named.person_ids),
        about_id=named.person_id if also else new.about_id,
        about_name=named.name if also else f"{new.about_name}; {named.name}",
        kept_from=tuple(sorted({*new.kept_from, *named.person_ids})),
    )


def _as_well(other: NewConcern, new: NewConcern) -> NewConcern:
    """The same worry in another programme, kept from everybody from whom it is kept in the first."""
    return replace(
        _raised_too(other, [new]),
        cause=(*new.cause, other.programme_id),
        kept_from=tuple(sorted({*other.kept_from, *new.kept_from})),
    )


def _raised_too(new: NewConcern, elsewhere: Sequence[NewConcern]) -> NewConcern:
    """The same, saying to staff where else it was raised, so that they speak with one another."""
    said = [f"It was raised in {one.programme_name} as well." for one in elsewhere]
    return replace(new, reason=" ".join([new.reason, *said]).strip())


def programmes_of(viewer: Viewer) -> list[Member]:
    """The programmes in which the viewer is a mentee or mentor, each once."""
    return list({one.programme_id: one for one in viewer.memberships if one.role in PARTICIPANTS}.values())


def _programme_of(viewer: Viewer, worry: Worry, acquaintances: Sequence[Acquaintance]) -> str:
    mine = [one.programme_id for one in programmes_of(viewer)]
    require(bool(mine))
    for pair_id in (worry.about, worry.pair_id):
        if pair_id and pair_id not in NO_PAIR:
            return _acquaintance(pair_id, acquaintances).programme_id
    if worry.programme_id:
        require(worry.programme_id in mine)
        return worry.programme_id
    if len(mine) > 1:
        raise Invalid("Please say which programme this is about.", field="programme_id", code="missing")
    return mine[0]


def _acquaintance(pair_id: str, acquaintances: Sequence[Acquaintance]) -> Acquaintance:
    for one in acquaintances:
        if one.pair_id == pair_id:
            return one
    raise NotFound


def _new_concern(
    viewer: Viewer,
    worry: Worry,
    words: str,
    programme_id: str,
    acquaintances: Sequence[Acquaintance],
    companions: Companions,
    key: str,
) -> NewConcern:
    mine = programmes_of(viewer)
    about_id, about_name = _about(viewer, worry, acquaintances)
    named_pair = worry.about if worry.about not in NO_PAIR else worry.pair_id
    others = {one.person_id for one in acquaintances if one.programme_id == programme_id}
    if about_id not in ("", viewer.person_id):
        others |= {viewer.person_id, *companions(programme_id, about_id)}
    return NewConcern(
        cause=("worry", viewer.person_id, key, worry.about, worry.urgency, words),
        programme_id=programme_id,
        programme_name=next((one.programme_name for one in mine if one.programme_id == programme_id), ""),
        about_id=about_id,
        about_name=about_name,
        raised_by=viewer.person_id,
        raised_by_name=name_of(viewer),
        category="reported",
        severity=severity_of(worry.urgency),
        words=words,
        pair_id=named_pair,
        message_id=worry.message_id if named_pair and worry.excerpt else "",
        kept_from=tuple(sorted(others)),
        reason=f"They came from this message: “{worry.excerpt}”" if named_pair and worry.excerpt else "",
        by_first_name=worry.about in ("", ABOUT_SOMEONE_ELSE),
    )


def _about(viewer: Viewer, worry: Worry, acquaintances: Sequence[Acquaintance]) -> tuple[str, str]:
    """Whom the worry is about: who reports it, unless they say otherwise."""
    if worry.about == ABOUT_SOMEONE_ELSE:
        return "", "Somebody else"
    if worry.about == ABOUT_STAFF:
        return "", ""
    if worry.about in ("", ABOUT_ME):
        return viewer.person_id, name_of(viewer)
    other = _acquaintance(worry.about, acquaintances)
    return other.person_id, f"{other.first_name} {other.surname}"


def _answer(concern_id: str, policy: Policy | None) -> Answer:
    concern = find(Concern, *concern_key(concern_id))
    told = find(Entry, *entry_key(concern_id, "told"))
    if concern is None or told is None:
        raise NotFound
    return Answer(
        reference=concern.reference,
        answer_by=concern.answer_by,
        people_told=bool(told.note),
        help=help_of(policy),
    )
