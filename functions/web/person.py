"""One person of a programme, and what they have shown as a mentor."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from shared.conversations.about_me import take_down_about_me
from shared.home.person import PersonPage, person_page
from shared.people import actions, vetting
from shared.people.vetting_views import VettingForm, vetting_form
from shared.programmes.rules import day_of

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

Line = Annotated[str, Field(max_length=300)]
PERSON = "/programmes/{programme_id}/people/{person_id}"


@area.get(PERSON, who=STAFF_ONLY, page="people/person.html", gives=PersonPage)
def show(request: Request, programme_id: str, person_id: str) -> PersonPage:
    """Everything of a person in the programme."""
    return person_page(request.me, programme_id, person_id, now=request.now)


@area.post(PERSON + "/about-me/take-down", who=STAFF_ONLY, gives=PersonPage, again=show)
def take_down(request: Request, programme_id: str, person_id: str) -> Done:
    """Takes away what a mentor tells their mentees of themselves."""
    take_down_about_me(request.me, programme_id, person_id, now=request.now)
    page = person_page(request.me, programme_id, person_id, now=request.now)
    return Done(f"/programmes/{programme_id}/people/{person_id}", page)


class NewRecord(Given):
    """Something that a mentor has shown."""

    what: Line = Field("", description="Its id in the policy.")
    on: Line = Field("", description="When it was passed, issued or held, such as 2026-11-20.")
    ends_on: Line = Field("", description="Of a check that names one: the last day on which it counts.")
    minutes: Line = Field("", description="Of a training: how long it lasted.")
    number: Line = Field("", description="Of a check: the number that stands on it.")
    seen_by: Line = Field("", description="Of a check: who saw it.")

    @property
    def given(self) -> vetting.Given:
        return vetting.Given(self.what, self.on, self.ends_on, self.minutes, self.number, self.seen_by)


class KeyedRecord(NewRecord):
    """The same, for the first time."""

    key: str = Field(min_length=1, max_length=100, description="The same key never does it twice.")


class RecordPutRight(NewRecord):
    """The same, in the place of an earlier record."""

    reason: str = Field("", max_length=5_000, description="Why the earlier one does not count.")


class Withdrawal(Given):
    """Why a record does not count any more."""

    reason: str = Field("", max_length=5_000)


@dataclass(frozen=True)
class Recorded:
    """A record that was made."""

    record_id: str


@area.get(
    PERSON + "/vetting",
    who=STAFF_ONLY,
    page="people/vetting.html",
    gives=VettingForm,
    asks={"what": "Which of the things that the policy asks of mentors."},
)
def before_recording(request: Request, programme_id: str, person_id: str) -> VettingForm:
    """What is to be filled in about something that a mentor has shown."""
    what = str(request.typed.get("what") or request.query.get("what", ""))
    return vetting_form(request.me, programme_id, person_id, what=what, today=day_of(request.now))


@area.post(PERSON + "/vetting", who=STAFF_ONLY, takes=KeyedRecord, gives=Recorded, again=before_recording)
def record_shown(request: Request, given: KeyedRecord, programme_id: str, person_id: str) -> Done:
    """Records something that a mentor has shown."""
    record_id = actions.record_vetting(
        request.me, programme_id, person_id, given.given, key=given.key, now=request.now
    )
    return _done(programme_id, person_id, record_id)


@area.get(
    PERSON + "/vetting/{record_id}", who=STAFF_ONLY, page="people/vetting_record.html", gives=VettingForm
)
def show_record(request: Request, programme_id: str, person_id: str, record_id: str) -> VettingForm:
    """A record, to be put right or withdrawn."""
    today = day_of(request.now)
    what = str(request.typed.get("what") or "")
    return vetting_form(request.me, programme_id, person_id, what=what, record_id=record_id, today=today)


@area.post(
    PERSON + "/vetting/{record_id}",
    who=STAFF_ONLY,
    takes=RecordPutRight,
    gives=Recorded,
    again=show_record,
)
def put_right(
    request: Request, given: RecordPutRight, programme_id: str, person_id: str, record_id: str
) -> Done:
    """Puts a record right, by a new one in its place."""
    made = actions.correct_vetting(
        request.me,
        programme_id,
        person_id,
        record_id,
        given.given,
        reason=given.reason,
        now=request.now,
    )
    return _done(programme_id, person_id, made)


@area.get(
    PERSON + "/vetting/{record_id}/withdraw",
    who=STAFF_ONLY,
    page="people/vetting_withdraw.html",
    gives=VettingForm,
)
def before_withdrawing(request: Request, programme_id: str, person_id: str, record_id: str) -> VettingForm:
    """What withdrawing a record does, before it is done."""
    return vetting_form(request.me, programme_id, person_id, record_id=record_id, today=day_of(request.now))


@area.post(
    PERSON + "/vetting/{record_id}/withdraw",
    who=STAFF_ONLY,
    takes=Withdrawal,
    gives=Recorded,
    again=before_withdrawing,
)
def withdraw_record(
    request: Request, given: Withdrawal, programme_id: str, person_id: str, record_id: str
) -> Done:
    """Says that a record does not count any more. Conversations that depend on it rest from now on."""
    made = actions.withdraw_vetting(
        request.me, programme_id, person_id, record_id, reason=given.reason, now=request.now
    )
    return _done(programme_id, person_id, made)


def _done(programme_id: str, person_id: str, record_id: str) -> Done:
    return Done(f"/programmes/{programme_id}/people/{person_id}#vetting", Recorded(record_id), created=True)
