"""A programme's policy as its staff see it: in words, version by version, and as a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import yaml

from shared.people.permissions import Viewer, may_change_policy, may_see_policy, programme_name, require
from shared.people.staff import staff_roll
from shared.platform.errors import NotFound
from shared.platform.tables import find
from shared.policies import Policy
from shared.policies.reading import PolicyFaulty, as_yaml, policy_from
from shared.policies.telling import Difference, Line, differences, told
from shared.programmes.items import PolicyVersion, Programme, policy_version_key, programme_key
from shared.programmes.policies import planned_of, policy_versions

from .form import FormGroup, Window, form_groups, window_shown

MOST_VERSIONS_SHOWN = 20
NOTHING_SAID = ("null", "[]", '""')


@dataclass(frozen=True)
class Said:
    """One thing that the policy says."""

    label: str
    words: str


@dataclass(frozen=True)
class About:
    """What is said of one thing: a question, a place of help; of the part itself where it has no name."""

    name: str
    lines: tuple[Said, ...]


@dataclass(frozen=True)
class PartShown:
    """One part of the policy in words."""

    id: str
    name: str
    about: str
    groups: tuple[About, ...]


@dataclass(frozen=True)
class PlannedShown:
    """The change that is planned."""

    starts: datetime
    by_name: str
    reason: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class PolicyView:
    """The policy in force."""

    programme_id: str
    programme_name: str
    version: int
    since: datetime | None
    by_name: str
    """Empty for the version that the programme was set up with."""
    parts: tuple[PartShown, ...]
    problems: tuple[str, ...]
    """Why it cannot be read; then there are no parts."""
    planned: PlannedShown | None
    may_change: bool


def policy_page(viewer: Viewer, programme_id: str) -> PolicyView:
    """The policy in words: a GetItem and a Query, and one more where it names people. Raises NotFound."""
    programme = _load(viewer, programme_id)
    policy, problems = _read(programme)
    (latest, *_) = [*policy_versions(programme_id, limit=1), None]
    names = _names(programme_id, policy)
    return PolicyView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        version=int(programme.policy_version),
        since=latest.at if latest else None,
        by_name=(latest.author_name or "") if latest else "",
        parts=tuple(
            PartShown(part.id, part.name, part.about, _groups(part.lines)) for part in told(policy, names)
        )
        if policy
        else (),
        problems=problems,
        planned=_planned(programme, policy, names),
        may_change=may_change_policy(viewer, programme_id),
    )


def take_back_page(viewer: Viewer, programme_id: str) -> PolicyView:
    """The same for who may take back what is planned. Raises NotFound."""
    require(may_change_policy(viewer, programme_id))
    return policy_page(viewer, programme_id)


def _load(viewer: Viewer, programme_id: str) -> Programme:
    require(may_see_policy(viewer, programme_id))
    programme = find(Programme, *programme_key(programme_id))
    if programme is None:
        raise NotFound
    return programme


def _read(programme: Programme) -> tuple[Policy | None, tuple[str, ...]]:
    try:
        return policy_from(programme.policy), ()
    except PolicyFaulty as faulty:
        return None, tuple(one.sentence for one in faulty.faults)


def _names(programme_id: str, policy: Policy | None) -> Mapping[str, str]:
    """What to call the people whom the chain names: one Query, where it names any."""
    chain = policy.escalation if policy else None
    if chain is None or not any(rank.people for rank in chain.every_rank):
        return {}
    return {one.person_id: f"{one.first_name} {one.surname}" for one in staff_roll(programme_id)}


def _groups(lines: Sequence[Line]) -> tuple[About, ...]:
    found: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        if line.item and (line.value in NOTHING_SAID or f"“{line.words}”" in line.about):
            continue  # of a question or a place of help, only what there is, and its name once
        found.setdefault(line.item, []).append(line)
    return tuple(
        About(group[0].about, tuple(Said(line.label, line.words) for line in group))
        for group in found.values()
    )


def _planned(programme: Programme, policy: Policy | None, names: Mapping[str, str]) -> PlannedShown | None:
    try:
        planned = planned_of(programme)
    except (ValueError, TypeError):
        return _unreadable_plan(programme)
    if planned is None:
        return None
    changes = differences(policy, planned.policy, names) if policy else ()
    return PlannedShown(planned.starts, planned.by.name, planned.reason, changes)


def _unreadable_plan(programme: Programme) -> PlannedShown:
    by = programme.planned_by or {}
    return PlannedShown(programme.planned_for, by.get("name", ""), by.get("reason", ""), ())


# ── Versions ───────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class VersionShown:
    """One version, and how it differs from the one before."""

    version: int
    by_name: str
    at: datetime
    planned_at: datetime | None
    reason: str
    is_in_force: bool
    is_first: bool
    is_readable: bool
    """Both this version and the one before can be read, and so compared."""
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Versions:
    """The versions of a programme's policy, newest first."""

    programme_id: str
    programme_name: str
    versions: tuple[VersionShown, ...]
    next: int | None
    """Pass it as `before` for the versions before these."""
    may_change: bool


def versions_page(viewer: Viewer, programme_id: str, *, before: int | None = None) -> Versions:
    """Who changed what, when and why: one Query, two where the chain names people. Raises NotFound."""
    require(may_see_policy(viewer, programme_id))
    found = policy_versions(programme_id, before=before, limit=MOST_VERSIONS_SHOWN + 1)
    shown = found[:MOST_VERSIONS_SHOWN]
    policies = {int(one.policy_version): _policy_of(one) for one in found}
    names: dict[str, str] = {}
    for policy in policies.values():
        names = names or dict(_names(programme_id, policy))
    return Versions(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        versions=tuple(
            _version(one, policies, names, is_in_force=before is None and one is found[0]) for one in shown
        ),
        next=int(shown[-1].policy_version) if len(found) > len(shown) else None,
        may_change=may_change_policy(viewer, programme_id),
    )


def _policy_of(version: PolicyVersion) -> Policy | None:
    try:
        return Policy.model_validate(version.policy)
    except (ValueError, TypeError):
        return None


def _version(
    one: PolicyVersion, policies: Mapping[int, Policy | None], names: Mapping[str, str], *, is_in_force: bool
) -> VersionShown:
    number = int(one.policy_version)
    policy, earlier = policies[number], policies.get(number - 1)
    return VersionShown(
        version=number,
        by_name=one.author_name or "",
        at=one.at,
        planned_at=one.planned_at,
        reason=one.reason,
        is_in_force=is_in_force,
        is_first=number == 1,
        is_readable=bool(policy and (earlier or number == 1)),
        differences=differences(earlier, policy, names) if policy and earlier else (),
    )


# ── As a text, and as a form ───────────────────────────────────────────────


@dataclass(frozen=True)
class PolicyText:
    """The whole policy as YAML, to be changed."""

    programme_id: str
    programme_name: str
    version: int
    text: str
    problems: tuple[str, ...]
    has_planned: bool


@dataclass(frozen=True)
class PolicyForm:
    """The fields that are changed most often."""

    programme_id: str
    programme_name: str
    version: int
    groups: tuple[FormGroup, ...]
    mode: str
    window: Window | None
    problems: tuple[str, ...]
    has_planned: bool


def text_page(viewer: Viewer, programme_id: str) -> PolicyText:
    """What is in force, to be changed as a text: one GetItem. Raises NotFound."""
    require(may_change_policy(viewer, programme_id))
    programme = _load(viewer, programme_id)
    policy, problems = _read(programme)
    return PolicyText(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        version=int(programme.policy_version),
        text=as_yaml(policy) if policy else _as_stored(programme.policy),
        problems=problems,
        has_planned=programme.planned is not None,
    )


def form_page(viewer: Viewer, programme_id: str) -> PolicyForm:
    """What is in force, to be changed by a form: one GetItem. Raises NotFound."""
    require(may_change_policy(viewer, programme_id))
    programme = _load(viewer, programme_id)
    policy, problems = _read(programme)
    return PolicyForm(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        version=int(programme.policy_version),
        groups=form_groups(policy) if policy else (),
        mode=policy.moderation.mode if policy else "",
        window=window_shown(policy) if policy else None,
        problems=problems,
        has_planned=programme.planned is not None,
    )


def download(viewer: Viewer, programme_id: str, *, version: int | None = None) -> str:
    """The policy in force, or one of its versions, as YAML: one GetItem. Raises NotFound."""
    programme = _load(viewer, programme_id)
    stored = programme.policy
    if version is not None:
        found = find(PolicyVersion, *policy_version_key(programme_id, version))
        if found is None:
            raise NotFound
        stored = found.policy
    try:
        return as_yaml(policy_from(stored))
    except PolicyFaulty:
        return _as_stored(stored)


def _as_stored(policy: object) -> str:
    """What no policy can be read from, as it stands."""
    return yaml.safe_dump(policy, sort_keys=False, allow_unicode=True, width=110)
