"""What is stored of an e-mail, in the Outbox table."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.platform.tables import MomentAttribute, OutboxItem


class Notice(OutboxItem, discriminator="notice"):
    """One e-mail to one person: pk `NOTICE#<notice_id>`, sk `NOTICE`.

    In `due` as `NOTICES#<lane>` until it is accepted or failed: by `due_at` it is to be tried (again), or
    its lease is over. In `listing` as `NOTICES#UNDELIVERED` when somebody must hear that it did not arrive.
    It holds no message text, surname or reason. Gone 30 days after it was queued.
    """

    notice_id = UnicodeAttribute()
    template = UnicodeAttribute()
    """Which e-mail this is; see `rules.TEMPLATES`."""
    lane = UnicodeAttribute()
    """`alert` never waits behind `bulk`."""
    state = UnicodeAttribute(default="queued")
    """`queued` → `sending` → `accepted` | `failed`; then `delivered`, `bounced` or `complained` by
    receipt. `queued` → `cancelled` where what it tells was undone in time."""
    address = UnicodeAttribute()
    person_id = UnicodeAttribute(null=True)
    first_name = UnicodeAttribute()
    programme_id = UnicodeAttribute(null=True)
    programme_name = UnicodeAttribute(null=True)
    path = UnicodeAttribute(null=True)
    """Where the e-mail's link leads, from the site's root. Removed on acceptance when it holds a secret."""
    reference = UnicodeAttribute(null=True)
    """What staff quote: never who or why."""
    how_many = NumberAttribute(null=True)
    """How many messages wait, in a summary of them."""
    things = JSONAttribute(null=True)
    """Of a weekly e-mail: what waits, each with how much of it; see `things.THINGS`."""
    stop_path = UnicodeAttribute(null=True)
    """Where its reader can stop such e-mails. A secret, removed with the last try."""
    not_before = MomentAttribute(null=True)
    """Until when it can still be cancelled, and is not sent."""
    about = UnicodeAttribute(null=True)
    """What it follows from, as in `concern:<id>`, where somebody must act when it does not arrive."""
    attempts = NumberAttribute(default=0)
    lease_until = MomentAttribute(null=True)
    queued_at = MomentAttribute()
    accepted_at = MomentAttribute(null=True)
    ses_message_id = UnicodeAttribute(null=True)
    receipt_at = MomentAttribute(null=True)
    """When what the last receipt tells happened, as the mail service said it."""
    problem = UnicodeAttribute(null=True)
    """Why the last try failed, as the mail service said it. May hold the address: not for logs."""


class BouncedAddress(OutboxItem, discriminator="bounced_address"):
    """An address that takes no mail: pk `BOUNCED#<fingerprint of the address>`, sk `BOUNCED`. It is not in
    it, and who has it is not either."""

    at = MomentAttribute()
    """When the mail service said so."""
    why = UnicodeAttribute()
    """`bounced` or `complained`; `delivered` once something was: then it takes mail again."""


def bounced_key(address_fingerprint: str) -> tuple[str, str]:
    return f"BOUNCED#{address_fingerprint}", "BOUNCED"


def notice_key(notice_id: str) -> tuple[str, str]:
    return f"NOTICE#{notice_id}", "NOTICE"


def lane_due(lane: str) -> str:
    """The `due` queue of a lane."""
    return f"NOTICES#{lane}"


UNDELIVERED = "NOTICES#UNDELIVERED"
"""The `listing` of e-mails that had to arrive and did not, oldest first."""


def undelivered_order(since: str, notice_id: str) -> str:
    return f"{since}#{notice_id}"
