"""Worries and concerns: where help is, reporting a worry, and what staff do with a concern."""

from typing import Literal

from pydantic import Field

from shared.conversations.acquaintances import acquaintances
from shared.safeguarding.answering import acknowledge, add_note
from shared.safeguarding.help import HelpPage, help_page
from shared.safeguarding.reporting import Answer, Worry, report_worry
from shared.safeguarding.views import (
    ConcernList,
    ConcernPage,
    WorryForm,
    concern_page,
    open_concerns,
    worry_form,
)

from .access import ANYONE, PARTICIPANT, STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)


class NewWorry(Given):
    """What somebody is worried about. `key` is the form's own: sent again, it is one worry."""

    words: str
    urgency: Literal["now", "soon", "later", ""] = Field(
        "", description="`now`: somebody is in danger; `soon`: within a day; otherwise `later`."
    )
    about: str = Field(
        "", max_length=100, description="`me`, `someone`, or the pair_id of the one it is about."
    )
    pair_id: str = Field("", max_length=100)
    programme_id: str = Field("", max_length=100)
    key: str = Field(min_length=1, max_length=100)


class NewNote(Given):
    """What was done about a concern. `key` is the form's own: sent again, it is noted once."""

    words: str
    key: str = Field(min_length=1, max_length=100)


@area.get("/help", who=ANYONE, page="safeguarding/help.html", gives=HelpPage)
def get_help(request: Request) -> HelpPage:
    """Where to turn to now."""
    return help_page(request.signed_in)


@area.get(
    "/worry",
    who=PARTICIPANT,
    page="safeguarding/worry.html",
    gives=WorryForm,
    asks={"pair": "The pair_id of the conversation somebody comes from."},
)
def before_reporting(request: Request) -> WorryForm:
    """What is asked of somebody who reports a worry. `pair` is the conversation they come from."""
    pair_id = request.query.get("pair") or str(request.typed.get("pair_id", ""))
    return worry_form(request.me, acquaintances(request.me), pair_id=pair_id)


@area.post(
    "/worry",
    who=PARTICIPANT,
    takes=NewWorry,
    gives=Answer,
    page="safeguarding/reported.html",
    again=before_reporting,
)
def report(request: Request, given: NewWorry) -> Answer:
    """Passes a worry on to those who look after people's safety."""
    worry = Worry(given.words, given.urgency, given.about, given.pair_id, given.programme_id)
    return report_worry(
        request.me, worry, acquaintances=acquaintances(request.me), key=given.key, now=request.now
    )


@area.get(
    "/programmes/{programme_id}/concerns",
    who=STAFF_ONLY,
    page="safeguarding/concerns.html",
    gives=ConcernList,
)
def concerns(request: Request, programme_id: str) -> ConcernList:
    """A programme's open concerns, those nobody has answered first."""
    return open_concerns(request.me, programme_id)


@area.get("/concerns/{concern_id}", who=STAFF_ONLY, page="safeguarding/concern.html", gives=ConcernPage)
def concern(request: Request, concern_id: str) -> ConcernPage:
    """A concern and what has been done about it. That it was looked at is recorded."""
    return concern_page(request.me, concern_id, now=request.now)


@area.post("/concerns/{concern_id}/acknowledge", who=STAFF_ONLY, gives=ConcernPage, again=concern)
def answer(request: Request, concern_id: str) -> Done:
    """Says that one is dealing with a concern, so that it is passed on no further."""
    acknowledge(request.me, concern_id, now=request.now)
    return _done_with(request, concern_id)


@area.post("/concerns/{concern_id}/notes", who=STAFF_ONLY, takes=NewNote, gives=ConcernPage, again=concern)
def note(request: Request, given: NewNote, concern_id: str) -> Done:
    """Adds what was done to a concern's chronology."""
    add_note(request.me, concern_id, words=given.words, key=given.key, now=request.now)
    return _done_with(request, concern_id)


def _done_with(request: Request, concern_id: str) -> Done:
    return Done(f"/concerns/{concern_id}", concern_page(request.me, concern_id, now=request.now))
