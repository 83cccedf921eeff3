"""Raising a concern, telling people of it, and passing it on until somebody answers.

What people do with a concern is in `answering.py`, what a mentee or mentor reports in `reporting.py`.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import enqueue, queue
from shared.notices.rules import NewNotice
from shared.people.permissions import CONVERSATION_READERS, Role
from shared.people.views import StaffMember, staff_of
from shared.platform.clock import order
from shared.platform.settings import settings
from shared.platform.tables import DueIndex, Lost, find, is_new, transaction
from shared.policies import Policy
from shared.programmes.actions import policy_of

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
from .rules import (
    WITHOUT_POLICY,
    Chain,
    NewConcern,
    answer_by,
    is_due,
    reference_of,
    severity_rank,
    whom_to_tell,
)

logger = logging.getLogger(__name__)

_BY_RANK = (
    Role.SAFEGUARDING_LEAD,
    Role.DEPUTY,
    Role.COORDINATOR,
    Role.REGIONAL_MANAGER,
    Role.ADMINISTRATOR,
)
"""In which role somebody with several is told."""
MOST_AT_ONCE = 40
"""E-mails that go into one transaction, which DynamoDB limits to 100 items. `make_sure_of_alerts` queues the
rest of the first ones."""


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

    With nobody to tell the concern still stands, due at once; without a policy it climbs all the same.
    """
    concern = _concern(new, now=now)
    chain = chain_of(policy)
    telling = whom_to_tell(staff, chain.ranks, rank=0, kept_from=concern.hidden_from)
    concern.rank = telling.rank
    answer = answer_by(concern.severity, chain.minutes, now=now)
    concern.due_at = order(answer if telling.members else now)
    write.save(concern, condition=is_new(Concern))
    by_whom = None if new.raised_by == "filter" else new.raised_by
    raised = entry(concern, "raised", now=now, by_id=by_whom, by_name=new.raised_by_name)
    raised.note, raised.details = new.reason or None, dict(new.details) or None
    write.save(raised, condition=is_new(Entry))
    if listed := of_person(concern):
        write.save(listed, condition=is_new(OfPerson))
    write.save(entry(concern, "told", now=now, note=names_of(telling.members)), condition=is_new(Entry))
    for alert in alerts(concern, telling.members)[:MOST_AT_ONCE]:
        queue(write, alert, now=now)
    return concern.concern_id


def chain_of(policy: Policy | None) -> Chain:
    """The chain that the policy names, or one that serves where there is no policy to be read."""
    if policy is None:
        return WITHOUT_POLICY
    clocks = policy.escalation.acknowledge_within
    minutes: dict[str, int] = {severity: clock.minutes for severity, clock in clocks.items()}
    return Chain([rank.roles for rank in policy.escalation.ranks], minutes)


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
    """Everybody on the staff, once for each role they have: who is told depends on any of them."""
    return [member for role in _BY_RANK for member in staff_of(programme_id, {role})]


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
        )
        for one in members
    ]


def _page_for(member: StaffMember, concern: Concern) -> str:
    """An administrator reads no concerns, and is told so as to find somebody who does."""
    if member.role in CONVERSATION_READERS:
        return f"/concerns/{concern.concern_id}"
    return f"/programmes/{concern.programme_id}/people"


@dataclass(frozen=True)
class PassedOn:
    """That nobody had answered in time, and how many people were told next."""

    told: int


def escalate(concern_id: str, *, now: datetime) -> PassedOn | None:
    """Tells the next of the chain when nobody has answered in time; None when there is nothing to do.

    The top of the chain is told again and again. Of two that try at once, one does it.
    """
    concern = find(Concern, *concern_key(concern_id))
    if concern is None or not is_due(concern.state, concern.answer_by, now=now):
        return None
    chain = chain_of(policy_of(concern.programme_id))
    staff = whole_staff(concern.programme_id)
    telling = whom_to_tell(staff, chain.ranks, rank=int(concern.rank) + 1, kept_from=concern.hidden_from)
    concern.rank = telling.rank
    concern.climbs = int(concern.climbs) + 1
    concern.due_at = order(answer_by(concern.severity, chain.minutes, now=now))
    line = entry(concern, "passed_on", f"{concern.climbs:06}", now=now, note=names_of(telling.members))
    try:
        with transaction() as write:
            write.save(concern)
            write.save(line, condition=is_new(Entry))
            for alert in alerts(concern, telling.members)[:MOST_AT_ONCE] or _to_operations(concern):
                queue(write, alert, now=now)
    except Lost:
        return None
    return PassedOn(told=len(telling.members))


def _to_operations(concern: Concern) -> list[NewNotice]:
    """Nobody on the staff can be told: those who run the site must find somebody. They learn the reference
    alone."""
    address = settings().operations_email
    if not address:
        return []
    return [
        NewNotice(
            "nobody_told",
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
    failed: int = 0
    """Could not be passed on now; the next sweep tries again."""


def escalate_due(now: datetime, *, enough: Callable[[], bool] = lambda: False) -> Overdue:
    """Passes on every concern whose time is up, until `enough` says that the time is over. One that fails
    holds up no other."""
    passed_on = nobody_told = failed = 0
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
    return Overdue(passed_on, nobody_told, failed)


def make_sure_of_alerts(concern_id: str, *, now: datetime) -> PassedOn | None:
    """What must follow a new concern: everybody of its step of the chain has an alert queued, and where
    there was nobody to tell, it is passed on at once. Doing it again changes nothing."""
    concern = find(Concern, *concern_key(concern_id))
    if concern is None or concern.state != "open":
        return None
    chain = chain_of(policy_of(concern.programme_id))
    staff = whole_staff(concern.programme_id)
    telling = whom_to_tell(staff, chain.ranks, rank=int(concern.rank), kept_from=concern.hidden_from)
    for alert in alerts(concern, telling.members):
        enqueue(alert, now=now)
    return escalate(concern_id, now=now)
