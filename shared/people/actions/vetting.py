"""Recording what mentors have shown, putting a record right, withdrawing one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.notices.actions import queue
from shared.notices.rules import NewNotice
from shared.platform.errors import Conflict, Invalid, NotFound, Refused
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, is_new, transaction
from shared.policies.people import Vetting
from shared.programmes.actions import policy_of
from shared.programmes.desk import move_end
from shared.programmes.rules import day_of

from ..items import Membership, VettingRecord, membership_key, vetting_key
from ..participation import is_vetted, print_of
from ..permissions import Role, Viewer, may_manage_people, require
from ..vetting import (
    FOR_EVER,
    Given,
    Kind,
    Shown,
    as_kept,
    everything_asked,
    in_force,
    read_reason,
    read_shown,
    vetted_until,
)
from ..views import StaffMember, who_looks_after

TRIES = 4
NO_FORM = "Please send this form once more."
OWN = "What you have shown yourself, a colleague must record."
MEANWHILE = "Somebody else has put this record right or withdrawn it. Please look again."
NO_POLICY = (
    "The settings of this programme can’t be read, so nothing can be recorded. Your words are still here."
)


@dataclass(frozen=True)
class _Mentor:
    """A mentor with everything that was recorded of them in this programme."""

    membership: Membership
    records: tuple[VettingRecord, ...]
    vetting: Vetting


def record_vetting(
    viewer: Viewer, programme_id: str, person_id: str, given: Given, *, key: str, now: datetime
) -> str:
    """Records something that a mentor has shown, and until when they are cleared with it. Returns the
    record's id. `key` is the form's: sent again, it is recorded once.

    Raises NotFound, Refused for oneself, Invalid with everything that needs another look.
    """
    if not key:
        raise Invalid(NO_FORM, field="key")
    record_id = derived_id("vetting", programme_id, person_id, viewer.person_id, key)
    return _add(viewer, programme_id, person_id, record_id, given=given, now=now)


def correct_vetting(
    viewer: Viewer,
    programme_id: str,
    person_id: str,
    record_id: str,
    given: Given,
    *,
    reason: str,
    now: datetime,
) -> str:
    """Puts a record right: by a new one in its place, which says why. The old one stays to be seen. Otherwise
    as `record_vetting`; raises Conflict when somebody else was first."""
    return _add(
        viewer,
        programme_id,
        person_id,
        _after(record_id),
        given=given,
        follows=record_id,
        reason=reason,
        now=now,
    )


def withdraw_vetting(
    viewer: Viewer, programme_id: str, person_id: str, record_id: str, *, reason: str, now: datetime
) -> str:
    """Says that a record does not count any more, and why. When the mentor is not cleared without it their
    conversations rest from this moment, and the coordinators are told. Raises as `correct_vetting`."""
    return _add(
        viewer,
        programme_id,
        person_id,
        _after(record_id),
        follows=record_id,
        reason=reason,
        now=now,
    )


def _after(record_id: str) -> str:
    """The id of the one record that can follow another."""
    return derived_id("vetting after", record_id)


def _add(
    viewer: Viewer,
    programme_id: str,
    person_id: str,
    record_id: str,
    *,
    given: Given | None = None,
    follows: str = "",
    reason: str = "",
    now: datetime,
) -> str:
    require(may_manage_people(viewer, programme_id))
    reason = read_reason(reason) if follows else ""
    for _ in range(TRIES):
        mentor = load_mentor(programme_id, person_id)
        if person_id == viewer.person_id:
            raise Refused(OWN, code="oneself")
        before = _before(mentor, follows)
        if given is None:
            assert before is not None
            shown = _withdrawal(before, record_id)
        else:
            shown = read_shown(given, mentor.vetting, record_id=record_id, follows=follows, today=day_of(now))
        made = _item(viewer, mentor, shown, reason, now)
        known = next((one for one in mentor.records if one.record_id == record_id), None)
        if known is not None:
            if _says(known) == _says(made):
                return record_id
            raise Conflict(MEANWHILE if follows else NO_FORM, code="changed_meanwhile")
        _require_in_force(mentor, follows)
        try:
            _write(viewer, mentor, made, now)
            return record_id
        except Lost:
            continue
    raise Conflict(MEANWHILE, code="changed_meanwhile")


def load_mentor(programme_id: str, person_id: str) -> _Mentor:
    """Raises NotFound for who is no mentor of the programme, Conflict without a policy that can be read."""
    membership = find(Membership, *membership_key(person_id, programme_id, Role.MENTOR))
    if membership is None:
        raise NotFound
    policy = policy_of(programme_id)
    if policy is None:
        raise Conflict(NO_POLICY, code="no_policy")
    return _Mentor(membership, records_of(programme_id, person_id), policy.vetting)


def records_of(programme_id: str, person_id: str) -> tuple[VettingRecord, ...]:
    """Everything that was recorded of somebody in a programme: one consistent Query."""
    pk, prefix = vetting_key(person_id, programme_id, "")
    found = VettingRecord.query(pk, VettingRecord.sk.startswith(prefix), consistent_read=True)
    return tuple(one for one in found if isinstance(one, VettingRecord))


def shown_of(record: VettingRecord) -> Shown:
    """A record as the rules know it."""
    return Shown(
        record_id=record.record_id,
        what=record.what,
        kind=cast(Kind, record.of_kind),
        on=date.fromisoformat(record.on),
        ends_on=date.fromisoformat(record.ends_on) if record.ends_on else None,
        minutes=int(record.minutes),
        number=record.number or "",
        seen_by=record.seen_by or "",
        follows=record.follows or "",
        is_withdrawal=bool(record.is_withdrawal),
    )


def _before(mentor: _Mentor, follows: str) -> Shown | None:
    """The record that is put right or withdrawn. Raises NotFound when there is none."""
    found = next((shown_of(one) for one in mentor.records if one.record_id == follows), None)
    require(found is not None or not follows)
    return found


def _require_in_force(mentor: _Mentor, follows: str) -> None:
    counting = {one.record_id for one in in_force(shown_of(one) for one in mentor.records)}
    if follows and follows not in counting:
        raise Conflict(MEANWHILE, code="changed_meanwhile")


def _withdrawal(before: Shown, record_id: str) -> Shown:
    return Shown(record_id, before.what, before.kind, before.on, follows=before.record_id, is_withdrawal=True)


def _item(viewer: Viewer, mentor: _Mentor, shown: Shown, reason: str, now: datetime) -> VettingRecord:
    membership = mentor.membership
    names = {one.what: one.name for one in everything_asked(mentor.vetting)}
    earlier = {one.what: one.name for one in mentor.records}
    return VettingRecord(
        *vetting_key(membership.person_id, membership.programme_id, shown.record_id),
        record_id=shown.record_id,
        person_id=membership.person_id,
        programme_id=membership.programme_id,
        what=shown.what,
        of_kind=shown.kind,
        name=names.get(shown.what) or earlier[shown.what],
        on=shown.on.isoformat(),
        ends_on=shown.ends_on.isoformat() if shown.ends_on else None,
        minutes=shown.minutes,
        number=shown.number or None,
        seen_by=shown.seen_by or None,
        follows=shown.follows or None,
        is_withdrawal=shown.is_withdrawal,
        reason=reason or None,
        recorded_by=viewer.person_id,
        recorded_by_name=viewer.name,
        recorded_at=now,
    )


def _says(one: VettingRecord) -> tuple[Any, ...]:
    return (shown_of(one), one.reason, one.recorded_by)


def _write(viewer: Viewer, mentor: _Mentor, made: VettingRecord, now: datetime) -> None:
    """The record, what it makes of the mentor, and who is to know, at once. Raises Lost when somebody else
    recorded something meanwhile."""
    membership = mentor.membership
    records = (*mentor.records, made)
    until = reckoned(mentor.vetting, records)
    today = day_of(now)
    rests_now = is_vetted(membership.vetted_until or "", today) and not is_vetted(until, today)
    told = who_looks_after(membership.programme_id) if rests_now else ()
    with transaction() as write:
        write.save(made, condition=is_new(VettingRecord))
        save_reckoned(write, membership, records, mentor.vetting)
        for member in told:
            queue(write, _paused(member, membership, made.record_id), now=now)
        record(
            write,
            membership.programme_id,
            "changed_vetting",
            f"person:{membership.person_id}",
            by_id=viewer.person_id,
            by_name=viewer.name,
            now=now,
            why=_why(made),
        )


def reckoned(vetting: Vetting, records: Iterable[VettingRecord]) -> str:
    """Until when somebody is cleared, by everything that was recorded."""
    return vetted_until(vetting, [shown_of(one) for one in records])


def save_reckoned(
    write: TransactWrite, membership: Membership, records: Iterable[VettingRecord], vetting: Vetting
) -> None:
    """Adds to a running transaction until when a mentor is cleared by these records. Lost when the membership
    changed since it was loaded, so that two who record at once do not reckon without each other."""
    shown = [shown_of(one) for one in records]
    until = vetted_until(vetting, shown)
    move_end(
        write,
        membership.programme_id,
        membership.person_id,
        name=f"{membership.first_name} {membership.surname}",
        before=_that_ends(membership.vetted_until),
        until=_that_ends(until),
    )
    write.update(
        membership,
        [
            Membership.vetted_until.set(until) if until else Membership.vetted_until.remove(),
            Membership.vetted_for.set(print_of(vetting)),
            Membership.shown.set(as_kept(shown)),
        ],
    )


def _that_ends(until: str | None) -> str:
    """The last day; empty for none, and for what has no end."""
    return "" if until in (None, FOR_EVER) else str(until)


def _paused(member: StaffMember, mentor: Membership, record_id: str) -> NewNotice:
    return NewNotice.to(
        member,
        "mentor_paused",
        cause=(record_id,),
        path=f"/programmes/{mentor.programme_id}/people/{mentor.person_id}",
        programme_id=mentor.programme_id,
        programme_name=mentor.programme_name,
    )


def _why(made: VettingRecord) -> str:
    if made.is_withdrawal:
        return f"{made.name} withdrawn: {made.reason}"
    return f"{made.name} put right: {made.reason}" if made.follows else f"{made.name} recorded"
