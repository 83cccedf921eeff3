"""Programmes and cohorts as their area makes them."""

from datetime import date, datetime

from shared.policies import Policy
from shared.programmes.actions import (
    RunningProgramme,
    create_cohort,
    create_organisation,
    create_programme,
    load_programme,
)
from shared.programmes.items import Programme, programme_key
from tests.builders.clock import MONDAY
from tests.builders.policies import a_policy


def a_programme(
    name: str = "Career Ladders", *, policy: Policy | None = None, now: datetime = MONDAY
) -> RunningProgramme:
    """A running programme of an organisation of its own."""
    organisation = "Northfield Education Trust"
    programme_id = create_programme(
        name,
        organisation_id=create_organisation(organisation, now=now),
        organisation_name=organisation,
        policy=policy or a_policy(),
        now=now,
    )
    return load_programme(programme_id)


def a_cohort(programme: RunningProgramme, name: str = "Autumn 2026", *, now: datetime = MONDAY) -> str:
    """A cohort that is running; its id."""
    return create_cohort(
        programme.programme_id,
        name,
        starts_on=date(2026, 10, 5),
        ends_on=date(2026, 12, 18),
        now=now,
    )


def with_a_broken_policy(programme: RunningProgramme) -> None:
    """The programme's policy becomes one that nobody can read."""
    item = Programme.get(*programme_key(programme.programme_id))
    item.policy = {"moderation": "whatever"}
    item.save()
