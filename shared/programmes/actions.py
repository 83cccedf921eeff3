"""Setting up organisations, programmes and cohorts, and loading the programme in force."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.platform.errors import NotFound
from shared.platform.ids import new_id
from shared.platform.tables import find, is_new, transaction
from shared.policies import Policy

from .items import (
    COHORT_PREFIX,
    PROGRAMMES,
    Cohort,
    Organisation,
    PolicyVersion,
    Programme,
    cohort_key,
    organisation_key,
    policy_version_key,
    programme_key,
)
from .rules import Plan

SET_UP = "As the programme was set up."
"""The reason of a programme's first policy."""
MOST_VERSIONS = 999_999


@dataclass(frozen=True)
class Author:
    """Who puts a policy in force."""

    person_id: str
    name: str


@dataclass(frozen=True)
class RunningProgramme:
    """A programme and the policy in force."""

    programme_id: str
    name: str
    organisation_name: str
    policy: Policy
    policy_version: int


def load_programme(programme_id: str) -> RunningProgramme:
    """The programme with its policy: one GetItem. Raises NotFound."""
    item = find(Programme, *programme_key(programme_id), consistent=False)
    if item is None:
        raise NotFound
    return running(item)


def running(item: Programme) -> RunningProgramme:
    """A stored programme with its policy. Raises ValueError when the policy cannot be read."""
    return RunningProgramme(
        programme_id=item.programme_id,
        name=item.name,
        organisation_name=item.organisation_name,
        policy=Policy.model_validate(item.policy),
        policy_version=int(item.policy_version),
    )


def policy_of(programme_id: str) -> Policy | None:
    """The policy in force, or None where there is none that can be read.

    For what has to go on without one: an alert, a word of help, a moderator's decision. Whether a message may
    pass is never decided without its policy.
    """
    try:
        return load_programme(programme_id).policy
    except (NotFound, ValueError, TypeError):
        return None


def create_organisation(name: str, *, now: datetime) -> str:
    """Stores an organisation and returns its id."""
    organisation_id = new_id(now)
    pk, sk = organisation_key(organisation_id)
    Organisation(pk, sk, organisation_id=organisation_id, name=name, created_at=now).save(
        is_new(Organisation)
    )
    return organisation_id


def create_programme(
    name: str, *, organisation_id: str, organisation_name: str, policy: Policy, now: datetime
) -> str:
    """Stores a programme with the first version of its policy, and returns its id."""
    programme_id = new_id(now)
    with transaction() as write:
        add_programme(
            write,
            programme_id,
            name,
            organisation_id=organisation_id,
            organisation_name=organisation_name,
            policy=policy,
            now=now,
        )
    return programme_id


def add_programme(
    write: TransactWrite,
    programme_id: str,
    name: str,
    *,
    organisation_id: str,
    organisation_name: str,
    policy: Policy,
    now: datetime,
) -> None:
    """Adds a programme with the first version of its policy to a running transaction, which is Lost when it
    is there."""
    programme = Programme(
        *programme_key(programme_id),
        programme_id=programme_id,
        organisation_id=organisation_id,
        organisation_name=organisation_name,
        name=name,
        policy=policy.model_dump(mode="json"),
        policy_version=1,
        created_at=now,
        listing=PROGRAMMES,
        listing_order=programme_id,
    )
    write.save(programme, condition=is_new(Programme))
    write.save(_version_of(programme, None, SET_UP, now), condition=is_new(PolicyVersion))


def every_programme(*, page_size: int = 50) -> Iterator[str]:
    """The ids of all programmes, oldest first: a Query for each page."""
    for item in Programme.by_listing.query(PROGRAMMES, page_size=page_size):
        if isinstance(item, Programme):
            yield item.programme_id


def add_policy(
    write: TransactWrite, programme: Programme, policy: Policy, *, by: Author, reason: str, now: datetime
) -> int:
    """Adds to a running transaction that the loaded programme goes by `policy` from now on, and who wanted it
    and why. The transaction is Lost when the programme was changed since it was loaded. Gives the new
    version. The audit record says so, too."""
    programme.policy = policy.model_dump(mode="json")
    programme.policy_version = int(programme.policy_version) + 1
    programme.listing, programme.listing_order = PROGRAMMES, programme.programme_id
    write.save(programme)
    write.save(_version_of(programme, by, reason, now), condition=is_new(PolicyVersion))
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
    return int(programme.policy_version)


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


def create_cohort(
    programme_id: str,
    name: str,
    *,
    starts_on: date,
    ends_on: date | None = None,
    capacity: int | None = None,
    now: datetime,
) -> str:
    """Stores a cohort of a programme and returns its id. Raises Lost when there is no such programme."""
    plan = Plan(name, starts_on, ends_on, capacity)
    cohort = planned(programme_id, new_id(now), plan, now=now)
    with transaction() as write:
        add_cohort(write, cohort)
    return cohort.cohort_id


def planned(programme_id: str, cohort_id: str, plan: Plan, *, copied_from: str = "", now: datetime) -> Cohort:
    """A cohort as it is planned, not stored yet."""
    cohort = Cohort(
        *cohort_key(programme_id, cohort_id),
        programme_id=programme_id,
        cohort_id=cohort_id,
        copied_from=copied_from or None,
        created_at=now,
    )
    plan_anew(cohort, plan)
    return cohort


def plan_anew(cohort: Cohort, plan: Plan) -> None:
    """Puts what was decided into the cohort in memory."""
    cohort.name = plan.name
    cohort.starts_on = plan.starts_on.isoformat()
    cohort.ends_on = plan.ends_on.isoformat() if plan.ends_on else None
    cohort.capacity = plan.capacity
    cohort.accepts = {name: list(answers) for name, answers in (plan.accepts or {}).items()} or None
    cohort.questions = [one.model_dump(mode="json") for one in plan.questions] or None


def add_cohort(write: TransactWrite, cohort: Cohort) -> None:
    """Adds a new cohort to a running transaction, which is Lost where there is no such programme, or there is
    this cohort already."""
    write.condition_check(Programme, *programme_key(cohort.programme_id), condition=Programme.pk.exists())
    write.save(cohort, condition=is_new(Cohort))


def cohorts_of(programme_id: str) -> list[Cohort]:
    """A programme's cohorts, newest first: one Query."""
    pk, _ = programme_key(programme_id)
    return list(Cohort.query(pk, Cohort.sk.startswith(COHORT_PREFIX), scan_index_forward=False))
