"""Telling the people of one step of the chain: who they are, their e-mails, and what the chronology says."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import id_of, is_queued, queue
from shared.notices.rules import NewNotice, Template
from shared.people.permissions import CONVERSATION_READERS
from shared.people.views import StaffMember
from shared.platform.clock import order
from shared.platform.settings import settings
from shared.platform.tables import Lost, is_new, transaction
from shared.policies.schema import Rank

from ..items import CONCERNS_DUE, Concern, Entry, concern_key, entry
from .rules import Chain, Telling, is_named, whom_to_tell

MOST_AT_ONCE = 40
"""E-mails that go into one transaction, which DynamoDB limits to 100 items. The rest of them are queued
right after it, and by `make_sure_of_alerts` where that was interrupted."""


HANDED_OVER = -1
"""The rank of a concern of which only the one is told whom it was handed to: the next is the first step."""


def telling_of(
    concern: Concern,
    staff: Sequence[StaffMember],
    chain: Chain,
    *,
    rank: int,
    now: datetime,
    bounced: Collection[str] = (),
    also: Collection[str] = (),
) -> Telling[StaffMember]:
    """Who is told at a step, were it taken now; see `whom_to_tell`.

    Where a worry about staff reaches none of those whom it is for, it is opened, in memory, to the others
    whom it is not about, and they are told together.
    """
    telling = _telling(concern, staff, chain, rank=rank, now=now, bounced=bounced, also=also)
    if telling.reached or not concern.set_apart:
        return telling
    concern.kept_from = sorted(set(concern.kept_from or ()) - set(concern.set_apart))
    concern.set_apart = None
    return _telling(concern, staff, chain, rank=rank, now=now, bounced=bounced, also=also)


def _telling(
    concern: Concern,
    staff: Sequence[StaffMember],
    chain: Chain,
    *,
    rank: int,
    now: datetime,
    bounced: Collection[str],
    also: Collection[str],
) -> Telling[StaffMember]:
    return whom_to_tell(
        staff,
        steps_of(concern, chain, now=now),
        rank=rank,
        kept_from=concern.hidden_from,
        now=now,
        bounced=bounced,
        also=also,
        not_alone=concern.named or (),
        least=2 if concern.is_unsaid else 1,
    )


def steps_of(concern: Concern, chain: Chain, *, now: datetime) -> Sequence[Rank]:
    """The steps that a concern climbs by at this moment."""
    return chain.ranks_at(now, concern.severity, about_staff=bool(concern.about_staff))


def set_apart_from(concern: Concern, staff: Sequence[StaffMember], chain: Chain) -> list[str]:
    """From whom a worry about staff is kept besides whom it is about: those who read concerns, have not
    raised it, and are not among the people whom such worries are for."""
    meant = {one.person_id for one in staff for rank in chain.about_staff if is_named(one, rank)}
    readers = {one.person_id for one in staff if one.role in CONVERSATION_READERS}
    return sorted(readers - meant - concern.hidden_from - {concern.raised_by})


def note_step(concern: Concern, telling: Telling[StaffMember], chain: Chain, *, now: datetime) -> None:
    """That these are told, in memory: from now on their time runs."""
    concern.rank = telling.rank
    concern.told = [one.person_id for one in telling.members]
    concern.reached = telling.reached
    concern.due, concern.due_at = CONCERNS_DUE, order(chain.answer_by(concern.severity, now=now))


def queue_alerts(
    write: TransactWrite, concern: Concern, members: Sequence[StaffMember], *, now: datetime
) -> None:
    """Adds the e-mails of the concern's present step to a running transaction, as many as go into one."""
    _note_bouncing(write, concern, members, now=now)
    for alert in alerts(concern, members)[:MOST_AT_ONCE]:
        queue(write, alert, now=now)


def _note_bouncing(
    write: TransactWrite, concern: Concern, members: Sequence[StaffMember], *, now: datetime
) -> None:
    """Says in the chronology whose address is known to take no mail, so that nobody counts on them."""
    if names := names_of([one for one in members if one.bounces]):
        line = entry(concern, "not_told", f"{int(concern.climbs):06}", now=now, note=names)
        write.save(line, condition=is_new(Entry))


def names_of(members: Sequence[StaffMember]) -> str | None:
    return ", ".join(one.name for one in members) or None


def alerts(concern: Concern, members: Sequence[StaffMember]) -> list[NewNotice]:
    """The e-mails of the concern's present step up the chain, one for each of `members`."""
    return [
        NewNotice.to(
            one,
            "concern_handed_over" if concern.rank == HANDED_OVER else "concern_alert",
            cause=("concern", concern.concern_id, str(int(concern.climbs))),
            path=_page_for(one, concern),
            programme_id=concern.programme_id,
            programme_name=concern.programme_name,
            reference=concern.reference,
            about=f"{ABOUT}{concern.concern_id}",
        )
        for one in members
    ]


ABOUT = "concern:"
"""Before a concern's id, in what an alert says that it follows from."""


def tell_still(concern: Concern, notice: NewNotice, *, now: datetime) -> None:
    """Queues an e-mail about a concern that follows from what is stored of it. Queued twice, it is queued
    once. Raises Lost where the concern has changed since it was loaded: it may just have been kept from
    whom the e-mail goes to."""
    if is_queued(id_of(notice)):
        return
    try:
        with transaction() as write:
            unchanged = Concern.version == concern.version
            write.condition_check(Concern, *concern_key(concern.concern_id), condition=unchanged)
            queue(write, notice, now=now)
    except Lost as lost:
        if lost.failed != ONLY_THE_NOTICE:
            raise


ONLY_THE_NOTICE = (1,)
"""Of the transaction's check and put, in the order in which `Lost` counts them: it was queued meanwhile."""


def _page_for(member: StaffMember, concern: Concern) -> str:
    """An administrator reads no concerns, and is told so as to find somebody who does."""
    if member.role in CONVERSATION_READERS:
        return f"/concerns/{concern.concern_id}"
    return f"/programmes/{concern.programme_id}/people"


def told_now(concern: Concern, staff: Sequence[StaffMember]) -> list[StaffMember]:
    """Who was told at the concern's present step and is still on the staff, each once."""
    told = set(concern.told or ()) - concern.hidden_from
    return list({one.person_id: one for one in reversed(staff) if one.person_id in told}.values())


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
