"""Who of the staff is there for mentors."""

from pydantic import Field

from shared.cohorts.support import SupportForm, name_supporter, support_form

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

OF_COHORT = "/programmes/{programme_id}/cohorts/{cohort_id}/support"
OF_MENTOR = "/programmes/{programme_id}/people/{person_id}/support"


class Supporter(Given):
    """The named person."""

    supporter_id: str = Field(
        "", max_length=100, description="The person_id of somebody on the staff; empty for nobody."
    )


@area.get(OF_COHORT, who=STAFF_ONLY, page="programmes/support.html", gives=SupportForm)
def show_of_cohort(request: Request, programme_id: str, cohort_id: str) -> SupportForm:
    """Who can be there for the mentors of a cohort."""
    return support_form(request.me, programme_id, cohort_id=cohort_id)


@area.post(OF_COHORT, who=STAFF_ONLY, takes=Supporter, gives=SupportForm, again=show_of_cohort)
def name_for_cohort(request: Request, given: Supporter, programme_id: str, cohort_id: str) -> Done:
    """Says who is there for the mentors of a cohort."""
    name_supporter(request.me, programme_id, given.supporter_id, cohort_id=cohort_id, now=request.now)
    view = support_form(request.me, programme_id, cohort_id=cohort_id)
    return Done(f"/programmes/{programme_id}/cohorts/{cohort_id}", view)


@area.get(OF_MENTOR, who=STAFF_ONLY, page="programmes/support.html", gives=SupportForm)
def show_of_mentor(request: Request, programme_id: str, person_id: str) -> SupportForm:
    """Who can be there for one mentor."""
    return support_form(request.me, programme_id, mentor_id=person_id)


@area.post(OF_MENTOR, who=STAFF_ONLY, takes=Supporter, gives=SupportForm, again=show_of_mentor)
def name_for_mentor(request: Request, given: Supporter, programme_id: str, person_id: str) -> Done:
    """Says who is there for one mentor, whoever is for their cohort."""
    name_supporter(request.me, programme_id, given.supporter_id, mentor_id=person_id, now=request.now)
    view = support_form(request.me, programme_id, mentor_id=person_id)
    return Done(f"/programmes/{programme_id}/people/{person_id}", view)
