"""What the demonstration programme holds. Runs in a process of its own, with the functions' environment.

Everything is done as people do it: everybody is invited and joins by the link in their e-mail, letters are
written and checked, one is held, one raises a concern. Only the clock is turned back, so that there is a
history to read.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from infra.local.demo_concerns import raise_some
from infra.local.demo_evaluation import ask_how_it_goes
from infra.local.demo_library import write_for_the_library
from infra.local.demo_matching import bring_together, say_what_would_suit
from infra.local.demo_people import MAIL_WITHIN, PASSWORD, Person, invite_to, join
from infra.local.demo_programmes import ANSWERS, make_the_others
from infra.local.demo_vetting import show_what_is_asked
from infra.local.sign_in import SignIn
from infra.trouble import Trouble
from shared.consents.answering import Said, answer_for_oneself
from shared.conversations.actions import check_message, write_message
from shared.filtering import check
from shared.notices.items import Notice, lane_due
from shared.nudges.by_hand import ask_after
from shared.people.actions import invite_first_administrator
from shared.people.permissions import Viewer
from shared.platform.clock import now
from shared.policies.presets import load_preset
from shared.programmes.actions import create_cohort, create_organisation, create_programme
from shared.programmes.rules import last_day
from shared.resources.suggesting import suggest
from shared.spot_checks.drawing import draw_week

PRESET = "national-stem"
LETTERS = Path(__file__).parent / "letters.yaml"
NAME = "Routes into Engineering"

OWEN = Person("Owen", "Hughes", "administrator")
PRIYA = Person("Priya", "Nair", "coordinator")
MORAG = Person("Morag", "Sinclair", "safeguarding_lead")
BRONWEN = Person("Bronwen", "Pugh", "deputy")
GRACE = Person("Grace", "Okafor", "regional_manager")
CALLUM = Person("Callum", "Reid", "mentor")
HANNAH = Person("Hannah", "Osei", "mentor")
AMINA = Person("Amina", "Yusuf", "mentee")
JAMIE = Person("Jamie", "Kerr", "mentee")
ROSA = Person("Rosa", "Lindqvist", "mentee")
INVITED_BY_OWEN = (PRIYA, MORAG, BRONWEN, GRACE, CALLUM, HANNAH, AMINA, JAMIE, ROSA)


def fill() -> list[SignIn]:
    """Fill an empty stack and give everyone who can sign in to it."""
    start = now() - timedelta(days=10)
    programme_id = _programme(start)
    cohort_id = create_cohort(
        programme_id,
        "Autumn",
        starts_on=start.date(),
        ends_on=last_day(start.date(), weeks=10),
        now=start,
    )
    viewers, owen_session = _people(programme_id, cohort_id)
    for person in INVITED_BY_OWEN:
        if person.role in ANSWERS:
            _agree(viewers[person.username], programme_id, is_mentee=person.role == "mentee", at=start)
    for person, days in ((CALLUM, 400), (HANNAH, 20)):
        show_what_is_asked(
            viewers[PRIYA.username],
            programme_id,
            viewers[person.username],
            now=start,
            check_ends_in=days,
        )
    for two in ((CALLUM, AMINA), (HANNAH, JAMIE)):
        mentor, mentee = (viewers[one.username] for one in two)
        say_what_would_suit(mentor, mentee, programme_id, now=start)
    pairs: dict[str, str] = {}
    for one in yaml.safe_load(LETTERS.read_text()):
        mentor, mentee = (viewers[username] for username in one["pair"])
        pair_id = bring_together(
            viewers[PRIYA.username],
            programme_id,
            cohort_id,
            mentor,
            mentee,
            key="-".join(one["pair"]),
            now=start,
        )
        pairs[one["pair"][1]] = pair_id
        for letter in one["letters"]:
            _write(viewers[letter["from"]], pair_id, letter)
        if AMINA.username in one["pair"]:  # who has been waited for since the day before yesterday
            ask_after(viewers[PRIYA.username], pair_id, "mentee", now=now() - timedelta(days=1))
    write_for_the_library(viewers[PRIYA.username], programme_id, at=start + timedelta(days=1))
    raise_some(
        programme_id,
        viewers[MORAG.username],
        jamie=viewers[JAMIE.username],
        amina=viewers[AMINA.username],
        now=now(),
    )
    ask_how_it_goes(
        viewers[PRIYA.username],
        programme_id,
        cohort_id,
        answers=(viewers[JAMIE.username], pairs[JAMIE.username]),
        at=now(),
    )
    draw_week(programme_id, now=now())
    others = make_the_others(owen_session, programme_id, start=start)
    _until_alerts_are_sent()
    return [SignIn(one.who, one.username, PASSWORD) for one in (OWEN, *INVITED_BY_OWEN, *others)]


def _programme(start: datetime) -> str:
    name = "Northfield Learning Trust"
    organisation_id = create_organisation(name, now=start)
    return create_programme(
        NAME,
        organisation_id=organisation_id,
        organisation_name=name,
        policy=load_preset(PRESET),
        now=start,
    )


def _agree(person: Viewer, programme_id: str, *, is_mentee: bool, at: datetime) -> None:
    """Somebody says yes to taking part. The mentees are sixteen, so that no parent is asked."""
    birthday = (at - timedelta(days=16 * 366)).date()
    said = Said({"taking_part": "yes", "feedback": "yes"}, born_on=birthday if is_mentee else None)
    answer_for_oneself(person, programme_id, said, now=at)


def _people(programme_id: str, cohort_id: str) -> tuple[dict[str, Viewer], str]:
    """Everybody invited, and joined by the link in the e-mail they were sent, by username; and the
    administrator's session."""
    invite_first_administrator(
        programme_id, first_name=OWEN.first_name, surname=OWEN.surname, address=OWEN.address, now=now()
    )
    session, owen = join(OWEN, PRESET, NAME)
    for person in INVITED_BY_OWEN:
        invite_to(programme_id, owen, person, cohort_id, ANSWERS)
    joined = {person.username: join(person, PRESET, NAME)[1] for person in INVITED_BY_OWEN}
    return {OWEN.username: owen} | joined, session


def _until_alerts_are_sent() -> None:
    """So that whoever looks round next finds in their inbox what they caused themselves."""
    deadline = time.monotonic() + MAIL_WITHIN
    while list(Notice.by_due.query(lane_due("alert"), limit=1)):
        if time.monotonic() > deadline:
            raise Trouble(f"An alert was not sent within {MAIL_WITHIN:.0f} seconds.")
        time.sleep(0.25)


def _write(writer: Viewer, pair_id: str, letter: dict[str, Any]) -> None:
    """A letter of so many days ago, checked then and there."""
    text, days_ago, piece = letter["text"], letter["days_ago"], letter.get("suggests")
    moment, key = now() - timedelta(days=days_ago), f"demo-{days_ago}"
    if piece:
        message = suggest(writer, pair_id, piece, words=text, key=key, now=moment)
    else:
        message = write_message(writer, pair_id, text=text, key=key, now=moment)
    check_message(pair_id, message.message_id, checker=check, now=moment + timedelta(seconds=2))
