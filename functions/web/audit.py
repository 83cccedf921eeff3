"""The audit record: what staff read, decided and changed, and whether the record of it is whole."""

from shared.oversight.views import AuditPage, audit_page, check_audit

from .access import STAFF_ONLY
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

AUDIT = "/programmes/{programme_id}/audit"


@area.get(
    AUDIT,
    who=STAFF_ONLY,
    page="audit/audit.html",
    gives=AuditPage,
    asks={
        "before": "The `older` of the page before: its records follow.",
        "person": "The person_id of somebody whose deeds are wanted.",
    },
)
def records(request: Request, programme_id: str) -> AuditPage:
    """What staff of a programme read, decided and changed, the latest first."""
    return audit_page(
        request.me,
        programme_id,
        before=request.query.get("before", ""),
        person_id=request.query.get("person", ""),
    )


@area.post(AUDIT + "/check", who=STAFF_ONLY, gives=AuditPage, again=records)
def check(request: Request, programme_id: str) -> Done:
    """Checks that nothing in the record was changed, left out or reordered; of a long one some."""
    found = check_audit(request.me, programme_id, now=request.now)
    return Done(f"/programmes/{programme_id}/audit#check", found)
