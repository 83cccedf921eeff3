"""Meetings: proposing and answering, getting in, and what is said of them after."""

from typing import Literal

from pydantic import Field

from shared.meetings import answering, calling_off, link, noting, proposing, recording, running
from shared.meetings.invitation import calendar_entry
from shared.meetings.link import OpenLink
from shared.meetings.noting import Account
from shared.meetings.page import MeetingPage, meeting_page
from shared.meetings.proposing import Proposal
from shared.meetings.rules import Typed
from shared.meetings.views import MeetingsPage, ProgrammeMeetings, meetings_page, programme_meetings

from .access import PARTICIPANT, SIGNED_IN, STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done, Elsewhere, Text
from .routing import Area

area = Area(__name__)

MEETINGS = "/pairs/{pair_id}/meetings"
MEETING = MEETINGS + "/{meeting_id}"
CALENDAR = "text/calendar"
WORRIED = {"worried": "`yes` right after writing of a worry."}


class Times(Given):
    """Up to three times by the clock of the United Kingdom, and why one is outside the usual hours."""

    day_1: str = Field("", max_length=20, description="As in 2026-11-30.")
    time_1: str = Field("", max_length=20, description="As in 14:00.")
    day_2: str = Field("", max_length=20)
    time_2: str = Field("", max_length=20)
    day_3: str = Field("", max_length=20)
    time_3: str = Field("", max_length=20)
    reason: str = Field("", description="Why it is outside the usual hours; for the staff alone.")

    @property
    def typed(self) -> tuple[Typed, ...]:
        return (
            Typed(self.day_1, self.time_1),
            Typed(self.day_2, self.time_2),
            Typed(self.day_3, self.time_3),
        )


class NewMeeting(Times):
    """A meeting that is proposed. `key` is the form's: sent again, it is proposed once."""

    kind: str = Field("", max_length=20, description="`video`, `audio`, `chat`, `telephone` …")
    minutes: str = Field("", max_length=100, description="How long it is to be.")
    place: str = Field("", description="Where people meet face to face, of a coordinator’s.")
    key: str = Field(min_length=1, max_length=100)


class MeetingAnswer(Given):
    """What becomes of a proposal, or of a meeting."""

    answer: str = Field(
        max_length=40, description="The `value` of a proposed time, `none` of them, or `off` to call it off."
    )


class NewLink(Given):
    """How one gets in."""

    link: str = ""
    password: str = Field("", max_length=100)
    waiting_room: Literal["", "yes"] = ""


class RunningDeed(Given):
    """What a coordinator does with a meeting."""

    deed: running.Deed


class RecordingSaid(Given):
    """What somebody says of recording a session."""

    recording: recording.RecordingAnswer
    purpose: str = Field("", max_length=500, description="One of those offered; with a yes, what was asked.")
    storage: str = Field("", max_length=500, description="One of those offered; with a yes, what was asked.")


class HowItWent(Given):
    """How a meeting went."""

    happened: str = Field("", max_length=20, description="`held`, `other_missed`, `i_missed` or `not_held`.")
    minutes: str = Field("", max_length=100, description="How long it lasted.")
    note: str = Field("", description="For the staff alone.")


@area.get(MEETINGS, who=SIGNED_IN, page="meetings/meetings.html", gives=MeetingsPage)
def show_all(request: Request, pair_id: str) -> MeetingsPage:
    """The meetings of two, and where one is proposed."""
    return meetings_page(request.me, pair_id, now=request.now)


@area.post(MEETINGS, who=SIGNED_IN, takes=NewMeeting, gives=MeetingPage, again=show_all, is_private=True)
def propose(request: Request, given: NewMeeting, pair_id: str) -> Done:
    """Proposes a meeting at one of several times."""
    proposal = Proposal(given.kind, given.minutes, given.typed, given.reason, given.place)
    made = proposing.propose(request.me, pair_id, proposal, key=given.key, now=request.now)
    return _done(request, pair_id, made.item_id, created=True, worried=made.shows_help)


@area.get(MEETING, who=SIGNED_IN, page="meetings/meeting.html", gives=MeetingPage, asks=WORRIED)
def show(request: Request, pair_id: str, meeting_id: str) -> MeetingPage:
    """One meeting: when, what to think of, how one gets in, and what can be done with it."""
    worried = request.query.get("worried") == "yes"
    return meeting_page(request.me, pair_id, meeting_id, worried=worried, now=request.now)


@area.post(MEETING, who=SIGNED_IN, takes=MeetingAnswer, gives=MeetingPage, again=show)
def answer(request: Request, given: MeetingAnswer, pair_id: str, meeting_id: str) -> Done:
    """Accepts a time, or none of them, or calls the meeting off."""
    if given.answer == "off":
        calling_off.call_off(request.me, pair_id, meeting_id, now=request.now)
    else:
        answering.answer(request.me, pair_id, meeting_id, chosen=given.answer, now=request.now)
    return _done(request, pair_id, meeting_id)


@area.post(MEETING + "/move", who=SIGNED_IN, takes=Times, gives=MeetingPage, again=show, is_private=True)
def move(request: Request, given: Times, pair_id: str, meeting_id: str) -> Done:
    """Proposes other times. The one that stands does so until another is accepted."""
    worried = answering.move(
        request.me, pair_id, meeting_id, given.typed, reason=given.reason, now=request.now
    )
    return _done(request, pair_id, meeting_id, worried=worried)


@area.get(MEETING + "/link", who=SIGNED_IN, gives=OpenLink)
def open_link(request: Request, pair_id: str, meeting_id: str) -> Elsewhere:
    """Where the meeting takes place, near the time, for those who may get in at this moment."""
    found = link.open_link(request.me, pair_id, meeting_id, now=request.now)
    return Elsewhere(found.url, found)


@area.post(MEETING + "/link", who=SIGNED_IN, takes=NewLink, gives=MeetingPage, again=show)
def give_link(request: Request, given: NewLink, pair_id: str, meeting_id: str) -> Done:
    """Keeps the link of a meeting, by which those who take part get in near the time."""
    link.give_link(
        request.me,
        pair_id,
        meeting_id,
        url=given.link,
        password=given.password,
        has_waiting_room=given.waiting_room == "yes",
        now=request.now,
    )
    return _done(request, pair_id, meeting_id)


@area.post(MEETING + "/run", who=STAFF_ONLY, takes=RunningDeed, gives=MeetingPage, again=show)
def run(request: Request, given: RunningDeed, pair_id: str, meeting_id: str) -> Done:
    """Takes a meeting on or over, gives it back to the other coordinators, or lets somebody in by name."""
    running.run_meeting(request.me, pair_id, meeting_id, deed=given.deed, now=request.now)
    return _done(request, pair_id, meeting_id)


@area.post(MEETING + "/recording", who=PARTICIPANT, takes=RecordingSaid, gives=MeetingPage, again=show)
def record(request: Request, given: RecordingSaid, pair_id: str, meeting_id: str) -> Done:
    """Asks to record this session, agrees to it, or takes that back."""
    recording.answer_recording(
        request.me,
        pair_id,
        meeting_id,
        answer=given.recording,
        purpose=given.purpose,
        storage=given.storage,
        now=request.now,
    )
    return _done(request, pair_id, meeting_id)


@area.post(
    MEETING + "/account", who=SIGNED_IN, takes=HowItWent, gives=MeetingPage, again=show, is_private=True
)
def note(request: Request, given: HowItWent, pair_id: str, meeting_id: str) -> Done:
    """Keeps how the meeting went, for the people who run the programme."""
    account = Account(given.happened, given.minutes, given.note)
    worried = noting.note_meeting(request.me, pair_id, meeting_id, account, now=request.now)
    return _done(request, pair_id, meeting_id, worried=worried)


@area.get(MEETING + "/calendar", who=SIGNED_IN, gives=str, media=CALENDAR)
def calendar(request: Request, pair_id: str, meeting_id: str) -> Text:
    """The meeting as an entry for a calendar, without names and without the link."""
    entry = calendar_entry(request.me, pair_id, meeting_id, now=request.now)
    return Text(entry, CALENDAR, download_as="mentoring-session.ics")


@area.get(
    "/programmes/{programme_id}/meetings",
    who=STAFF_ONLY,
    page="meetings/ahead.html",
    gives=ProgrammeMeetings,
)
def ahead(request: Request, programme_id: str) -> ProgrammeMeetings:
    """A programme's meetings ahead, those without the coordinator whom they need first."""
    return programme_meetings(request.me, programme_id, now=request.now)


def _done(
    request: Request, pair_id: str, meeting_id: str, *, created: bool = False, worried: bool = False
) -> Done:
    to = f"/pairs/{pair_id}/meetings/{meeting_id}" + ("?worried=yes" if worried else "")
    view = meeting_page(request.me, pair_id, meeting_id, worried=worried, now=request.now)
    return Done(to, view, created=created)
