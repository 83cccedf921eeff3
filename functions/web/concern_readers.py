"""Who on the staff may see a concern: keeping it from somebody, and opening it to a colleague."""

from typing import Literal

from pydantic import Field

from shared.safeguarding.concerns.keeping_from import keep_from, staff_to_keep_from
from shared.safeguarding.concerns.letting_in import let_in, staff_to_let_in
from shared.safeguarding.views import ConcernHead, ConcernPage, concern_head, concern_page

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

CONCERN = "/concerns/{concern_id}"


class NewLetIn(Given):
    """Who may see a concern from now on."""

    whom: str = Field("", max_length=100, description="The person_id of somebody on the staff.")
    reason: str
    key: str = Field(min_length=1, max_length=100)


class NewKeptFrom(NewLetIn):
    """From whom a concern is kept."""

    is_about: Literal["yes", ""] = Field("", description="`yes` when it is about them.")


@area.get(CONCERN + "/keep-from", who=STAFF_ONLY, page="safeguarding/keep_from.html", gives=ConcernHead)
def before_keeping_from(request: Request, concern_id: str) -> ConcernHead:
    """From whom on the staff a concern can be kept."""
    return concern_head(request.me, concern_id, with_people=staff_to_keep_from, now=request.now)


@area.post(
    CONCERN + "/keep-from", who=STAFF_ONLY, takes=NewKeptFrom, gives=ConcernPage, again=before_keeping_from
)
def keep_from_somebody(request: Request, given: NewKeptFrom, concern_id: str) -> Done:
    """Keeps a concern from somebody on the staff, as it is about them or they stand near to it."""
    is_about = given.is_about == "yes"
    fields = given.model_dump(exclude={"is_about"})
    keep_from(request.me, concern_id, **fields, is_about=is_about, now=request.now)
    return _done_with(request, concern_id)


@area.get(CONCERN + "/let-in", who=STAFF_ONLY, page="safeguarding/let_in.html", gives=ConcernHead)
def before_letting_in(request: Request, concern_id: str) -> ConcernHead:
    """To whom on the staff a worry about staff can be opened."""
    return concern_head(request.me, concern_id, with_people=staff_to_let_in, now=request.now)


@area.post(CONCERN + "/let-in", who=STAFF_ONLY, takes=NewLetIn, gives=ConcernPage, again=before_letting_in)
def let_in_somebody(request: Request, given: NewLetIn, concern_id: str) -> Done:
    """Opens a worry about staff to a colleague, with the reason."""
    let_in(request.me, concern_id, **given.model_dump(), now=request.now)
    return _done_with(request, concern_id)


def _done_with(request: Request, concern_id: str) -> Done:
    return Done(f"/concerns/{concern_id}", concern_page(request.me, concern_id, now=request.now))
