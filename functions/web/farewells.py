"""Ending well: a last day, a last message, looking back, reports, introductions, certificates."""

from typing import Any, Literal

from pydantic import Field, model_validator

from shared.conversations.ending import let_nothing_more_pass
from shared.conversations.sending_last import LastMessagePage, last_message_page, send_last_message
from shared.conversations.views import Letter, own_letter
from shared.endings.certificates import Certificate, certificate
from shared.endings.introductions import (
    IntroductionsPage,
    introductions,
    offer_introduction,
    settle_introduction,
)
from shared.endings.looking_back import LookingBackPage, hand_in, looking_back
from shared.endings.planning import plan_ending
from shared.endings.rules import What
from shared.endings.views import EndingPage, ending_page

from .access import PARTICIPANT, SIGNED_IN, STAFF_ONLY
from .forms import Given, NotAName, gather_answers
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

PAIR = "/pairs/{pair_id}"
ENDING = PAIR + "/ending"
LAST = PAIR + "/last-message"
OFFERS = PAIR + "/introductions"
WORRIED = {"worried": "`yes` right after writing of a worry."}


class LastDay(Given):
    """A last day, proposed or answered."""

    answer: Literal["propose", "agree", "not_yet"]
    on_day: str = Field("", max_length=20, description="The day in question, as in 2026-11-30.")


class LastWords(Given):
    """A last message. `key` is the form's: sent again, it is stored once."""

    text: str
    key: str = Field(min_length=1, max_length=100)


class NothingMore(Given):
    """That nothing more is to pass after the end."""

    why: str = ""


class Answers(Given):
    """A review or a report. A form sends each answer as `answer_<number of the question>`."""

    answers: dict[str, str] = Field(
        default={}, description="Number of the question, from 1 on -> what is answered; none need be there."
    )
    not_a_name: NotAName = ""

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, fields: Any) -> Any:
        return gather_answers(fields)

    @property
    def by_number(self) -> dict[int, str]:
        return {int(number): said for number, said in self.answers.items() if number.isdecimal()}


class Offer(Given):
    """An offer to introduce the mentee to somebody. `key` is the form's: sent again, it is stored once."""

    text: str
    key: str = Field(min_length=1, max_length=100)


class Settled(Given):
    """What becomes of an offer."""

    becomes: Literal["yes", "no", "done"]


@area.get(ENDING, who=SIGNED_IN, page="endings/ending.html", gives=EndingPage)
def show_ending(request: Request, pair_id: str) -> EndingPage:
    """How a pair ends: what there is to do, what is in and what is missing."""
    return ending_page(request.me, pair_id, now=request.now)


@area.post(ENDING, who=PARTICIPANT, takes=LastDay, gives=EndingPage, again=show_ending)
def plan(request: Request, given: LastDay, pair_id: str) -> Done:
    """Proposes a last day, agrees to one, or says not yet."""
    plan_ending(request.me, pair_id, answer=given.answer, on_day=given.on_day, now=request.now)
    return Done(f"/pairs/{pair_id}/ending", ending_page(request.me, pair_id, now=request.now))


@area.post(PAIR + "/nothing-more", who=STAFF_ONLY, takes=NothingMore, gives=EndingPage, again=show_ending)
def forbid(request: Request, given: NothingMore, pair_id: str) -> Done:
    """Says of a conversation that has ended that nothing more is to pass in it."""
    let_nothing_more_pass(request.me, pair_id, why=given.why, now=request.now)
    return Done(f"/pairs/{pair_id}/ending#nothing-more", ending_page(request.me, pair_id, now=request.now))


@area.get(LAST, who=PARTICIPANT, page="endings/last_message.html", gives=LastMessagePage)
def show_last_message(request: Request, pair_id: str) -> LastMessagePage:
    """Where a last message is written after the end."""
    return last_message_page(request.me, pair_id, now=request.now)


@area.post(LAST, who=PARTICIPANT, takes=LastWords, gives=Letter, again=show_last_message)
def send_last(request: Request, given: LastWords, pair_id: str) -> Done:
    """Sends a last message. A person reads it before it is delivered."""
    made = send_last_message(request.me, pair_id, text=given.text, key=given.key, now=request.now)
    return Done(f"/pairs/{pair_id}#latest", own_letter(request.me, made), created=True)


def _show(request: Request, pair_id: str, what: What) -> LookingBackPage:
    worried = request.query.get("worried") == "yes"
    return looking_back(request.me, pair_id, what, worried=worried, now=request.now)


def _keep(request: Request, given: Answers, pair_id: str, what: What) -> Done:
    shows_help = hand_in(
        request.me,
        pair_id,
        what,
        given.by_number,
        not_a_name=given.not_a_name == "yes",
        now=request.now,
    )
    to = f"/pairs/{pair_id}/{what}" + ("?worried=yes" if shows_help else "")
    view = looking_back(request.me, pair_id, what, worried=shows_help, now=request.now)
    return Done(to, view, created=True)


@area.get(
    PAIR + "/review", who=PARTICIPANT, page="endings/looking_back.html", gives=LookingBackPage, asks=WORRIED
)
def show_review(request: Request, pair_id: str) -> LookingBackPage:
    """One's own review."""
    return _show(request, pair_id, "review")


@area.post(
    PAIR + "/review",
    who=PARTICIPANT,
    takes=Answers,
    gives=LookingBackPage,
    again=show_review,
    is_private=True,
)
def keep_review(request: Request, given: Answers, pair_id: str) -> Done:
    """Keeps one's review."""
    return _keep(request, given, pair_id, "review")


@area.get(
    PAIR + "/report", who=PARTICIPANT, page="endings/looking_back.html", gives=LookingBackPage, asks=WORRIED
)
def show_report(request: Request, pair_id: str) -> LookingBackPage:
    """One's own report."""
    return _show(request, pair_id, "report")


@area.post(
    PAIR + "/report",
    who=PARTICIPANT,
    takes=Answers,
    gives=LookingBackPage,
    again=show_report,
    is_private=True,
)
def keep_report(request: Request, given: Answers, pair_id: str) -> Done:
    """Hands in one's report. A mentor's honorarium becomes payable with it."""
    return _keep(request, given, pair_id, "report")


@area.get(OFFERS, who=SIGNED_IN, page="endings/introductions.html", gives=IntroductionsPage)
def show_introductions(request: Request, pair_id: str) -> IntroductionsPage:
    """Introductions that were offered, and what became of them."""
    return introductions(request.me, pair_id, now=request.now)


@area.post(OFFERS, who=PARTICIPANT, takes=Offer, gives=Letter, again=show_introductions)
def offer(request: Request, given: Offer, pair_id: str) -> Done:
    """Offers to introduce the mentee to somebody, for a mentor. The words are checked like any message."""
    made = offer_introduction(request.me, pair_id, text=given.text, key=given.key, now=request.now)
    return Done(f"/pairs/{pair_id}/introductions", own_letter(request.me, made), created=True)


@area.post(
    OFFERS + "/{offer_id}", who=SIGNED_IN, takes=Settled, gives=IntroductionsPage, again=show_introductions
)
def settle(request: Request, given: Settled, pair_id: str, offer_id: str) -> Done:
    """Says yes or no to an offer, for the mentee; notes that it was made, for staff."""
    settle_introduction(request.me, pair_id, offer_id, becomes=given.becomes, now=request.now)
    view = introductions(request.me, pair_id, now=request.now)
    return Done(f"/pairs/{pair_id}/introductions", view)


@area.get(PAIR + "/certificate", who=PARTICIPANT, page="endings/certificate.html", gives=Certificate)
def show_certificate(request: Request, pair_id: str) -> Certificate:
    """One's certificate of having taken part, to be printed."""
    return certificate(request.me, pair_id, now=request.now)
