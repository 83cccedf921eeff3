"""A mentee's school: whom to turn to there, and when somebody did without there being a concern."""

from dataclasses import dataclass

from pydantic import Field

from shared.conversations.acquaintances import companions_of
from shared.platform.clock import LONDON
from shared.safeguarding.concerns.choices import CHOICES, Choices
from shared.safeguarding.concerns.history import SchoolFields, SchoolForm, save_school, school_form
from shared.safeguarding.concerns.school_contacts import (
    InTouch,
    SchoolContactLine,
    in_touch_with_school,
    record_in_touch,
)

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

SCHOOL = "/programmes/{programme_id}/people/{person_id}/school"


class NewSchool(Given):
    """Whom to turn to at a mentee's school."""

    name: str = ""
    role: str = ""
    school: str = ""
    telephone: str = ""
    address: str = Field("", description="E-mail address.")


class NewInTouch(Given):
    """That somebody was in touch with the school."""

    whom: str = ""
    how: str = Field("", max_length=20, description="How: one of those that the page offers.")
    happened: str = Field("", max_length=40, description="As in 2026-11-20T17:01; empty for now.")
    words: str = ""
    key: str = Field(min_length=1, max_length=100)


@dataclass(frozen=True)
class SchoolPage:
    """Whom to turn to, and who did."""

    form: SchoolForm
    contacts: tuple[SchoolContactLine, ...]
    moment: str
    """This moment in the United Kingdom, as a field for a moment holds it."""
    choices: Choices = CHOICES


@area.get(SCHOOL, who=STAFF_ONLY, page="safeguarding/school.html", gives=SchoolPage)
def school(request: Request, programme_id: str, person_id: str) -> SchoolPage:
    """Whom to turn to at a mentee's school, and when somebody did without there being a concern."""
    form = school_form(request.me, programme_id, person_id, companions=companions_of)
    moment = f"{request.now.astimezone(LONDON):%Y-%m-%dT%H:%M}"
    return SchoolPage(form, in_touch_with_school(programme_id, person_id), moment)


@area.post(SCHOOL, who=STAFF_ONLY, takes=NewSchool, gives=SchoolPage, again=school)
def keep_school(request: Request, given: NewSchool, programme_id: str, person_id: str) -> Done:
    """Keeps whom to turn to at a mentee's school."""
    fields = SchoolFields(**given.model_dump())
    save_school(request.me, programme_id, person_id, fields, companions=companions_of, now=request.now)
    return _done(request, programme_id, person_id)


@area.post(SCHOOL + "/contacts", who=STAFF_ONLY, takes=NewInTouch, gives=SchoolPage, again=school)
def was_in_touch(request: Request, given: NewInTouch, programme_id: str, person_id: str) -> Done:
    """Records that somebody was in touch with a mentee's school."""
    record_in_touch(
        request.me,
        programme_id,
        person_id,
        InTouch(**given.model_dump(exclude={"key"})),
        companions=companions_of,
        key=given.key,
        now=request.now,
    )
    return _done(request, programme_id, person_id)


def _done(request: Request, programme_id: str, person_id: str) -> Done:
    page = f"/programmes/{programme_id}/people/{person_id}/school"
    return Done(page, school(request, programme_id, person_id))
