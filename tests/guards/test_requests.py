"""What the main pages cost: one or two requests to the tables beyond the session's one. One that costs more
says here for what."""

from dataclasses import dataclass

import pytest

from shared.audit.linking import link_waiting
from shared.people.actions.sessions import start_session
from shared.people.educators import nominate
from shared.people.nominations import invite_nominee
from shared.people.permissions import Role
from shared.platform.clock import now
from shared.programmes.rules_version import rules_version
from tests.builders.conversations import a_message
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_cohort
from tests.builders.safeguarding import a_concern
from tests.functions.web.browser import Program
from tests.shared.audit.builders import recorded
from tests.shared.lab.builders import TREEHOUSE, drafts_a_rule, tried
from tests.shared.matching.builders import a_suggestion
from tests.shared.meetings.builders import ONLINE, a_day_ahead, arranged, two_who_meet
from tests.shared.people.counting import requests_made
from tests.shared.spot_checks.builders import a_conversation, the_check_of

SESSION = 1
COSTS = {
    ("mentee", "/"): 2,
    ("mentee", "/pairs/{pair_id}"): 3,  # one is for what the two have shown and agreed to
    ("mentee", "/pairs/{pair_id}/messages/{returned_id}"): 2,
    ("mentee", "/pairs/{pair_id}/meetings"): 3,  # likewise
    ("mentee", "/pairs/{pair_id}/meetings/{meeting_id}"): 2,
    ("mentee", "/pairs/{pair_id}/ending"): 3,  # one is for the programme, the cohort and the two
    ("mentee", "/pairs/{pair_id}/last-message"): 3,  # and where it is open, what speaks against it
    ("mentee", "/pairs/{pair_id}/forms"): 2,
    ("mentee", "/worry"): 4,  # whom they write with; who works there, and by the policy to whom it goes
    ("mentee", "/account"): 1,
    ("mentee", "/taking-part/{programme_id}/matching"): 1,
    ("mentee", "/help"): 1,
    ("mentee", "/how-this-works"): 1,
    ("mentee", "/library"): 2,  # the programme, what was read, and what the programme has of its own
    ("mentee", "/library/{programme_id}/a-budget-that-works"): 2,
    ("educator", "/"): 1,
    ("educator", "/programmes/{programme_id}/nominees"): 2,  # whom they put forward, and what became of each
    # those who wait, the questions that were asked, and the cohorts
    ("lead", "/programmes/{programme_id}/nominations"): 3,
    ("lead", "/"): 4,  # what is held, whose it is, the concerns, and whether the chain holds
    # what waits and the cohorts; what ends; invitations; the chain; held messages and whose they are;
    # concerns and what is to be done next; silences; spot checks; meetings
    ("lead", "/programmes/{programme_id}"): 11,
    ("lead", "/programmes/{programme_id}/cohorts"): 1,
    ("lead", "/programmes/{programme_id}/cohorts/{cohort_id}"): 2,
    # the policy, the pairs, and the meetings ahead
    ("lead", "/programmes/{programme_id}/cohorts/{cohort_id}/progress"): 3,
    ("lead", "/programmes/{programme_id}/cohorts/everybody/progress"): 3,
    ("lead", "/programmes/{programme_id}/cohorts/{cohort_id}/evaluation"): 2,
    ("lead", "/programmes/{programme_id}/cohorts/everybody/evaluation"): 2,
    ("coordinator", "/programmes/{programme_id}/cohorts/{cohort_id}/support"): 2,  # the staff to choose from
    ("lead", "/programmes/{programme_id}/library"): 2,  # the policy, and what the programme has of its own
    ("lead", "/programmes/{programme_id}/library/a-budget-that-works"): 2,
    ("lead", "/programmes/{programme_id}/chain"): 3,  # the policy, the staff, addresses that take no mail
    ("lead", "/programmes/{programme_id}/chain/change"): 3,  # the same
    ("lead", "/programmes/{programme_id}/chain/away"): 1,
    ("lead", "/programmes/{programme_id}/chain/test"): 1,  # and one for the e-mails, where there was a test
    ("lead", "/pairs/{pair_id}"): 4,  # the same, and one for recording that staff read it
    ("lead", "/pairs/{pair_id}/meetings/{meeting_id}"): 3,  # one is for recording that staff read it
    # the meetings, their pairs; the policy and who still coordinates
    ("lead", "/programmes/{programme_id}/meetings"): 3,
    ("lead", "/pairs/{pair_id}/ending"): 4,  # the same, and one for recording that staff read it
    ("lead", "/programmes/{programme_id}/endings"): 2,  # and one for the pairs of the page
    ("coordinator", "/programmes/{programme_id}/payments"): 1,
    ("lead", "/programmes/{programme_id}/pairs"): 1,
    ("lead", "/programmes/{programme_id}/people"): 2,  # the cohorts to choose from
    ("lead", "/programmes/{programme_id}/people?show=mentor"): 3,  # and what mentors are asked
    ("lead", "/programmes/{programme_id}/people?find=yus"): 3,  # by surname, and by first name
    # the person, their conversations; and in each of two tables what these refer to
    ("lead", "/programmes/{programme_id}/people/{person_id}"): 4,
    ("lead", "/programmes/{programme_id}/people/{person_id}/wishes"): 2,  # and whom they are kept apart from
    # which run is the newest, and what it found
    ("coordinator", "/programmes/{programme_id}/cohorts/{cohort_id}/matching"): 2,
    ("coordinator", "/programmes/{programme_id}/cohorts/{cohort_id}/matching?show=left"): 2,
    ("coordinator", "/programmes/{programme_id}/cohorts/everybody/matching"): 1,  # nothing was looked for yet
    # the suggestion, its run, and which mentors have nobody
    ("coordinator", "/programmes/{programme_id}/cohorts/{cohort_id}/matching/suggestions/{suggestion_id}"): 3,
    ("lead", "/programmes/{programme_id}/people/invitations"): 2,  # and what became of the e-mails
    ("lead", "/programmes/{programme_id}/moderation"): 2,
    ("lead", "/programmes/{programme_id}/moderation/mine"): 1,
    ("lead", "/moderation/{pair_id}/{held_id}/hand-over"): 3,  # the message, its pair, and the colleagues
    ("lead", "/programmes/{programme_id}/filter/rules"): 3,  # outcomes, one's own pairs, the rules in force
    # the list, what is to be done next, and writing down that it was looked through
    ("lead", "/programmes/{programme_id}/concerns"): 3,
    ("lead", "/programmes/{programme_id}/concerns/closed"): 2,
    ("lead", "/programmes/{programme_id}/concerns/new"): 0,
    ("lead", "/programmes/{programme_id}/concerns/new?find=yus"): 3,  # mentees, mentors, staff
    # the concern, what else there is about the person, and writing down that it was looked at
    ("lead", "/concerns/{concern_id}"): 3,
    # whom they write with, which concerns there are, who it is, and of each its lines
    ("lead", "/programmes/{programme_id}/people/{person_id}/concerns"): 5,
    (
        "lead",
        "/programmes/{programme_id}/people/{person_id}/school",
    ): 5,  # without the lines; who was in touch
    ("lead", "/pairs/{pair_id}/messages/{held_id}/concern"): 3,  # one is for recording that it was read
    ("lead", "/programmes/{programme_id}/policy"): 2,
    ("lead", "/programmes/{programme_id}/policy/versions"): 1,
    ("lead", "/programmes/{programme_id}/filter"): 0,
    ("lead", "/programmes/{programme_id}/filter/draft"): 2,
    ("lead", "/programmes/{programme_id}/filter/draft/own-rule"): 1,
    ("lead", "/programmes/{programme_id}/filter/draft/rule?rule=contact.link"): 1,
    ("lead", "/programmes/{programme_id}/filter/changes"): 1,
    # the trial, the draft as it is now, the messages, and recording that they were read
    ("lead", "/programmes/{programme_id}/filter/backtests/{backtest_id}"): 4,
    # the message, what is around it, its history, whether both take part, and recording that it was read
    ("lead", "/moderation/{pair_id}/{held_id}"): 5,
    # to read; how much has been read
    ("lead", "/programmes/{programme_id}/spot-checks"): 2,
    ("lead", "/programmes/{programme_id}/spot-checks/draws"): 1,
    ("lead", "/programmes/{programme_id}/silences"): 1,
    ("mentee", "/reminders"): 1,
    # those who were reminded, those that are silent; and how it stands between them now, where there are any
    ("lead", "/programmes/{programme_id}/nudges"): 2,
    ("lead", "/spot-checks/draws/{draw_id}"): 2,  # the draw, and whether one is in a pair oneself
    # the check, the latest messages; and writing down that it was read
    ("lead", "/spot-checks/{check_id}"): 3,
    # the records, the latest checks, and in each of three tables what they are about
    ("lead", "/programmes/{programme_id}/audit"): 5,
    ("lead", "/concerns/{concern_id}/actions"): 1,
    ("lead", "/concerns/{concern_id}/hand-over"): 2,
    ("lead", "/concerns/{concern_id}/keep-from"): 2,
    ("lead", "/concerns/{concern_id}/let-in"): 2,
    ("lead", "/concerns/{concern_id}/close"): 1,
}


@dataclass(frozen=True)
class World:
    ids: dict[str, str]
    people: dict[str, Someone]


@pytest.fixture
def world(tables: None) -> World:
    pair = two_who_meet(a_policy(**ONLINE), name="Routes into Medicine")
    ours = pair.programme
    ids = {
        "programme_id": ours.programme_id,
        "pair_id": pair.pair_id,
        "returned_id": a_message(pair, state="returned").message_id,
        "held_id": a_message(pair, state="held", by="mentor").message_id,
        "concern_id": a_concern(pair).concern_id,
        "person_id": pair.mentee.person_id,
        "cohort_id": a_cohort(ours),
        "meeting_id": arranged(pair, (a_day_ahead(now()), "14:00"), now=now()),
    }
    ids["suggestion_id"], coordinator = a_suggestion(ours, ids["cohort_id"])
    for _ in range(3):
        a_message(pair, TREEHOUSE, state="delivered")
    a_conversation(ours)
    check = the_check_of(ours.programme_id)
    ids["check_id"], ids["draw_id"] = check.check_id, check.draw_id
    lead = a_person(Role.SAFEGUARDING_LEAD, programme=ours)
    drafts_a_rule(lead)
    ids["backtest_id"] = tried(lead).backtest_id
    for on in (f"pair:{pair.pair_id}", f"concern:{ids['concern_id']}", f"person:{pair.mentor.person_id}"):
        recorded(on, programme_id=ours.programme_id)
    link_waiting(ours.programme_id)
    educator = a_person(Role.EDUCATOR, programme=ours)
    for first_name in ("Isla", "Rory"):
        nominee = nominate(
            educator.viewer,
            ours.programme_id,
            first_name=first_name,
            surname="Mackay",
            address=f"{first_name.lower()}.mackay@example.org",
            now=now(),
        )
    who = (educator.person_id, nominee.invitation_id)
    invite_nominee(coordinator.viewer, ours.programme_id, *who, now=now())
    people = {"mentee": pair.mentee, "lead": lead, "educator": educator, "coordinator": coordinator}
    return World(ids, people)


def test_a_page_costs_few_requests(world: World) -> None:
    spent = {}
    with requests_made() as made:
        rules_version(world.ids["programme_id"], now=now())
    assert len(made) == 1, "which ground rules are in force is read once a minute, and not for each page"
    for who, page in COSTS:
        program = Program(start_session(world.people[who].person_id, now=now()))
        with requests_made() as made:
            answer = program.get(page.format(**world.ids))
        assert answer.status == 200, (page, answer.text)
        spent[who, page] = len(made) - SESSION

    assert spent == COSTS
