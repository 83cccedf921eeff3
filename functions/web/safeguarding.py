"""Where help is, and reporting a worry. What staff do with a concern is in `concerns.py`."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from shared.conversations.acquaintances import acquaintances, companions_of
from shared.conversations.concerns import excerpt_of
from shared.conversations.refused import hear_refused_worry
from shared.safeguarding.help import Helper, HelpPage, help_page
from shared.safeguarding.raising.reporting import Answer, Worry, report_worry
from shared.safeguarding.views import WorryForm, worry_form

from .access import ANYONE, PARTICIPANT_ALWAYS
from .forms import Given
from .request import Request
from .routing import Area

area = Area(__name__)


class NewWorry(Given):
    """What somebody is worried about. `key` is the form's own: sent again, it is one worry."""

    words: str
    urgency: Literal["now", "soon", "later", ""] = Field(
        "", description="`now`: somebody is in danger; `soon`: within a day; otherwise `later`."
    )
    about: str = Field(
        "",
        max_length=100,
        description="`me`, `someone`, `staff`, or the pair_id of the one it is about.",
    )
    staff: str = Field(
        "", max_length=500, description="Whom of the staff it is about: a value of the form’s `staff`."
    )
    pair_id: str = Field("", max_length=100)
    message_id: str = Field("", max_length=100, description="The message that somebody comes from.")
    programme_id: str = Field("", max_length=100)
    key: str = Field(min_length=1, max_length=100)


@area.get("/help", who=ANYONE, page="safeguarding/help.html", gives=HelpPage)
def get_help(request: Request) -> HelpPage:
    """Where to turn to now."""
    return help_page(request.signed_in)


@area.get(
    "/worry",
    who=PARTICIPANT_ALWAYS,
    page="safeguarding/worry.html",
    gives=WorryForm,
    asks={
        "pair": "The pair_id of the conversation somebody comes from.",
        "message": "The message_id of the message somebody comes from.",
    },
)
def before_reporting(request: Request) -> WorryForm:
    """What is asked of somebody who reports a worry. `pair` is the conversation they come from."""
    pair_id = request.query.get("pair") or str(request.typed.get("pair_id", ""))
    message_id = request.query.get("message") or str(request.typed.get("message_id", ""))
    return worry_form(
        request.me,
        acquaintances(request.me),
        pair_id=pair_id,
        message_id=message_id,
        excerpt=excerpt_of(request.me, pair_id, message_id),
    )


def _hear(request: Request, texts: Sequence[str]) -> tuple[Helper, ...]:
    typed = {name: str(request.typed.get(name, "")) for name in NewWorry.model_fields}
    key = typed.pop("key")
    return hear_refused_worry(request.me, Worry(**typed), texts, key=key, now=request.now)


@area.post(
    "/worry",
    who=PARTICIPANT_ALWAYS,
    takes=NewWorry,
    gives=Answer,
    page="safeguarding/reported.html",
    again=before_reporting,
    hears=_hear,
)
def report(request: Request, given: NewWorry) -> Answer:
    """Passes a worry on to those who look after people's safety."""
    excerpt = excerpt_of(request.me, given.pair_id, given.message_id)
    worry = Worry(**given.model_dump(exclude={"key"}), excerpt=excerpt)
    return report_worry(
        request.me,
        worry,
        acquaintances=acquaintances(request.me),
        companions=companions_of,
        key=given.key,
        now=request.now,
    )
