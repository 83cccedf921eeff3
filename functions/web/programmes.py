"""Programmes and their cohorts: making them, who is in them, and how they end."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from shared.cohorts import planning
from shared.cohorts.adding import add_to_cohort
from shared.cohorts.forms import (
    AddView,
    CohortForm,
    EndView,
    add_form,
    change_form,
    copy_form,
    end_form,
    new_form,
)
from shared.cohorts.views import CohortsView, CohortView, cohort_page, cohorts
from shared.home.programme import ProgrammeHome, programme_home
from shared.people.actions import make_programme
from shared.people.invitation_views import AnotherView, another_form

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

Line = Annotated[str, Field(max_length=500)]
ALL = "/programmes/{programme_id}/cohorts"
ONE = ALL + "/{cohort_id}"


@area.get("/programmes/{programme_id}", who=STAFF_ONLY, page="programmes/home.html", gives=ProgrammeHome)
def home_of_programme(request: Request, programme_id: str) -> ProgrammeHome:
    """Who waits for whom in a programme, and its cohorts."""
    return programme_home(request.me, programme_id, now=request.now)


# ── Making programmes ──────────────────────────────────────────────────────


class NewProgramme(Given):
    """A programme to be made."""

    preset: Line = Field("", description="The preset whose policy it begins with.")
    name: Line = Field("", description="What it is called.")
    key: str = Field(min_length=1, max_length=100, description="The same key never makes two.")


@dataclass(frozen=True)
class ProgrammeMade:
    """A programme that was made."""

    programme_id: str


@area.get(
    "/programmes/{programme_id}/another",
    who=STAFF_ONLY,
    page="programmes/another.html",
    gives=AnotherView,
)
def before_making_another(request: Request, programme_id: str) -> AnotherView:
    """The presets that another programme of the same organisation can begin with."""
    return another_form(request.me, programme_id)


@area.post(
    "/programmes/{programme_id}/another",
    who=STAFF_ONLY,
    takes=NewProgramme,
    gives=ProgrammeMade,
    again=before_making_another,
)
def make_another(request: Request, given: NewProgramme, programme_id: str) -> Done:
    """Makes another programme in the same organisation."""
    made = make_programme(
        request.me, programme_id, preset=given.preset, name=given.name, key=given.key, now=request.now
    )
    return Done(f"/programmes/{made}", ProgrammeMade(made), created=True)


# ── Cohorts ────────────────────────────────────────────────────────────────


class CohortGiven(Given):
    """A cohort as a form says it."""

    name: Line = ""
    starts_on: Line = Field("", description="The first day, as in 2026-11-30.")
    ends_on: Line | None = Field(
        None, description="The last day of writing. Empty: as long as the policy says, or with no fixed end."
    )
    capacity: Line | None = Field(None, description="Mentees at most; empty for any number.")
    accepts: list[Line] = Field(
        default=[],
        description="`<question id>:<answer>` for each answer that is accepted here. Left out, they stay "
        "what they are.",
    )
    question_1: Line | None = Field(None, description="A further question, answered by yes or no.")
    must_1: Line = Field("yes", description="What has to be answered to it: yes, no or either.")
    question_2: Line | None = None
    must_2: Line = "yes"
    question_3: Line | None = None
    must_3: Line = "yes"

    def written(self) -> planning.Written:
        """The same as the domain takes it."""
        asks = [
            (self.question_1, self.must_1),
            (self.question_2, self.must_2),
            (self.question_3, self.must_3),
        ]
        left_out = all(words is None for words, _ in asks)
        return planning.Written(
            name=self.name,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            capacity=self.capacity,
            accepts=self.accepts if "accepts" in self.model_fields_set else None,
            asks=None if left_out else [(words or "", must) for words, must in asks],
        )


class NewCohort(CohortGiven):
    """A cohort to be made."""

    returning: list[Line] = Field(
        default=[], description="The person_ids of that cohort's mentors who go on into this one."
    )
    everybody: Literal["yes", "no"] = Field(
        "no", description="`yes` where all its mentors go on, whoever `returning` names."
    )
    key: str = Field(min_length=1, max_length=100, description="The same key never makes two.")


class Newcomer(Given):
    """Somebody in the programme who is to be in a cohort."""

    person_id: Line = Field(min_length=1)
    role: Line = Field("mentee", description="mentee or mentor.")


class LastDay(Given):
    """The last day of a cohort."""

    last_day: Line = Field("", description="As in 2026-11-30: today at the earliest.")


@area.get(ALL, who=STAFF_ONLY, page="programmes/cohorts.html", gives=CohortsView)
def list_cohorts(request: Request, programme_id: str) -> CohortsView:
    """A programme's cohorts, the latest first."""
    return cohorts(request.me, programme_id, now=request.now)


@area.get(ALL + "/new", who=STAFF_ONLY, page="programmes/cohort_form.html", gives=CohortForm)
def before_new(request: Request, programme_id: str) -> CohortForm:
    """What a new cohort begins with."""
    return new_form(request.me, programme_id)


@area.post(ALL, who=STAFF_ONLY, takes=NewCohort, gives=CohortView, again=before_new)
def make_cohort(request: Request, given: NewCohort, programme_id: str) -> Done:
    """Makes a cohort."""
    return _make(request, given, programme_id, "")


@area.get(
    ONE,
    who=STAFF_ONLY,
    page="programmes/cohort.html",
    gives=CohortView,
    asks={"show": "mentee or mentor.", "after": "The `next` of the page before."},
)
def show_cohort(request: Request, programme_id: str, cohort_id: str) -> CohortView:
    """A cohort with its days and places, and who is in it."""
    show, after = request.query.get("show", ""), request.query.get("after", "")
    return cohort_page(request.me, programme_id, cohort_id, show=show, after=after, now=request.now)


@area.get(ONE + "/change", who=STAFF_ONLY, page="programmes/cohort_form.html", gives=CohortForm)
def before_change(request: Request, programme_id: str, cohort_id: str) -> CohortForm:
    """A cohort as it is, to be changed."""
    return change_form(request.me, programme_id, cohort_id)


@area.post(ONE + "/change", who=STAFF_ONLY, takes=CohortGiven, gives=CohortView, again=before_change)
def change(request: Request, given: CohortGiven, programme_id: str, cohort_id: str) -> Done:
    """Plans a cohort anew."""
    planning.change_cohort(request.me, programme_id, cohort_id, given.written(), now=request.now)
    return _done(request, programme_id, cohort_id)


@area.get(ONE + "/next", who=STAFF_ONLY, page="programmes/cohort_form.html", gives=CohortForm)
def before_next(request: Request, programme_id: str, cohort_id: str) -> CohortForm:
    """A new cohort with this one's settings, and the mentors who could go on into it."""
    return copy_form(request.me, programme_id, cohort_id)


@area.post(ONE + "/next", who=STAFF_ONLY, takes=NewCohort, gives=CohortView, again=before_next)
def make_next(request: Request, given: NewCohort, programme_id: str, cohort_id: str) -> Done:
    """Makes the cohort after this one."""
    return _make(request, given, programme_id, cohort_id)


@area.get(ONE + "/end", who=STAFF_ONLY, page="programmes/end.html", gives=EndView)
def before_ending(request: Request, programme_id: str, cohort_id: str) -> EndView:
    """What the last day of a cohort does, before it is agreed."""
    return end_form(request.me, programme_id, cohort_id, now=request.now)


@area.post(ONE + "/end", who=STAFF_ONLY, takes=LastDay, gives=CohortView, again=before_ending)
def end(request: Request, given: LastDay, programme_id: str, cohort_id: str) -> Done:
    """Agrees the last day on which is written in a cohort's conversations."""
    planning.end_cohort(request.me, programme_id, cohort_id, on=given.last_day, now=request.now)
    return _done(request, programme_id, cohort_id)


@area.get(
    ONE + "/add",
    who=STAFF_ONLY,
    page="programmes/add.html",
    gives=AddView,
    asks={"show": "mentee or mentor.", "find": "The beginning of a name, or an e-mail address."},
)
def before_adding(request: Request, programme_id: str, cohort_id: str) -> AddView:
    """Who could be put into a cohort."""
    show, find = request.query.get("show", ""), request.query.get("find", "")
    return add_form(request.me, programme_id, cohort_id, show=show, looked_for=find, now=request.now)


@area.post(ONE + "/people", who=STAFF_ONLY, takes=Newcomer, gives=CohortView, again=before_adding)
def add(request: Request, given: Newcomer, programme_id: str, cohort_id: str) -> Done:
    """Puts somebody of the programme into a cohort."""
    add_to_cohort(
        request.me, programme_id, cohort_id, person_id=given.person_id, role=given.role, now=request.now
    )
    view = cohort_page(request.me, programme_id, cohort_id, show=given.role, now=request.now)
    return Done(f"/programmes/{programme_id}/cohorts/{cohort_id}?show={view.show}", view)


def _make(request: Request, given: NewCohort, programme_id: str, copy_of: str) -> Done:
    made = planning.new_cohort(
        request.me,
        programme_id,
        given.written(),
        copy_of=copy_of,
        returning=given.returning,
        everybody=given.everybody == "yes",
        key=given.key,
        now=request.now,
    )
    return _done(request, programme_id, made, created=True)


def _done(request: Request, programme_id: str, cohort_id: str, *, created: bool = False) -> Done:
    view = cohort_page(request.me, programme_id, cohort_id, now=request.now)
    return Done(f"/programmes/{programme_id}/cohorts/{cohort_id}", view, created=created)
