"""Concerns: what staff see of them and do about them. Files and referrals are in `concern_papers.py`,
who may see one in `concern_readers.py`."""

from typing import Literal

from pydantic import Field

from shared.conversations.acquaintances import companions_of
from shared.conversations.concerns import MessageConcernForm, concern_form, raise_about_message
from shared.safeguarding.concerns import closing
from shared.safeguarding.concerns.acting import Done as Acted
from shared.safeguarding.concerns.acting import finish_step, record_act
from shared.safeguarding.concerns.answering import acknowledge, add_note, colleagues, hand_over, judge
from shared.safeguarding.concerns.history import (
    PersonHistory,
    person_history,
)
from shared.safeguarding.concerns.lists import ClosedList, ConcernList, look_through, look_through_closed
from shared.safeguarding.raising.by_hand import ByHand, ByHandForm, Raised, by_hand_form, raise_by_hand
from shared.safeguarding.views import ConcernHead, ConcernPage, concern_head, concern_page

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Again, Done
from .routing import Area

area = Area(__name__)

LIST = "/programmes/{programme_id}/concerns"
CONCERN = "/concerns/{concern_id}"
PERSON = "/programmes/{programme_id}/people/{person_id}"
MESSAGE = "/pairs/{pair_id}/messages/{message_id}"


class Once(Given):
    """`key` is the form's own: sent again, it is done once."""

    key: str = Field(min_length=1, max_length=100)


class NewNote(Once):
    """What was done about a concern."""

    words: str


class NewAct(Once):
    """What was done about a concern, whom it was spoken of with, and what is to be done next."""

    act: str = Field("", max_length=100, description="`spoke_to_young_person`, `contacted_school` …")
    words: str = Field(description="What was said or agreed.")
    happened: str = Field("", max_length=100, description="`2026-11-20T17:01`, in the United Kingdom.")
    how: str = Field("", max_length=100, description="`telephone`, `email`, `in_person` …")
    whom: str = ""
    reference: str = Field("", description="What they call it there.")
    outcome: str = ""
    next_step: str = ""
    next_step_on: str = Field("", max_length=100, description="The day by which it is to be done.")


class NewJudgement(Once):
    """How urgent a concern is, and what it is about."""

    severity: str = Field("", max_length=100)
    category: str = Field("", max_length=100)
    reason: str


class NewHandOver(Once):
    """Who deals with a concern from now on."""

    to: str = Field("", max_length=100, description="The person_id of a colleague.")
    words: str


class NewClosing(Once):
    """The five things without which no concern is closed."""

    summary: str = ""
    action_taken: str = ""
    decision: str = ""
    outcome: str = Field("", description="`well_founded`, `partly_founded`, `not_founded` or `unclear`.")
    reasons: str = ""


class NewReason(Once):
    """Why."""

    reason: str


class NewByHand(Once):
    """A concern that came by telephone, e-mail or in person."""

    words: str
    severity: str = Field("", max_length=100)
    category: str = Field("", max_length=100)
    how: str = Field("", max_length=100)
    about_id: str = Field("", max_length=100, description="Somebody of the programme.")
    about_name: str = Field("", description="Somebody outside it.")
    told_by: str = ""
    happened: str = Field("", max_length=100)
    find: str = Field("", max_length=300, description="A name to look for.")
    look: Literal["", "yes"] = Field("", description="`yes` to look for `find`; then nothing is raised.")


class NewMessageConcern(Once):
    """A concern about a message."""

    about: str = Field("", max_length=100, description="`mentee` or `mentor`.")
    severity: str = Field("", max_length=100)
    category: str = Field("", max_length=100)
    words: str


# ── Lists ──────────────────────────────────────────────────────────────────


@area.get(
    LIST,
    who=STAFF_ONLY,
    page="safeguarding/concerns.html",
    gives=ConcernList,
    asks={"severity": "Only those of this severity.", "after": "The `next` of the page before."},
)
def concerns(request: Request, programme_id: str) -> ConcernList:
    """A programme's open concerns, those nobody has answered first."""
    severity, after = request.query.get("severity", ""), request.query.get("after", "")
    return look_through(request.me, programme_id, severity=severity, after=after, now=request.now)


@area.get(
    LIST + "/closed",
    who=STAFF_ONLY,
    page="safeguarding/closed.html",
    gives=ClosedList,
    asks={"before": "The `next` of the page before."},
)
def closed(request: Request, programme_id: str) -> ClosedList:
    """A programme's closed concerns, the latest first."""
    return look_through_closed(
        request.me, programme_id, before=request.query.get("before", ""), now=request.now
    )


@area.get(
    LIST + "/new",
    who=STAFF_ONLY,
    page="safeguarding/by_hand.html",
    gives=ByHandForm,
    asks={"find": "A name to look for.", "about": "The person_id of somebody of the programme."},
)
def before_raising(request: Request, programme_id: str) -> ByHandForm:
    """What is asked to raise a concern by hand, and who of the programme has a name."""
    find = str(request.typed.get("find") or request.query.get("find", ""))
    chosen = "" if request.typed.get("look") else request.typed.get("about_id")
    about_id = str(chosen or request.query.get("about", ""))
    return by_hand_form(request.me, programme_id, find=find, about_id=about_id, now=request.now)


@area.post(LIST + "/new", who=STAFF_ONLY, takes=NewByHand, gives=Raised, again=before_raising)
def raise_one(request: Request, given: NewByHand, programme_id: str) -> Done | Again:
    """Raises a concern that came by telephone, e-mail or in person, or looks for a name.

    Looking keeps what was written so far."""
    if given.look:
        return Again(before_raising(request, programme_id))
    what = ByHand(**given.model_dump(exclude={"key", "find", "look"}))
    raised = raise_by_hand(
        request.me, programme_id, what, companions=companions_of, key=given.key, now=request.now
    )
    return Done(raised.page, raised)


@area.get(
    PERSON + "/concerns",
    who=STAFF_ONLY,
    page="safeguarding/history.html",
    gives=PersonHistory,
    asks={"by": "`time` to show the lines of all concerns together."},
)
def history(request: Request, programme_id: str, person_id: str) -> PersonHistory:
    """Every concern about one person. That it was looked at is recorded in each."""
    by = request.query.get("by", "")
    return person_history(
        request.me, programme_id, person_id, companions=companions_of, by=by, now=request.now
    )


@area.get(MESSAGE + "/concern", who=STAFF_ONLY, page="safeguarding/message.html", gives=MessageConcernForm)
def before_raising_about(request: Request, pair_id: str, message_id: str) -> MessageConcernForm:
    """A message that somebody on the staff is worried about."""
    return concern_form(request.me, pair_id, message_id, now=request.now)


@area.post(
    MESSAGE + "/concern", who=STAFF_ONLY, takes=NewMessageConcern, gives=Raised, again=before_raising_about
)
def raise_about(request: Request, given: NewMessageConcern, pair_id: str, message_id: str) -> Done:
    """Raises a concern about a message."""
    raised = raise_about_message(
        request.me,
        pair_id,
        message_id,
        about=given.about,
        category=given.category,
        severity=given.severity,
        reason=given.words,
        key=given.key,
        now=request.now,
    )
    return Done(raised.page, raised)


# ── One concern ────────────────────────────────────────────────────────────


@area.get(CONCERN, who=STAFF_ONLY, page="safeguarding/concern.html", gives=ConcernPage)
def concern(request: Request, concern_id: str) -> ConcernPage:
    """A concern and what has been done about it. That it was looked at is recorded."""
    return concern_page(request.me, concern_id, now=request.now)


@area.post(CONCERN + "/acknowledge", who=STAFF_ONLY, gives=ConcernPage, again=concern)
def answer(request: Request, concern_id: str) -> Done:
    """Says that one is dealing with a concern, so that it is passed on no further."""
    acknowledge(request.me, concern_id, now=request.now)
    return _done_with(request, concern_id)


@area.post(CONCERN + "/notes", who=STAFF_ONLY, takes=NewNote, gives=ConcernPage, again=concern)
def note(request: Request, given: NewNote, concern_id: str) -> Done:
    """Adds a note to a concern's chronology."""
    add_note(request.me, concern_id, words=given.words, key=given.key, now=request.now)
    return _done_with(request, concern_id)


@area.get(CONCERN + "/actions", who=STAFF_ONLY, page="safeguarding/act.html", gives=ConcernHead)
def before_acting(request: Request, concern_id: str) -> ConcernHead:
    """What is asked of whoever did something about a concern."""
    return concern_head(request.me, concern_id, now=request.now)


@area.post(CONCERN + "/actions", who=STAFF_ONLY, takes=NewAct, gives=ConcernPage, again=before_acting)
def act(request: Request, given: NewAct, concern_id: str) -> Done:
    """Adds what was done, and with whom, to a concern's chronology."""
    done = Acted(**given.model_dump(exclude={"key"}))
    record_act(request.me, concern_id, done, key=given.key, now=request.now)
    return _done_with(request, concern_id)


@area.get(CONCERN + "/steps/{step_id}/done", who=STAFF_ONLY, page="safeguarding/step.html", gives=ConcernHead)
def before_step(request: Request, concern_id: str, step_id: str) -> ConcernHead:
    """A next step that is to be marked as done."""
    return concern_head(request.me, concern_id, step_id=step_id, now=request.now)


@area.post(
    CONCERN + "/steps/{step_id}/done", who=STAFF_ONLY, takes=NewNote, gives=ConcernPage, again=before_step
)
def step_done(request: Request, given: NewNote, concern_id: str, step_id: str) -> Done:
    """Marks a next step as done, with a note."""
    finish_step(request.me, concern_id, step_id, words=given.words, key=given.key, now=request.now)
    return _done_with(request, concern_id)


@area.get(CONCERN + "/severity", who=STAFF_ONLY, page="safeguarding/judge.html", gives=ConcernHead)
def before_judging(request: Request, concern_id: str) -> ConcernHead:
    """How urgent a concern is, and what it is about, to be changed."""
    return concern_head(request.me, concern_id, now=request.now)


@area.post(CONCERN + "/severity", who=STAFF_ONLY, takes=NewJudgement, gives=ConcernPage, again=before_judging)
def judge_anew(request: Request, given: NewJudgement, concern_id: str) -> Done:
    """Changes how urgent a concern is, or what it is about, with the reason."""
    judge(request.me, concern_id, **given.model_dump(), now=request.now)
    return _done_with(request, concern_id)


@area.get(CONCERN + "/hand-over", who=STAFF_ONLY, page="safeguarding/hand_over.html", gives=ConcernHead)
def before_handing_over(request: Request, concern_id: str) -> ConcernHead:
    """To whom a concern can be handed over."""
    return concern_head(request.me, concern_id, with_people=colleagues, now=request.now)


@area.post(
    CONCERN + "/hand-over", who=STAFF_ONLY, takes=NewHandOver, gives=ConcernPage, again=before_handing_over
)
def pass_to_colleague(request: Request, given: NewHandOver, concern_id: str) -> Done:
    """Hands a concern over to a colleague, who is told by e-mail."""
    hand_over(request.me, concern_id, to=given.to, note=given.words, key=given.key, now=request.now)
    return _done_with(request, concern_id)


@area.get(CONCERN + "/close", who=STAFF_ONLY, page="safeguarding/close.html", gives=ConcernHead)
def before_closing(request: Request, concern_id: str) -> ConcernHead:
    """What is asked of whoever closes a concern."""
    return concern_head(request.me, concern_id, now=request.now)


@area.post(CONCERN + "/close", who=STAFF_ONLY, takes=NewClosing, gives=ConcernPage, again=before_closing)
def close(request: Request, given: NewClosing, concern_id: str) -> Done:
    """Closes a concern, or asks for a second reader where it is severe."""
    filled_in = closing.Closing(**given.model_dump(exclude={"key"}))
    closing.close(request.me, concern_id, filled_in, key=given.key, now=request.now)
    return _done_with(request, concern_id)


@area.post(CONCERN + "/close/agree", who=STAFF_ONLY, gives=ConcernPage, again=concern)
def agree(request: Request, concern_id: str) -> Done:
    """Agrees, as the second reader, that a concern can be closed."""
    closing.agree(request.me, concern_id, now=request.now)
    return _done_with(request, concern_id)


@area.get(CONCERN + "/close/send-back", who=STAFF_ONLY, page="safeguarding/send_back.html", gives=ConcernHead)
def before_sending_back(request: Request, concern_id: str) -> ConcernHead:
    """Why a concern is not to be closed yet."""
    return concern_head(request.me, concern_id, now=request.now)


@area.post(
    CONCERN + "/close/send-back",
    who=STAFF_ONLY,
    takes=NewReason,
    gives=ConcernPage,
    again=before_sending_back,
)
def send_back(request: Request, given: NewReason, concern_id: str) -> Done:
    """Sends a concern back, as the second reader, instead of closing it."""
    closing.send_back(request.me, concern_id, reason=given.reason, key=given.key, now=request.now)
    return _done_with(request, concern_id)


@area.get(CONCERN + "/reopen", who=STAFF_ONLY, page="safeguarding/reopen.html", gives=ConcernHead)
def before_reopening(request: Request, concern_id: str) -> ConcernHead:
    """Why a closed concern is to be opened again."""
    return concern_head(request.me, concern_id, now=request.now)


@area.post(CONCERN + "/reopen", who=STAFF_ONLY, takes=NewReason, gives=ConcernPage, again=before_reopening)
def reopen(request: Request, given: NewReason, concern_id: str) -> Done:
    """Opens a closed concern again, with the reason."""
    closing.reopen(request.me, concern_id, reason=given.reason, key=given.key, now=request.now)
    return _done_with(request, concern_id)


def _done_with(request: Request, concern_id: str) -> Done:
    return Done(f"/concerns/{concern_id}", concern_page(request.me, concern_id, now=request.now))
