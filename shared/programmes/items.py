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

    In `listing` as `PROGRAMMES`, oldest first; in `due` as `POLICIES` while a change of policy is planned, at
    the moment from which it is to be in force."""

    programme_id = UnicodeAttribute()
    organisation_id = UnicodeAttribute()
    organisation_name = UnicodeAttribute()
    name = UnicodeAttribute()
    policy = JSONAttribute()
    policy_version = NumberAttribute()
    planned = JSONAttribute(null=True)
    """The policy that is to be in force next."""
    planned_by = JSONAttribute(null=True)
    """Who wants it and why: `person_id`, `name`, `reason`."""
    planned_at = MomentAttribute(null=True)
    """When it was planned."""
    planned_for = MomentAttribute(null=True)
    """From when it is to be in force."""
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
    """From when it was in force."""
    planned_at = MomentAttribute(null=True)
    """When it was decided on, if it was planned for later."""


class DaysWork(DirectoryItem, discriminator="days_work"):
    """What was last looked after in a programme, step by step: pk `DAY#<programme_id>`, sk `DAY`. Only the
    one run of the morning writes it."""

    programme_id = UnicodeAttribute()
    begun_at = MomentAttribute()
    """When the programme last had its turn, whatever came of it."""
    done = JSONAttribute()
    """ISO dates by the name of the step: the last day on which it was done whole."""


def days_work_key(programme_id: str) -> tuple[str, str]:
    return f"DAY#{programme_id}", "DAY"


class Cohort(DirectoryItem, discriminator="cohort"):
    """pk `PROGRAMME#<programme_id>`, sk `COHORT#<cohort_id>`.

    Whether it is over follows from `ends_on` and the day it is: nothing has to run for it to end.
    """

    programme_id = UnicodeAttribute()
    cohort_id = UnicodeAttribute()
    name = UnicodeAttribute()
    starts_on = UnicodeAttribute()
    """ISO date."""
    ends_on = UnicodeAttribute(null=True)
    """ISO date, the last day of writing; nothing where there is no fixed end."""
    capacity = NumberAttribute(null=True)
    """Mentees at most; nothing where there may be any number."""
    taken = NumberAttribute(default=0)
    """How many mentees have a place, those included who were invited to one and have not answered yet."""
    accepts = JSONAttribute(null=True)
    """Question id of the policy -> the answers that are accepted here, fewer than the policy's."""
    questions = JSONAttribute(null=True)
    """What is asked besides, each as a mapping with the fields of `shared.policies.people.Question`."""
    copied_from = UnicodeAttribute(null=True)
    """The cohort_id of the one whose settings it began with."""
    removal_on = UnicodeAttribute(null=True)
    """ISO date, once it was announced: the last day on which its conversations are there."""
    supporter_id = UnicodeAttribute(null=True)
    """Who of the staff is there for its mentors."""
    supporter_name = UnicodeAttribute(null=True)
    created_at = MomentAttribute()


class Place(DirectoryItem, discriminator="place"):
    """That somebody is in a cohort, or was: pk `COHORT#<cohort_id>`, sk `<role>#<person_id>`.

    In `listing` as `IN_COHORT#<cohort_id>#<role>`, by surname. A mentor may have one in several cohorts.
    """

    programme_id = UnicodeAttribute()
    cohort_id = UnicodeAttribute()
    person_id = UnicodeAttribute()
    role = UnicodeAttribute()
    """`mentee` or `mentor`."""
    first_name = UnicodeAttribute()
    surname = UnicodeAttribute()
    answers = JSONAttribute(null=True)
    """What was answered about them: question id -> answer. Says which strand they are in."""
    since = MomentAttribute()


class OnDesk(DirectoryItem, discriminator="on_desk"):
    """Something that waits for a programme's staff: pk `PROGRAMME#<programme_id>`, sk

    - `AWAITED#unpaired#<person_id>` for a mentee without a mentor,
    - `DESK#need#<of>` for what a mentee lacks, `DESK#nominee#<of>` for whom an educator has put forward,
    - `DESK#talk#<pair_id>` where one of a pair says that it isn't working,
    - `DESK#denied#<pair_id>` where one says that they were in touch and the other that they were not,
    - `DESK#seldom#<cohort_id>` for pairs of a cohort that were too seldom in touch,
    - `DESK#until#<ISO date>#<person_id>` for a mentor whose clearance ends on that day.

    The keys stand beside those of the cohorts, so that one Query gives most of the programme's first page: of
    needs, cohorts and who is unpaired, what comes last in their order is read first. What ends on a day is a
    Query of its own.
    """

    programme_id = UnicodeAttribute()
    what = UnicodeAttribute()
    """One of these words; `settled` once it waits no more."""
    of = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    """Whom it is about."""
    person_id = UnicodeAttribute(null=True)
    since = MomentAttribute(null=True)
    until = UnicodeAttribute(null=True)
    """ISO date, of what ends on a day."""
    how_many = NumberAttribute(null=True)
    """How many pairs, where it is of several."""
    hidden_from = JSONAttribute(null=True)
    """The person_ids of those who must not learn of it, should they be on the staff."""


def organisation_key(organisation_id: str) -> tuple[str, str]:
    return f"ORGANISATION#{organisation_id}", "ORGANISATION"


PROGRAMMES = "PROGRAMMES"
"""The `listing` of every programme."""


POLICIES_DUE = "POLICIES"
"""The `due` queue of planned policies."""


def programme_key(programme_id: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", "PROGRAMME"


COHORT_PREFIX = "COHORT#"


def cohort_key(programme_id: str, cohort_id: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", f"{COHORT_PREFIX}{cohort_id}"


def place_key(cohort_id: str, role: str, person_id: str) -> tuple[str, str]:
    return f"COHORT#{cohort_id}", f"{role}#{person_id}"


def places_listing(cohort_id: str, role: str) -> str:
    return f"IN_COHORT#{cohort_id}#{role}"


def places_order(surname: str, first_name: str, person_id: str) -> str:
    return f"{surname.casefold()}#{first_name.casefold()}#{person_id}"


SETTLED = "settled"
UNPAIRED_PREFIX = "AWAITED#unpaired#"


def unpaired_key(programme_id: str, person_id: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", f"{UNPAIRED_PREFIX}{person_id}"


def need_key(programme_id: str, of: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", f"DESK#need#{of}"


def talk_key(programme_id: str, pair_id: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", f"DESK#talk#{pair_id}"


def denied_key(programme_id: str, pair_id: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", f"DESK#denied#{pair_id}"


def seldom_key(programme_id: str, cohort_id: str) -> tuple[str, str]:
    """Of the pairs in no cohort where `cohort_id` is `everybody`."""
    return f"PROGRAMME#{programme_id}", f"DESK#seldom#{cohort_id}"


def nominee_on_desk_key(programme_id: str, of: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", f"DESK#nominee#{of}"


def until_key(programme_id: str, day: str, of: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", f"DESK#until#{day}#{of}"


POLICY_PREFIX = "POLICY#"


def policy_version_key(programme_id: str, policy_version: int) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", f"{POLICY_PREFIX}{policy_version:06}"
