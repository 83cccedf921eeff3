"""What people agree to: their own answers, those of parents and carers by their link, and what staff see."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from shared.consents import answering, needs, parents
from shared.consents.needs import NeedRow, NeedsView, open_need, open_needs
from shared.consents.views import (
    ConsentsView,
    ParentsView,
    TakingPartView,
    consents_of,
    parents_page,
    taking_part,
)
from shared.people.permissions import Role
from shared.platform.errors import Invalid

from .access import ANYONE, PARTICIPANT_ALWAYS, STAFF_ONLY
from .forms import Given, gather_answers
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

Line = Annotated[str, Field(max_length=300)]
OWN = "/taking-part/{programme_id}"
PERSON = "/programmes/{programme_id}/people/{person_id}/consents"
NEEDS = "/programmes/{programme_id}/needs"
Answers = Annotated[
    dict[Line, Literal["yes", "no", ""]],
    Field(default={}, description="Purpose -> `yes` or `no`. Left out, nothing changes."),
]


class OwnAnswers(Given):
    """What somebody agrees to for themselves. A form sends each answer as `answer_<purpose>`."""

    answers: Answers
    born_on: Line = Field("", description="Date of birth, where it is asked: 2011-05-30.")
    parent_name: Line = Field("", description="Name of a parent or carer, where one is asked.")
    parent_address: Line = Field("", description="Their e-mail address.")

    _gathered = model_validator(mode="before")(gather_answers)


class ParentsAnswers(Given):
    """What a parent or carer agrees to. A form sends each answer as `answer_<purpose>`."""

    answers: Answers
    name: Line = Field("", description="Who answers.")

    _gathered = model_validator(mode="before")(gather_answers)


class Methods(Given):
    """How somebody wants to be in touch."""

    methods: list[Line] = Field(default=[], description="`message`, `telephone`, `text`, `video` …")


class Needs(Given):
    """What a mentee lacks to take part."""

    needs: list[Line] = Field(default=[], description="`device`, `data` or `wifi`.")


class ParentsLink(Given):
    """Whom a link is sent to."""

    name: Line = ""
    address: Line = ""


class Birthday(Given):
    """A mentee's date of birth."""

    born_on: Line = Field("", description="2011-05-30.")


class Met(Given):
    """What was done about something that a mentee lacks."""

    note: str = ""


@dataclass(frozen=True)
class Answered:
    """That a parent's or carer's answer is kept."""

    child_first_name: str


# ── One's own ──────────────────────────────────────────────────────────────


@area.get(OWN, who=PARTICIPANT_ALWAYS, page="consents/taking_part.html", gives=TakingPartView)
def show_own(request: Request, programme_id: str) -> TakingPartView:
    """What one has agreed to, how one wants to be in touch, and what one lacks."""
    return taking_part(request.me, programme_id, now=request.now)


@area.post(OWN, who=PARTICIPANT_ALWAYS, takes=OwnAnswers, gives=TakingPartView, again=show_own)
def answer(request: Request, given: OwnAnswers, programme_id: str) -> Done:
    """Keeps what one agrees to, or takes back. It counts at once."""
    said = answering.Said(
        answers={purpose: one for purpose, one in given.answers.items() if one},
        born_on=_day(given.born_on),
        parent_name=given.parent_name,
        parent_address=given.parent_address,
    )
    answering.answer_for_oneself(request.me, programme_id, said, now=request.now)
    return _own(request, programme_id)


@area.post(OWN + "/methods", who=PARTICIPANT_ALWAYS, takes=Methods, gives=TakingPartView, again=show_own)
def choose_methods(request: Request, given: Methods, programme_id: str) -> Done:
    """Keeps how one wants to be in touch."""
    needs.choose_methods(request.me, programme_id, given.methods, now=request.now)
    return _own(request, programme_id)


@area.post(OWN + "/needs", who=PARTICIPANT_ALWAYS, takes=Needs, gives=TakingPartView, again=show_own)
def say_needs(request: Request, given: Needs, programme_id: str) -> Done:
    """Keeps what one lacks to take part."""
    needs.say_needs(request.me, programme_id, given.needs, now=request.now)
    return _own(request, programme_id)


def _own(request: Request, programme_id: str) -> Done:
    view = taking_part(request.me, programme_id, now=request.now)
    return Done(f"/taking-part/{programme_id}", view)


def _day(text: str) -> date | None:
    """An ISO date, or None for nothing. Raises Invalid."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid("Please give a date, for example 2011-05-30.", field="born_on") from error


# ── Parents and carers ─────────────────────────────────────────────────────


@area.get("/consent/{token}", who=ANYONE, page="consents/parents.html", gives=ParentsView)
def show_parents(request: Request, token: str) -> ParentsView:
    """What a parent or carer is asked, by the link that they were sent."""
    return parents_page(token, now=request.now)


@area.post("/consent/{token}", who=ANYONE, takes=ParentsAnswers, gives=ParentsView, again=show_parents)
def answer_for_child(request: Request, given: ParentsAnswers, token: str) -> Done:
    """Keeps a parent's or carer's answer, or takes consent back."""
    answers = {purpose: one for purpose, one in given.answers.items() if one}
    if not answers:
        raise Invalid("Please answer yes or no.", field="answers")
    parents.answer_for_child(token, answers=answers, name=given.name, now=request.now)
    return Done(f"/consent/{token}", parents_page(token, now=request.now))


# ── Staff ──────────────────────────────────────────────────────────────────


@area.get(
    PERSON,
    who=STAFF_ONLY,
    page="consents/person.html",
    gives=ConsentsView,
    asks={"as": "`mentor` for what somebody agreed to as a mentor; else as a mentee."},
)
def show_consents(request: Request, programme_id: str, person_id: str) -> ConsentsView:
    """What somebody, and their parent or carer, agreed to and when."""
    role = Role.MENTOR if request.query.get("as") == "mentor" else Role.MENTEE
    return consents_of(request.me, programme_id, person_id, role, now=request.now)


@area.post(PERSON + "/link", who=STAFF_ONLY, takes=ParentsLink, gives=ConsentsView, again=show_consents)
def send_link(request: Request, given: ParentsLink, programme_id: str, person_id: str) -> Done:
    """Sends a mentee's parent or carer a link to answer by."""
    parents.send_parents_link(
        request.me, programme_id, person_id, name=given.name, address=given.address, now=request.now
    )
    view = consents_of(request.me, programme_id, person_id, Role.MENTEE, now=request.now)
    return Done(f"/programmes/{programme_id}/people/{person_id}/consents", view)


@area.post(PERSON + "/birthday", who=STAFF_ONLY, takes=Birthday, gives=ConsentsView, again=show_consents)
def correct_birthday(request: Request, given: Birthday, programme_id: str, person_id: str) -> Done:
    """Puts a mentee's date of birth right."""
    day = _day(given.born_on)
    answering.correct_birthday(request.me, programme_id, person_id, born_on=day, now=request.now)
    view = consents_of(request.me, programme_id, person_id, Role.MENTEE, now=request.now)
    return Done(f"/programmes/{programme_id}/people/{person_id}/consents", view)


@area.get(NEEDS, who=STAFF_ONLY, page="consents/needs.html", gives=NeedsView)
def show_needs(request: Request, programme_id: str) -> NeedsView:
    """What mentees lack to take part, the longest due first."""
    return open_needs(request.me, programme_id, now=request.now)


@area.get(NEEDS + "/{person_id}/{need}", who=STAFF_ONLY, page="consents/need.html", gives=NeedRow)
def show_need(request: Request, programme_id: str, person_id: str, need: str) -> NeedRow:
    """Something that a mentee lacks, to note what was done about it."""
    return open_need(request.me, programme_id, person_id, need, now=request.now)


@area.post(NEEDS + "/{person_id}/{need}", who=STAFF_ONLY, takes=Met, gives=NeedsView, again=show_need)
def meet_need(request: Request, given: Met, programme_id: str, person_id: str, need: str) -> Done:
    """Notes what was done about something that a mentee lacks."""
    needs.meet_need(request.me, programme_id, person_id, need, done=given.note, now=request.now)
    return Done(f"/programmes/{programme_id}/needs", open_needs(request.me, programme_id, now=request.now))


@area.post(NEEDS + "/{person_id}/{need}/later", who=STAFF_ONLY, gives=NeedsView, again=show_needs)
def put_off(request: Request, programme_id: str, person_id: str, need: str) -> Done:
    """Brings something that a mentee lacks back later."""
    needs.put_off(request.me, programme_id, person_id, need, now=request.now)
    return Done(f"/programmes/{programme_id}/needs", open_needs(request.me, programme_id, now=request.now))
