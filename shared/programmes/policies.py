"""A programme's policy, version by version: changing it now, planning a change, and putting that in force."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.audit.rules import What
from shared.platform.clock import order
from shared.platform.errors import Conflict
from shared.platform.tables import Lost, find, is_new, transaction
from shared.policies import Policy
from shared.policies.changing import Overlapping, asking_anew, rebased

from .items import POLICIES_DUE, PROGRAMMES, PolicyVersion, Programme, policy_version_key
from .rules_version import forget

SET_UP = "As the programme was set up."
"""The reason of a programme's first policy."""
MOST_VERSIONS = 999_999
MOST_DUE = 50
"""Planned policies that one run puts in force; the rest follow a minute later."""
PLANNED_ALREADY = "A change is planned already. Take it back first, or wait until it is in force."
OVERLAPS = (
    "A change is planned that says something else here ({path}). Take the planned change back first, or "
    "change something else."
)
NO_POLICY_TOGETHER = (
    "Together with the change that is planned, this would make no policy that can be used. Take the planned "
    "change back first."
)


@dataclass(frozen=True)
class Author:
    """Who puts a policy in force."""

    person_id: str
    name: str


@dataclass(frozen=True)
class Planned:
    """A policy that is to be in force later."""

    policy: Policy
    by: Author
    reason: str
    at: datetime
    """When it was planned."""
    starts: datetime


def planned_of(programme: Programme) -> Planned | None:
    """The change that is planned, if there is one. Raises ValueError when it cannot be read (any longer)."""
    if programme.planned is None:
        return None
    by = programme.planned_by
    return Planned(
        policy=Policy.model_validate(programme.planned),
        by=Author(by["person_id"], by["name"]),
        reason=by["reason"],
        at=programme.planned_at,
        starts=programme.planned_for,
    )


# ── Changing it ────────────────────────────────────────────────────────────


def add_policy(
    write: TransactWrite, programme: Programme, policy: Policy, *, by: Author, reason: str, now: datetime
) -> int:
    """Adds to a running transaction that the loaded programme goes by `policy` from now on, and who wanted it
    and why. The transaction is Lost when the programme was changed since it was loaded. Gives the new
    version. The audit record says so, too.

    Where the wording of ground rules or of what leave is asked for is another, it is asked anew. A change
    that is planned stays planned, on top of this one. Raises Conflict where the two say different things of
    one field.
    """
    before = _readable(programme)
    if before is not None:
        policy = asking_anew(before, policy)
    if programme.planned is not None:
        programme.planned = _planned_on_top(programme, before, policy).model_dump(mode="json")
    _put(write, programme, policy, by=by, reason=reason, now=now)
    return int(programme.policy_version)


def _readable(programme: Programme) -> Policy | None:
    """The policy in force, unless it cannot be read: then there is nothing to compare the next one with."""
    try:
        return Policy.model_validate(programme.policy)
    except (ValueError, TypeError):
        return None


def _planned_on_top(programme: Programme, before: Policy | None, after: Policy) -> Policy:
    try:
        if before is None:
            raise ValueError("what it was made from cannot be read")
        return rebased(before, Policy.model_validate(programme.planned), after)
    except Overlapping as error:
        raise Conflict(OVERLAPS.format(path=error.path), code="overlaps_planned") from None
    except (ValueError, TypeError):
        raise Conflict(NO_POLICY_TOGETHER, code="overlaps_planned") from None


def _put(
    write: TransactWrite,
    programme: Programme,
    policy: Policy,
    *,
    by: Author,
    reason: str,
    now: datetime,
    planned_at: datetime | None = None,
) -> None:
    programme.policy = policy.model_dump(mode="json")
    programme.policy_version = int(programme.policy_version) + 1
    programme.listing, programme.listing_order = PROGRAMMES, programme.programme_id
    write.save(programme)
    forget(programme.programme_id)
    version = _version_of(programme, by, reason, now)
    version.planned_at = planned_at
    write.save(version, condition=is_new(PolicyVersion))
    record(
        write,
        programme.programme_id,
        "changed_policy",
        f"policy:{int(programme.policy_version)}",
        by_id=by.person_id,
        by_name=by.name,
        now=now,
        why=reason,
    )


def first_version(programme: Programme, now: datetime) -> PolicyVersion:
    """The version that a programme begins with."""
    return _version_of(programme, None, SET_UP, now)


def _version_of(programme: Programme, by: Author | None, reason: str, now: datetime) -> PolicyVersion:
    version = int(programme.policy_version)
    return PolicyVersion(
        *policy_version_key(programme.programme_id, version),
        programme_id=programme.programme_id,
        policy_version=version,
        policy=programme.policy,
        author_id=by.person_id if by else None,
        author_name=by.name if by else None,
        reason=reason,
        at=now,
    )


# ── Planning a change ──────────────────────────────────────────────────────


def plan_policy(
    write: TransactWrite,
    programme: Programme,
    policy: Policy,
    *,
    by: Author,
    reason: str,
    starts: datetime,
    now: datetime,
) -> None:
    """Adds to a running transaction that the loaded programme goes by `policy` from `starts` on. Raises
    Conflict when a change is planned already. The transaction is Lost as with `add_policy`."""
    if programme.planned is not None:
        raise Conflict(PLANNED_ALREADY, code="planned_already")
    before = _readable(programme)
    programme.planned = (asking_anew(before, policy) if before else policy).model_dump(mode="json")
    programme.planned_by = {"person_id": by.person_id, "name": by.name, "reason": reason}
    programme.planned_at, programme.planned_for = now, starts
    programme.due, programme.due_at = POLICIES_DUE, order(starts)
    write.save(programme)
    _record_plan(write, programme, "planned_policy", by, reason, now)


def take_back_planned(
    write: TransactWrite, programme: Programme, *, by: Author, reason: str, now: datetime
) -> None:
    """Adds to a running transaction that the change is planned no longer."""
    _forget_planned(programme)
    write.save(programme)
    _record_plan(write, programme, "took_back_policy", by, reason, now)


def _forget_planned(programme: Programme) -> None:
    programme.planned = programme.planned_by = programme.planned_at = programme.planned_for = None
    programme.due = programme.due_at = None


def _record_plan(
    write: TransactWrite, programme: Programme, what: What, by: Author, reason: str, now: datetime
) -> None:
    record(
        write,
        programme.programme_id,
        what,
        f"policy:{int(programme.policy_version)}",
        by_id=by.person_id,
        by_name=by.name,
        now=now,
        why=reason,
    )


@dataclass(frozen=True)
class PutInForce:
    """What became of the planned policies that were due."""

    done: int
    failed: int
    """Those that make no policy (any longer). They stay planned, and what was in force stays so."""


def put_in_force(now: datetime, *, enough: Callable[[], bool] = lambda: False) -> PutInForce:
    """Puts the planned policies in force whose time has come. Harmless to repeat."""
    done = failed = 0
    due = Programme.by_due.query(POLICIES_DUE, Programme.due_at <= order(now), limit=MOST_DUE)
    for found in list(due):
        if enough():
            break
        outcome = _put_in_force(found.pk, found.sk, now)
        done, failed = done + (outcome is True), failed + (outcome is None)
    return PutInForce(done, failed)


def _put_in_force(pk: str, sk: str, now: datetime) -> bool | None:
    """True when it was put in force, None when it cannot be; False when somebody else was first."""
    programme = find(Programme, pk, sk)
    if programme is None or programme.planned_for is None or programme.planned_for > now:
        return False
    try:
        planned = planned_of(programme)
    except (ValueError, TypeError):
        return None
    if planned is None:
        return False
    _forget_planned(programme)
    try:
        with transaction() as write:
            _put(
                write,
                programme,
                planned.policy,
                by=planned.by,
                reason=planned.reason,
                now=now,
                planned_at=planned.at,
            )
    except Lost:
        return False
    return True


# ── Versions ───────────────────────────────────────────────────────────────


def policy_versions(programme_id: str, *, before: int | None = None, limit: int) -> list[PolicyVersion]:
    """The latest versions of a programme's policy, or those before one of them, newest first: one Query."""
    pk, first = policy_version_key(programme_id, 1)
    _, last = policy_version_key(programme_id, before - 1 if before else MOST_VERSIONS)
    if last < first:
        return []  # none come before the first, and DynamoDB refuses to look between them
    found = PolicyVersion.query(
        pk, PolicyVersion.sk.between(first, last), scan_index_forward=False, limit=limit, page_size=limit
    )
    return [one for one in found if isinstance(one, PolicyVersion)]
