"""One person in a programme, with everything that its staff may know of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.consents.apart import is_apart
from shared.conversations.items import Pair, PairOfPerson, pair_key, pair_of_person_key
from shared.people.items import Membership, VettingRecord, membership_key, person_key
from shared.people.participation import asks_something
from shared.people.permissions import (
    STAFF,
    Role,
    Viewer,
    may_manage_people,
    may_manage_staff,
    may_moderate,
    may_see_concerns,
    may_see_people,
    programme_name,
    require,
)
from shared.people.staff import absence_of
from shared.people.vetting_views import VettingPanel, panel_of
from shared.platform.tables import DirectoryItem
from shared.policies import Policy
from shared.programmes.actions import running
from shared.programmes.items import Cohort, Programme, cohort_key, programme_key
from shared.programmes.rules import day_of, spoken

MOST_PAIRS = 100
"""How many conversations are shown; a BatchGetItem takes no more."""


@dataclass(frozen=True)
class Answer:
    """What was answered about somebody before they came in."""

    question: str
    answer: str


@dataclass(frozen=True)
class RoleHeld:
    """What somebody is in the programme."""

    role: str
    status: str
    joined_at: datetime
    agreed_version: int
    """Of the ground rules."""
    agreed_at: datetime
    cohort_name: str
    school: str
    answers: tuple[Answer, ...]
    nominated_by: str
    """The name of the educator who put them forward."""
    nominated_by_id: str
    about_me: str
    """What a mentor tells their mentees of themselves."""
    supporter: str
    """Who of the staff is there for a mentor, where it is somebody else than for their cohort."""
    away: str
    """The days on which somebody of the staff is away, in words."""


@dataclass(frozen=True)
class TheirPair:
    """A conversation of theirs."""

    pair_id: str
    other_id: str
    other_name: str
    other_role: str
    has_ended: bool
    may_read: bool


@dataclass(frozen=True)
class PersonPage:
    """Somebody in a programme."""

    programme_id: str
    programme_name: str
    person_id: str
    first_name: str
    surname: str
    address: str
    roles: tuple[RoleHeld, ...]
    show: str
    """The list they stand in."""
    status: str
    vetting: VettingPanel | None
    """Of a mentor, where the policy asks for something."""
    pairs: tuple[TheirPair, ...]
    has_more_pairs: bool
    resting: tuple[str, ...]
    """The mentees whose conversations rest because this mentor is not cleared."""
    policy_is_readable: bool
    may_change: bool
    may_record: bool
    """Whether the viewer may record what this mentor has shown."""
    may_see_concerns: bool
    may_see_consents: bool
    """Not of whom they write with, where somebody else looks after people."""


def person_page(viewer: Viewer, programme_id: str, person_id: str, *, now: datetime) -> PersonPage:
    """Everything of a person in two Queries, one for each table that has something of them, and two
    BatchGetItems for what it refers to; three requests more for whoever writes with them. Raises NotFound."""
    require(may_see_people(viewer, programme_id))
    pk, _ = person_key(person_id)
    items = list(DirectoryItem.query(pk, consistent_read=True))
    members = [one for one in items if isinstance(one, Membership) and one.programme_id == programme_id]
    require(bool(members))
    policy, names = _settings(programme_id, members)
    mine = [one for one in items if isinstance(one, VettingRecord) and one.programme_id == programme_id]
    is_mentor = any(one.role == Role.MENTOR for one in members)
    vetting = None
    if policy is not None and is_mentor and asks_something(policy.vetting):
        vetting = panel_of(mine, policy.vetting, day_of(now))
    pairs, has_more = _pairs(viewer, programme_id, person_id)
    rests = vetting is not None and vetting.state in ("ended", "not_cleared")
    is_staff = any(Role(one.role) in STAFF for one in members)
    manages = (may_manage_staff if is_staff else may_manage_people)(viewer, programme_id)
    return PersonPage(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        person_id=person_id,
        first_name=members[0].first_name,
        surname=members[0].surname,
        address=members[0].address,
        roles=tuple(_role(one, policy, names) for one in members),
        show="staff" if is_staff else members[0].role,
        status="suspended" if all(one.status == "suspended" for one in members) else "active",
        vetting=vetting,
        pairs=pairs,
        has_more_pairs=has_more,
        resting=tuple(
            one.other_name for one in pairs if rests and one.other_role == "mentee" and not one.has_ended
        ),
        policy_is_readable=policy is not None,
        may_change=manages and person_id != viewer.person_id,
        may_record=may_manage_people(viewer, programme_id) and person_id != viewer.person_id,
        may_see_concerns=may_see_concerns(viewer, programme_id) and person_id != viewer.person_id,
        may_see_consents=viewer.person_id not in {one.other_id for one in pairs}
        or is_apart(viewer, programme_id, person_id),
    )


def _settings(programme_id: str, members: Sequence[Membership]) -> tuple[Policy | None, dict[str, str]]:
    """The policy, where it can be read, and the names by id of their cohorts and of who put them forward."""
    cohorts = {one.cohort_id for one in members if one.cohort_id}
    educators = {one.nominated_by for one in members if one.nominated_by}
    keys = [
        programme_key(programme_id),
        *(cohort_key(programme_id, cohort_id) for cohort_id in cohorts),
        *(membership_key(person_id, programme_id, Role.EDUCATOR) for person_id in educators),
    ]
    found = list(DirectoryItem.batch_get(keys))
    policy = None
    for one in found:
        if isinstance(one, Programme):
            try:
                policy = running(one).policy
            except (ValueError, TypeError):
                policy = None
    names = {one.cohort_id: one.name for one in found if isinstance(one, Cohort)}
    teachers = [one for one in found if isinstance(one, Membership)]
    return policy, names | {one.person_id: f"{one.first_name} {one.surname}" for one in teachers}


def _role(one: Membership, policy: Policy | None, names: dict[str, str]) -> RoleHeld:
    words = {question.id: question.words for question in policy.eligibility.questions} if policy else {}
    absence = absence_of(one)
    return RoleHeld(
        role=one.role,
        status=one.status,
        joined_at=one.joined_at,
        agreed_version=int(one.agreed_version),
        agreed_at=one.agreed_at,
        cohort_name=names.get(one.cohort_id or "", ""),
        school=one.school or "",
        answers=tuple(
            Answer(words.get(name, name), str(answer)) for name, answer in (one.answers or {}).items()
        ),
        nominated_by=names.get(one.nominated_by or "", ""),
        nominated_by_id=one.nominated_by or "",
        about_me=one.about_me or "",
        supporter=one.supporter_name or "",
        away=f"{spoken(absence.first)} to {spoken(absence.last)}" if absence else "",
    )


def _pairs(viewer: Viewer, programme_id: str, person_id: str) -> tuple[tuple[TheirPair, ...], bool]:
    pk, prefix = pair_of_person_key(person_id, "")
    parts = PairOfPerson.query(
        pk,
        PairOfPerson.sk.startswith(prefix),
        filter_condition=PairOfPerson.programme_id == programme_id,
        limit=MOST_PAIRS + 1,
    )
    ids = [one.pair_id for one in parts if isinstance(one, PairOfPerson)]
    if not ids:
        return (), False
    found = Pair.batch_get([pair_key(pair_id) for pair_id in ids[:MOST_PAIRS]])
    pairs = [_their_pair(viewer, person_id, one) for one in found if isinstance(one, Pair)]
    in_order = sorted(pairs, key=lambda one: (one.has_ended, one.other_name.casefold(), one.pair_id))
    return tuple(in_order), len(ids) > MOST_PAIRS


def _their_pair(viewer: Viewer, person_id: str, pair: Pair) -> TheirPair:
    is_mentor = pair.mentor_id == person_id
    in_it = viewer.person_id in pair.ids
    return TheirPair(
        pair_id=pair.pair_id,
        other_id=pair.mentee_id if is_mentor else pair.mentor_id,
        other_name=f"{pair.mentee_first_name} {pair.mentee_surname}"
        if is_mentor
        else f"{pair.mentor_first_name} {pair.mentor_surname}",
        other_role="mentee" if is_mentor else "mentor",
        has_ended=pair.status != "active",
        may_read=may_moderate(viewer, pair.programme_id) or in_it,
    )
