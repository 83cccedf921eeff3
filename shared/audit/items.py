"""What is stored of the audit record, in the Safeguarding table. Nothing that is linked is ever changed."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from shared.platform.tables import MomentAttribute, SafeguardingItem

WAITING_DUE = "AUDIT"
"""The `due` queue of records that wait to be linked into their chain."""


class Waiting(SafeguardingItem, discriminator="audit_waiting"):
    """A record that waits to be linked: pk `AUDIT_WAITING#<programme_id>`, sk `<at>#<record_id>`.

    Written with what it records, in the same transaction where that writes at all, and without looking at the
    chain, so that recording never waits for anybody. It leaves in the transaction that links it.
    """

    programme_id = UnicodeAttribute()
    record_id = UnicodeAttribute()
    at = MomentAttribute()
    by_id = UnicodeAttribute()
    by_name = UnicodeAttribute()
    what = UnicodeAttribute()
    """A verb of `rules.WHAT`."""
    on = UnicodeAttribute()
    """What it was done to: `pair:<id>`, `message:<id>`, `concern:<id>`, `policy:<version>` …"""
    why = UnicodeAttribute(null=True)
    """The reason given, or what brought the person there. Never what somebody wrote in a conversation."""
    hidden_from = JSONAttribute(null=True)
    """The person_ids of those who must not learn of it: sorted, and none when there are none."""


WAITING_PREFIX = "AUDIT_WAITING#"


def waiting_key(programme_id: str, at: str, record_id: str) -> tuple[str, str]:
    return f"{WAITING_PREFIX}{programme_id}", f"{at}#{record_id}"
