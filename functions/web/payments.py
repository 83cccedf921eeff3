"""What is in of a programme's endings, and what is paid for mentors' reports."""

from typing import Literal

from pydantic import Field

from shared.endings.payments import PaymentsView, note_paid, note_unpaid, payments, payments_list
from shared.endings.staff_views import EndingsView, endings

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done, Text
from .routing import Area

area = Area(__name__)

PROGRAMME = "/programmes/{programme_id}"
PAYMENTS = PROGRAMME + "/payments"
CSV = "text/csv"


class Noted(Given):
    """That an honorarium was paid, or not after all."""

    paid: Literal["yes", "no"] = "yes"
    paid_on: str = Field("", max_length=20, description="The day on which it was, as in 2026-11-30.")


@area.get(
    PROGRAMME + "/endings",
    who=STAFF_ONLY,
    page="endings/endings.html",
    gives=EndingsView,
    asks={"after": "The `next` of the page before."},
)
def show_endings(request: Request, programme_id: str) -> EndingsView:
    """Pairs that end or have ended, with what is in and what is missing."""
    return endings(request.me, programme_id, after=request.query.get("after", ""), now=request.now)


@area.get(
    PAYMENTS,
    who=STAFF_ONLY,
    page="endings/payments.html",
    gives=PaymentsView,
    asks={"show": "`paid` for those that were paid.", "after": "The `next` of the page before."},
)
def show_payments(request: Request, programme_id: str) -> PaymentsView:
    """Honoraria that are payable, or were paid."""
    show, after = request.query.get("show", ""), request.query.get("after", "")
    return payments(request.me, programme_id, show=show, after=after)


@area.get(PAYMENTS + "/list", who=STAFF_ONLY, gives=str, media=CSV)
def download(request: Request, programme_id: str) -> Text:
    """All honoraria as a CSV file, the unpaid first."""
    body = payments_list(request.me, programme_id, now=request.now)
    return Text(body, CSV, download_as="payments.csv")


@area.post(PAYMENTS + "/{payment_id}", who=STAFF_ONLY, takes=Noted, gives=PaymentsView, again=show_payments)
def note(request: Request, given: Noted, programme_id: str, payment_id: str) -> Done:
    """Notes that an honorarium was paid, once, or takes that back."""
    if given.paid == "yes":
        note_paid(request.me, programme_id, payment_id, paid_on=given.paid_on, now=request.now)
    else:
        note_unpaid(request.me, programme_id, payment_id, now=request.now)
    view = payments(request.me, programme_id)
    return Done(f"/programmes/{programme_id}/payments", view)
