"""What is stored of people, in the Directory table: who they are, in which roles, and how they sign in.

A person's account, memberships and sessions are one item collection whose sort keys begin with `ACCOUNT`, so
that who is asking costs one Query. Secrets (session, password link) are stored as fingerprints.
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


def password_link_key(link_id: str) -> tuple[str, str]:
    return f"PASSWORD_LINK#{link_id}", "PASSWORD_LINK"


def rate_key(what: str, who_fingerprint: str, window: datetime) -> tuple[str, str]:
    return f"RATE#{what}#{who_fingerprint}", f"RATE#{window:%Y%m%dT%H%M%S}"


def forms_due(programme_id: str) -> str:
    """The `due` queue of those for whose answers forms wait."""
    return f"FORMS#{programme_id}"


def roll(programme_id: str, role: str) -> str:
    """The `listing` that a membership stands in."""
    return f"STAFF#{programme_id}" if role in STAFF_ROLES else f"PEOPLE#{programme_id}#{role}"


def roll_order(surname: str, first_name: str, role: str, person_id: str) -> str:
    return f"{surname.casefold()}#{first_name.casefold()}#{role}#{person_id}"
