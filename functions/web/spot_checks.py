"""Spot checks: what is to be read though the filter let it pass, and decisions that a second person makes."""

from typing import Literal

from pydantic import Field

from shared.platform.errors import Invalid, all_of
from shared.spot_checks.check_views import (
    ConversationCheck,
    DecisionCheck,
    conversation_check,
    decision_check,
)
from shared.spot_checks.draw_views import DrawPage, Draws, draw_page, draws
from shared.spot_checks.drawing import draw_now
from shared.spot_checks.reading import Reading, answer_conversation, answer_decision
from shared.spot_checks.views import SpotChecks, spot_checks

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

ALL = "/programmes/{programme_id}/spot-checks"
CONVERSATION = "/spot-checks/{check_id}"
DECISION = "/decision-checks/{check_id}"


class ReadConversation(Given):
    """What somebody found who read a conversation."""

    appropriate: Literal["yes", "no", ""] = ""
    boundaries: Literal["kept", "unsure", "crossed", ""] = ""
    missed: Literal["yes", "no", ""] = Field("", description="Whether the filter should have held something.")
    missed_id: str = Field("", max_length=100, description="The id of the message that it should have held.")
    missed_category: str = Field("", max_length=40, description="One of the filter's categories.")
    missed_severity: str = Field("", max_length=20, description="low, medium, high or immediate.")
    concern_about: Literal["mentee", "mentor", ""] = Field(
        "", description="Whom a concern is raised about. Needed where boundaries are crossed."
    )
    concern_category: str = Field("", max_length=40, description="What the concern is about.")
    concern_severity: str = Field("", max_length=20, description="low, medium, high or immediate.")
    praise: str = ""
    note: str = Field("", description="Needed where something was not as it should be.")


class ReadDecision(Given):
    """What a second reader would have decided."""

    would: Literal["delivered", "returned", "declined", ""] = ""
    note: str = Field("", description="Needed where it is not what was decided.")


@area.get(
    ALL,
    who=STAFF_ONLY,
    page="spot_checks/list.html",
    gives=SpotChecks,
    asks={"state": "`open` (as it is without), or `done`.", "after": "The `next` of the page before."},
)
def listed(request: Request, programme_id: str) -> SpotChecks:
    """What is to be read this week, how much of each cohort has been, and how often second readers agreed."""
    state = "done" if request.query.get("state") == "done" else "open"
    return spot_checks(request.me, programme_id, state=state, after=request.query.get("after", ""))


@area.get(ALL + "/draws", who=STAFF_ONLY, page="spot_checks/draws.html", gives=Draws)
def drawn(request: Request, programme_id: str) -> Draws:
    """A programme's latest draws."""
    return draws(request.me, programme_id)


@area.post(ALL + "/draws", who=STAFF_ONLY, gives=SpotChecks, again=listed)
def draw_this_week(request: Request, programme_id: str) -> Done:
    """Draws this week's spot checks now, where the night's draw has not."""
    draw_now(request.me, programme_id, now=request.now)
    return Done(f"/programmes/{programme_id}/spot-checks", spot_checks(request.me, programme_id))


@area.get("/spot-checks/draws/{draw_id}", who=STAFF_ONLY, page="spot_checks/draw.html", gives=DrawPage)
def one_draw(request: Request, draw_id: str) -> DrawPage:
    """A draw with all that it was made from, drawn again."""
    return draw_page(request.me, draw_id)


@area.get(CONVERSATION, who=STAFF_ONLY, page="spot_checks/conversation.html", gives=ConversationCheck)
def conversation(request: Request, check_id: str) -> ConversationCheck:
    """A conversation that was drawn, and what is asked of who reads it. That it was read is recorded."""
    return conversation_check(request.me, check_id, now=request.now)


@area.post(CONVERSATION, who=STAFF_ONLY, takes=ReadConversation, gives=ConversationCheck, again=conversation)
def read_conversation(request: Request, given: ReadConversation, check_id: str) -> Done:
    """Notes what was found. What the filter missed opens a concern, or is held again."""
    done = answer_conversation(request.me, check_id, _reading(given), now=request.now)
    value = conversation_check(request.me, check_id, now=request.now)
    return Done(f"/programmes/{done.programme_id}/spot-checks", value)


def _reading(given: ReadConversation) -> Reading:
    """The form's answers. Raises Invalid for each question that was left out."""
    missing = [
        Invalid("Please choose one answer.", field=field, code="missing")
        for field in ("appropriate", "boundaries", "missed")
        if not getattr(given, field)
    ]
    if given.missed == "yes" and not given.missed_id:
        missing.append(Invalid("Please say which message it is.", field="missed_id", code="missing"))
    if missing or not given.boundaries:
        raise all_of(missing)
    found = given.missed == "yes"
    return Reading(
        appropriate=given.appropriate == "yes",
        boundaries=given.boundaries,
        missed_id=given.missed_id if found else "",
        missed_category=given.missed_category if found else "",
        missed_severity=given.missed_severity if found else "",
        concern_about=given.concern_about,
        concern_category=given.concern_category,
        concern_severity=given.concern_severity,
        praise=given.praise,
        note=given.note,
    )


@area.get(DECISION, who=STAFF_ONLY, page="spot_checks/decision.html", gives=DecisionCheck)
def decision(request: Request, check_id: str) -> DecisionCheck:
    """A moderator's decision to be made again. What they decided is shown afterwards."""
    return decision_check(request.me, check_id, now=request.now)


@area.post(DECISION, who=STAFF_ONLY, takes=ReadDecision, gives=DecisionCheck, again=decision)
def read_decision(request: Request, given: ReadDecision, check_id: str) -> Done:
    """Notes what a second reader would have decided, and shows what was."""
    if not given.would:
        raise Invalid("Please choose one answer.", field="would", code="missing")
    answer_decision(request.me, check_id, would=given.would, note=given.note, now=request.now)
    value = decision_check(request.me, check_id, now=request.now)
    return Done(f"/decision-checks/{check_id}", value)
