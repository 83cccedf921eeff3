"""What is stored of matching, in the Conversations table: one item collection for each cohort.

Its partition is `MATCHING#<programme_id>#<cohort_id>`, with `ALL` for the cohort where a programme has none.
"""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.platform.tables import ConversationsItem, MomentAttribute

EVERYONE = "ALL"
"""Stands for the cohort where everybody of the programme is matched who is in no pair."""


class MatchingRun(ConversationsItem, discriminator="matching_run"):
    """One search for pairs: sk `RUN#<run_id>`; the ids sort by time, and the newest is the one in force. In
    `due` as `MATCHINGS` while something is being done, by when it stands still or may go on."""

    run_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    cohort_id = UnicodeAttribute(null=True)
    cohort_name = UnicodeAttribute(null=True)
    key = UnicodeAttribute()
    """Of the form that asked for it."""
    follows = UnicodeAttribute(null=True)
    """The run_id of the one before, whose locked suggestions this one keeps."""
    state = UnicodeAttribute(default="waiting")
    """`waiting` → `running` → `done` | `failed`; and when all are accepted `queued` → `accepting` → `done`.
    Written as `waiting` or `queued` it wakes the function that works on it."""
    progress = NumberAttribute(default=0)
    """In percent."""
    doing = UnicodeAttribute(null=True)
    """What is being done, in words."""
    problem = UnicodeAttribute(null=True)
    """Why it failed, in a sentence."""
    mentees = NumberAttribute(default=0)
    """For whom a mentor was looked for."""
    mentors = NumberAttribute(default=0)
    """Among whom one was looked for."""
    suggested = NumberAttribute(default=0)
    """Suggestions made, those that were kept included."""
    unmatched_mentees = NumberAttribute(default=0)
    unmatched_mentors = NumberAttribute(default=0)
    asked_by = UnicodeAttribute()
    asked_by_name = UnicodeAttribute()
    asked_at = MomentAttribute()
    ended_at = MomentAttribute(null=True)
    accept_by = UnicodeAttribute(null=True)
    """The person_id of who had all accepted."""
    accept_from = MomentAttribute(null=True)
    """When that began."""
    place = NumberAttribute(default=0)
    """The suggestion whose turn it is."""
    tried = NumberAttribute(default=0)
    """How many have had their turn since."""
    accepted = NumberAttribute(default=0)
    refused = NumberAttribute(default=0)
    """How many of those could not be accepted any more; each says why."""
    wakings = NumberAttribute(default=0)
    """How often the sweep woke it in vain."""


class Board(ConversationsItem, discriminator="matching_board"):
    """Which run of a cohort is the newest: sk `BOARD`. Written with each new run, so that there is one at a
    time."""

    run_id = UnicodeAttribute()


class Suggestion(ConversationsItem, discriminator="suggestion"):
    """Two who could be brought together: sk `SUGGESTION#<run_id>#<order:06>`, by the mentee's name. In
    `listing` as `SUGGESTED#<run_id>#<mentor_id>`."""

    suggestion_id = UnicodeAttribute()
    run_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    cohort_id = UnicodeAttribute(null=True)
    mentor_id = UnicodeAttribute()
    mentor_name = UnicodeAttribute()
    """In full, for staff only; so is the mentee's."""
    mentee_id = UnicodeAttribute()
    mentee_name = UnicodeAttribute()
    score = NumberAttribute()
    """How much of what the mentee wished for comes true, in a thousand parts."""
    why = JSONAttribute()
    """Plain sentences."""
    notes = JSONAttribute(null=True)
    """What staff should look at before they accept, in sentences."""
    state = UnicodeAttribute(default="suggested")
    """`suggested`, `locked`, `accepted`, `declined`, or `taken_apart`: its mentor was given to somebody else
    by hand."""
    problem = UnicodeAttribute(null=True)
    """Why it could not be accepted, in a sentence, when that was last tried."""
    pair_id = UnicodeAttribute(null=True)
    """The conversation that came of it."""
    decided_by = UnicodeAttribute(null=True)
    decided_by_name = UnicodeAttribute(null=True)
    decided_at = MomentAttribute(null=True)


class Unmatched(ConversationsItem, discriminator="unmatched"):
    """Somebody for whom nobody was found: sk `UNMATCHED#<run_id>#<order:06>`, mentees before mentors."""

    run_id = UnicodeAttribute()
    person_id = UnicodeAttribute()
    name = UnicodeAttribute()
    role = UnicodeAttribute()
    """`mentee` or `mentor`."""
    rule = UnicodeAttribute()
    """The id of the rule that stands most in the way."""
    sentence = UnicodeAttribute()
    """What stands in the way, in words."""
    counts = JSONAttribute(null=True)
    """By the id of a rule, how many of the other side it took away."""


class Declined(ConversationsItem, discriminator="declined_couple"):
    """Two who are not suggested again in this cohort: sk `DECLINED#<mentor_id>#<mentee_id>`."""

    mentor_id = UnicodeAttribute()
    mentee_id = UnicodeAttribute()
    declined_by = UnicodeAttribute()
    declined_at = MomentAttribute()


def matching_pk(programme_id: str, cohort_id: str) -> str:
    return f"MATCHING#{programme_id}#{cohort_id or EVERYONE}"


RUN_PREFIX = "RUN#"


def run_key(programme_id: str, cohort_id: str, run_id: str) -> tuple[str, str]:
    return matching_pk(programme_id, cohort_id), f"{RUN_PREFIX}{run_id}"


def run_of_key(pk: str, sk: str) -> tuple[str, str, str] | None:
    """The programme's, the cohort's and the run's id, when this is the key of a run."""
    _, is_matching, of = pk.partition("MATCHING#")
    _, is_run, run_id = sk.partition(RUN_PREFIX)
    programme_id, _, cohort_id = of.partition("#")
    if not is_matching or not is_run:
        return None
    return programme_id, "" if cohort_id == EVERYONE else cohort_id, run_id


def board_key(programme_id: str, cohort_id: str) -> tuple[str, str]:
    return matching_pk(programme_id, cohort_id), "BOARD"


def suggestion_id_of(run_id: str, order: int) -> str:
    return f"{run_id}-{order:06}"


def suggestions_prefix(run_id: str) -> str:
    return f"SUGGESTION#{run_id}#"


def suggestion_key(programme_id: str, cohort_id: str, suggestion_id: str) -> tuple[str, str]:
    run_id, _, order = suggestion_id.rpartition("-")
    return matching_pk(programme_id, cohort_id), f"{suggestions_prefix(run_id)}{order}"


def suggested_listing(run_id: str, mentor_id: str) -> str:
    return f"SUGGESTED#{run_id}#{mentor_id}"


def unmatched_prefix(run_id: str) -> str:
    return f"UNMATCHED#{run_id}#"


def unmatched_key(programme_id: str, cohort_id: str, run_id: str, order: int) -> tuple[str, str]:
    return matching_pk(programme_id, cohort_id), f"{unmatched_prefix(run_id)}{order:06}"


DECLINED_PREFIX = "DECLINED#"


def declined_key(programme_id: str, cohort_id: str, mentor_id: str, mentee_id: str) -> tuple[str, str]:
    return matching_pk(programme_id, cohort_id), f"{DECLINED_PREFIX}{mentor_id}#{mentee_id}"


MATCHINGS_DUE = "MATCHINGS"
"""The `due` queue of runs that are under way."""
