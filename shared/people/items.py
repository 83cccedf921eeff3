"""What is stored of people, in the Directory table.

A person's account, memberships and sessions are one item collection whose sort keys begin with `ACCOUNT`, so
that who is asking costs one Query. Secrets (session, invitation, password link) are stored as fingerprints.
"""

from datetime import datetime

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)

from shared.platform.tables import DirectoryItem, MomentAttribute

from .asked import Asked, read_asked
from .leave import Leave
from .participation import Facts
from .vetting import kept
from .wishes import Wishes, read_wishes

ACCOUNT_PREFIX = "ACCOUNT"
STAFF_ROLES = ("coordinator", "safeguarding_lead", "deputy", "regional_manager", "administrator")


class Person(DirectoryItem, discriminator="person"):
    """pk `PERSON#<person_id>`, sk `ACCOUNT`. `epoch` counts up to end every session at once."""

    person_id = UnicodeAttribute()
    username = UnicodeAttribute()
    account_id = UnicodeAttribute()
    """The name of the account in Cognito, which keeps the password. It says nothing of the person."""
    address = UnicodeAttribute()
    """E-mail address, normalised. Shown to nobody but staff."""
    first_name = UnicodeAttribute()
    surname = UnicodeAttribute()
    status = UnicodeAttribute(default="active")
    """`active` or `suspended`."""
    epoch = NumberAttribute(default=0)
    created_at = MomentAttribute()


class Membership(DirectoryItem, discriminator="membership"):
    """One person's role in one programme: pk `PERSON#<person_id>`, sk `ACCOUNT#ROLE#<programme_id>#<role>`.

    In `listing` as `STAFF#<programme_id>` or `PEOPLE#<programme_id>#<role>`, by surname. Carries copies of
    the person's names and address so that a list, or whom to tell, is one Query. In `due` as
    `FORMS#<programme_id>` while a form waits for this person's answer, by when they are reminded next.
    """

    person_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    programme_name = UnicodeAttribute()
    role = UnicodeAttribute()
    first_name = UnicodeAttribute()
    surname = UnicodeAttribute()
    address = UnicodeAttribute()
    status = UnicodeAttribute(default="active")
    agreed_version = NumberAttribute()
    """The version of the ground rules this person agreed to."""
    agreed_at = MomentAttribute()
    """When they agreed to it."""
    first_agreed_at = MomentAttribute(null=True)
    """When they joined; empty for somebody who has agreed once only."""
    changed_by = UnicodeAttribute(null=True)
    """Who last suspended or reinstated this person here."""
    changed_at = MomentAttribute(null=True)
    away_from = UnicodeAttribute(null=True)
    """ISO date, the first day on which this person of the staff is away. The same in each of their roles."""
    away_until = UnicodeAttribute(null=True)
    """ISO date, the last day away."""
    stand_in = UnicodeAttribute(null=True)
    """The person_id of who is told of concerns instead."""
    vetted_until = UnicodeAttribute(null=True)
    """Of a mentor: ISO date, the last day on which everything that the policy asks counts. Empty for never
    cleared. Reckoned from the records whenever one of them changes."""
    vetted_for = UnicodeAttribute(null=True)
    """The mark of what was asked when that was reckoned: see `participation.print_of`."""
    vetting_told = UnicodeAttribute(null=True)
    """Which end, and which reminder of it, this mentor and the staff were told of last."""
    shown = JSONAttribute(null=True)
    """The records that it was reckoned from: see `vetting.as_kept`. When something else is asked, it is
    reckoned from them on the spot."""
    leave = JSONAttribute(null=True)
    """What they, and a parent or carer, have said: see `leave.Leave`, which reckons what is in force."""
    cohort_id = UnicodeAttribute(null=True)
    """The cohort somebody is in; of a mentor who goes on from one to the next, the newest. Every cohort they
    are in has a `shared.programmes.items.Place` for them besides."""
    answers = JSONAttribute(null=True)
    """What was answered about them before they came in: question id -> answer."""
    methods = UnicodeSetAttribute(null=True)
    """The ways of being in touch that this person chose."""
    paired_at = MomentAttribute(null=True)
    """When they were last brought together with somebody."""
    nominated_by = UnicodeAttribute(null=True)
    """The person_id of the educator who put them forward, and is got in touch with about them."""
    about_me = UnicodeAttribute(null=True)
    """What a mentor tells their mentees of themselves. It has passed the filter."""
    school = UnicodeAttribute(null=True)
    """Shown to nobody but staff."""
    wishes = JSONAttribute(null=True)
    """What they would like in being matched, as `wishes.stored_wishes` has it."""
    forms = JSONAttribute(null=True)
    """The forms of the evaluation they were asked, as `asked.stored_asked` has it."""
    supporter_id = UnicodeAttribute(null=True)
    """Of a mentor: who of the staff is there for them, where it is somebody else than for their cohort."""
    supporter_name = UnicodeAttribute(null=True)

    @property
    def joined_at(self) -> datetime:
        """Nobody joins without agreeing to the ground rules."""
        return self.first_agreed_at or self.agreed_at

    @property
    def facts(self) -> Facts:
        """What decides whether this person takes part."""
        return Facts(
            self.first_name,
            self.status,
            self.vetted_until or "",
            self.vetted_for or "",
            Leave.stored(self.leave or {}),
            frozenset(self.methods or ()),
            kept(self.shown or ()),
        )

    @property
    def wished(self) -> Wishes:
        """What they would like in being matched; nothing where they have not said."""
        return read_wishes(self.wishes)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The forms they were asked."""
        return read_asked(self.forms)


class VettingRecord(DirectoryItem, discriminator="vetting_record"):
    """Something that a mentor has shown, or that an earlier record no longer counts: pk
    `PERSON#<person_id>`, sk `VETTING#<programme_id>#<record_id>`.

    Written once, together with what follows from it on the membership; never changed. What puts another right
    or withdraws it has an id derived from that other's, so that only one can.
    """

    record_id = UnicodeAttribute()
    person_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    what = UnicodeAttribute()
    """Its id in the policy."""
    of_kind = UnicodeAttribute()
    """`step`, `check` or `training`."""
    name = UnicodeAttribute()
    """What the policy called it at the time."""
    on = UnicodeAttribute()
    """ISO date: when a step was passed, a check issued, a training held."""
    ends_on = UnicodeAttribute(null=True)
    minutes = NumberAttribute(default=0)
    number = UnicodeAttribute(null=True)
    seen_by = UnicodeAttribute(null=True)
    follows = UnicodeAttribute(null=True)
    """The record_id that this one takes the place of."""
    is_withdrawal = BooleanAttribute(default=False)
    reason = UnicodeAttribute(null=True)
    """Why the one before was put right or withdrawn."""
    recorded_by = UnicodeAttribute()
    recorded_by_name = UnicodeAttribute()
    recorded_at = MomentAttribute()


class Agreement(DirectoryItem, discriminator="agreement"):
    """That somebody agreed to one version of the ground rules: pk `PERSON#<person_id>`, sk
    `AGREED#<programme_id>#<role>#<version:06>`. Never changed."""

    person_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    role = UnicodeAttribute()
    rules_version = NumberAttribute()
    at = MomentAttribute()


class Session(DirectoryItem, discriminator="session"):
    """pk `PERSON#<person_id>`, sk `ACCOUNT#SESSION#<fingerprint>`. Void when the person's epoch moved on."""

    person_id = UnicodeAttribute()
    epoch = NumberAttribute()
    created_at = MomentAttribute()
    seen_at = MomentAttribute()


class Username(DirectoryItem, discriminator="username"):
    """pk `USERNAME#<username>`, sk `USERNAME`. Makes a username one person's."""

    person_id = UnicodeAttribute()
    account_id = UnicodeAttribute()


class Address(DirectoryItem, discriminator="address"):
    """pk `ADDRESS#<fingerprint of the address>`, sk `ADDRESS`. Makes an e-mail address one person's."""

    person_id = UnicodeAttribute()


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


class PasswordLink(DirectoryItem, discriminator="password_link"):
    """pk `PASSWORD_LINK#<link_id>`, sk `PASSWORD_LINK`. Gone from the table after `expires_at`."""

    link_id = UnicodeAttribute()
    person_id = UnicodeAttribute()
    secret_fingerprint = UnicodeAttribute()
    epoch = NumberAttribute()
    """The person's epoch when the link was made. Once a password was set, every other link is void."""
    used = BooleanAttribute(default=False)
    usable_until = MomentAttribute()


class RateCount(DirectoryItem, discriminator="rate_count"):
    """pk `RATE#<what>#<fingerprint of who>`, sk `RATE#<window start>`. Counts tries in one window of time."""

    tries = NumberAttribute(default=0)


class Import(DirectoryItem, discriminator="import"):
    """A list of people to be invited, all to one role: pk `IMPORT#<import_id>`, sk `IMPORT`.

    In `listing` as `IMPORTS#<programme_id>`; in `due` as `IMPORTS` while there is something to do, by when it
    has stood still for too long or may go on. Gone after 30 days, its pieces too.
    """

    import_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    role = UnicodeAttribute()
    cohort_id = UnicodeAttribute(null=True)
    state = UnicodeAttribute(default="queued")
    """`awaiting` its file → `queued` → `running` → `checked`; then, when staff say so, `queued` → `running` →
    `done`. Written as `queued` it wakes the function that works on it. `refused`: the file cannot be used;
    `stopped`: it did not get on."""
    phase = UnicodeAttribute(default="invite")
    """What is being done: `check` or `invite`."""
    is_file = BooleanAttribute(default=False)
    file_tag = UnicodeAttribute(null=True)
    """The file's tag as it was first read: another file in its place is noticed."""
    asks = JSONAttribute(null=True)
    """The questions that the rows are checked by, as they were when the list was begun."""
    unused = JSONAttribute(null=True)
    """Headings of columns that mean nothing here."""
    problem = UnicodeAttribute(null=True)
    """Why it was refused, or stopped, in a sentence."""
    rows = NumberAttribute(attr_name="row_count", default=0)
    """In the whole list."""
    checked = NumberAttribute(default=0)
    """Rows checked so far."""
    good = NumberAttribute(default=0)
    known = NumberAttribute(default=0)
    """Rows of people who were invited, or had joined, before: left out."""
    bad = NumberAttribute(default=0)
    """Rows in which something is to be put right."""
    pieces = NumberAttribute(default=0)
    piece = NumberAttribute(default=0)
    """The piece that is next."""
    offset = NumberAttribute(default=0)
    """How many people of the next piece have had their turn."""
    tried = NumberAttribute(default=0)
    """Good rows that have had their turn to be invited."""
    invited = NumberAttribute(default=0)
    left = NumberAttribute(default=0)
    """Good rows that could not be invited when it was their turn."""
    minute_at = MomentAttribute(null=True)
    """When the minute began in which it is inviting."""
    in_minute = NumberAttribute(default=0)
    """How many have had their turn in this minute. What was not used of earlier ones is not made up for."""
    wakings = NumberAttribute(default=0)
    """How often the sweep woke it in vain."""
    done_at = MomentAttribute(null=True)
    invited_by = UnicodeAttribute()
    created_at = MomentAttribute()


class ImportPiece(DirectoryItem, discriminator="import_piece"):
    """Some of a list's good rows: pk `IMPORT#<import_id>`, sk `PIECE#<number>`."""

    people = JSONAttribute()
    """List of mappings with line, first_name, surname, address, school, answers."""


class ImportLeft(DirectoryItem, discriminator="import_left"):
    """Rows of a list that were not invited: pk `IMPORT#<import_id>`, sk `LEFT#<phase>#<piece>#<offset>`."""

    people = JSONAttribute()
    """List of mappings with line, cells (as they were written, in the order of the columns) and problems:
    pairs of column and reason."""


def person_key(person_id: str) -> tuple[str, str]:
    return f"PERSON#{person_id}", ACCOUNT_PREFIX


def membership_key(person_id: str, programme_id: str, role: str) -> tuple[str, str]:
    return f"PERSON#{person_id}", f"{ACCOUNT_PREFIX}#ROLE#{programme_id}#{role}"


VETTING_PREFIX = "VETTING#"


def vetting_key(person_id: str, programme_id: str, record_id: str) -> tuple[str, str]:
    """With an empty `record_id` the sort key is what all those of the programme begin with."""
    return f"PERSON#{person_id}", f"{VETTING_PREFIX}{programme_id}#{record_id}"


def agreement_key(person_id: str, programme_id: str, role: str, rules_version: int) -> tuple[str, str]:
    return f"PERSON#{person_id}", f"AGREED#{programme_id}#{role}#{rules_version:06}"


def session_key(person_id: str, fingerprint: str) -> tuple[str, str]:
    return f"PERSON#{person_id}", f"{ACCOUNT_PREFIX}#SESSION#{fingerprint}"


def username_key(username: str) -> tuple[str, str]:
    return f"USERNAME#{username}", "USERNAME"


def address_key(address_fingerprint: str) -> tuple[str, str]:
    return f"ADDRESS#{address_fingerprint}", "ADDRESS"


def invitation_key(invitation_id: str) -> tuple[str, str]:
    return f"INVITATION#{invitation_id}", "INVITATION"


INVITATIONS_DUE = "INVITATIONS"
"""The `due` queue of open invitations."""


def nominee_key(programme_id: str, educator_id: str, invitation_id: str) -> tuple[str, str]:
    """With an empty `invitation_id` the sort key is what all of the educator's begin with."""
    return f"NOMINATED#{programme_id}#{educator_id}", f"NOMINEE#{invitation_id}"


def nominees_listing(programme_id: str) -> str:
    return f"NOMINEES#{programme_id}"


def password_link_key(link_id: str) -> tuple[str, str]:
    return f"PASSWORD_LINK#{link_id}", "PASSWORD_LINK"


def rate_key(what: str, who_fingerprint: str, window: datetime) -> tuple[str, str]:
    return f"RATE#{what}#{who_fingerprint}", f"RATE#{window:%Y%m%dT%H%M%S}"


IMPORTS_DUE = "IMPORTS"
"""The `due` queue of imports not yet done."""


def import_key(import_id: str) -> tuple[str, str]:
    return f"IMPORT#{import_id}", "IMPORT"


def piece_key(import_id: str, piece: int) -> tuple[str, str]:
    return f"IMPORT#{import_id}", f"PIECE#{piece:06}"


LEFT_PREFIX = "LEFT#"


def left_key(import_id: str, phase: str, piece: int, offset: int = 0) -> tuple[str, str]:
    return f"IMPORT#{import_id}", f"{LEFT_PREFIX}{phase}#{piece:06}#{offset:03}"


def import_of_key(pk: str, sk: str) -> str:
    """Which import has this key; empty when it is something else's."""
    return pk.removeprefix("IMPORT#") if sk == "IMPORT" else ""


def forms_due(programme_id: str) -> str:
    """The `due` queue of those for whose answers forms wait."""
    return f"FORMS#{programme_id}"


def roll(programme_id: str, role: str) -> str:
    """The `listing` that a membership stands in."""
    return f"STAFF#{programme_id}" if role in STAFF_ROLES else f"PEOPLE#{programme_id}#{role}"


def roll_order(surname: str, first_name: str, role: str, person_id: str) -> str:
    return f"{surname.casefold()}#{first_name.casefold()}#{role}#{person_id}"


def invitations_listing(programme_id: str) -> str:
    return f"INVITATIONS#{programme_id}"


def imports_listing(programme_id: str) -> str:
    return f"IMPORTS#{programme_id}"
