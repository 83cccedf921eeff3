"""Conversations: reading and writing, changing and taking back; and staff's list of them, and pairing."""

from dataclasses import dataclass
from functools import partial

from pydantic import Field

from shared.conversations.actions import change_message, withdraw_message, write_message
from shared.conversations.attachments import attach, open_attachment
from shared.conversations.before_sending import BeforeSending, check_before_changing, check_before_sending
from shared.conversations.lists import PairingView, PairsView, pairing, pairs_of
from shared.conversations.on_behalf import OnBehalfForm, enter_for_mentee, on_behalf_form
from shared.conversations.pairing import pair_up
from shared.conversations.views import (
    Letter,
    ReturnedView,
    own_letter,
    returned_message,
)
from shared.filtering import check
from shared.relationship.views import PairPage, pair_page
from shared.safeguarding.papers.file_kinds import Upload
from shared.safeguarding.papers.files import BucketOfFiles, FileLink

from .access import PARTICIPANT, SIGNED_IN, STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Again, Done, Elsewhere
from .routing import Area

area = Area(__name__)

FILES = BucketOfFiles()


class NewMessage(Given):
    """What somebody writes. `key` is the form's own: sent again, one message is stored."""

    text: str
    key: str = Field(min_length=1, max_length=100)


class EnteredMessage(NewMessage):
    """What a mentee gave to the staff to be entered."""

    arrived_by: str = Field("", max_length=20, description="`telephone`, `text` or `email`.")


class Draft(Given):
    """What somebody has written and not sent. `key` is the form's, which is not needed here."""

    text: str
    key: str = Field("", max_length=100)


class NewWording(Given):
    """A returned message in other words. `round` is the wording that was returned."""

    text: str
    round: int = Field(ge=1)


class NewPair(Given):
    """Who is to write to whom."""

    mentor_id: str = Field(max_length=100)
    mentee_id: str = Field(max_length=100)
    cohort_id: str = Field("", max_length=100)
    key: str = Field(min_length=1, max_length=100)


@dataclass(frozen=True)
class Paired:
    """The conversation that two people now have."""

    pair_id: str


@dataclass(frozen=True)
class Entered:
    """A message that was entered on a mentee's behalf."""

    pair_id: str
    message_id: str


@area.get(
    "/pairs/{pair_id}",
    who=SIGNED_IN,
    page="conversations/conversation.html",
    gives=PairPage,
    asks={"before": "The `older` of the page before: its messages follow."},
)
def show(request: Request, pair_id: str) -> PairPage:
    """A conversation, its newest messages or those older than `before`, and what stands beside them."""
    return pair_page(request.me, pair_id, before=request.query.get("before"), now=request.now)


@area.post(
    "/pairs/{pair_id}/messages",
    who=PARTICIPANT,
    takes=NewMessage,
    gives=Letter,
    again=show,
    takes_file=True,
)
def write(request: Request, given: NewMessage, pair_id: str) -> Done:
    """Sends a message, which is checked before the other can read it."""
    message = write_message(
        request.me,
        pair_id,
        text=given.text,
        key=given.key,
        now=request.now,
        attach_to=partial(attach, upload=_upload(request), store=FILES),
    )
    return Done(to=f"/pairs/{pair_id}#latest", value=own_letter(request.me, message), created=True)


@area.get("/pairs/{pair_id}/messages/{message_id}/file", who=SIGNED_IN, gives=FileLink)
def fetch_file(request: Request, pair_id: str, message_id: str) -> Elsewhere:
    """Where the file that came with a message can be fetched, for a minute."""
    link = open_attachment(request.me, pair_id, message_id, store=FILES, now=request.now)
    return Elsewhere(link.address, link)


def _upload(request: Request) -> Upload | None:
    sent = request.files.get("file")
    return Upload(sent.name, sent.content) if sent else None


@area.get(
    "/pairs/{pair_id}/on-behalf", who=STAFF_ONLY, page="conversations/on_behalf.html", gives=OnBehalfForm
)
def show_on_behalf(request: Request, pair_id: str) -> OnBehalfForm:
    """For a message that a mentee gave to the staff by telephone, text or e-mail."""
    return on_behalf_form(request.me, pair_id)


@area.post(
    "/pairs/{pair_id}/on-behalf", who=STAFF_ONLY, takes=EnteredMessage, gives=Entered, again=show_on_behalf
)
def enter(request: Request, given: EnteredMessage, pair_id: str) -> Done:
    """Enters a message on a mentee's behalf. It is checked like any other."""
    message = enter_for_mentee(
        request.me,
        pair_id,
        arrived_by=given.arrived_by,
        text=given.text,
        key=given.key,
        now=request.now,
    )
    return Done(f"/pairs/{pair_id}#latest", Entered(pair_id, message.message_id), created=True)


@area.post(
    "/pairs/{pair_id}/check",
    who=PARTICIPANT,
    takes=Draft,
    gives=BeforeSending,
    again=show,
    takes_file=True,
)
def check_first(request: Request, given: Draft, pair_id: str) -> Again:
    """Says which contact details a message would be held for. Nothing is sent or stored."""
    found = check_before_sending(request.me, pair_id, text=given.text, checker=check, now=request.now)
    return Again(found)


@area.get(
    "/pairs/{pair_id}/messages/{message_id}",
    who=PARTICIPANT,
    page="conversations/change.html",
    gives=ReturnedView,
)
def show_returned(request: Request, pair_id: str, message_id: str) -> ReturnedView:
    """One's own message, to be changed when that was asked."""
    return returned_message(request.me, pair_id, message_id)


@area.post(
    "/pairs/{pair_id}/messages/{message_id}",
    who=PARTICIPANT,
    takes=NewWording,
    gives=Letter,
    again=show_returned,
)
def change(request: Request, given: NewWording, pair_id: str, message_id: str) -> Done:
    """Sends a returned message in other words."""
    message = change_message(
        request.me, pair_id, message_id, text=given.text, expected_round=given.round, now=request.now
    )
    return Done(to=f"/pairs/{pair_id}#latest", value=own_letter(request.me, message))


@area.post(
    "/pairs/{pair_id}/messages/{message_id}/check",
    who=PARTICIPANT,
    takes=NewWording,
    gives=BeforeSending,
    again=show_returned,
)
def check_change_first(request: Request, given: NewWording, pair_id: str, message_id: str) -> Again:
    """Says which contact details a returned message would be held for in other words. Nothing is stored."""
    found = check_before_changing(
        request.me,
        pair_id,
        message_id,
        text=given.text,
        expected_round=given.round,
        checker=check,
        now=request.now,
    )
    return Again(found)


@area.post("/pairs/{pair_id}/messages/{message_id}/withdraw", who=PARTICIPANT, gives=Letter, again=show)
def withdraw(request: Request, pair_id: str, message_id: str) -> Done:
    """Takes back a message that has not been delivered."""
    message = withdraw_message(request.me, pair_id, message_id, now=request.now)
    return Done(to=f"/pairs/{pair_id}#m-{message_id}", value=own_letter(request.me, message))


@area.get(
    "/programmes/{programme_id}/pairs",
    who=STAFF_ONLY,
    page="conversations/pairs.html",
    gives=PairsView,
    asks={"after": "The `next` of the page before."},
)
def show_pairs(request: Request, programme_id: str) -> PairsView:
    """A programme's conversations, a page of them from `after` on."""
    return pairs_of(request.me, programme_id, after=request.query.get("after"), now=request.now)


@area.get(
    "/programmes/{programme_id}/pairs/new",
    who=STAFF_ONLY,
    page="conversations/pairing.html",
    gives=PairingView,
)
def show_pairing(request: Request, programme_id: str) -> PairingView:
    """Who can be brought together."""
    return pairing(request.me, programme_id)


@area.post(
    "/programmes/{programme_id}/pairs", who=STAFF_ONLY, takes=NewPair, gives=Paired, again=show_pairing
)
def pair(request: Request, given: NewPair, programme_id: str) -> Done:
    """Begins a conversation between a mentor and a mentee."""
    pair_id = pair_up(
        request.me,
        programme_id,
        mentor_id=given.mentor_id,
        mentee_id=given.mentee_id,
        cohort_id=given.cohort_id,
        key=given.key,
        now=request.now,
    )
    return Done(to=f"/programmes/{programme_id}/pairs", value=Paired(pair_id), created=True)
