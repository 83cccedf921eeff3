"""Raising a concern, telling people of it, and passing it on until somebody answers.

What people do with a concern is in `answering.py`, what a mentee or mentor reports in `reporting.py`.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import enqueue, queue
from shared.notices.rules import NewNotice, Template
from shared.people.permissions import CONVERSATION_READERS
from shared.people.views import StaffMember
from shared.platform.clock import order
from shared.platform.settings import settings
from shared.platform.tables import DueIndex, Lost, find, is_new, transaction
from shared.policies import Policy
from shared.programmes.actions import policy_of

from .chain import Chain, Telling, chain_of, whom_to_tell
from .checking_chain import staffing
from .items import (
    CONCERNS_DUE,
    Concern,
    Entry,
    OfPerson,
    concern_key,
    concern_order,
    concerns_listing,
    entry_key,
    of_person,
)
from .rules import NewConcern, is_due, reference_of, severity_rank

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 40
"""E-mails that go into one transaction, which DynamoDB limits to 100 items. The rest of them are queued
right after it, and by `make_sure_of_alerts` where that was interrupted."""


def raise_concern(
    write: TransactWrite,
    new: NewConcern,
    *,
    staff: Sequence[StaffMember],
    policy: Policy | None,
    now: datetime,
) -> str:
    """Adds to a running transaction: the concern, its first lines, and an alert for everybody who is told
    first. Returns the concern's id. The transaction is Lost when the same cause has raised it before.

    Where nobody can be reached the concern still stands, due at once; without a policy it climbs all the
    same.
    """
    concern = _concern(new, now=now)
    chain = chain_of(policy)
    telling = _telling(concern, staff, chain, rank=0, now=now)
    _note_step(concern, telling, chain, now=now)
    if not telling.reached:
        concern.due_at = order(now)
    write.save(concern, condition=is_new(Concern))
    by_whom = None if new.raised_by == "filter" else new.raised_by
    raised = entry(concern, "raised", now=now, by_id=by_whom, by_name=new.raised_by_name)
    raised.note, raised.details = new.reason or None, dict(new.details) or None
    write.save(raised, condition=is_new(Entry))
    if listed := of_person(concern):
        write.save(listed, condition=is_new(OfPerson))
    write.save(entry(concern, "told", now=now, note=names_of(telling.members)), condition=is_new(Entry))
    _note_bouncing(write, concern, telling.members, now=now)
    for alert in alerts(concern, telling.members)[:MOST_AT_ONCE]:
        queue(write, alert, now=now)
    return concern.concern_id


def _telling(
    concern: Concern,
    staff: Sequence[StaffMember],
    chain: Chain,
    *,
    rank: int,
    now: datetime,
    bounced: Collection[str] = (),
) -> Telling[StaffMember]:
    ranks = chain.ranks_at(now, concern.severity)
    return whom_to_tell(staff, ranks, rank=rank, kept_from=concern.hidden_from, now=now, bounced=bounced)


def _note_step(concern: Concern, telling: Telling[StaffMember], chain: Chain, *, now: datetime) -> None:
    concern.rank = telling.rank
    concern.told = [one.person_id for one in telling.members]
    concern.reached = telling.reached
    concern.due_at = order(chain.answer_by(concern.severity, now=now))


def _note_bouncing(
    write: TransactWrite, concern: Concern, members: Sequence[StaffMember], *, now: datetime
) -> None:
    """Says in the chronology whose address is known to take no mail, so that nobody counts on them."""
    if names := names_of([one for one in members if one.bounces]):
        line = entry(concern, "not_told", f"{int(concern.climbs):06}", now=now, note=names)
        write.save(line, condition=is_new(Entry))


def _concern(new: NewConcern, *, now: datetime) -> Concern:
    concern_id = new.concern_id
    pk, sk = concern_key(concern_id)
    return Concern(
        pk,
        sk,
        concern_id=concern_id,
        reference=reference_of(concern_id),
        programme_id=new.programme_id,
        programme_name=new.programme_name,
        about_id=new.about_id,
        about_name=new.about_name,
        kept_from=sorted(new.kept_from),
        raised_by=new.raised_by,
        raised_by_name=new.raised_by_name,
        category=new.category,
        severity=new.severity,
        raised_at=now,
        pair_id=new.pair_id or None,
        message_id=new.message_id or None,
        words=new.words,
        spans=[dict(span) for span in new.spans],
        listing=concerns_listing(new.programme_id, "open"),
        listing_order=concern_order(severity_rank(new.severity), order(now), concern_id),
        due=CONCERNS_DUE,
    )


def whole_staff(programme_id: str) -> list[StaffMember]:
    """Everybody on the staff, once for each role they have, with their days away and whether their address
    takes mail: one Query, and a BatchGet of addresses."""
    return list(staffing(programme_id).able)


def entry(
    concern: Concern,
    what: str,
    *cause: str,
    now: datetime,
    by_id: str | None = None,
    by_name: str | None = None,
    note: str | None = None,
) -> Entry:
    """A line of the chronology. `cause` tells it apart from others of the same kind."""
    pk, sk = entry_key(concern.concern_id, what, *cause)
    return Entry(pk, sk, what=what, at=now, by_id=by_id, by_name=by_name, note=note)


def names_of(members: Sequence[StaffMember]) -> str | None:
    return ", ".join(one.name for one in members) or None


def alerts(concern: Concern, members: Sequence[StaffMember]) -> list[NewNotice]:
    """The e-mails of the concern's present step up the chain, one for each of `members`."""
    return [
        NewNotice(
            "concern_alert",
            cause=("concern", concern.concern_id, str(int(concern.climbs))),
            address=one.address,
            first_name=one.first_name,
            path=_page_for(one, concern),
            person_id=one.person_id,
            programme_id=concern.programme_id,
            programme_name=concern.programme_name,
            reference=concern.reference,
            about=f"{ABOUT}{concern.concern_id}",
        )
        for one in members
    ]


ABOUT = "concern:"
"""Before a concern's id, in what an alert says that it follows from."""


def _page_for(member: StaffMember, concern: Concern) -> str:
    """An administrator reads no concerns, and is told so as to find somebody who does."""
    if member.role in CONVERSATION_READERS:
        return f"/concerns/{concern.concern_id}"
    return f"/programmes/{concern.programme_id}/people"


@dataclass(frozen=True)
class PassedOn:
    """That nobody had answered in time, or could be told."""

    told: int
    """How many were told next; none when no address of theirs takes mail."""
    unanswered: bool = False
    """The whole chain had been told, and nobody has answered."""


def escalate(concern_id: str, *, now: datetime) -> PassedOn | None:
    """Tells the next of the chain when nobody has answered in time; None when there is nothing to do.

    The top of the chain is told again and again, and those who run the site with it. Of two that try at once,
    one does it.
    """
    concern = find(Concern, *concern_key(concern_id))
    if concern is None or not is_due(concern.state, concern.answer_by, now=now):
        return None
    return climb(concern, whole_staff(concern.programme_id), now=now)


def next_step(
    concern: Concern, staff: Sequence[StaffMember], *, now: datetime, bounced: Collection[str] = ()
) -> Telling[StaffMember]:
    """Who would be told next, were it now."""
    chain = chain_of(policy_of(concern.programme_id))
    return _telling(concern, staff, chain, rank=int(concern.rank) + 1, now=now, bounced=bounced)


def climb(
    concern: Concern, staff: Sequence[StaffMember], *, now: datetime, bounced: Collection[str] = ()
) -> PassedOn | None:
    """Takes the next step of an open concern that was just loaded; None when somebody else changed it.
    `bounced`: the addresses of everybody told at the step before, when it is taken because of them."""
    chain = chain_of(policy_of(concern.programme_id))
    telling = _telling(concern, staff, chain, rank=int(concern.rank) + 1, now=now, bounced=bounced)
    unanswered = not bounced and telling.reached and _was_at_the_top(concern, chain, now=now)
    concern.climbs = int(concern.climbs) + 1
    _note_step(concern, telling, chain, now=now)
    what = "moved_on" if bounced else "passed_on"
    line = entry(concern, what, f"{concern.climbs:06}", now=now, note=names_of(telling.members))
    to_queue = alerts(concern, telling.members)
    for_operations: Sequence[NewNotice] = ()
    if unanswered or not telling.reached:
        for_operations = to_operations(concern, "nobody_answered" if unanswered else "nobody_told")
    try:
        with transaction() as write:
            write.save(concern)
            write.save(line, condition=is_new(Entry))
            _note_bouncing(write, concern, telling.members, now=now)
            for alert in (*to_queue[:MOST_AT_ONCE], *for_operations):
                queue(write, alert, now=now)
    except Lost:
        return None
    for alert in to_queue[MOST_AT_ONCE:]:
        enqueue(alert, now=now)
    return PassedOn(told=len(telling.members) if telling.reached else 0, unanswered=unanswered)


def _was_at_the_top(concern: Concern, chain: Chain, *, now: datetime) -> bool:
    """Whether the whole chain had been told, and somebody of its top could have answered."""
    return bool(concern.reached) and int(concern.rank) >= len(chain.ranks_at(now, concern.severity)) - 1


def to_operations(concern: Concern, template: Template) -> list[NewNotice]:
    """Those who run the site must find somebody. They learn the reference alone."""
    address = settings().operations_email
    if not address:
        return []
    return [
        NewNotice(
            template,
            cause=("concern", concern.concern_id, str(int(concern.climbs)), "operations"),
            address=address,
            first_name="Operations",
            path="/",
            reference=concern.reference,
        )
    ]


@dataclass(frozen=True)
class Overdue:
    """How many concerns nobody had answered in time: for alarms."""

    passed_on: int = 0
    nobody_told: int = 0
    """Of those, how many have nobody on the staff who could be told."""
    unanswered: int = 0
    """Of those, how many nobody has answered though the whole chain was told."""
    failed: int = 0
    """Could not be passed on now; the next sweep tries again."""


def escalate_due(now: datetime, *, enough: Callable[[], bool] = lambda: False) -> Overdue:
    """Passes on every concern whose time is up, until `enough` says that the time is over. One that fails
    holds up no other."""
    passed_on = nobody_told = unanswered = failed = 0
    due = Concern.by_due.query(CONCERNS_DUE, DueIndex.due_at <= order(now))
    for concern_id in [item.concern_id for item in due if isinstance(item, Concern)]:
        if enough():
            break
        try:
            outcome = escalate(concern_id, now=now)
        except Exception as error:
            # Not the error's own words: they may quote what was written.
            about = {"concern_id": concern_id, "error": type(error).__name__}
            logger.error("a concern could not be passed on", extra=about)
            failed += 1
            continue
        if outcome:
            passed_on += 1
            nobody_told += outcome.told == 0
            unanswered += outcome.unanswered
    return Overdue(passed_on, nobody_told, unanswered, failed)


def make_sure_of_alerts(concern_id: str, *, now: datetime) -> PassedOn | None:
    """What must follow a concern that was raised or passed on: everybody of its step of the chain has an
    alert queued, and where there was nobody to tell, it is passed on at once. Doing it again changes
    nothing."""
    concern = find(Concern, *concern_key(concern_id))
    if concern is None or concern.state != "open":
        return None
    for alert in alerts(concern, told_now(concern, whole_staff(concern.programme_id))):
        enqueue(alert, now=now)
    return escalate(concern_id, now=now)


def told_now(concern: Concern, staff: Sequence[StaffMember]) -> list[StaffMember]:
    """Who was told at the concern's present step and is still on the staff, each once."""
    told = set(concern.told or ()) - concern.hidden_from
    return list({one.person_id: one for one in reversed(staff) if one.person_id in told}.values())
