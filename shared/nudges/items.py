"""What is stored of nudges, in the Conversations table. When a pair is looked at next is in
`shared.conversations.watching`."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute, UnicodeSetAttribute

from shared.platform.tables import ConversationsItem, MomentAttribute

REMINDERS_DUE = "REMINDERS"
"""The `due` queue of people for whom something waits, by when their weekly e-mail goes out."""


class Reminders(ConversationsItem, discriminator="reminders"):
    """What waits for one person's weekly e-mail, and whether they want any: pk `PERSON#<person_id>`, sk
    `REMINDERS`. In `due` as `REMINDERS` while something waits, by when it goes out."""

    person_id = UnicodeAttribute()
    waiting = UnicodeSetAttribute(null=True)
    """Each as `<what>#<pair_id>`; for the staff `silent#<programme_id>`."""
    sent_at = MomentAttribute(null=True)
    """When the last weekly e-mail went out."""
    stopped_at = MomentAttribute(null=True)
    """Since when this person wants no reminders."""
    links = JSONAttribute(null=True)
    """The fingerprints of the secrets in the links of the last e-mails by which they can stop them, the
    newest last."""


ASKING_DUE = "ASKING"
"""The `due` queue of those after whom a coordinator has asked in quiet hours, by when these are over."""


class Nudged(ConversationsItem, discriminator="nudged"):
    """That one of a pair was reminded of something: pk `PAIR#<pair_id>`, sk `NUDGED#<at>#<person_id>`. In
    `listing` as `NUDGED#<programme_id>`, by when. Goes with the conversation.

    After whom a coordinator asks in quiet hours is written to once they are over: sk
    `ASKING#<at>#<person_id>`, in `due` as `ASKING` until then. Nothing else of one ever changes."""

    pair_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    person_id = UnicodeAttribute()
    name = UnicodeAttribute()
    """In full, for the staff; so is that of the other."""
    other_id = UnicodeAttribute()
    other_name = UnicodeAttribute()
    what = JSONAttribute()
    """A list of what it was about: see `shared.notices.things.Thing`; `meeting` for one that comes near."""
    at = MomentAttribute()
    """When they were written to, or will be."""
    by_id = UnicodeAttribute(null=True)
    """Who of the staff did it by hand; nobody where it came by itself."""
    by_name = UnicodeAttribute(null=True)
    asked_at = MomentAttribute(null=True)
    """When a coordinator asked after them in quiet hours."""
    dropped = UnicodeAttribute(null=True)
    """Why they were not written to after all: see `asking.Gone`."""


def reminders_key(person_id: str) -> tuple[str, str]:
    return f"PERSON#{person_id}", "REMINDERS"


def nudged_key(pair_id: str, at: str, person_id: str) -> tuple[str, str]:
    return f"PAIR#{pair_id}", f"NUDGED#{at}#{person_id}"


def asking_key(pair_id: str, at: str, person_id: str) -> tuple[str, str]:
    return f"PAIR#{pair_id}", f"ASKING#{at}#{person_id}"


def nudged_listing(programme_id: str) -> str:
    return f"NUDGED#{programme_id}"


def nudged_order(at: str, pair_id: str, person_id: str) -> str:
    return f"{at}#{pair_id}#{person_id}"
