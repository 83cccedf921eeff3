"""What is stored of consents, in the Directory table. Everything of one person in one programme is found by
one Query."""

from datetime import datetime

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.platform.clock import order
from shared.platform.tables import DirectoryItem, MomentAttribute


class Consent(DirectoryItem, discriminator="consent"):
    """Where one person's consents in one programme stand: pk `PERSON#<person_id>`, sk
    `CONSENT#<programme_id>`.

    What is in force of it stands on the membership besides (`leave`), written in the same transaction.
    """

    person_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    own = JSONAttribute(null=True)
    """The person's own answers: purpose -> `answer` (`yes` or `no`), `wording` (its version) and `at`."""
    parents = JSONAttribute(null=True)
    """Likewise those of a parent or carer."""
    born_on = UnicodeAttribute(null=True)
    """ISO date, where the policy asks parents of the younger ones only."""
    parent_name = UnicodeAttribute(null=True)
    parent_address = UnicodeAttribute(null=True)
    link_id = UnicodeAttribute(null=True)
    """The newest link to the parent or carer. Earlier ones are void."""
    link_sendings = NumberAttribute(default=0)
    link_sent_at = MomentAttribute(null=True)


class ConsentRecord(DirectoryItem, discriminator="consent_record"):
    """One answer, as it was given: pk `PERSON#<person_id>`, sk `CONSENT#<programme_id>#<at>#<by>#<purpose>`.
    Never changed."""

    programme_id = UnicodeAttribute()
    purpose = UnicodeAttribute()
    title = UnicodeAttribute()
    wording = NumberAttribute()
    """The version of the words."""
    words = UnicodeAttribute()
    """The words themselves, as they were asked."""
    answer = UnicodeAttribute()
    by = UnicodeAttribute()
    """`self` or `parent`."""
    by_name = UnicodeAttribute()
    at = MomentAttribute()


class ConsentLink(DirectoryItem, discriminator="consent_link"):
    """A parent's or carer's link: pk `CONSENT_LINK#<link_id>`, sk `CONSENT_LINK`.

    Whoever holds it can take consent back at any time; give it only while it is the newest, before
    `usable_until`, and once.
    """

    link_id = UnicodeAttribute()
    person_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    secret_fingerprint = UnicodeAttribute()
    usable_until = MomentAttribute()
    used = BooleanAttribute(default=False)
    """Whether it was answered by, before there was a newer one."""
    took_back = BooleanAttribute(default=False)
    """Whether consent was taken back by it since."""


class Need(DirectoryItem, discriminator="need"):
    """Something that a mentee lacks to take part: pk `PERSON#<person_id>`, sk `NEED#<programme_id>#<need>`.

    In `listing` as `NEEDS#<programme_id>` until it is met, by the day on which it is to be followed up.
    """

    person_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    first_name = UnicodeAttribute()
    surname = UnicodeAttribute()
    need = UnicodeAttribute()
    """`device`, `data` or `wifi`."""
    said_at = MomentAttribute()
    follow_up_on = UnicodeAttribute()
    """ISO date."""
    met_at = MomentAttribute(null=True)
    met_by = UnicodeAttribute(null=True)
    what_was_done = UnicodeAttribute(null=True)


def consent_key(person_id: str, programme_id: str) -> tuple[str, str]:
    return f"PERSON#{person_id}", f"CONSENT#{programme_id}"


def consent_record_key(
    person_id: str, programme_id: str, at: datetime, by: str, purpose: str
) -> tuple[str, str]:
    return f"PERSON#{person_id}", f"CONSENT#{programme_id}#{order(at)}#{by}#{purpose}"


def consent_link_key(link_id: str) -> tuple[str, str]:
    return f"CONSENT_LINK#{link_id}", "CONSENT_LINK"


def need_key(person_id: str, programme_id: str, need: str) -> tuple[str, str]:
    return f"PERSON#{person_id}", f"NEED#{programme_id}#{need}"


def needs_listing(programme_id: str) -> str:
    return f"NEEDS#{programme_id}"
