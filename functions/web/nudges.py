"""Reminders: wanting none, asking after somebody by hand, and what the staff see of them."""

from typing import Literal

from pydantic import Field

from shared.nudges.by_hand import ask_after
from shared.nudges.stopping import RemindersView, by_link, choose_reminders, my_reminders, stop_by_link
from shared.nudges.views import NudgesPage, nudges_page

from .access import ANYONE, SIGNED_IN_ALWAYS, STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

OWN = "/reminders"
BY_LINK = OWN + "/{token}"


class Wanted(Given):
    """Whether somebody wants reminders by e-mail."""

    wanted: Literal["yes", "no"]


class AskAfter(Given):
    """Whom of a pair the coordinator asks after."""

    side: Literal["mentee", "mentor"] = Field(description="`mentee` or `mentor`.")


@area.get(OWN, who=SIGNED_IN_ALWAYS, page="nudges/reminders.html", gives=RemindersView)
def own_reminders(request: Request) -> RemindersView:
    """Whether you are reminded by e-mail of what waits for you."""
    return my_reminders(request.me)


@area.post(OWN, who=SIGNED_IN_ALWAYS, takes=Wanted, gives=RemindersView, again=own_reminders)
def choose(request: Request, given: Wanted) -> Done:
    """Stops your reminders, or begins them again. E-mails about safety, and about your messages, go on."""
    return Done(OWN, choose_reminders(request.me, wanted=given.wanted == "yes", now=request.now))


@area.get(BY_LINK, who=ANYONE, page="nudges/stop.html", gives=RemindersView)
def link_of_an_e_mail(request: Request, token: str) -> RemindersView:
    """What the link in a reminder leads to: opening it changes nothing."""
    return by_link(token)


@area.post(
    BY_LINK, who=ANYONE, page="nudges/stop.html", gives=RemindersView, checks_form=False, takes_file=True
)
def stop(request: Request, token: str) -> RemindersView:
    """Stops the reminders of whoever holds the link, signed in or not.

    Mail programs send this by themselves, as a form of either kind, and follow no redirect (RFC 8058).
    """
    return stop_by_link(token, now=request.now)


@area.get("/programmes/{programme_id}/nudges", who=STAFF_ONLY, page="nudges/nudges.html", gives=NudgesPage)
def all_nudges(request: Request, programme_id: str) -> NudgesPage:
    """The pairs between whom nothing has passed for a while, and who was reminded of what."""
    return nudges_page(request.me, programme_id)


@area.post("/pairs/{pair_id}/ask-after", who=STAFF_ONLY, takes=AskAfter, gives=NudgesPage)
def ask(request: Request, given: AskAfter, pair_id: str) -> Done:
    """Writes to one of a pair that the coordinator asks after them."""
    programme_id = ask_after(request.me, pair_id, given.side, now=request.now)
    return Done(f"/programmes/{programme_id}/nudges", nudges_page(request.me, programme_id))
