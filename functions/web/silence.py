"""Mentees who have gone quiet after a held message or a concern."""

from shared.silence.actions import settle_silence
from shared.silence.views import SilencePage, Silences, silence_of, silences

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

ALL = "/programmes/{programme_id}/silences"


class SeenTo(Given):
    """What somebody did about a mentee's silence."""

    note: str


@area.get(ALL, who=STAFF_ONLY, page="silence/list.html", gives=Silences)
def quiet(request: Request, programme_id: str) -> Silences:
    """The mentees who have written nothing since a message of theirs was held, or since a concern."""
    return silences(request.me, programme_id)


@area.get(ALL + "/{person_id}", who=STAFF_ONLY, page="silence/mentee.html", gives=SilencePage)
def one_quiet(request: Request, programme_id: str, person_id: str) -> SilencePage:
    """A mentee who has gone quiet, or had."""
    return silence_of(request.me, programme_id, person_id)


@area.post(ALL + "/{person_id}", who=STAFF_ONLY, takes=SeenTo, gives=Silences, again=one_quiet)
def seen_to(request: Request, given: SeenTo, programme_id: str, person_id: str) -> Done:
    """Notes what was done about a silence; it leaves the list."""
    settle_silence(request.me, programme_id, person_id, note=given.note, now=request.now)
    return Done(f"/programmes/{programme_id}/silences", silences(request.me, programme_id))
