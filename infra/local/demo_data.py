"""What the demonstration programme holds. Runs in a process of its own, with the functions' environment.

Everything is done as people do it: everybody is invited and joins by the link in their e-mail, letters are written
and checked, one is held, one raises a concern. Only the clock is turned back, so that there is a history to read.
"""

from __future__ import annotations

import json
import os
import re
import time
import urllib.request
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from infra.local.sign_in import SignIn
from infra.trouble import Trouble
from shared.conversations.actions import check_message, pair_up, write_message
from shared.filtering import check
from shared.people.actions import accept_invitation, invite, invite_first_administrator, viewer_of
from shared.people.cognito import CognitoAccounts
from shared.people.permissions import Viewer
from shared.platform.clock import now
from shared.policies.presets import load_preset
from shared.programmes.actions import create_cohort, create_organisation, create_programme

PRESET = "national-stem"
PASSWORD = "harbour-lantern-42"  # noqa: S105 - the demonstration's, printed for whoever looks round
MAIL_WITHIN = 90.0
"""Seconds for an invitation to go through the stack, the first functions' cold start included."""


@dataclass(frozen=True)
class Person:
    """Somebody in the demonstration."""

    first_name: str
    surname: str
    role: str

    @property
    def username(self) -> str:
        return self.first_name.lower()

    @property
    def address(self) -> str:
        return f"{self.username}@example.org"

    @property
    def who(self) -> str:
        return f"{self.first_name} {self.surname}, {self.role.replace('_', ' ')}"


OWEN = Person("Owen", "Hughes", "administrator")
PRIYA = Person("Priya", "Nair", "coordinator")
MORAG = Person("Morag", "Sinclair", "safeguarding_lead")
CALLUM = Person("Callum", "Reid", "mentor")
HANNAH = Person("Hannah", "Osei", "mentor")
AMINA = Person("Amina", "Yusuf", "mentee")
JAMIE = Person("Jamie", "Kerr", "mentee")
ROSA = Person("Rosa", "Lindqvist", "mentee")
INVITED_BY_OWEN = (PRIYA, MORAG, CALLUM, HANNAH, AMINA, JAMIE, ROSA)

LETTERS: tuple[tuple[float, Person, str], ...] = (
    (
        9.1,
        CALLUM,
        "Hello Amina,\n\nI’m Callum. I design the parts of wind turbines that nobody sees, the gearbox and the bearings. "
        "At your age I wanted to be a vet, so I took the long way round.\n\nWhat made you put engineering down? And what "
        "would you rather be doing on a wet Tuesday than homework?\n\nCallum",
    ),
    (
        8.3,
        AMINA,
        "Hi Callum,\n\nI like taking things apart, I fixed our kettle and nobody died. I’m in S5 doing Higher maths, "
        "physics, graphic comms and English. Physics is my favourite but I’m not the best at it.\n\nOn a wet Tuesday I’d "
        "be climbing. Do you need really good grades to do what you do?",
    ),
    (
        6.2,
        CALLUM,
        "A kettle is a fine place to begin.\n\nYou need good enough grades in maths and physics, not perfect ones. I got "
        "a B in physics and repeated one module at university. What helped most was that I could explain what I’d built.\n\n"
        "Shall we make a list of what you’ve taken apart and put back? It’s a better start to an application than "
        "“I have always been passionate about”.",
    ),
    (
        4.4,
        AMINA,
        "ok so: kettle, my brother’s bike (gears), a hoover, half a laptop. The laptop is still in half. Is a graduate "
        "apprenticeship a real degree at the end?",
    ),
    (
        2.1,
        CALLUM,
        "It is a real degree, and you’re paid while you do it. The catch is that places are few and the closing dates come "
        "early, often before Christmas.\n\nFor next time: pick one thing from your list and write five lines about what was "
        "wrong, what you tried first, and what you’d do differently. I’ll tell you what an engineer would ask about it.",
    ),
)
"""Days ago, who, what."""

HELD = (
    0.15,
    HANNAH,
    JAMIE,
    "Thanks, that helps loads. Could I ask you stuff about the interview on the phone instead? I’m on 07700 900417 most "
    "evenings.",
)
WORRY = (
    0.05,
    HANNAH,
    ROSA,
    "Sorry I didn’t write. School’s been a lot and some days I just want to disappear and not wake up. I don’t really "
    "talk to anyone about it. Anyway here’s my personal statement plan.",
)


def fill() -> list[SignIn]:
    """Fill an empty stack and give everyone who can sign in to it."""
    start = now() - timedelta(days=10)
    programme_id = _programme(start)
    viewers = _people(programme_id)
    priya = viewers[PRIYA]
    cohort_id = create_cohort(
        programme_id,
        "Autumn 2026",
        starts_on=start.date(),
        ends_on=date.fromordinal(start.date().toordinal() + 70),
        now=start,
    )

    def pair(mentor: Person, mentee: Person) -> str:
        return pair_up(
            priya,
            programme_id,
            mentor_id=viewers[mentor].person_id,
            mentee_id=viewers[mentee].person_id,
            cohort_id=cohort_id,
            key=f"demo-{mentor.username}-{mentee.username}",
            now=start,
        )

    first = pair(CALLUM, AMINA)
    for days, writer, text in LETTERS:
        _write(viewers[writer], first, text, days)
    for days, mentor, mentee, text in (HELD, WORRY):
        pair_id = pair(mentor, mentee)
        _write(viewers[mentor], pair_id, _welcome(mentor, mentee), days + 1)
        _write(viewers[mentee], pair_id, text, days)
    return [SignIn(one.who, one.username, PASSWORD) for one in (OWEN, *INVITED_BY_OWEN)]


def _programme(start: datetime) -> str:
    name = "Northfield Learning Trust"
    organisation_id = create_organisation(name, now=start)
    return create_programme(
        "Routes into Engineering",
        organisation_id=organisation_id,
        organisation_name=name,
        policy=load_preset(PRESET),
        now=start,
    )


def _people(programme_id: str) -> dict[Person, Viewer]:
    """Everybody invited, and joined by the link in the e-mail they were sent."""
    invite_first_administrator(
        programme_id, first_name=OWEN.first_name, surname=OWEN.surname, address=OWEN.address, now=now()
    )
    viewers = {OWEN: _join(OWEN)}
    for person in INVITED_BY_OWEN:
        invite(
            viewers[OWEN],
            programme_id,
            role=person.role,
            first_name=person.first_name,
            surname=person.surname,
            address=person.address,
            now=now(),
        )
    return viewers | {person: _join(person) for person in INVITED_BY_OWEN}


def _join(person: Person) -> Viewer:
    token = accept_invitation(
        _link_sent_to(person.address),
        username=person.username,
        password=PASSWORD,
        agreed_version=load_preset(PRESET).ground_rules.version,
        accounts=CognitoAccounts(),
        now=now(),
    )
    viewer = viewer_of(token, now=now())
    assert viewer is not None
    return viewer


def _link_sent_to(address: str) -> str:
    """The token in the invitation that arrived for `address`."""
    deadline = time.monotonic() + MAIL_WITHIN
    while time.monotonic() < deadline:
        for mail in _mails():
            found = re.search(r"/join/([\w.-]+)", json.dumps(mail))
            if found and address in json.dumps(mail):
                return found.group(1)
        time.sleep(0.25)
    raise Trouble(f"No invitation arrived for {address} within {MAIL_WITHIN:.0f} seconds.")


def _mails() -> list[object]:
    """Every e-mail the emulator took for sending, whatever account it files them under."""
    with urllib.request.urlopen(
        os.environ["AWS_ENDPOINT_URL"] + "/_ministack/ses/messages", timeout=10
    ) as answer:
        filed = json.load(answer)
    return [mail for mails in filed.get("messages", filed).values() for mail in mails]


def _write(writer: Viewer, pair_id: str, text: str, days_ago: float) -> None:
    """A letter of so many days ago, checked then and there."""
    moment = now() - timedelta(days=days_ago)
    message = write_message(writer, pair_id, text=text, key=f"demo-{days_ago}", now=moment)
    check_message(pair_id, message.message_id, checker=check, now=moment + timedelta(seconds=2))


def _welcome(mentor: Person, mentee: Person) -> str:
    return (
        f"Hello {mentee.first_name},\n\nI’m {mentor.first_name}, I work in a laboratory that tests building materials. "
        "Mostly I break concrete for a living.\n\nTell me what you’re hoping to find out this term, and we’ll begin there."
    )
