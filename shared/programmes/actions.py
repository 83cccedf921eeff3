"""Setting up organisations, programmes and cohorts, and loading the programme in force."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.platform.errors import NotFound
from shared.platform.ids import new_id
from shared.platform.tables import find, is_new, transaction
from shared.policies import Policy

from .items import (
    COHORT_PREFIX,
    Cohort,
    Organisation,
    Programme,
    cohort_key,
    organisation_key,
    programme_key,
)


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
    pk, sk = programme_key(programme_id)
    Programme(
        pk,
        sk,
        programme_id=programme_id,
        organisation_id=organisation_id,
        organisation_name=organisation_name,
        name=name,
        policy=policy.model_dump(mode="json"),
        policy_version=1,
        created_at=now,
    ).save(is_new(Programme))
    return programme_id


def create_cohort(programme_id: str, name: str, *, starts_on: date, ends_on: date, now: datetime) -> str:
    """Stores a cohort of a programme and returns its id. Raises NotFound when there is no such programme."""
    cohort_id = new_id(now)
    pk, sk = cohort_key(programme_id, cohort_id)
    with transaction() as write:
        write.condition_check(Programme, *programme_key(programme_id), condition=Programme.pk.exists())
        write.save(
            Cohort(
                pk,
                sk,
                programme_id=programme_id,
                cohort_id=cohort_id,
                name=name,
                starts_on=starts_on.isoformat(),
                ends_on=ends_on.isoformat(),
                created_at=now,
            ),
            condition=is_new(Cohort),
        )
    return cohort_id


def cohorts_of(programme_id: str) -> list[Cohort]:
    """A programme's cohorts, newest first: one Query."""
    pk, _ = programme_key(programme_id)
    return list(Cohort.query(pk, Cohort.sk.startswith(COHORT_PREFIX), scan_index_forward=False))
