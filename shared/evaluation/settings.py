"""Of which cohort something came, and by which policy."""

from shared.cohorts.views import both
from shared.people.asked import EVERYBODY
from shared.policies import Policy
from shared.programmes.actions import load_programme
from shared.programmes.items import Cohort


def settings_of(programme_id: str, cohort_id: str) -> tuple[Policy, Cohort | None]:
    """None for those who are in no cohort. One GetItem or BatchGetItem. Raises NotFound."""
    if cohort_id == EVERYBODY:
        return load_programme(programme_id).policy, None
    return both(programme_id, cohort_id)
