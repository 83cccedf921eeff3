"""Who is invited, and how: the lines NU-1, CM-1 and ST-12 of real programmes, through the routes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread

import pytest

from shared.notices.mailer import Mailer
from shared.notices.sending import send_due
from shared.people.actions import invite_first_administrator
from shared.people.items import Membership, membership_key
from shared.people.permissions import Viewer
from shared.platform.clock import now
from shared.platform.tables import find
from shared.policies import Policy
from shared.policies.people import Eligibility, Question
from shared.programmes.actions import create_cohort
from shared.programmes.cohorts import cohort_of
from shared.programmes.items import Place, place_key
from tests.fake_mailer import FakeMailer
from tests.functions.web.browser import Browser
from tests.functions.web.with_accounts import a_pool, mailed, signed_in
from tests.shared.people.builders import GOOD_PASSWORD, a_policy, a_programme, join

OUTREACH = [
    Question(
        id="year_group",
        asked_of="mentee",
        words="Which year are they in?",
        choices=["Year 12", "Year 13"],
        accepts=["Year 13"],
        refusal="The programme is for students in year 13.",
    ),
    Question(
        id="current_student",
        asked_of="mentor",
        words="Are they a student of the university now?",
        kind="yes_no",
        accepts=["yes"],
        refusal="Mentors are current students of the university.",
    ),
]
COLLEGE = [
    Question(
        id="course",
        asked_of="mentee",
        words="Which course are they on?",
        choices=["Access to higher education", "GCSEs for adults", "Another course"],
        accepts=["Access to higher education", "GCSEs for adults"],
        refusal="The pilot is for adults on one of the college's courses for returners.",
    ),
    Question(
        id="years_out",
        asked_of="mentee",
        words="How many years were they out of study before this course?",
        kind="number",
        least=2,
        refusal="The pilot is for people who were out of study for two years or more.",
    ),
    Question(
        id="aims_higher",
        asked_of="mentee",
        words="Do they aim for higher education?",
        kind="yes_no",
        accepts=["yes"],
        refusal="The pilot is for people who aim for higher education.",
    ),
]


@dataclass(frozen=True)
class Programme:
    """A programme and its first administrator, signed in."""

    programme_id: str
    administrator: Viewer
    browser: Browser

    @property
    def people(self) -> str:
        return f"/programmes/{self.programme_id}/people"

    def invites(self, first_name: str, *, role: str = "mentee", **fields: str) -> Browser:
        """Sends the form as the page gives it; the browser holds the answer."""
        self.browser.get(f"{self.people}/invite?role={role}&cohort_id={fields.get('cohort_id', '')}")
        self.browser.post(
            f"{self.people}/invitations",
            role=role,
            first_name=first_name,
            surname="Mackay",
            address=address_of(first_name),
            **fields,
        )
        return self.browser


def address_of(first_name: str) -> str:
    return f"{first_name.lower()}@example.org"


def asking(*questions: Question) -> Policy:
    return a_policy().model_copy(update={"eligibility": Eligibility(questions=list(questions))})


def programme_with(policy: Policy) -> Programme:
    programme_id = a_programme(policy=policy)
    with a_pool() as accounts:
        invitation = invite_first_administrator(
            programme_id, first_name="Agnes", surname="Sinclair", address="agnes@example.org", now=now()
        )
        administrator = join(invitation, "agnes", accounts=accounts, now=now())
        return Programme(programme_id, administrator, signed_in("agnes"))
