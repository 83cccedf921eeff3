"""What tests begin with, stored as the areas store it. Each builder names only what matters to its test.

A test that says `a_pair()` gets a programme, a mentor and a mentee with it; one that cares who they are
builds them first and hands them in. Everything happened on MONDAY unless the test says otherwise.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.conversations.items import (
    HELD_DUE,
    PENDING_DUE,
    Message,
    Pair,
    PairOfPerson,
    checked_listing,
    checked_order,
    held_listing,
    held_order,
    message_key,
    pair_key,
    pair_of_person_key,
    pairs_listing,
    pairs_of_cohort,
)
from shared.conversations.steps import load_pair
from shared.notices.items import Notice, lane_due, notice_key
from shared.notices.rules import LANES, Template
from shared.people.actions import set_days_away
from shared.people.items import (
    Address,
    Membership,
    Person,
    Username,
    address_key,
    membership_key,
    person_key,
    roll,
    roll_order,
    username_key,
)
from shared.people.leave import Leave
from shared.people.participation import asks_something, print_of
from shared.people.permissions import Member, Role, Viewer
from shared.people.vetting import FOR_EVER
from shared.people.views import StaffMember
from shared.platform.clock import order
from shared.platform.ids import fingerprint, new_id
from shared.platform.tables import Item, is_new, transaction
from shared.policies import Policy
from shared.programmes.actions import (
    RunningProgramme,
    create_cohort,
    create_organisation,
    create_programme,
    load_programme,
)
from shared.programmes.items import Programme, programme_key
from shared.safeguarding.against import note_against
from shared.safeguarding.items import (
    CONCERNS_DUE,
    Concern,
    concern_key,
    concern_order,
    concerns_listing,
    of_person,
)

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A working day in term, at nine in the morning in London too."""

A_DAY = timedelta(days=1)
"""How soon what is held is to be read where a test does not say."""

SEVERITY_RANKS = {"none": 0, "low": 1, "medium": 2, "high": 3, "immediate": 4}

NAMES = {
    "mentee": ("Amina", "Yusuf"),
    "mentor": ("Callum", "Reid"),
    "coordinator": ("Priya", "Nair"),
    "safeguarding_lead": ("Morag", "Sinclair"),
    "deputy": ("Isla", "Grant"),
    "regional_manager": ("Ruth", "Adeyemi"),
    "administrator": ("Owen", "Hughes"),
    "educator": ("Nora", "Whitfield"),
}
"""Who somebody in a role is called when the test does not say."""

CLEAN = "Thank you for your letter. I liked hearing how you chose physics, and I have two questions about it."
WITH_A_NUMBER = "It would be easier to talk, so do give me a ring on 07700 900123 after school."
WORRIED = "I have not told anybody, but some nights I want to die and I do not know who to talk to."


@dataclass(frozen=True)
class Someone:
    """A person with one role in one programme."""

    person_id: str
    first_name: str
    surname: str
    address: str
    username: str
    programme_id: str
    programme_name: str
    role: Role

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.surname}"

    @property
    def viewer(self) -> Viewer:
        """This person as the one who is asking."""
        member = Member(self.programme_id, self.programme_name, self.role)
        return Viewer(self.person_id, self.first_name, self.surname, (member,))

    @property
    def staff(self) -> StaffMember:
        """This person as somebody to be told."""
        return StaffMember(self.person_id, self.first_name, self.name, self.address, self.role)


@dataclass(frozen=True)
class TwoWhoWrite:
    """A mentor, a mentee and their conversation."""

    pair_id: str
    programme: RunningProgramme
    mentor: Someone
    mentee: Someone

    @property
    def programme_id(self) -> str:
        return self.programme.programme_id


def a_policy(**changes: Any) -> Policy:
    """How a programme like these runs; `changes` replace whole parts."""
    parts: dict[str, Any] = {
        "ground_rules": {
            "version": 1,
            "mentee": [
                "Write as you would talk to a teacher you like.",
                "Keep telephone numbers to yourself.",
            ],
            "mentor": ["Write at least once a week.", "Pass on any worry the same day."],
            "staff": ["Read what is held within one working day."],
        },
        "help": [
            {
                "name": "Emergency services",
                "about": "If you or somebody else is in danger now.",
                "phone": "999",
                "emergency": True,
            },
            {
                "name": "Somebody to listen",
                "about": "Free, day and night.",
                "url": "https://help.example.org",
            },
        ],
        "moderation": {
            "mode": "filtered",
            "claim_minutes": 10,
            "hand_over_minutes": 60,
            "review_within": {
                severity: {"minutes": 24 * 60} for severity in ("low", "medium", "high", "immediate")
            },
            "leads_told_after": {"minutes": 120},
        },
        "escalation": {
            "ranks": [{"roles": ["safeguarding_lead"]}, {"roles": ["safeguarding_lead", "coordinator"]}],
            "acknowledge_within": {
                "low": {"minutes": 240},
                "medium": {"minutes": 120},
                "high": {"minutes": 30},
                "immediate": {"minutes": 10},
            },
        },
        "working_time": {
            "days": {
                day: {"opens": "09:00", "closes": "17:00"}
                for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
            },
        },
        "reply_promise": "within one working day",
    }
    return Policy.model_validate(parts | changes)


def an_own_rule(**changes: Any) -> dict[str, Any]:
    """A programme's own rule as its policy holds it: where two may not carry on talking."""
    rule: dict[str, Any] = {
        "id": "treehouse",
        "category": "offplatform",
        "severity": "medium",
        "phrases": ["the treehouse"],
        "unless": [],
        "sentence": "Please stay here rather than in the treehouse.",
        "note": "Our old forum, which nobody looks after any more.",
        "examples": ["Shall we carry on in the treehouse?"],
        "not_examples": ["We built a tree house in the garden."],
    }
    return rule | changes


def a_programme(
    name: str = "Career Ladders", *, policy: Policy | None = None, now: datetime = MONDAY
) -> RunningProgramme:
    """A running programme of an organisation of its own."""
    organisation = "Northfield Education Trust"
    programme_id = create_programme(
        name,
        organisation_id=create_organisation(organisation, now=now),
        organisation_name=organisation,
        policy=policy or a_policy(),
        now=now,
    )
    return load_programme(programme_id)


def a_cohort(programme: RunningProgramme, name: str = "Autumn 2026", *, now: datetime = MONDAY) -> str:
    """A cohort that is running; its id."""
    return create_cohort(
        programme.programme_id,
        name,
        starts_on=date(2026, 10, 5),
        ends_on=date(2026, 12, 18),
        now=now,
    )


def a_person(
    role: str,
    programme: RunningProgramme,
    *,
    first_name: str = "",
    surname: str = "",
    address: str = "",
    username: str = "",
    person_id: str = "",
    status: str = "active",
    now: datetime = MONDAY,
    **facts: Any,
) -> Someone:
    """Somebody with an account and a role in the programme. The same address twice is refused: two people of
    one role need two names. `facts` as for `also_in`."""
    usual = NAMES[role]
    first_name, surname = first_name or usual[0], surname or usual[1]
    handle = f"{first_name}.{surname}".casefold().replace(" ", "-")
    someone = Someone(
        person_id=person_id or new_id(now),
        first_name=first_name,
        surname=surname,
        address=address or f"{handle}@example.org",
        username=username or handle,
        programme_id=programme.programme_id,
        programme_name=programme.name,
        role=Role(role),
    )
    _first(
        Person(
            *person_key(someone.person_id),
            person_id=someone.person_id,
            username=someone.username,
            account_id=f"account-of-{someone.person_id}",
            address=someone.address,
            first_name=first_name,
            surname=surname,
            status=status,
            created_at=now,
        ),
        Username(
            *username_key(someone.username),
            person_id=someone.person_id,
            account_id=f"account-of-{someone.person_id}",
        ),
        Address(*address_key(fingerprint(someone.address)), person_id=someone.person_id),
    )
    also_in(programme, someone, role=role, status=status, now=now, **facts)
    return someone


def is_away(someone: Someone, *, stand_in: str = "", now: datetime = MONDAY) -> None:
    """They have noted that they are away this week."""
    first_day, last_day = now.date().isoformat(), (now.date() + timedelta(days=4)).isoformat()
    set_days_away(
        someone.viewer,
        someone.programme_id,
        someone.person_id,
        first_day=first_day,
        last_day=last_day,
        stand_in=stand_in,
        now=now,
    )


def also_in(
    programme: RunningProgramme,
    someone: Someone,
    *,
    role: str,
    status: str = "active",
    now: datetime = MONDAY,
    **facts: Any,
) -> None:
    """Gives somebody a role in a programme, be it their first or one more. Whatever its policy asks of them
    they have shown and agreed to, unless `facts` say otherwise: other attributes of the membership."""
    agreed = dict.fromkeys(
        (one.id for one in programme.policy.consents.purposes if role in one.asked_of), "yes"
    )
    ready: dict[str, Any] = {"leave": Leave(agreed, agreed).as_stored()} if agreed else {}
    if role == "mentor" and asks_something(programme.policy.vetting):
        ready |= {"vetted_until": FOR_EVER, "vetted_for": print_of(programme.policy.vetting)}
    _first(
        Membership(
            *membership_key(someone.person_id, programme.programme_id, role),
            person_id=someone.person_id,
            programme_id=programme.programme_id,
            programme_name=programme.name,
            role=role,
            first_name=someone.first_name,
            surname=someone.surname,
            address=someone.address,
            status=status,
            agreed_version=programme.policy.ground_rules.version,
            agreed_at=now,
            listing=roll(programme.programme_id, role),
            listing_order=roll_order(someone.surname, someone.first_name, role, someone.person_id),
            **(ready | facts),
        )
    )


def a_pair(
    programme: RunningProgramme | None = None,
    *,
    mentor: Someone | None = None,
    mentee: Someone | None = None,
    status: str = "active",
    agreed: bool = True,
    cohort_id: str = "",
    now: datetime = MONDAY,
) -> TwoWhoWrite:
    """A mentor and a mentee who can write to each other. `agreed`: to what their programme lets them agree
    to first."""
    programme = programme or a_programme(now=now)
    mentor = mentor or a_person("mentor", programme, now=now)
    mentee = mentee or a_person("mentee", programme, now=now)
    pair_id = new_id(now)
    _first(
        Pair(
            *pair_key(pair_id),
            pair_id=pair_id,
            programme_id=programme.programme_id,
            programme_name=programme.name,
            mentor_id=mentor.person_id,
            mentor_first_name=mentor.first_name,
            mentor_surname=mentor.surname,
            mentor_address=mentor.address,
            mentee_id=mentee.person_id,
            mentee_first_name=mentee.first_name,
            mentee_surname=mentee.surname,
            mentee_address=mentee.address,
            status=status,
            agreed=_both_agreed(programme, now) if agreed else None,
            created_at=now,
            listing=pairs_listing(programme.programme_id),
            listing_order=f"{order(now)}#{pair_id}",
            cohort_id=cohort_id or None,
            group=pairs_of_cohort(programme.programme_id, cohort_id),
            group_order=f"{order(now)}#{pair_id}",
        ),
        *(
            PairOfPerson(
                *pair_of_person_key(someone.person_id, pair_id),
                pair_id=pair_id,
                programme_id=programme.programme_id,
            )
            for someone in (mentor, mentee)
        ),
    )
    return TwoWhoWrite(pair_id, programme, mentor, mentee)


def put_in_cohort(pair: TwoWhoWrite, cohort_id: str) -> None:
    """The pair is one of the cohort from now on."""
    group = pairs_of_cohort(pair.programme_id, cohort_id)
    load_pair(pair.pair_id).update([Pair.cohort_id.set(cohort_id), Pair.group.set(group)])


def _both_agreed(programme: RunningProgramme, now: datetime) -> dict[str, Any]:
    asked = programme.policy.relationship.agreement
    said = {"version": asked.version, "at": order(now), "how_often": "", "when": [], "by": ""}
    return {"mentor": said, "mentee": said} if asked.is_asked else {}


def both_agree(pair_id: str, *, now: datetime = MONDAY) -> None:
    """The two agree how they will go about it, so that they may write."""
    pair = load_pair(pair_id)
    agreed = _both_agreed(load_programme(pair.programme_id), now)
    if agreed:
        pair.update([Pair.agreed.set(agreed)])


def a_message(
    pair: TwoWhoWrite,
    text: str = CLEAN,
    *,
    by: str = "mentee",
    state: str = "pending",
    severity: str = "none",
    message_id: str = "",
    now: datetime = MONDAY,
    **more: Any,
) -> Message:
    """A message of the pair in any state, in the indexes that belong to the state. `more` sets other
    attributes."""
    message_id = message_id or new_id(now)
    writer = pair.mentor if by == "mentor" else pair.mentee
    places: dict[str, Any] = {}
    if state == "pending":
        places = {"due": PENDING_DUE, "due_at": order(now)}
    elif state == "held":
        places = {
            "held_at": now,
            "due": HELD_DUE,
            "due_at": order(now + A_DAY),
            "review_by": now + A_DAY,
            "listing": held_listing(pair.programme_id),
            "listing_order": held_order(SEVERITY_RANKS[severity], order(now), message_id),
        }
    elif state in ("delivered", "returned", "declined"):
        places = {
            "checked_at": now,
            "listing": checked_listing(pair.programme_id),
            "listing_order": checked_order(order(now), message_id),
        }
    if state == "delivered":
        places["delivered_at"] = now
    message = Message(
        *message_key(pair.pair_id, message_id),
        message_id=message_id,
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        sender_id=writer.person_id,
        sender_role=by,
        sender_first_name=writer.first_name,
        text=text,
        state=state,
        severity=severity,
        written_at=now,
        thread_at=order(now),
        **(places | more),
    )
    _first(message)
    return message


def a_notice(
    template: Template = "new_message",
    *,
    to: Someone | None = None,
    state: str = "queued",
    notice_id: str = "",
    now: datetime = MONDAY,
    **more: Any,
) -> Notice:
    """An e-mail in any state, due at once while it is queued or being sent."""
    notice_id = notice_id or new_id(now)
    lane = LANES[template]
    values: dict[str, Any] = {
        "address": to.address if to else "amina.yusuf@example.org",
        "first_name": to.first_name if to else "Amina",
        "person_id": to.person_id if to else None,
        "programme_name": to.programme_name if to else "Career Ladders",
        "path": "/pairs/01jd3y",
        "expires_at": now + timedelta(days=30),
    }
    if state == "queued":
        values |= {"due": lane_due(lane), "due_at": order(now)}
    notice = Notice(
        *notice_key(notice_id),
        notice_id=notice_id,
        template=template,
        lane=lane,
        state=state,
        queued_at=now,
        **(values | more),
    )
    _first(notice)
    return notice


def a_concern(
    pair: TwoWhoWrite,
    words: str = WORRIED,
    *,
    severity: str = "high",
    state: str = "open",
    answer_within: timedelta = timedelta(minutes=30),
    concern_id: str = "",
    now: datetime = MONDAY,
    **more: Any,
) -> Concern:
    """A concern about the pair's mentee that the filter raised; due to be passed on while it is open."""
    concern_id = concern_id or new_id(now)
    values: dict[str, Any] = {"about_id": pair.mentee.person_id, "about_name": pair.mentee.name}
    if state == "open":
        values |= {"due": CONCERNS_DUE, "due_at": order(now + answer_within)}
    concern = Concern(
        *concern_key(concern_id),
        concern_id=concern_id,
        reference="C-7K3M9Q",
        programme_id=pair.programme_id,
        programme_name=pair.programme.name,
        raised_by="filter",
        raised_by_name="The filter",
        category="self_harm",
        severity=severity,
        state=state,
        raised_at=now,
        kept_from=[pair.mentee.person_id],
        pair_id=pair.pair_id,
        words=words,
        listing=concerns_listing(pair.programme_id, state),
        listing_order=concern_order(SEVERITY_RANKS[severity], order(now), concern_id),
        **(values | more),
    )
    _first(concern, *[one for one in (of_person(concern),) if one])
    with transaction() as write:
        note_against(write, concern)
    return concern


def _first(*items: Item) -> None:
    """Stores what must not be there yet."""
    for item in items:
        item.save(is_new(type(item)))


def with_a_broken_policy(programme: RunningProgramme) -> None:
    """The programme's policy becomes one that nobody can read."""
    item = Programme.get(*programme_key(programme.programme_id))
    item.policy = {"moderation": "whatever"}
    item.save()
