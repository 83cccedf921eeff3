"""The concerns of the demonstration besides the one that the filter raises: one in hand, one closed."""

from datetime import datetime, timedelta

from shared.conversations.acquaintances import companions_of
from shared.people.permissions import Viewer
from shared.platform.clock import LONDON
from shared.safeguarding.concerns.acting import Done, record_act
from shared.safeguarding.concerns.answering import acknowledge, add_note
from shared.safeguarding.concerns.closing import Closing, close
from shared.safeguarding.concerns.history import SchoolFields, save_school
from shared.safeguarding.raising.by_hand import ByHand, raise_by_hand

JAMIE_S_MOTHER = ByHand(
    words="Mrs Kerr rang. Two boys in Jamie’s year have been sending messages about him, and he has stayed "
    "at home since Monday. She asks whether his mentor could be told why he is quiet.",
    severity="medium",
    category="bullying",
    how="telephone",
    told_by="Mrs Kerr, Jamie’s mother",
)
AMINA_S_MENTOR = ByHand(
    words="Callum mentioned at the mentors’ evening that Amina had sounded worn out for some weeks.",
    severity="low",
    category="wellbeing",
    how="in_person",
    told_by="Callum Reid, her mentor",
)


def raise_some(programme_id: str, lead: Viewer, *, jamie: Viewer, amina: Viewer, now: datetime) -> None:
    """The lead answers both; something about Jamie was to be done by yesterday."""
    moment = now - timedelta(days=3)
    in_hand = _raise(programme_id, lead, JAMIE_S_MOTHER, jamie, moment)
    school = SchoolFields(
        "Helen Adeyemi", "Northfield Academy", "Designated safeguarding lead", "0141 496 0142"
    )
    save_school(
        lead,
        programme_id,
        jamie.person_id,
        school,
        companions=companions_of,
        now=moment + timedelta(minutes=20),
    )
    called = moment + timedelta(minutes=25)
    act = Done(
        act="contacted_school",
        words="She knows of it and has spoken to both families. His head of year meets him today.",
        happened=f"{called.astimezone(LONDON):%Y-%m-%dT%H:%M}",
        how="telephone",
        whom="Helen Adeyemi, designated safeguarding lead",
        outcome="The school deals with it.",
        next_step="Ring Helen Adeyemi: is Jamie back at school?",
        next_step_on=(now - timedelta(days=1)).date().isoformat(),
    )
    record_act(lead, in_hand, act, key="demo-call", now=called + timedelta(minutes=5))

    moment = now - timedelta(days=8)
    done_with = _raise(programme_id, lead, AMINA_S_MENTOR, amina, moment)
    note = "I read the last month of their letters. She writes about exams, climbing and sleep; nothing more."
    add_note(lead, done_with, words=note, key="demo-note", now=moment + timedelta(hours=2))
    closing = Closing(
        summary="Amina’s mentor thought that she sounded worn out.",
        action_taken="Her letters were read, and Callum was asked to tell us if anything changes.",
        decision="Nothing more is to be done.",
        outcome="not_founded",
        reasons="She is busy with her exams, sleeps well again and says so.",
    )
    close(lead, done_with, closing, key="demo-close", now=moment + timedelta(days=2))


def _raise(programme_id: str, lead: Viewer, told: ByHand, about: Viewer, moment: datetime) -> str:
    given = ByHand(**{**vars(told), "about_id": about.person_id})
    raised = raise_by_hand(
        lead,
        programme_id,
        given,
        companions=companions_of,
        key=f"demo-{about.person_id}",
        now=moment,
    )
    acknowledge(lead, raised.concern_id, now=moment + timedelta(minutes=3))
    return raised.concern_id
