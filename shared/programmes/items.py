"""What is stored of organisations, programmes and cohorts, in the Directory table."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.platform.tables import DirectoryItem, MomentAttribute


class Organisation(DirectoryItem, discriminator="organisation"):
    """pk `ORGANISATION#<organisation_id>`, sk `ORGANISATION`."""

    organisation_id = UnicodeAttribute()
    name = UnicodeAttribute()
    created_at = MomentAttribute()


class Programme(DirectoryItem, discriminator="programme"):
    """pk `PROGRAMME#<programme_id>`, sk `PROGRAMME`. Carries its policy, so that one read gives both.

    In `listing` as `PROGRAMMES`, oldest first."""

    programme_id = UnicodeAttribute()
    organisation_id = UnicodeAttribute()
    organisation_name = UnicodeAttribute()
    name = UnicodeAttribute()
    policy = JSONAttribute()
    policy_version = NumberAttribute()
    created_at = MomentAttribute()


class PolicyVersion(DirectoryItem, discriminator="policy_version"):
    """One version of a programme's policy: pk `PROGRAMME#<programme_id>`, sk `POLICY#<policy_version:06>`.

    Written in the transaction that put it in force; never changed.
    """

    programme_id = UnicodeAttribute()
    policy_version = NumberAttribute()
    policy = JSONAttribute()
    author_id = UnicodeAttribute(null=True)
    """Nobody's when it was set up with the programme."""
    author_name = UnicodeAttribute(null=True)
    reason = UnicodeAttribute()
    at = MomentAttribute()


class Cohort(DirectoryItem, discriminator="cohort"):
    """pk `PROGRAMME#<programme_id>`, sk `COHORT#<cohort_id>`."""

    programme_id = UnicodeAttribute()
    cohort_id = UnicodeAttribute()
    name = UnicodeAttribute()
    starts_on = UnicodeAttribute()
    """ISO date."""
    ends_on = UnicodeAttribute()
    """ISO date, the last day of writing."""
    created_at = MomentAttribute()


def organisation_key(organisation_id: str) -> tuple[str, str]:
    return f"ORGANISATION#{organisation_id}", "ORGANISATION"


PROGRAMMES = "PROGRAMMES"
"""The `listing` of every programme."""


def programme_key(programme_id: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", "PROGRAMME"


COHORT_PREFIX = "COHORT#"


def cohort_key(programme_id: str, cohort_id: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", f"{COHORT_PREFIX}{cohort_id}"


POLICY_PREFIX = "POLICY#"


def policy_version_key(programme_id: str, policy_version: int) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", f"{POLICY_PREFIX}{policy_version:06}"
