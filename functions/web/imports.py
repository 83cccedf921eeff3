"""Inviting many at once: from lines typed on a page, or from a file."""

from typing import Annotated, Literal

from pydantic import Field

from shared.people import actions
from shared.people.actions.imports import load_list, upload_form
from shared.people.import_files import BucketOfLists
from shared.people.import_views import (
    BeginListView,
    ImportView,
    begin_list_view,
    import_of,
    sample_of,
    to_correct,
)
from shared.people.invitation_views import InviteView, invite_form
from shared.platform.settings import settings

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done, Text
from .routing import Area

area = Area(__name__)
files = BucketOfLists()

Line = Annotated[str, Field(max_length=300)]
PEOPLE = "/programmes/{programme_id}/people"
CSV = "text/csv"


# ── Typed ──────────────────────────────────────────────────────────────────


class SeveralInvitations(Given):
    """People to be invited, all to one role."""

    role: Line = Field("", description="As for one invitation.")
    people: str = Field("", max_length=100_000, description="CSV: first name, surname, e-mail address.")
    good_only: Literal["", "yes"] = Field("", description="`yes` leaves out lines that cannot be used.")
    key: str = Field(min_length=1, max_length=100, description="The same key never does it twice.")


@area.get(PEOPLE + "/invite-several", who=STAFF_ONLY, page="people/invite_several.html", gives=InviteView)
def before_inviting_several(request: Request, programme_id: str) -> InviteView:
    """The roles that one may invite to."""
    return invite_form(request.me, programme_id, now=request.now)


@area.post(
    PEOPLE + "/imports",
    who=STAFF_ONLY,
    takes=SeveralInvitations,
    gives=ImportView,
    again=before_inviting_several,
)
def invite_several(request: Request, given: SeveralInvitations, programme_id: str) -> Done:
    """Invites several people; what becomes of each is to be seen a moment later."""
    asked = actions.import_people(
        request.me,
        programme_id,
        role=given.role,
        text=given.people,
        good_only=given.good_only == "yes",
        key=given.key,
        now=request.now,
    )
    return _done(request, programme_id, asked.import_id, created=True)


# ── From a file ────────────────────────────────────────────────────────────


class NewList(Given):
    """A list that comes as a file."""

    role: Line = Field("", description="mentee or mentor.")
    cohort_id: Line = Field("", description="The cohort they will all be in; may be left out.")
    key: str = Field(min_length=1, max_length=100, description="The same key never does it twice.")


CHOSEN = {"role": "mentee or mentor.", "cohort_id": "The cohort they will be in, for what it asks besides."}


@area.get(
    PEOPLE + "/lists/new", who=STAFF_ONLY, page="people/list_new.html", gives=BeginListView, asks=CHOSEN
)
def before_a_list(request: Request, programme_id: str) -> BeginListView:
    """The columns of a list, a sample of one, and the lists of late."""
    given = {**request.query, **request.typed}
    role, cohort_id = str(given.get("role", "")), str(given.get("cohort_id", ""))
    return begin_list_view(request.me, programme_id, role=role, cohort_id=cohort_id, now=request.now)


@area.get(PEOPLE + "/lists/sample", who=STAFF_ONLY, gives=str, media=CSV, asks=CHOSEN)
def sample(request: Request, programme_id: str) -> Text:
    """A list to begin with, as a CSV file."""
    role, cohort_id = request.query.get("role", "mentee"), request.query.get("cohort_id", "")
    body = sample_of(request.me, programme_id, role=role, cohort_id=cohort_id, now=request.now)
    return Text(body, CSV, download_as=f"{role}s.csv")


@area.post(PEOPLE + "/lists", who=STAFF_ONLY, takes=NewList, gives=ImportView, again=before_a_list)
def begin_list(request: Request, given: NewList, programme_id: str) -> Done:
    """Begins a list; the answer says how its file is sent."""
    import_id = actions.begin_list(
        request.me,
        programme_id,
        role=given.role,
        cohort_id=given.cohort_id,
        key=given.key,
        now=request.now,
    )
    return _done(request, programme_id, import_id, created=True)


@area.get(
    PEOPLE + "/imports/{import_id}",
    who=STAFF_ONLY,
    page="people/import.html",
    gives=ImportView,
    asks={"after": "The `next` of the page before."},
)
def import_page(request: Request, programme_id: str, import_id: str) -> ImportView:
    """How far a list is, and what is to be put right. `after` says where to go on."""
    return _shown(request, programme_id, import_id)


@area.get(PEOPLE + "/imports/{import_id}/arrived", who=STAFF_ONLY, gives=ImportView)
def arrived(request: Request, programme_id: str, import_id: str) -> Done:
    """Where the bucket sends a browser on to, once it has the file."""
    actions.file_arrived(request.me, programme_id, import_id, now=request.now)
    return _done(request, programme_id, import_id)


@area.post(PEOPLE + "/imports/{import_id}/check", who=STAFF_ONLY, gives=ImportView, again=import_page)
def check(request: Request, programme_id: str, import_id: str) -> Done:
    """Has a file checked that was sent."""
    actions.file_arrived(request.me, programme_id, import_id, now=request.now)
    return _done(request, programme_id, import_id)


@area.post(PEOPLE + "/imports/{import_id}/invite", who=STAFF_ONLY, gives=ImportView, again=import_page)
def invite_the_good(request: Request, programme_id: str, import_id: str) -> Done:
    """Invites everybody on a checked list who can be."""
    actions.invite_the_good(request.me, programme_id, import_id, now=request.now)
    return _done(request, programme_id, import_id)


@area.get(PEOPLE + "/imports/{import_id}/to-correct", who=STAFF_ONLY, gives=str, media=CSV)
def rows_to_correct(request: Request, programme_id: str, import_id: str) -> Text:
    """The rows that were not invited, as a CSV file to be corrected and sent again."""
    return Text(to_correct(request.me, programme_id, import_id), CSV, download_as="to-correct.csv")


def _shown(request: Request, programme_id: str, import_id: str) -> ImportView:
    item = load_list(request.me, programme_id, import_id)
    form = None
    if item.state == "awaiting":
        then = f"{settings().site_url}{_path(programme_id, import_id)}/arrived"
        form = upload_form(item, files=files, then=then)
    return import_of(request.me, item, after=request.query.get("after", ""), form=form)


def _done(request: Request, programme_id: str, import_id: str, *, created: bool = False) -> Done:
    return Done(_path(programme_id, import_id), _shown(request, programme_id, import_id), created=created)


def _path(programme_id: str, import_id: str) -> str:
    return f"/programmes/{programme_id}/people/imports/{import_id}"
