"""How often two have been in touch, and being in touch off the platform."""

from typing import Literal

from pydantic import Field

from shared.relationship.interactions import InTouchPage, answer_for, in_touch_page, write_down

from .access import PARTICIPANT, SIGNED_IN
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

IN_TOUCH = "/pairs/{pair_id}/in-touch"


class WrittenDown(Given):
    """That the two were in touch off the platform. The same way on the same day is kept once."""

    way: str = Field("", max_length=500, description="One of those that the programme offers.")
    day: str = Field("", max_length=20, description="The day, as in 2026-11-30; not one to come.")
    minutes: str = Field("", max_length=10, description="How long, in whole minutes.")


class Answered(Given):
    """What somebody says to it."""

    says: Literal["confirm", "deny", "take_back", "looked_at"]


@area.get(IN_TOUCH, who=SIGNED_IN, page="relationship/in_touch.html", gives=InTouchPage)
def show_in_touch(request: Request, pair_id: str) -> InTouchPage:
    """How often the two have been in touch, and what they wrote down of it."""
    return in_touch_page(request.me, pair_id, now=request.now)


@area.post(IN_TOUCH, who=PARTICIPANT, takes=WrittenDown, gives=InTouchPage, again=show_in_touch)
def write_it_down(request: Request, given: WrittenDown, pair_id: str) -> Done:
    """Writes down that the two were in touch off the platform. The other is asked whether it was so."""
    write_down(request.me, pair_id, **given.model_dump(), now=request.now)
    return Done(
        f"/pairs/{pair_id}/in-touch", in_touch_page(request.me, pair_id, now=request.now), created=True
    )


@area.post(IN_TOUCH + "/{item_id}", who=SIGNED_IN, takes=Answered, gives=InTouchPage, again=show_in_touch)
def answer(request: Request, given: Answered, pair_id: str, item_id: str) -> Done:
    """Confirms what the other wrote down, or says that it did not happen.

    Whoever wrote it down can take it back; staff note that they have looked at what was denied."""
    answer_for(request.me, pair_id, item_id, answer=given.says, now=request.now)
    return Done(f"/pairs/{pair_id}/in-touch", in_touch_page(request.me, pair_id, now=request.now))
