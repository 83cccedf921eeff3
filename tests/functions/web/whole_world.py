"""A programme with something of everything in it, and somebody for every route that changes something."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from functions.web.access import session_cookie
from functions.web.routing import Route
from shared.consents.answering import Said, answer_for_oneself
from shared.consents.needs import say_needs
from shared.conversations.actions import check_message
from shared.conversations.steps import load_pair
from shared.endings.introductions import offer_introduction
from shared.endings.items import payment_id_of
from shared.endings.payments import add_payment
from shared.filtering import check
from shared.moderation.actions import deliver
from shared.people.actions import begin_list, invite_first_administrator, record_vetting
from shared.people.actions.sessions import start_session
from shared.people.educators import nominate
from shared.people.permissions import Role
from shared.people.vetting import Given
from shared.platform.clock import now
from shared.platform.tables import transaction
from shared.programmes.actions import RunningProgramme
from shared.relationship.goals import Words, add_goal, add_task
from shared.relationship.not_working import not_working, say_not_working
from shared.safeguarding.concerns.acting import Done, record_act
from shared.safeguarding.items import STEPS_PREFIX, NextStep, step_key
from shared.silence.actions import look_for_silence
from shared.spot_checks.drawing import draw_week
from tests.builders.conversations import WITH_A_NUMBER, TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person, also_in
from tests.builders.policies import a_policy
from tests.builders.programmes import a_cohort, a_programme
from tests.builders.safeguarding import a_concern
from tests.roles import who_is_also
from tests.shared.lab.builders import drafts_a_rule
from tests.shared.matching.builders import a_suggestion
from tests.shared.meetings.builders import arranged
from tests.shared.moderation.builders import a_held_message
from tests.shared.nudges.builders import a_stop_link
from tests.shared.spot_checks.builders import a_conversation, open_checks

from .browser import Browser, Program
from .every_change import PLAUSIBLE
from .with_accounts import mailed

OF_THE_MENTOR = ("/feedback", "/suggest/{resource_id}", "/introductions")
"""Ends of the paths of routes for a mentor alone."""
OF_THE_MENTEE = ("/silences/", "/school", "/consents", "/needs/", "/wishes")
"""In the paths of routes that are about a mentee."""


@dataclass(frozen=True)
class World:
    """A programme with something of everything in it, and somebody for every route."""

    ids: dict[str, str]
    links: dict[str, str]
    mentee: Someone
    mentor: Someone
    lead: Someone
    educator: Someone
    sessions: dict[str, str]

    def path(self, route: Route, **other: str) -> str:
        ids = self.ids | other
        kind = route.path.split("/")[1]
        if kind in self.links and "token" not in other:
            ids["token"] = self.links[kind].rpartition("/")[2]
        if kind == "moderation" and "message_id" not in other:
            ids["message_id"] = self.ids["held_id"]
        of_the_mentee = any(part in route.path for part in OF_THE_MENTEE)
        if of_the_mentee and "person_id" not in other:
            ids["person_id"] = self.mentee.person_id
        if kind == "decision-checks" and "check_id" not in other:
            ids["check_id"] = self.ids["decision_check_id"]
        return re.sub(r"\{(\w+)\}", lambda found: ids[found.group(1)], route.path)

    def session(self, route: Route) -> str:
        """Of somebody whom the route is for; empty where nobody needs to be signed in."""
        if not route.who.must_be_signed_in:
            return ""
        others = {"staff": self.lead, "educator": self.educator}
        participant = self.mentor if route.path.endswith(OF_THE_MENTOR) else self.mentee
        someone = others.get(route.who.name, participant)
        if someone.person_id not in self.sessions:
            self.sessions[someone.person_id] = start_session(someone.person_id, now=now())
        return self.sessions[someone.person_id]

    def browser(self, route: Route) -> Browser:
        """One that shows a page of ours, so that it has a form's token."""
        browser = Browser()
        if session := self.session(route):
            browser.cookies[session_cookie()] = session
        browser.get("/account" if session else "/sign-in")
        return browser

    def program(self, route: Route) -> Program:
        return Program(self.session(route))


MEETINGS = {
    "kinds": ["video"],
    "window": {"days": {"sunday": {"opens": "08:00", "closes": "12:00"}}, "bank_holidays": "none"},
    "outside_window_with_reason": True,
    "link_hosts": ["teams.microsoft.com"],
    "recording": {"purposes": [PLAUSIBLE["purpose"]], "storage": [PLAUSIBLE["storage"]]},
}


def a_world() -> World:
    policy = a_policy(
        delivery={"entered_for_mentees": ["telephone"], "methods": ["message", "telephone", "video"]},
        meetings=MEETINGS,
        consents={"purposes": [FEEDBACK]},
        needs={"kinds": ["device"]},
        vetting={"checks": [{"id": "dbs", "name": "Enhanced DBS"}]},
        relationship={
            "agreement": {"boundaries": ["We write only here."]},
            "diary": ["What did you do?"],
            "skills": ["I can ask for help."],
            "logged_ways": ["Telephone"],
        },
        endings={
            "introductions": True,
            "mentee_review": ["What came of it?"],
            "reports": [{"asked_of": "mentee", "questions": ["What did you do?"]}],
        },
        evaluation={"forms": [A_FORM]},
    )
    ours = a_programme("Routes into Medicine", policy=policy)
    may_meet: dict[str, Any] = {"methods": {"message", "video"}}
    mentor, mentee = a_person(Role.MENTOR, ours, **may_meet), a_person(Role.MENTEE, ours, **may_meet)
    pair = a_pair(ours, mentor=mentor, mentee=mentee)
    lead = a_person(Role.SAFEGUARDING_LEAD, programme=ours)
    also_in(ours, lead, role=Role.ADMINISTRATOR)
    invitation = invite_first_administrator(
        ours.programme_id, first_name="Agnes", surname="Sinclair", address="agnes@example.org", now=now()
    )
    educator = a_person(Role.EDUCATOR, ours)
    drafts_a_rule(lead, now=now())
    a_silence_of(pair)
    a_parent_is_asked(pair)
    browser = Browser()
    concern_id = a_concern(pair).concern_id
    cohort_id = a_cohort(ours)
    browser.get("/forgotten-password")
    browser.post("/forgotten-password", name=pair.mentee.username)
    browser.get(mailed("invitation", "agnes@example.org"))  # noted the first time
    return World(
        ids={
            "programme_id": ours.programme_id,
            "pair_id": pair.pair_id,
            "message_id": a_message(pair, state="returned", text=WITH_A_NUMBER).message_id,
            "held_id": a_message(pair, state="held", text=WITH_A_NUMBER).message_id,
            "concern_id": concern_id,
            "step_id": a_step(lead, concern_id),
            "person_id": pair.mentor.person_id,
            "invitation_id": invitation.invitation_id,
            "backtest_id": "0" * 32,
            "import_id": a_list(ours),
            "record_id": a_vetting_record(lead, pair.mentor),
            "cohort_id": cohort_id,
            "suggestion_id": a_suggestion(ours, cohort_id)[0],
            "need": "device",
            "educator_id": educator.person_id,
            "nominee_id": a_nominee(educator),
            **a_goal(pair),
            "offer_id": an_offer(pair),
            "payment_id": a_payment(pair),
            "ask_id": somebody_says_it_is_not_working(pair),
            "meeting_id": arranged(pair, (PLAUSIBLE["day_1"], "09:00"), now=now()),
            "resource_id": "a-budget-that-works",
            "form_id": "beginning",
            **checks_to_read(ours),
        },
        links={
            "join": mailed("invitation", "agnes@example.org"),
            "password": mailed("password_link", pair.mentee.address),
            "consent": mailed("parent_asked", "samira.yusuf@example.org"),
            "reminders": a_stop_link(pair.mentee),
        },
        mentee=pair.mentee,
        mentor=pair.mentor,
        lead=lead,
        educator=educator,
        sessions={},
    )


def a_goal(pair: TwoWhoWrite) -> dict[str, str]:
    """A goal of the mentee's and a task, in the paths of routes that are about them."""
    message = add_goal(pair.mentee.viewer, pair.pair_id, Words("Pass my exam"), key="form-1", now=now())
    task = add_task(pair.mentee.viewer, pair.pair_id, Words("Bring an essay"), key="form-2", now=now())
    return {"goal_id": str(message.about_id), "what": "task", "item_id": str(task.about_id)}


def an_offer(pair: TwoWhoWrite) -> str:
    """The id of an introduction that the mentor has offered."""
    message = offer_introduction(
        pair.mentor.viewer, pair.pair_id, text="A friend could help.", key="form-1", now=now()
    )
    check_message(pair.pair_id, message.message_id, checker=check, now=now())
    return str(message.about_id)


def a_payment(pair: TwoWhoWrite) -> str:
    """The id of an honorarium that is payable to the mentor."""
    with transaction() as write:
        add_payment(write, load_pair(pair.pair_id), 100, now=now())
    return payment_id_of(None, pair.pair_id, pair.mentor.person_id)


def somebody_says_it_is_not_working(pair: TwoWhoWrite) -> str:
    say_not_working(pair.mentor.viewer, pair.pair_id, wish="talk", text="", key="form-1", now=now())
    return str(not_working(pair.mentor.viewer, pair.pair_id, now=now()).asked[0].id)


FEEDBACK = {
    "id": "feedback",
    "title": "Feedback",
    "words": "May we ask you how it went?",
    "parent": "always",
    "parent_words": "May we ask them how it went?",
}


A_FORM = {
    "id": "beginning",
    "title": "Where you are now",
    "asked_of": "mentee",
    "when": "start",
    "questions": [{"id": "sure", "words": "How sure are you?"}],
}


def a_parent_is_asked(pair: TwoWhoWrite) -> None:
    """The mentee has agreed to something that a parent is asked too, and lacks something."""
    said = Said({"feedback": "yes"}, parent_name="Samira", parent_address="samira.yusuf@example.org")
    answer_for_oneself(pair.mentee.viewer, pair.programme_id, said, now=now())
    say_needs(pair.mentee.viewer, pair.programme_id, ["device"], now=now())


def a_nominee(educator: Someone) -> str:
    """The id of somebody who was put forward, and on whom nobody has decided."""
    made = nominate(
        educator.viewer,
        educator.programme_id,
        first_name="Rory",
        surname="Mackay",
        address="rory.mackay@example.org",
        now=now(),
    )
    return made.invitation_id


def a_step(lead: Someone, concern_id: str) -> str:
    """The id of something that is to be done about a concern."""
    tomorrow = (now() + timedelta(days=1)).date().isoformat()
    done = Done("other", "I rang, and nobody answered.", next_step="Ring again", next_step_on=tomorrow)
    record_act(lead.viewer, concern_id, done, key="form-1", now=now())
    (step,) = NextStep.query(step_key(concern_id, "")[0], NextStep.sk.startswith(STEPS_PREFIX))
    return str(step.step_id)


def a_vetting_record(lead: Someone, mentor: Someone) -> str:
    given = Given("dbs", "2026-11-01", number="001234567890", seen_by=lead.name)
    administrator = who_is_also(lead, Role.ADMINISTRATOR)
    return record_vetting(
        administrator, mentor.programme_id, mentor.person_id, given, key="form-1", now=now()
    )


def a_list(programme: RunningProgramme) -> str:
    """The id of a list that waits for its file."""
    coordinator = a_person(Role.COORDINATOR, programme, first_name="Nadia")
    return begin_list(coordinator.viewer, programme.programme_id, role="mentee", key="form-1", now=now())


def a_silence_of(pair: TwoWhoWrite) -> None:
    """The mentee has written nothing for weeks."""
    a_held_message(pair, now=now() - timedelta(days=12))
    look_for_silence(pair.programme_id, now=now())


def checks_to_read(programme: RunningProgramme) -> dict[str, str]:
    """The ids of a conversation, and of a decision, that wait to be read."""
    pair = a_conversation(programme)
    last_week = now() - timedelta(days=7)
    held = a_held_message(pair, now=last_week)
    moderator = a_person(Role.COORDINATOR, programme)
    deliver(moderator.viewer, pair.pair_id, held.message_id, wording=1, now=last_week)
    draw_week(programme.programme_id, now=now())
    ids = {one.of: one.check_id for one in open_checks(programme.programme_id)}
    return {"check_id": ids["conversations"], "decision_check_id": ids["decisions"]}
