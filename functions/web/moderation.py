"""Moderation: the queue of held messages, one of them, deciding on it or on several, what one decided today,
and how the rules have done."""

from typing import Annotated
from urllib.parse import quote

from pydantic import Field

from shared.moderation import actions
from shared.moderation.claims import HandedOver
from shared.moderation.mine import MyDecisions, my_decisions
from shared.moderation.queue import Queue, next_page, queue, wanted_of
from shared.moderation.rules_at_work import RulesAtWork, outcomes_as_lines, rules_at_work
from shared.moderation.together import Delivered, Together, deliver_together, to_read
from shared.moderation.undoing import undo as take_back
from shared.moderation.views import HandOver, HeldMessage, hand_over_page, held_message

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done, Text
from .routing import Area

area = Area(__name__)

QUEUE = "/programmes/{programme_id}/moderation"
MESSAGE = "/moderation/{pair_id}/{message_id}"
JSON_LINES = "application/jsonl"


class Decision(Given):
    """What is to become of a held message. `wording` is the one that was read."""

    decision: actions.Decision
    wording: int = Field(ge=1)
    reason: str = Field("", description="What the writer reads; not needed to deliver.")


class Leaving(Given):
    """That somebody left the page of a message."""

    version: int | None = Field(
        None, ge=1, description="The message's `version` on that page; without it, whatever it is now."
    )


class Handing(Given):
    """To whom a message is handed."""

    to: str = Field(min_length=1, max_length=64, description="The colleague's person_id.")
    words: str = Field(description="What they should know; stays in the message's history.")


class Undoing(Given):
    """The wording that was returned."""

    wording: int = Field(ge=1)


class Choosing(Given):
    """Several held messages."""

    chosen: list[Annotated[str, Field(max_length=150)]] = Field(
        default=[], description="Each `<pair_id>.<message_id>.<wording>`."
    )


@area.get(
    QUEUE,
    who=STAFF_ONLY,
    page="moderation/queue.html",
    gives=Queue,
    asks={
        "severity": "Only those of this severity.",
        "found": "Only those with a `worry`, `contact`, `elsewhere`, `language`, or nothing (`otherwise`).",
        "with": "Only those that are `mine` to read, or that `nobody` reads.",
        "after": "The `next` of a page: what comes after it.",
        "done": "What you have just decided, as an answer leads on.",
    },
)
def waiting(request: Request, programme_id: str) -> Queue:
    """A programme's held messages, the most severe first, then the oldest."""
    return queue(
        request.me,
        programme_id,
        wanted=wanted_of(request.query),
        after=request.query.get("after", ""),
        done=request.query.get("done", ""),
        now=request.now,
    )


@area.get(QUEUE + "/mine", who=STAFF_ONLY, page="moderation/mine.html", gives=MyDecisions)
def mine(request: Request, programme_id: str) -> MyDecisions:
    """What you decided today, the latest first."""
    return my_decisions(request.me, programme_id, now=request.now)


@area.post(
    QUEUE + "/together",
    who=STAFF_ONLY,
    takes=Choosing,
    gives=Together,
    page="moderation/together.html",
    again=waiting,
)
def together(request: Request, given: Choosing, programme_id: str) -> Together:
    """Shows several slight messages in full, before they are delivered at once."""
    return to_read(request.me, programme_id, given.chosen, now=request.now)


@area.post(
    QUEUE + "/together/deliver",
    who=STAFF_ONLY,
    takes=Choosing,
    gives=Delivered,
    page="moderation/delivered.html",
    again=waiting,
)
def deliver_them(request: Request, given: Choosing, programme_id: str) -> Delivered:
    """Delivers several slight messages that were read on one page; what has changed meanwhile is left."""
    return deliver_together(request.me, programme_id, given.chosen, now=request.now)


@area.get(
    MESSAGE,
    who=STAFF_ONLY,
    page="moderation/held_message.html",
    gives=HeldMessage,
    asks={"done": "What you have just decided, as an answer leads on."},
)
def held(request: Request, pair_id: str, message_id: str) -> HeldMessage:
    """A held message with what was found in it and what is around it."""
    done = request.query.get("done", "")
    return held_message(request.me, pair_id, message_id, done=done, now=request.now)


@area.post(MESSAGE + "/claim", who=STAFF_ONLY, gives=HeldMessage, again=held)
def claim(request: Request, pair_id: str, message_id: str) -> Done:
    """Takes a held message, so that nobody else decides on it meanwhile; or keeps it for longer."""
    actions.claim(request.me, pair_id, message_id, now=request.now)
    return _done_with(request, pair_id, message_id)


@area.post(MESSAGE + "/release", who=STAFF_ONLY, takes=Leaving, again=held)
def release(request: Request, given: Leaving, pair_id: str, message_id: str) -> Done:
    """Leaves a held message to others."""
    programme_id = actions.release(request.me, pair_id, message_id, version=given.version, now=request.now)
    return Done(QUEUE.format(programme_id=programme_id), {})


@area.get(MESSAGE + "/hand-over", who=STAFF_ONLY, page="moderation/hand_over.html", gives=HandOver)
def hand_over_form(request: Request, pair_id: str, message_id: str) -> HandOver:
    """The colleagues to whom a held message can be handed."""
    return hand_over_page(request.me, pair_id, message_id, now=request.now)


@area.post(MESSAGE + "/hand-over", who=STAFF_ONLY, takes=Handing, gives=HandedOver, again=hand_over_form)
def hand_over(request: Request, given: Handing, pair_id: str, message_id: str) -> Done:
    """Hands a held message to a colleague, with a note."""
    handed = actions.hand_over(
        request.me, pair_id, message_id, to=given.to, note=given.words, now=request.now
    )
    return Done(next_page(request.me, handed.programme_id, after=message_id, now=request.now), handed)


@area.post(MESSAGE + "/undo", who=STAFF_ONLY, takes=Undoing, gives=actions.Decided, again=held)
def undo(request: Request, given: Undoing, pair_id: str, message_id: str) -> Done:
    """Takes back, within a minute, that the writer was asked for a change."""
    undone = take_back(request.me, pair_id, message_id, wording=given.wording, now=request.now)
    return Done(MESSAGE.format(pair_id=pair_id, message_id=message_id), undone)


def _done_with(request: Request, pair_id: str, message_id: str) -> Done:
    value = held_message(request.me, pair_id, message_id, now=request.now)
    return Done(f"/moderation/{pair_id}/{message_id}", value)


@area.post(MESSAGE + "/decide", who=STAFF_ONLY, takes=Decision, gives=actions.Decided, again=held)
def decide(request: Request, given: Decision, pair_id: str, message_id: str) -> Done:
    """Delivers a held message, asks its writer to change it, or declines it; then goes on to the next."""
    decided = actions.decide(
        request.me,
        pair_id,
        message_id,
        decision=given.decision,
        reason=given.reason,
        wording=given.wording,
        now=request.now,
    )
    to = next_page(request.me, decided.programme_id, after=message_id, now=request.now)
    return Done(f"{to}?done={quote(decided.own_key, safe='')}", decided)


@area.get(
    "/programmes/{programme_id}/filter/rules",
    who=STAFF_ONLY,
    page="moderation/rules_at_work.html",
    gives=RulesAtWork,
)
def at_work(request: Request, programme_id: str) -> RulesAtWork:
    """What became of the messages that each rule held of late."""
    return rules_at_work(request.me, programme_id)


@area.get(
    "/programmes/{programme_id}/filter/outcomes",
    who=STAFF_ONLY,
    gives=str,
    media=JSON_LINES,
    asks={"before": "The `place` of a line: those before it follow."},
)
def outcomes(request: Request, programme_id: str) -> Text:
    """Moderators' decisions as JSON Lines, the latest first, without names or words."""
    lines = outcomes_as_lines(
        request.me, programme_id, before=request.query.get("before", ""), now=request.now
    )
    return Text(lines, JSON_LINES, download_as="outcomes.jsonl")
