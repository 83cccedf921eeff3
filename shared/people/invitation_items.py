"""What is stored of those who are to come in, in the Directory table.

An invitation's secret is stored as a fingerprint.
"""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.platform.tables import DirectoryItem, MomentAttribute


class Invitation(DirectoryItem, discriminator="invitation"):
    """pk `INVITATION#<invitation_id>`, sk `INVITATION`. In `listing` as `INVITATIONS#<programme_id>`; in
    `due` as `INVITATIONS`, while it is open, by when it is to be reminded of or expires.

    The id is derived from programme, role and address: there is never more than one invitation to the same
    thing, and inviting twice is noticed. One that was withdrawn or has expired is opened anew.
    """

    invitation_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    programme_name = UnicodeAttribute()
    role = UnicodeAttribute()
    address = UnicodeAttribute()
    first_name = UnicodeAttribute()
    surname = UnicodeAttribute()
    secret_fingerprint = UnicodeAttribute()
    state = UnicodeAttribute(default="open")
    """`open`, `accepted` or `withdrawn`; an open one past `usable_until` is expired."""
    usable_until = MomentAttribute()
    invited_by = UnicodeAttribute()
    nominated_by = UnicodeAttribute(null=True)
    """The person_id of the educator who put them forward."""
    invited_at = MomentAttribute()
    sendings = NumberAttribute(default=1)
    sent_at = MomentAttribute()
    """When the newest link was made; the links before it no longer work."""
    notice_id = UnicodeAttribute()
    """The e-mail with the newest link."""
    import_id = UnicodeAttribute(null=True)
    """The import that made it, if it was one of several."""
    answers = JSONAttribute(null=True)
    """What was answered about the person: question id -> answer. Goes on to the membership, as do the two
    that follow."""
    school = UnicodeAttribute(null=True)
    cohort_id = UnicodeAttribute(null=True)
    has_place = BooleanAttribute(default=False)
    """Whether it counts as one of the mentees for whom its cohort has room."""
    opened_at = MomentAttribute(null=True)
    """When the page behind the newest link was first opened."""
    link_at = MomentAttribute(null=True)
    """Since when it can be used, as staff last sent it. Reminders are counted from then."""
    reminded = NumberAttribute(default=0)
    """How many reminders were sent since."""
    mail_problem = UnicodeAttribute(null=True)
    """Why the newest e-mail did not arrive: `bounced`, `bounced_for_now`, `complained` or `rejected`."""
    accepted_at = MomentAttribute(null=True)
    accepted_by = UnicodeAttribute(null=True)
    withdrawn_at = MomentAttribute(null=True)


class Nominee(DirectoryItem, discriminator="nominee"):
    """That an educator put somebody forward: pk `NOMINATED#<programme_id>#<educator_id>`, sk
    `NOMINEE#<invitation_id>`. In `listing` as `NOMINEES#<programme_id>` until a coordinator has decided, by
    when they were put forward. What became of an invitation is on the invitation."""

    invitation_id = UnicodeAttribute()
    """Of the invitation that they get, or would get."""
    programme_id = UnicodeAttribute()
    educator_id = UnicodeAttribute()
    educator_name = UnicodeAttribute()
    first_name = UnicodeAttribute()
    surname = UnicodeAttribute()
    address = UnicodeAttribute()
    school = UnicodeAttribute(null=True)
    answers = JSONAttribute(null=True)
    """What was answered about them: question id -> answer."""
    cohort_id = UnicodeAttribute(null=True)
    nominated_at = MomentAttribute()
    state = UnicodeAttribute(default="waiting")
    """`waiting` → `invited` or `declined`."""
    decided_by = UnicodeAttribute(null=True)
    decided_at = MomentAttribute(null=True)


def invitation_key(invitation_id: str) -> tuple[str, str]:
    return f"INVITATION#{invitation_id}", "INVITATION"


INVITATIONS_DUE = "INVITATIONS"
"""The `due` queue of open invitations."""


def nominee_key(programme_id: str, educator_id: str, invitation_id: str) -> tuple[str, str]:
    """With an empty `invitation_id` the sort key is what all of the educator's begin with."""
    return f"NOMINATED#{programme_id}#{educator_id}", f"NOMINEE#{invitation_id}"


def nominees_listing(programme_id: str) -> str:
    return f"NOMINEES#{programme_id}"


def invitations_listing(programme_id: str) -> str:
    return f"INVITATIONS#{programme_id}"
