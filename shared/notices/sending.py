"""Sending e-mails, and what became of them.

An e-mail goes out at least once. Its sender takes it for the length of a lease, hands it to the mail service
and notes the answer; when the answer, or the sender, is lost, the lease runs out and the e-mail is sent
again. For an alert twice is better than never, and so it is for the others: each says only that something
waits behind sign-in, and one who reads it twice finds the same page. A receipt that arrives in between ends
the repeating.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from pynamodb.expressions.update import Action

from shared.platform.clock import order
from shared.platform.settings import settings
from shared.platform.tables import Lost, conditional, find

from .addresses import forget_bounce, remember_bounce
from .items import UNDELIVERED, Notice, lane_due, notice_key, undelivered_order
from .mailer import Mailer, NotSent
from .rules import (
    LEASE,
    SECRET_PATHS,
    UNSENT,
    Lane,
    Receipt,
    Template,
    Values,
    Written,
    after_receipt,
    is_given_up,
    link_to,
    render,
    stands_out,
    wait_before,
)

BULK_AT_ONCE = 50
"""How many e-mails of the bulk lane one run takes. The next run is a minute away."""

PAUSE = 0.5
"""Seconds that whoever sends waits after each e-mail of the bulk lane, so that fewer than two a second go out
of each shard of the stream, of which a new table has up to four. What the mail service takes in a second is
the account's, 14 in a new one, and alerts need room there."""

TRIES_TO_WRITE = 5


@dataclass(frozen=True)
class Outcome:
    """What became of one try. Nothing in it names a person, so all of it may be logged."""

    notice_id: str
    did: Literal["accepted", "waits", "failed", "left", "broken"]
    """`waits`: put back, to be tried again later. `left`: there was nothing to do, or another sender has it.
    `broken`: a fault of ours or of the table; the e-mail is tried again when its lease is over."""
    template: str = ""
    code: str = ""
    """The mail service's name for what went wrong."""
    too_many: bool = False
    """Whether the service asks us to send less for now."""
    stands_out: bool = False
    """Whether somebody must hear of this: an alert that will not arrive."""


def send(notice_id: str, *, mailer: Mailer, now: datetime) -> Outcome:
    """Sends one e-mail if it is to be sent now. Harmless to repeat."""
    notice = find(Notice, *notice_key(notice_id))
    if notice is None or not _is_to_be_sent(notice, now):
        return Outcome(notice_id, "left")
    template = cast(Template, notice.template)
    try:
        if is_given_up(template, int(notice.attempts)):
            return _give_up(notice, "GaveUp", "no answer to the last try either", now)
        _take_lease(notice, now)
    except Lost:
        return Outcome(notice_id, "left", template)
    try:
        service_id = mailer.send(notice_id=notice_id, address=notice.address, written=_write(notice))
    except NotSent as problem:
        return _put_back(notice, problem, now)
    return _note_acceptance(notice, service_id, now)


def send_due(
    *,
    mailer: Mailer,
    clock: Callable[[], datetime],
    lanes: Collection[Lane] = ("alert", "bulk"),
    enough: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Sends what is due, one e-mail at each step of the iteration: every alert first, then at most
    BULK_AT_ONCE of the others, until the mail service asks for less or `enough` says that the time is over.
    It asks the clock before each, because a lease counts from the moment the e-mail is taken."""
    if "alert" in lanes:
        for notice_id in _due("alert", clock(), limit=None):
            if enough():
                return
            yield _send_guarded(notice_id, mailer, clock())
    if "bulk" in lanes:
        for notice_id in _due("bulk", clock(), limit=BULK_AT_ONCE):
            if enough():
                return
            outcome = _send_guarded(notice_id, mailer, clock())
            yield outcome
            if outcome.too_many:
                return


def record_receipt(notice_id: str, receipt: Receipt, at: datetime) -> Outcome:
    """Notes what the mail service says became of an e-mail at the moment `at`. A receipt that says nothing
    new, or is about an e-mail we know nothing of, changes nothing."""
    for _ in range(TRIES_TO_WRITE):
        notice = find(Notice, *notice_key(notice_id))
        state = after_receipt(notice.state, receipt) if notice else ""
        if notice is None or not state:
            return Outcome(notice_id, "left")
        _note_address(notice.address, receipt, at)
        try:
            return _end(notice, state, [Notice.receipt_at.set(at)], now=at, code=receipt)
        except Lost:
            continue  # its sender wrote in between: look again
    raise Lost


def _note_address(address: str, receipt: Receipt, at: datetime) -> None:
    """Whether the address takes mail: before the receipt is noted, so that a receipt tried again does both. A
    full mailbox will have room another day."""
    if receipt == "delivered":
        forget_bounce(address, at=at)
    elif receipt in ("bounced", "complained"):
        remember_bounce(address, receipt, at=at)


def _send_guarded(notice_id: str, mailer: Mailer, now: datetime) -> Outcome:
    """One e-mail that cannot be worked off does not stop the next."""
    try:
        return send(notice_id, mailer=mailer, now=now)
    except Exception as error:
        return Outcome(notice_id, "broken", code=type(error).__name__)


def _is_to_be_sent(notice: Notice, now: datetime) -> bool:
    """A first try is not asked when it is due: the clock of whoever queued the e-mail may be ahead of ours,
    and an alert would wait for the next sweep. Unless it must wait, because it can still be cancelled."""
    if notice.not_before is not None and now < notice.not_before:
        return False
    if notice.state == "queued" and not notice.attempts:
        return True
    return notice.state in UNSENT and notice.due_at is not None and notice.due_at <= order(now)


def _write(notice: Notice) -> Written:
    """The e-mail in words. NotSent when our own words are at fault: the next release puts them right."""
    try:
        return render(
            cast(Template, notice.template),
            Values(
                first_name=notice.first_name,
                link=link_to(settings().site_url, notice.path or "/"),
                programme_name=notice.programme_name or "",
                reference=notice.reference or "",
                how_many=int(notice.how_many or 0),
                things=notice.things or {},
                stop_link=link_to(settings().site_url, notice.stop_path) if notice.stop_path else "",
            ),
        )
    except Exception as error:
        raise NotSent(f"CannotBeWritten.{type(error).__name__}", retry=True) from error


def _take_lease(notice: Notice, now: datetime) -> None:
    """Lost when somebody else took it, or a receipt came, since it was read."""
    lease_until = now + LEASE
    _change(
        notice,
        Notice.state.set("sending"),
        Notice.attempts.set(notice.attempts + 1),
        Notice.lease_until.set(lease_until),
        Notice.due_at.set(order(lease_until)),
    )


def _note_acceptance(notice: Notice, service_id: str, now: datetime) -> Outcome:
    changes = [
        Notice.accepted_at.set(now),
        Notice.ses_message_id.set(service_id),
        Notice.problem.remove(),
    ]
    try:
        return _end(notice, "accepted", changes, now=now)
    except Lost:
        # The receipt was quicker than we, or the lease was over and another has it: theirs is the last word.
        return Outcome(notice.notice_id, "accepted", notice.template)


def _put_back(notice: Notice, problem: NotSent, now: datetime) -> Outcome:
    template = cast(Template, notice.template)
    tries = int(notice.attempts)
    try:
        if not problem.retry or is_given_up(template, tries):
            return _give_up(notice, problem.code, problem.detail, now)
        _change(
            notice,
            Notice.state.set("queued"),
            Notice.lease_until.remove(),
            Notice.due_at.set(order(now + wait_before(template, tries))),
            Notice.problem.set(problem.detail),
        )
    except Lost:
        return Outcome(notice.notice_id, "left", template, problem.code, problem.too_many)
    return Outcome(notice.notice_id, "waits", template, problem.code, problem.too_many)


def _give_up(notice: Notice, code: str, detail: str, now: datetime) -> Outcome:
    return _end(notice, "failed", [Notice.problem.set(detail)], now=now, code=code)


def _end(notice: Notice, state: str, changes: Sequence[Action], *, now: datetime, code: str = "") -> Outcome:
    """Nothing more is to be sent: out of the queue, and where its path is a secret, that goes too."""
    template = cast(Template, notice.template)
    ending: list[Action] = [
        Notice.state.set(state),
        Notice.due.remove(),
        Notice.due_at.remove(),
        Notice.lease_until.remove(),
    ]
    if template in SECRET_PATHS:
        ending.append(Notice.path.remove())
    if notice.stop_path:
        ending.append(Notice.stop_path.remove())
    if must_be_seen := stands_out(template, state):
        ending.append(Notice.listing.set(UNDELIVERED))
        ending.append(Notice.listing_order.set(undelivered_order(order(now), notice.notice_id)))
    _change(notice, *changes, *ending)
    return Outcome(
        notice.notice_id,
        "failed" if state in {"failed", "bounced", "complained"} else "accepted",
        template,
        code,
        stands_out=must_be_seen,
    )


def _change(notice: Notice, *changes: Action) -> None:
    """Writes under the condition that nobody wrote since the e-mail was read. Lost otherwise."""
    with conditional():
        notice.update(actions=list(changes))


def _due(lane: Lane, now: datetime, *, limit: int | None) -> list[str]:
    """What is due in a lane by now, longest due first. The index may lag: `send` asks the item itself."""
    found: Any = Notice.by_due.query(lane_due(lane), Notice.due_at <= order(now), limit=limit)
    return [notice.notice_id for notice in found]
