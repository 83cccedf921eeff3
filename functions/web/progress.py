"""How the pairs of a cohort are getting on: the coordinator's page, a report to print, a file."""

from shared.progress.report import ReportView, report
from shared.progress.views import ProgressView, Wanted, progress, progress_file

from .access import STAFF_ONLY
from .request import Request
from .respond import Text
from .routing import Area

area = Area(__name__)

PROGRESS = "/programmes/{programme_id}/cohorts/{cohort_id}/progress"
CSV = "text/csv"
ASKS = {
    "show": "`below`, `awaited`, `not_agreed` or `over`; those that go on where empty.",
    "stage": "The id of a stage.",
    "heard": "When they were last heard of: `week`, `fortnight`, `month`, `longer` or `never`.",
    "sort": "A column's id, with a `-` before it for the other way round.",
    "page": "Which page, from 1 on.",
    "after": "The `after` of the page before, where there are more than are read at once.",
}


@area.get(PROGRESS, who=STAFF_ONLY, page="progress/progress.html", gives=ProgressView, asks=ASKS)
def show_progress(request: Request, programme_id: str, cohort_id: str) -> ProgressView:
    """How a cohort's pairs are getting on; of those in no cohort where it is `everybody`."""
    asked = {name: request.query.get(name, "") for name in ASKS if name != "page"}
    page = request.query.get("page", "1")
    wanted = Wanted(**asked, page=int(page) if page.isdecimal() and len(page) < 5 else 1)
    return progress(request.me, programme_id, cohort_id, wanted, now=request.now)


@area.get(PROGRESS + "/report", who=STAFF_ONLY, page="progress/report.html", gives=ReportView)
def show_report(request: Request, programme_id: str, cohort_id: str) -> ReportView:
    """A cohort in numbers that can be shown to others, to be printed."""
    return report(request.me, programme_id, cohort_id, now=request.now)


@area.get(PROGRESS + "/file", who=STAFF_ONLY, gives=str, media=CSV)
def download(request: Request, programme_id: str, cohort_id: str) -> Text:
    """Every pair of a cohort as a CSV file."""
    body = progress_file(request.me, programme_id, cohort_id, now=request.now)
    return Text(body, CSV, download_as="pairs.csv")
