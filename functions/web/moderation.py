"""Moderation: the queue of held messages, one of them, deciding on it, and how the rules have done."""

from pydantic import Field

from shared.moderation import actions
from shared.moderation.rules_at_work import RulesAtWork, outcomes_as_lines, rules_at_work
from shared.moderation.views import HeldMessage, Queue, held_message, next_page, queue

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done, Text
from .routing import Area

area = Area(__name__)

MESSAGE = "/moderation/{pair_id}/{message_id}"
JSON_LINES = "application/jsonl"


class Decision(Given):
    """What is to become of a held message. `wording` is the one that was read."""

    decision: actions.Decision
    wording: int = Field(ge=1)
    reason: str = Field("", description="What the writer reads; not needed to deliver.")


@area.get("/programmes/{programme_id}/moderation", who=STAFF_ONLY, page="moderation/queue.html", gives=Queue)
def waiting(request: Request, programme_id: str) -> Queue:
    """A programme's held messages, the most severe first, then the oldest."""
    return queue(request.me, programme_id, now=request.now)


@area.get(MESSAGE, who=STAFF_ONLY, page="moderation/held_message.html", gives=HeldMessage)
def held(request: Request, pair_id: str, message_id: str) -> HeldMessage:
    """A held message with what was found in it and what is around it."""
    return held_message(request.me, pair_id, message_id, now=request.now)


@area.post(MESSAGE + "/claim", who=STAFF_ONLY, gives=HeldMessage, again=held)
def claim(request: Request, pair_id: str, message_id: str) -> Done:
    """Takes a held message, so that nobody else decides on it meanwhile; or keeps it for longer."""
    actions.claim(request.me, pair_id, message_id, now=request.now)
    return _done_with(request, pair_id, message_id)


@area.post(MESSAGE + "/release", who=STAFF_ONLY, gives=HeldMessage, again=held)
def release(request: Request, pair_id: str, message_id: str) -> Done:
    """Leaves a held message to others."""
    actions.release(request.me, pair_id, message_id, now=request.now)
    return _done_with(request, pair_id, message_id)


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
    return Done(to, decided)


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
