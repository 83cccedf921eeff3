"""Suspending and reinstating somebody in a programme."""

from datetime import datetime

from shared.audit.actions import record
from shared.platform.errors import Busy, NotFound, Refused
from shared.platform.tables import Lost, transaction

from ..invitation_items import Invitation, invitation_key
from ..items import Membership, Person
from ..permissions import STAFF, Role, Viewer, may_manage_people, may_manage_staff, require
from ._writing_invitations import add_withdrawal, id_of
from .sessions import AccountItems, load_account


def suspend(viewer: Viewer, programme_id: str, person_id: str, *, now: datetime) -> None:
    """Takes every role of a person in this programme from the next click on, and ends all their sessions.

    Roles in another programme are that programme's to decide on: there the person may sign in again.
    What else they were invited to is withdrawn. Raises NotFound, Refused (oneself; staff, for a coordinator),
    Conflict.
    """
    _set_status(viewer, programme_id, person_id, "suspended", now)


def reinstate(viewer: Viewer, programme_id: str, person_id: str, *, now: datetime) -> None:
    """Gives a suspended person their roles in this programme back. Raises as `suspend` does."""
    _set_status(viewer, programme_id, person_id, "active", now)


def _set_status(viewer: Viewer, programme_id: str, person_id: str, status: str, now: datetime) -> None:
    account, memberships = _load(viewer, programme_id, person_id)
    to_change = [one for one in memberships if one.status != status]
    if not to_change:
        return
    open_to_them = _open_invitations(programme_id, account.person.address) if status == "suspended" else []
    try:
        with transaction() as write:
            for membership in to_change:
                write.update(
                    membership,
                    [
                        Membership.status.set(status),
                        Membership.changed_by.set(viewer.person_id),
                        Membership.changed_at.set(now),
                    ],
                )
            for invitation in open_to_them:
                add_withdrawal(write, invitation, now)
            write.update(account.person, [Person.epoch.add(1)], add_version_condition=False)
            record(
                write,
                programme_id,
                "changed_standing",
                f"person:{person_id}",
                by_id=viewer.person_id,
                by_name=viewer.name,
                now=now,
                why="Suspended" if status == "suspended" else "Reinstated",
            )
    except Lost as lost:
        raise Busy from lost


def _open_invitations(programme_id: str, address: str) -> list[Invitation]:
    """What somebody was invited to besides, and has not accepted: nobody comes back by another role."""
    keys = [invitation_key(id_of(programme_id, role, address)) for role in Role]
    return [one for one in Invitation.batch_get(keys, consistent_read=True) if one.state == "open"]


def _load(viewer: Viewer, programme_id: str, person_id: str) -> tuple[AccountItems, list[Membership]]:
    require(may_manage_people(viewer, programme_id))
    account = load_account(person_id)
    if account is None:
        raise NotFound
    here = [one for one in account.memberships if one.programme_id == programme_id]
    require(bool(here))
    if person_id == viewer.person_id:
        raise Refused("You cannot suspend yourself. Please ask another administrator.")
    if any(Role(one.role) in STAFF for one in here) and not may_manage_staff(viewer, programme_id):
        raise Refused("Only an administrator can suspend or reinstate a member of staff.")
    return account, here
