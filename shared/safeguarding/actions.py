"""Raising a concern. How it climbs is in `chain/`, what people do with it in `concerns/`."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.people.views import StaffMember
from shared.platform.clock import order
from shared.platform.errors import Busy
from shared.platform.tables import Lost, find, is_new, transaction
from shared.policies import Policy
from shared.programmes.actions import policy_of

from .against import note_against
from .chain.rules import chain_of, serving
from .chain.staffing import whole_staff
from .chain.telling import names_of, note_step, queue_alerts, set_apart_from, telling_of
from .items import (
    Concern,
    Entry,
    OfPerson,
    concern_key,
    concern_order,
    concerns_listing,
    entry,
    of_person,
)
from .naming import staff_named
from .rules import TRIES, NewConcern, reference_of, severity_rank


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

    What is about staff goes to those whom such worries are for, and is kept from the others. Where what
    somebody wrote names one of the staff, those are told as well.

    Where nobody can be reached the concern still stands, due at once; without a policy it climbs all the
    same.
    """
    concern = _concern(new, now=now)
    chain = chain_of(policy)
    by_staff = new.by_staff or any(one.person_id == new.raised_by for one in staff)
    also: set[str] = set()
    if new.about_staff:
        concern.set_apart = set_apart_from(concern, staff, chain)
        concern.kept_from = sorted({*new.kept_from, *concern.set_apart})
    elif not by_staff and (named := staff_named(new.words, staff, by_first_name=new.by_first_name)):
        concern.named = sorted(named)
        also = {one.person_id for one in serving(staff, chain.about_staff[0], now=now)}
    telling = telling_of(concern, staff, chain, rank=0, now=now, also=also)
    note_step(concern, telling, chain, now=now)
    if not telling.reached:
        concern.due_at = order(now)
    write.save(concern, condition=is_new(Concern))
    by_whom = None if new.raised_by == "filter" else new.raised_by
    raised = entry(concern, "raised", now=now, by_id=by_whom, by_name=new.raised_by_name)
    raised.note, raised.details = new.reason or None, dict(new.details) or None
    write.save(raised, condition=is_new(Entry))
    if listed := of_person(concern):
        write.save(listed, condition=is_new(OfPerson))
    note_against(write, concern)
    write.save(entry(concern, "told", now=now, note=names_of(telling.members)), condition=is_new(Entry))
    queue_alerts(write, concern, telling.members, now=now)
    if by_staff:
        _record(write, concern, now=now)
    return concern.concern_id


def _record(write: TransactWrite, concern: Concern, *, now: datetime) -> None:
    """That one of the staff raised it. What mentors and mentees do is in no audit record."""
    record(
        write,
        concern.programme_id,
        "raised_concern",
        f"concern:{concern.concern_id}",
        by_id=concern.raised_by,
        by_name=concern.raised_by_name,
        now=now,
        hidden_from=concern.hidden_from,
    )


def raise_once(new: NewConcern, *, now: datetime) -> str:
    """Raises the concern, with its alerts, unless the same cause has raised it before, and gives its id.
    Raises Conflict when something keeps coming in between."""
    for _ in range(TRIES):
        staff, policy = whole_staff(new.programme_id), policy_of(new.programme_id)
        try:
            with transaction() as write:
                return raise_concern(write, new, staff=staff, policy=policy, now=now)
        except Lost:
            if find(Concern, *concern_key(new.concern_id)) is not None:
                return new.concern_id
    raise Busy


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
        about_staff=new.about_staff or None,
        is_unsaid=not new.is_known or None,
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
    )
