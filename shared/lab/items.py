"""What is stored of drafts and of their trials on past messages, in the Directory table."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.platform.tables import DirectoryItem, MomentAttribute


class Draft(DirectoryItem, discriminator="filter_draft"):
    """The one draft of changes that a programme has: pk `PROGRAMME#<programme_id>`, sk `FILTER_DRAFT`.

    Deleted when it is adopted or dropped.
    """

    programme_id = UnicodeAttribute()
    changes = JSONAttribute()
    """All that would hold, as `shared.policies.FilterChanges`; not what differs from the policy in force."""
    based_on = NumberAttribute()
    """The version of the policy that it changes."""
    changed_by = UnicodeAttribute()
    changed_by_name = UnicodeAttribute()
    changed_at = MomentAttribute()
    backtest_id = UnicodeAttribute(null=True)
    """Its latest trial on past messages."""


class Backtest(DirectoryItem, discriminator="backtest"):
    """One trial of a draft on past messages: pk `PROGRAMME#<programme_id>`, sk `BACKTEST#<backtest_id>`.

    In `due` as `BACKTESTS` until it has ended, by when the sweep takes it to stand still. Gone after 90 days.
    """

    backtest_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    state = UnicodeAttribute(default="waiting")
    """`waiting` (which wakes the function) → `running` → `done`, or `failed`; `running` → `waiting` when one
    run of the function has no time left."""
    wording = UnicodeAttribute()
    """Which wording of the draft was tried: see `rules.wording_of`."""
    changes = JSONAttribute()
    """The draft as it was then."""
    in_force = JSONAttribute()
    """The changes in force as they were then: what the draft is compared with."""
    reading_minutes = NumberAttribute()
    wanted = NumberAttribute()
    """How many of the latest checked messages are read, beside those that are held."""
    asked_by_name = UnicodeAttribute()
    asked_at = MomentAttribute()
    total = NumberAttribute(null=True)
    """How many messages there are to read, once they were counted."""
    place = UnicodeAttribute(default="")
    """How far the messages have been read: see `rules.Place`."""
    apart = JSONAttribute(null=True)
    """Pairs in which a member of staff took part when it was asked for: see `keeping_apart`."""
    sums = JSONAttribute()
    """What was found so far: see `rules.Sums`."""
    standstills = NumberAttribute(default=0)
    """How often in a row the sweep has woken it without its going on."""
    problem = UnicodeAttribute(default="")
    """Why it failed, in a sentence."""
    ended_at = MomentAttribute(null=True)


def draft_key(programme_id: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", "FILTER_DRAFT"


BACKTEST_PREFIX = "BACKTEST#"
BACKTESTS_DUE = "BACKTESTS"
"""The `due` queue of trials that have not ended: by when each should have gone on."""


def backtest_key(programme_id: str, backtest_id: str) -> tuple[str, str]:
    return f"PROGRAMME#{programme_id}", f"{BACKTEST_PREFIX}{backtest_id}"


def backtest_of_key(pk: str, sk: str) -> tuple[str, str] | None:
    """The programme's and the trial's id, when this is the key of a trial."""
    _, is_programme, programme_id = pk.partition("PROGRAMME#")
    _, is_backtest, backtest_id = sk.partition(BACKTEST_PREFIX)
    return (programme_id, backtest_id) if is_programme and is_backtest else None
