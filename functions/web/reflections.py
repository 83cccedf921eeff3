"""Diaries and logbooks: what mentor and mentee write for themselves and the staff."""

from dataclasses import dataclass

from pydantic import Field

from shared.reflections.actions import write_reflection
from shared.reflections.views import ReflectionsView, reflections

from .access import PARTICIPANT, SIGNED_IN, STAFF_ONLY
from .forms import Given, NotAName
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

OWN = "/pairs/{pair_id}/diary"


class NewEntry(Given):
    """An entry. `key` is the form's: sent again, it is kept once."""

    text: str
    not_a_name: NotAName = ""
    key: str = Field(min_length=1, max_length=100)


@dataclass(frozen=True)
class Kept:
    """An entry that was kept."""

    entry_id: str


@area.get(
    OWN,
    who=SIGNED_IN,
    page="reflections/reflections.html",
    gives=ReflectionsView,
    asks={"before": "The `older` of the page before.", "worried": "`yes` right after writing of a worry."},
)
def show_own(request: Request, pair_id: str) -> ReflectionsView:
    """One's own diary or logbook."""
    return reflections(
        request.me,
        pair_id,
        before=request.query.get("before", ""),
        worried=request.query.get("worried") == "yes",
        now=request.now,
    )


@area.get(
    OWN + "/{whose}",
    who=STAFF_ONLY,
    page="reflections/reflections.html",
    gives=ReflectionsView,
    asks={"before": "The `older` of the page before."},
)
def show_of(request: Request, pair_id: str, whose: str) -> ReflectionsView:
    """The diary of the mentee or the logbook of the mentor, for staff: `mentee` or `mentor`."""
    before = request.query.get("before", "")
    return reflections(request.me, pair_id, whose, before=before, now=request.now)


@area.post(OWN, who=PARTICIPANT, takes=NewEntry, gives=Kept, again=show_own, is_private=True)
def write(request: Request, given: NewEntry, pair_id: str) -> Done:
    """Keeps an entry."""
    entry, shows_help = write_reflection(
        request.me,
        pair_id,
        text=given.text,
        key=given.key,
        not_a_name=given.not_a_name == "yes",
        now=request.now,
    )
    to = f"/pairs/{pair_id}/diary" + ("?worried=yes" if shows_help else "")
    return Done(to, Kept(entry.entry_id), created=True)
