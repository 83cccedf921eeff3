"""When it isn't working, and when a conversation ends."""

from typing import Literal

from pydantic import Field

from shared.conversations.ending import end_pair
from shared.relationship.not_working import (
    NotWorkingView,
    not_working,
    say_not_working,
    settle_not_working,
)

from .access import PARTICIPANT, SIGNED_IN, STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

NOT_WORKING = "/pairs/{pair_id}/not-working"


class Saying(Given):
    """That it isn't working. `key` is the form's: sent again, it is told once."""

    wish: str = Field("", max_length=20, description="`talk`, `another` or `stop`.")
    more: str = Field("", description="What they would like to say; no reason is needed.")
    key: str = Field(min_length=1, max_length=100)


NO_LAST_MESSAGE = "`yes` where nothing more is to pass between the two after the end."


class CameOfIt(Given):
    """What came of a talk."""

    result: str = Field("", max_length=20, description="`goes_on`, `new_match` or `ended`.")
    note: str = ""
    no_last_message: Literal["", "yes"] = Field("", description=NO_LAST_MESSAGE)


class Ending(Given):
    """Ending a conversation."""

    why: str = ""
    no_last_message: Literal["", "yes"] = Field("", description=NO_LAST_MESSAGE)


@area.get(
    NOT_WORKING,
    who=SIGNED_IN,
    page="relationship/not_working.html",
    gives=NotWorkingView,
    asks={"worried": "`yes` right after writing of a worry."},
)
def show_not_working(request: Request, pair_id: str) -> NotWorkingView:
    """Where somebody says that it isn't working, and what came of it."""
    worried = request.query.get("worried") == "yes"
    return not_working(request.me, pair_id, worried=worried, now=request.now)


@area.post(
    NOT_WORKING, who=PARTICIPANT, takes=Saying, gives=NotWorkingView, again=show_not_working, is_private=True
)
def say(request: Request, given: Saying, pair_id: str) -> Done:
    """Tells the coordinators, and nobody else."""
    shows_help = say_not_working(
        request.me, pair_id, wish=given.wish, text=given.more, key=given.key, now=request.now
    )
    to = f"/pairs/{pair_id}/not-working" + ("?worried=yes" if shows_help else "")
    return Done(to, not_working(request.me, pair_id, worried=shows_help, now=request.now), created=True)


@area.post(
    NOT_WORKING + "/{ask_id}", who=STAFF_ONLY, takes=CameOfIt, gives=NotWorkingView, again=show_not_working
)
def settle(request: Request, given: CameOfIt, pair_id: str, ask_id: str) -> Done:
    """Notes what came of it, and ends the conversation where that is so."""
    settle_not_working(
        request.me,
        pair_id,
        ask_id,
        outcome=given.result,
        note=given.note,
        last_message=given.no_last_message != "yes",
        now=request.now,
    )
    return Done(f"/pairs/{pair_id}/not-working", not_working(request.me, pair_id, now=request.now))


@area.post("/pairs/{pair_id}/end", who=STAFF_ONLY, takes=Ending, gives=NotWorkingView, again=show_not_working)
def end(request: Request, given: Ending, pair_id: str) -> Done:
    """Ends a conversation. Both are told, and can go on reading."""
    last_message = given.no_last_message != "yes"
    end_pair(request.me, pair_id, why=given.why, last_message=last_message, now=request.now)
    return Done(f"/pairs/{pair_id}", not_working(request.me, pair_id, now=request.now))
