"""What the pages about consents show: one's own, a parent's or carer's, and the staff's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.people.leave import needs_parent
from shared.people.permissions import Role, Viewer, may_manage_people, may_see_people, own_role, require
from shared.policies.people import Purpose
from shared.programmes.rules import day_of

from .apart import require_apart
from .items import ConsentRecord, consent_key
from .links import is_void, known_link, why_no_yes
from .needs import needs_of
from .rules import METHOD_WORDS, NEED_WORDS, answer_to, is_asked_anew
from .standing import Standing, standing_of

MOST_RECORDS = 100


@dataclass(frozen=True)
class Asked:
    """Something that somebody is asked leave for."""

    purpose: str
    title: str
    words: str
    answer: str
    """`yes`, `no`, or empty where there is none yet."""
    is_asked_anew: bool
    """Whether the words have changed since the answer."""
    waits_for_parent: bool
    needed: str
    """`pairing` or `first_meeting` where something must wait for it; else `nothing`."""


@dataclass(frozen=True)
class Choice:
    """Something that can be ticked."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class TakingPartView:
    """What somebody has agreed to in a programme, how they want to be in touch, and what they lack."""

    programme_id: str
    programme_name: str
    part: str
    """`mentee` or `mentor`."""
    asked: tuple[Asked, ...]
    asks_birthday: bool
    asks_parent: bool
    """Whether a parent or carer is to be asked, and nobody has said yet who that is."""
    parent_name: str
    parent_was_asked: bool
    methods: tuple[Choice, ...]
    """Empty where there is nothing to choose."""
    needs: tuple[Choice, ...]


@dataclass(frozen=True)
class ParentsView:
    """What a parent or carer is asked, by their link."""

    child_first_name: str
    """Empty where the link may have gone to a wrong address: a newer one was sent."""
    programme_name: str
    organisation_name: str
    about: str
    parent_name: str
    asked: tuple[Asked, ...]
    is_answered: bool
    """Whether this very link was answered by."""
    may_say_yes: bool
    why_not: str
    privacy: tuple[tuple[str, str], ...]
    """Organisation and address of its privacy notice."""
    ask: str
    """Whom to ask."""


@dataclass(frozen=True)
class Given:
    """One answer, as it was given."""

    at: datetime
    title: str
    answer: str
    by: str
    by_name: str
    wording: int
    words: str


@dataclass(frozen=True)
class InForce:
    """How it stands for one purpose."""

    title: str
    state: str
    """`yes`, `no`, `asked` (a parent or carer has not answered), or empty (nobody has)."""


@dataclass(frozen=True)
class ConsentsView:
    """One person's consents, as staff see them."""

    programme_id: str
    programme_name: str
    person_id: str
    name: str
    part: str
    in_force: tuple[InForce, ...]
    history: tuple[Given, ...]
    asks_birthday: bool
    """Whether the date of birth decides who is asked."""
    born_on: str
    """ISO date; empty where it is not known."""
    asks_parent: bool
    """Whether there is something that a parent or carer is asked."""
    parent_name: str
    parent_address: str
    link_sent_at: datetime | None
    may_send: bool


def taking_part(viewer: Viewer, programme_id: str, *, now: datetime) -> TakingPartView:
    """Three GetItems and, where mentees are asked what they lack, one Query. Raises NotFound."""
    role = own_role(viewer, programme_id)
    standing = standing_of(viewer.person_id, programme_id, role)
    policy, consent = standing.programme.policy, standing.consent
    own, parents = consent.own or {}, consent.parents or {}
    leave = standing.in_force(now)
    is_mentee = role == Role.MENTEE
    kinds = policy.needs.kinds if is_mentee else []
    lacking = (
        {one.need for one in needs_of(viewer.person_id, programme_id) if one.met_at is None} if kinds else ()
    )
    chosen = standing.member.methods or {"message"}
    offered = policy.delivery.methods
    of_parents = standing.for_parents(now)
    return TakingPartView(
        programme_id=programme_id,
        programme_name=standing.programme.name,
        part=role.value,
        asked=tuple(_asked(one, own, waits=leave.get(one.id) == "asked") for one in standing.purposes),
        asks_birthday=is_mentee
        and not consent.born_on
        and any(one.parent == "under_16" for one in standing.purposes),
        asks_parent=not consent.parent_address and _may_need_parent(standing, now),
        parent_name=consent.parent_name or "",
        parent_was_asked=bool(of_parents and consent.link_id)
        and any(not answer_to(one, parents) for one in of_parents),
        methods=tuple(Choice(one, METHOD_WORDS[one], one in chosen) for one in offered)
        if len(offered) > 1
        else (),
        needs=tuple(Choice(one, NEED_WORDS[one], one in lacking) for one in kinds),
    )


def parents_page(token: str, *, now: datetime) -> ParentsView:
    """Four GetItems. Raises NotFound for a link that is not ours."""
    link = known_link(token)
    standing = standing_of(link.person_id, link.programme_id, Role.MENTEE)
    parents = standing.consent.parents or {}
    policy = standing.programme.policy
    why_not, void = why_no_yes(link, standing, now), is_void(link, standing)
    if void:
        # Nor do they learn what was answered, or what there was to answer.
        purposes, parents = [one for one in standing.purposes if one.parent != "never"], {}
    else:
        purposes = standing.for_parents(now)
    return ParentsView(
        child_first_name="" if void else standing.member.first_name,
        programme_name=standing.programme.name,
        organisation_name=standing.programme.organisation_name,
        about=policy.about,
        # Whoever else may hold the link learns nobody's name from it.
        parent_name="" if why_not else standing.consent.parent_name or "",
        asked=tuple(_asked(one, parents, parents_words=True) for one in purposes),
        is_answered=link.used or link.took_back,
        may_say_yes=not why_not,
        why_not=why_not,
        privacy=tuple((one.organisation, one.url) for one in policy.privacy.notices),
        ask=policy.privacy.ask,
    )


def consents_of(
    viewer: Viewer, programme_id: str, person_id: str, role: Role, *, now: datetime
) -> ConsentsView:
    """Three GetItems, two Queries and a BatchGetItem. Raises NotFound, also for staff who write with them."""
    require(may_see_people(viewer, programme_id))
    require_apart(viewer, programme_id, person_id)
    standing = standing_of(person_id, programme_id, role)
    member, consent = standing.member, standing.consent
    leave = standing.in_force(now)
    return ConsentsView(
        programme_id=programme_id,
        programme_name=standing.programme.name,
        person_id=person_id,
        name=f"{member.first_name} {member.surname}",
        part=role.value,
        in_force=tuple(InForce(one.title, leave.get(one.id, "")) for one in standing.purposes),
        history=_history(person_id, programme_id),
        asks_birthday=role == Role.MENTEE and any(one.parent == "under_16" for one in standing.purposes),
        born_on=consent.born_on or "",
        asks_parent=bool(standing.for_parents(now)),
        parent_name=consent.parent_name or "",
        parent_address=consent.parent_address or "",
        link_sent_at=consent.link_sent_at,
        may_send=may_manage_people(viewer, programme_id),
    )


def _history(person_id: str, programme_id: str) -> tuple[Given, ...]:
    """Newest first."""
    pk, sk = consent_key(person_id, programme_id)
    found = ConsentRecord.query(
        pk, ConsentRecord.sk.startswith(f"{sk}#"), scan_index_forward=False, limit=MOST_RECORDS
    )
    return tuple(
        Given(one.at, one.title, one.answer, one.by, one.by_name, int(one.wording), one.words)
        for one in found
        if isinstance(one, ConsentRecord)
    )


def _may_need_parent(standing: Standing, now: datetime) -> bool:
    """Whether a yes of the mentee's to anything would need a parent's or carer's."""
    return any(needs_parent(one, standing.side, standing.born_on, day_of(now)) for one in standing.purposes)


def _asked(
    purpose: Purpose,
    answers: Mapping[str, Mapping[str, Any]],
    *,
    waits: bool = False,
    parents_words: bool = False,
) -> Asked:
    return Asked(
        purpose=purpose.id,
        title=purpose.title,
        words=purpose.parent_words if parents_words else purpose.words,
        answer=answer_to(purpose, answers),
        is_asked_anew=is_asked_anew(purpose, answers),
        waits_for_parent=waits,
        needed=purpose.needed_for,
    )
