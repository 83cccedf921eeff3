"""Raising concerns, and the pieces from which the other verbs are made."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import queue
from shared.notices.rules import NewNotice
from shared.people.permissions import CONVERSATION_READERS
from shared.people.views import StaffMember
from shared.platform.clock import order
from shared.platform.tables import is_new
from shared.policies import Policy

from .items import CONCERNS_DUE, Concern, Entry, concern_key, concern_order, concerns_listing, entry_key
from .rules import NewConcern, answer_by, reference_of, severity_rank, whom_to_tell

MOST_AT_ONCE = 40
"""E-mails that go into one transaction, which DynamoDB limits to 100 items. `make_sure_of_alerts` queues the
rest."""


def raise_concern(
    write: TransactWrite, new: NewConcern, *, staff: Sequence[StaffMember], policy: Policy, now: datetime
) -> str:
    """Adds to a running transaction: the concern, its first lines, and an alert for everybody who is told
    first. Returns the concern's id. The transaction is Lost when the same cause has raised it before.

    With nobody to tell the concern still stands, due at once.
    """
    concern = _concern(new, now=now)
    telling = whom_to_tell(staff, policy.escalation.ranks, rank=0, kept_from=concern.kept_from)
    concern.rank = telling.rank
    set_answer_by(concern, by_policy(concern, policy, now=now) if telling.members else now)
    write.save(concern, condition=is_new(Concern))
    by_whom = None if new.raised_by == "filter" else new.raised_by
    write_entry(write, concern.concern_id, "raised", now=now, by_id=by_whom, by_name=new.raised_by_name)
    write_entry(write, concern.concern_id, "told", now=now, note=names_of(telling.members))
    for alert in alerts(concern, telling.members)[:MOST_AT_ONCE]:
        queue(write, alert, now=now)
    return concern.concern_id


def by_policy(concern: Concern, policy: Policy, *, now: datetime) -> datetime:
    minutes = dict[str, int](policy.escalation.acknowledge_within_minutes.items())
    return answer_by(concern.severity, minutes, now=now)


def set_answer_by(concern: Concern, moment: datetime) -> None:
    concern.answer_by = moment
    concern.due_at = order(moment)


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
        kept_from=sorted({new.about_id, *new.kept_from} - {""}),
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


def write_entry(
    write: TransactWrite,
    concern_id: str,
    what: str,
    *,
    now: datetime,
    by_id: str | None = None,
    by_name: str | None = None,
    note: str | None = None,
) -> None:
    """Adds a line of the chronology to a running transaction, once only."""
    pk, sk = entry_key(concern_id, f"{order(now)}#{what}")
    entry = Entry(pk, sk, what=what, at=now, by_id=by_id, by_name=by_name, note=note)
    write.save(entry, condition=is_new(Entry))


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
