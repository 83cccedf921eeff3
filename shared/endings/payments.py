"""Honoraria: payable once a mentor's report is in, noted as paid once, and listed for whoever pays them."""

from dataclasses import dataclass
from datetime import date, datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record, record_reading
from shared.conversations.items import Pair
from shared.people.lists import written_list
from shared.people.permissions import Viewer, may_manage_people, programme_name, require
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict, Invalid, NotFound
from shared.platform.tables import Lost, find, is_new, transaction
from shared.programmes.rules import day_of, spoken

from .items import Payment, payment_id_of, payment_key, payments_listing, payments_order
from .opening import Opened

TRIES = 4
UNREADABLE = "Please give the day as in 2026-11-30."
TO_COME = "This day is still to come. Please note it once it has been paid."
TOO_EARLY = "It became payable on {day} only. Please choose that day or a later one."
OWN = "This is your own honorarium. Somebody else has to note it."
PAID = "{name} has noted this as paid on {day} already."


def pays(opened: Opened) -> int:
    """What becomes payable with this side's report, in pounds; 0 where nothing does, or where the mentor has
    theirs for the cohort: one GetItem."""
    report = opened.endings.report_of(opened.part)
    if opened.part != "mentor" or report is None or not report.honorarium_pounds:
        return 0
    is_there = find(Payment, *_key_of(opened.pair)) is not None
    return 0 if is_there else report.honorarium_pounds


def _key_of(pair: Pair) -> tuple[str, str]:
    return payment_key(pair.programme_id, payment_id_of(pair.cohort_id, pair.pair_id, pair.mentor_id))


def add_payment(write: TransactWrite, pair: Pair, pounds: int, *, now: datetime) -> None:
    """Adds to a running transaction that a mentor's honorarium is payable. It is Lost when it is already."""
    pk, payment_id = _key_of(pair)
    payment = Payment(
        pk,
        payment_id,
        payment_id=payment_id,
        programme_id=pair.programme_id,
        cohort_id=pair.cohort_id,
        pair_id=pair.pair_id,
        mentor_id=pair.mentor_id,
        mentor_name=pair.mentor_name,
        pounds=pounds,
        payable_at=now,
        listing=payments_listing(pair.programme_id, "open"),
        listing_order=payments_order(order(now), payment_id),
    )
    write.save(payment, condition=is_new(Payment))


# ── Noting that it was paid ────────────────────────────────────────────────


def note_paid(viewer: Viewer, programme_id: str, payment_id: str, *, paid_on: str, now: datetime) -> None:
    """Notes the day on which it was paid. Noted again with the same day, nothing changes.

    Raises NotFound for who is neither coordinator nor administrator, Invalid for a day that cannot be, and
    Conflict where it is one's own, or noted as paid already.
    """
    require(may_manage_people(viewer, programme_id))
    for _ in range(TRIES):
        payment = _load(programme_id, payment_id)
        _require_others(viewer, payment)
        day = _day(paid_on, payment, now)
        if payment.paid_on == day:
            return
        if payment.paid_on:
            on = spoken(date.fromisoformat(payment.paid_on))
            raise Conflict(PAID.format(name=payment.noted_by_name, day=on), code="paid")
        payment.paid_on, payment.noted_by_name, payment.noted_at = day, viewer.name, now
        payment.listing = payments_listing(programme_id, "paid")
        if _write(viewer, payment, f"Paid on {spoken(date.fromisoformat(day))}", now):
            return
    raise Busy


def note_unpaid(viewer: Viewer, programme_id: str, payment_id: str, *, now: datetime) -> None:
    """Takes back that it was paid, where that was noted in error. Raises as `note_paid`."""
    require(may_manage_people(viewer, programme_id))
    for _ in range(TRIES):
        payment = _load(programme_id, payment_id)
        _require_others(viewer, payment)
        if payment.paid_on is None:
            return
        payment.paid_on = payment.noted_by_name = payment.noted_at = None
        payment.listing = payments_listing(programme_id, "open")
        if _write(viewer, payment, "Not paid after all", now):
            return
    raise Busy


def _load(programme_id: str, payment_id: str) -> Payment:
    payment = find(Payment, *payment_key(programme_id, payment_id))
    if payment is None:
        raise NotFound
    return payment


def _require_others(viewer: Viewer, payment: Payment) -> None:
    if payment.mentor_id == viewer.person_id:
        raise Conflict(OWN, code="own")


def _day(paid_on: str, payment: Payment, now: datetime) -> str:
    try:
        day = date.fromisoformat(paid_on)
    except ValueError:
        raise Invalid(UNREADABLE, field="paid_on") from None
    first = day_of(payment.payable_at)
    if day < first:
        raise Invalid(TOO_EARLY.format(day=spoken(first)), field="paid_on")
    if day > day_of(now):
        raise Invalid(TO_COME, field="paid_on")
    return day.isoformat()


def _write(viewer: Viewer, payment: Payment, why: str, now: datetime) -> bool:
    """False when somebody else changed it meanwhile."""
    try:
        with transaction() as write:
            write.save(payment)
            record(
                write,
                payment.programme_id,
                "noted_payment",
                f"person:{payment.mentor_id}",
                by_id=viewer.person_id,
                by_name=viewer.name,
                now=now,
                why=f"{why}: £{int(payment.pounds)}",
            )
    except Lost:
        return False
    return True


# ── Lists ──────────────────────────────────────────────────────────────────

PAGE = 100


@dataclass(frozen=True)
class PaymentRow:
    """One honorarium."""

    payment_id: str
    mentor_name: str
    pounds: int
    payable_on: date
    paid_on: date | None
    noted_by: str
    is_own: bool
    """Whether it is the viewer's own, which somebody else has to note."""


@dataclass(frozen=True)
class PaymentsView:
    """A page of a programme's honoraria, those that became payable first before the others."""

    programme_id: str
    programme_name: str
    show: str
    """`open` or `paid`."""
    payments: tuple[PaymentRow, ...]
    pounds: int
    """Of those on this page together."""
    next: str
    """The `after` of the next page; empty on the last."""
    is_first: bool
    after: str = ""
    """Where this page begins: what comes after this payment."""


def payments(viewer: Viewer, programme_id: str, *, show: str = "", after: str = "") -> PaymentsView:
    """One Query, and a GetItem for a later page. Raises NotFound for who is neither coordinator nor
    administrator, and for an `after` that is none of its payments."""
    require(may_manage_people(viewer, programme_id))
    show = "paid" if show == "paid" else "open"
    begin = _load(programme_id, after).listing_order if after else None
    found = _listed(programme_id, show, after=begin or "", limit=PAGE + 1)
    page = [_row(one, viewer) for one in found[:PAGE]]
    return PaymentsView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        show=show,
        payments=tuple(page),
        pounds=sum(one.pounds for one in page),
        next=page[-1].payment_id if len(found) > PAGE else "",
        is_first=not after,
        after=after,
    )


def _listed(programme_id: str, state: str, *, after: str = "", limit: int | None = None) -> list[Payment]:
    found = Payment.by_listing.query(
        payments_listing(programme_id, state),
        Payment.listing_order > after if after else None,
        limit=limit,
        page_size=limit,
    )
    return [one for one in found if isinstance(one, Payment)]


def _row(payment: Payment, viewer: Viewer) -> PaymentRow:
    return PaymentRow(
        payment_id=payment.payment_id,
        mentor_name=payment.mentor_name,
        pounds=int(payment.pounds),
        payable_on=day_of(payment.payable_at),
        paid_on=date.fromisoformat(payment.paid_on) if payment.paid_on else None,
        noted_by=payment.noted_by_name or "",
        is_own=payment.mentor_id == viewer.person_id,
    )


HEADINGS = ("Mentor", "Pounds", "Payable since", "Paid on", "Noted by", "Reference")


def payments_list(viewer: Viewer, programme_id: str, *, now: datetime) -> str:
    """All of them as a CSV file, the unpaid first; that somebody took it away is recorded. Raises as
    `payments`."""
    require(may_manage_people(viewer, programme_id))
    found = [_row(one, viewer) for state in ("open", "paid") for one in _listed(programme_id, state)]
    record_reading(
        programme_id,
        "exported_payments",
        f"payments:{programme_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
    )
    return written_list(
        HEADINGS,
        [
            (
                one.mentor_name,
                str(one.pounds),
                one.payable_on.isoformat(),
                one.paid_on.isoformat() if one.paid_on else "",
                one.noted_by,
                one.payment_id,
            )
            for one in found
        ],
    )
