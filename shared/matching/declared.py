"""What the pages show on which people say what would suit them: their own, and the staff's."""

from dataclasses import dataclass
from datetime import datetime

from shared.conversations.never_again import NeverAgain, kept_from
from shared.people.items import Membership, membership_key
from shared.people.permissions import (
    Role,
    Viewer,
    may_manage_people,
    may_see_people,
    own_role,
    programme_name,
    require,
)
from shared.people.wishes import HOW, MOST_KNOWN, How, Known
from shared.platform.errors import NotFound
from shared.platform.tables import DirectoryItem
from shared.policies import Policy
from shared.policies.matching import Preference
from shared.programmes.actions import running
from shared.programmes.items import Programme, programme_key

from .shown import ShownMentor, mentors_to_ask

HOW_WORDS: dict[How, str] = {
    "family": "They are in my family",
    "school": "They teach me, I teach them, or we are at the same school",
    "known": "We know each other from somewhere else",
    "other": "I would rather not say",
}
"""How two people may know each other, as one of them says it."""
HOW_TOLD: dict[How, str] = {
    "family": "family",
    "school": "school",
    "known": "know each other",
    "other": "rather not say",
}
"""The same as staff read it."""


@dataclass(frozen=True)
class Offered:
    """Something that can be chosen."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class ChooseAmong:
    """Something of which somebody chooses one or several."""

    id: str
    words: str
    is_must: bool
    """Whether they are matched only with somebody who chose one of the same."""
    choices: tuple[Offered, ...]


@dataclass(frozen=True)
class WishForm:
    """What somebody is asked, and what they said."""

    part: str
    """`mentee` or `mentor`."""
    asked: tuple[ChooseAmong, ...]
    most: int | None
    """How many mentees a mentor wants at most; None for as many as the policy has, and for a mentee."""
    most_possible: int
    """How many the policy has."""
    can_be_shown: bool
    """Whether a mentor may choose to be shown to mentees."""
    is_shown: bool
    mentors: tuple[ShownMentor, ...]
    """Those whom a mentee may ask for."""
    hows: tuple[Offered, ...]
    may_name_more: bool
    """Whether there is room for another name."""


@dataclass(frozen=True)
class OwnName:
    """Somebody whom one knows."""

    name: str
    how: str


@dataclass(frozen=True)
class OwnWishes:
    """What one said oneself."""

    programme_id: str
    programme_name: str
    form: WishForm
    knows: tuple[OwnName, ...]
    is_kept: bool
    """Whether it has just been kept."""


@dataclass(frozen=True)
class SaidName:
    """Somebody whom they know, and who said so."""

    name: str
    how: str
    by: str
    at: datetime


@dataclass(frozen=True)
class KeptApart:
    """Somebody with whom they are never brought together."""

    mentor_id: str
    mentee_id: str
    other_id: str
    other_name: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class TheirWishes:
    """What somebody said, as staff see it."""

    programme_id: str
    programme_name: str
    person_id: str
    name: str
    first_name: str
    form: WishForm
    knows: tuple[SaidName, ...]
    apart: tuple[KeptApart, ...]
    may_change: bool


def own_wishes(viewer: Viewer, programme_id: str, *, is_kept: bool = False, now: datetime) -> OwnWishes:
    """One BatchGetItem, and what the mentors cost whom a mentee may ask for. Raises NotFound."""
    role = own_role(viewer, programme_id)
    member, policy = _both(programme_id, viewer.person_id, role)
    return OwnWishes(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        form=_form(member, policy, now),
        knows=tuple(OwnName(one.name, HOW_WORDS[one.how]) for one in member.wished.knows),
        is_kept=is_kept,
    )


def wishes_of(viewer: Viewer, programme_id: str, person_id: str, role: Role, *, now: datetime) -> TheirWishes:
    """The same and one Query; what keeps the viewer apart from somebody is left out. Raises NotFound."""
    require(may_see_people(viewer, programme_id))
    member, policy = _both(programme_id, person_id, role)
    apart = kept_from(programme_id, person_id, is_mentor=role == Role.MENTOR)
    return TheirWishes(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        person_id=person_id,
        name=f"{member.first_name} {member.surname}",
        first_name=member.first_name,
        form=_form(member, policy, now),
        knows=tuple(_said(one) for one in member.wished.knows),
        apart=tuple(
            _kept(one, person_id) for one in apart if viewer.person_id not in (one.mentor_id, one.mentee_id)
        ),
        may_change=may_manage_people(viewer, programme_id) and viewer.person_id != person_id,
    )


def _both(programme_id: str, person_id: str, role: Role) -> tuple[Membership, Policy]:
    keys = [programme_key(programme_id), membership_key(person_id, programme_id, role)]
    found = list(DirectoryItem.batch_get(keys, consistent_read=True))
    programme = next((one for one in found if isinstance(one, Programme)), None)
    member = next((one for one in found if isinstance(one, Membership)), None)
    if programme is None or member is None:
        raise NotFound
    return member, running(programme).policy


def _form(member: Membership, policy: Policy, now: datetime) -> WishForm:
    wished = member.wished
    is_mentor = member.role == Role.MENTOR
    return WishForm(
        part=member.role,
        asked=tuple(
            _asked(one, wished.preferences.get(one.id, ()), is_mentor) for one in policy.matching.preferences
        ),
        most=wished.most if is_mentor else None,
        most_possible=policy.matching.mentees_per_mentor,
        can_be_shown=is_mentor and policy.matching.mentees_ask,
        is_shown=wished.is_shown,
        mentors=() if is_mentor else mentors_to_ask(member, policy, now=now),
        hows=tuple(Offered(one, HOW_WORDS[one], False) for one in HOW),
        may_name_more=len(wished.knows) < MOST_KNOWN,
    )


def _asked(preference: Preference, chosen: tuple[str, ...], is_mentor: bool) -> ChooseAmong:
    return ChooseAmong(
        preference.id,
        preference.mentor_words if is_mentor else preference.mentee_words,
        preference.must,
        tuple(Offered(one, one, one in chosen) for one in preference.choices),
    )


def _said(known: Known) -> SaidName:
    return SaidName(known.name, HOW_TOLD[known.how], known.by, datetime.fromisoformat(known.at))


def _kept(item: NeverAgain, person_id: str) -> KeptApart:
    is_mentor = item.mentor_id == person_id
    return KeptApart(
        mentor_id=item.mentor_id,
        mentee_id=item.mentee_id,
        other_id=item.mentee_id if is_mentor else item.mentor_id,
        other_name=item.mentee_name if is_mentor else item.mentor_name,
        reason=item.reason,
        by=item.said_by_name,
        at=item.said_at,
    )
