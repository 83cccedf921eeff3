"""Setting up organisations, programmes and cohorts, and loading the programme in force."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pynamodb.transactions import TransactWrite

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
    programme_key,
)
from .policies import first_version
from .rules import Plan


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


def running_or_none(item: Programme) -> RunningProgramme | None:
    """The same, or None when the policy cannot be read."""
    try:
        return running(item)
    except (ValueError, TypeError):
        return None


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
    write.save(first_version(programme, now), condition=is_new(PolicyVersion))


def every_programme(*, page_size: int = 50) -> Iterator[str]:
    """The ids of all programmes, in their order: a Query for each page."""
    for item in Programme.by_listing.query(PROGRAMMES, page_size=page_size):
        if isinstance(item, Programme):
            yield item.programme_id


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
