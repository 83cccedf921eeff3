"""What is stored of the audit record. Nothing that is linked is ever changed.

The record is in the Safeguarding table. What is noted of it elsewhere, so that it can be held against that,
is in the Directory.
"""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.platform.tables import DirectoryItem, MomentAttribute, SafeguardingItem

WAITING_DUE = "AUDIT"
"""The `due` queue of records that wait to be linked into their chain."""


class Recorded:
    """Who did what, when and why: what a record says from its writing on."""

    programme_id = UnicodeAttribute()
    record_id = UnicodeAttribute()
    at = MomentAttribute()
    by_id = UnicodeAttribute()
    by_name = UnicodeAttribute()
    what = UnicodeAttribute()
    """A verb of `rules.WHAT`."""
    on = UnicodeAttribute()
    """What it was done to: `pair:<id>`, `message:<pair_id>/<message_id>`, `concern:<id>`, `policy:<version>`,
    `person:<id>` …"""
    why = UnicodeAttribute(null=True)
    """The reason given, or what brought the person there. Never what somebody wrote in a conversation."""
    hidden_from = JSONAttribute(null=True)
    """The person_ids of those who must not learn of it: sorted, and none when there are none."""


RECORDED = ("programme_id", "record_id", "at", "by_id", "by_name", "what", "on", "why", "hidden_from")
"""The attributes of `Recorded`, which linking takes over."""


class Waiting(Recorded, SafeguardingItem, discriminator="audit_waiting"):
    """A record that waits to be linked: pk `AUDIT_WAITING#<programme_id>`, sk `<at>#<record_id>`.

    Written with what it records, in the same transaction where that writes at all, and without looking at the
    chain, so that recording never waits for anybody. It leaves in the transaction that links it. In `due` as
    `AUDIT`, by when it was written.
    """


class Link(Recorded, SafeguardingItem, discriminator="audit_link"):
    """A record in its place: pk `AUDIT#<programme_id>`, sk `LINK#<seq:012>`. Never changed.

    In `listing` as `AUDIT#<programme_id>#<by_id>`, so that what one person did can be looked up.
    """

    seq = NumberAttribute()
    """Its place in the programme's chain, from 1 without gaps."""
    previous = UnicodeAttribute()
    """The `hash` of the link before."""
    hash = UnicodeAttribute()
    """Over all else that is stored of it (`verifying.hash_of`)."""


class Linked(SafeguardingItem, discriminator="audit_linked"):
    """That a record has its place: pk `AUDIT_LINKED#<programme_id>#<record_id>`, sk `LINKED`.

    Written with the link: a record that is handed in again, after it was linked, is not linked again.
    """

    seq = NumberAttribute()


class Head(SafeguardingItem, discriminator="audit_head"):
    """Where a programme's chain ends: pk `AUDIT_HEAD#<programme_id>`, sk `HEAD`. Moves with each linking.

    In `listing` as `AUDIT_HEADS`, so that all chains can be anchored.
    """

    programme_id = UnicodeAttribute()
    seq = NumberAttribute()
    hash = UnicodeAttribute()


class Anchor(DirectoryItem, discriminator="audit_anchor"):
    """Where a programme's chain ended on a day: pk `AUDIT_ANCHOR#<programme_id>`, sk `SEQ#<seq:012>`. Never
    changed.

    In another table, which is written by others: who cuts off the end of a chain, or writes it anew, would
    have to change this as well.
    """

    programme_id = UnicodeAttribute()
    seq = NumberAttribute()
    hash = UnicodeAttribute()
    at = MomentAttribute()


class Check(DirectoryItem, discriminator="audit_check"):
    """The latest check of a programme's chain: pk `AUDIT_CHECK#<programme_id>`, sk `CHECK` for that of people
    and `DAILY` for that of each morning. Neither goes on from where the other is.

    Goes on step by step from the place that it has reached, so that no step grows with the chain.
    """

    programme_id = UnicodeAttribute()
    state = UnicodeAttribute()
    """`under_way` → `whole` or `broken`."""
    seq = NumberAttribute()
    hash = UnicodeAttribute()
    """The place up to which nothing is broken."""
    total = NumberAttribute()
    """How many links there were when it began."""
    began_at = MomentAttribute()
    at = MomentAttribute()
    """When the last step was done."""
    by_name = UnicodeAttribute()
    broken_seq = NumberAttribute(null=True)
    broken_what = UnicodeAttribute(null=True)
    late = NumberAttribute(default=0)
    """Records that have waited too long to be linked, when it ended."""


WAITING_PREFIX = "AUDIT_WAITING#"
HEADS = "AUDIT_HEADS"


def waiting_key(programme_id: str, at: str, record_id: str) -> tuple[str, str]:
    return f"{WAITING_PREFIX}{programme_id}", f"{at}#{record_id}"


def programme_of_waiting(pk: str) -> str:
    """The programme_id when this is the partition key of waiting records, else empty."""
    before, is_waiting, programme_id = pk.partition(WAITING_PREFIX)
    return programme_id if is_waiting and not before else ""


def linked_key(programme_id: str, record_id: str) -> tuple[str, str]:
    return f"AUDIT_LINKED#{programme_id}#{record_id}", "LINKED"


def head_key(programme_id: str) -> tuple[str, str]:
    return f"AUDIT_HEAD#{programme_id}", "HEAD"


ANCHOR_PREFIX = "SEQ#"


def anchor_key(programme_id: str, seq: int) -> tuple[str, str]:
    return f"AUDIT_ANCHOR#{programme_id}", f"{ANCHOR_PREFIX}{seq:012}"


def check_key(programme_id: str, *, daily: bool = False) -> tuple[str, str]:
    return f"AUDIT_CHECK#{programme_id}", "DAILY" if daily else "CHECK"


def links_of_person(programme_id: str, person_id: str) -> str:
    """The `listing` of what somebody did in a programme."""
    return f"AUDIT#{programme_id}#{person_id}"
