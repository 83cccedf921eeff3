"""Educators put young people forward and support them. They are no staff and take no part: of those they put
forward they see how far it has come, and never what is written. Deciding on them is in `nominations.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.platform.clock import order
from shared.platform.errors import Conflict
from shared.platform.tables import DirectoryItem, Lost, find, is_new, transaction
from shared.programmes.actions import load_programme
from shared.programmes.desk import add_nominee

from .actions._writing_invitations import id_of
from .actions.invitations import open_cohort, questions_about, read_person
from .invitation_items import Invitation, Nominee, invitation_key, nominee_key, nominees_listing
from .invitation_views import InviteView, form_for
from .items import Membership, membership_key
from .permissions import Role, Viewer, may_nominate, programme_name, require
from .rules import standing

MOST_SHOWN = 100
"""Young people on the page; a BatchGetItem takes no more."""
KNOWN = "You have put this person forward already. The list says how far it has come."
AT_ONCE = "This person was put forward, or decided on, at this very moment. Please look at the list."
Progress = Literal["waiting", "declined", "invited", "expired", "withdrawn", "joined", "paired"]


@dataclass(frozen=True)
class NomineeRow:
    """A young person who was put forward, and how far it has come."""

    invitation_id: str
    first_name: str
    surname: str
    nominated_at: datetime
    progress: Progress


@dataclass(frozen=True)
class NomineesView:
    """Whom an educator has put forward in a programme, the latest first."""

    programme_id: str
    programme_name: str
    nominees: tuple[NomineeRow, ...]
    next: str
    """The `before` of the page of earlier ones; empty on the last."""


def nominate(
    viewer: Viewer,
    programme_id: str,
    *,
    first_name: str,
    surname: str,
    address: str,
    school: str = "",
    answers: Mapping[str, str] | None = None,
    cohort_id: str = "",
    now: datetime,
) -> Nominee:
    """Puts a young person forward to be a mentee. A coordinator decides whether they are invited, and the
    educator sees what becomes of it: whether somebody is here already, they do not learn.

    Put forward again while nobody has decided, it is done once, by what was said last. Raises NotFound for
    who is no educator there, Invalid with every field that needs another look, the answers that are not
    accepted among them, and Conflict for whom they have put forward already.
    """
    require(may_nominate(viewer, programme_id))
    programme = load_programme(programme_id)
    cohort = open_cohort(programme_id, cohort_id, now)
    person = read_person(
        first_name,
        surname,
        address,
        school=school,
        questions=questions_about(programme, Role.MENTEE, cohort),
        answers=answers or {},
    )
    invitation_id = id_of(programme_id, Role.MENTEE, person.address)
    key = nominee_key(programme_id, viewer.person_id, invitation_id)
    known = find(Nominee, *key)
    if known is not None and known.state == "invited":
        _require_come_to_nothing(invitation_id, viewer, now)
    item = known or Nominee(*key, invitation_id=invitation_id)
    item.programme_id, item.educator_id, item.educator_name = programme_id, viewer.person_id, viewer.name
    item.first_name, item.surname, item.address = person.first_name, person.surname, person.address
    item.school, item.answers = person.school or None, dict(person.answers) or None
    item.cohort_id = cohort.cohort_id if cohort else None
    item.nominated_at, item.state, item.decided_by, item.decided_at = now, "waiting", None, None
    item.listing, item.listing_order = nominees_listing(programme_id), f"{order(now)}#{invitation_id}"
    try:
        with transaction() as write:
            write.save(item, condition=is_new(Nominee) if known is None else None)
            name = f"{item.first_name} {item.surname}"
            add_nominee(write, programme_id, on_desk(item), name=name, now=now)
    except Lost:
        raise Conflict(AT_ONCE, field="address", code="changed_meanwhile") from None
    return item


def on_desk(nominee: Nominee) -> str:
    """What a nominee is called among what waits for the staff."""
    return f"{nominee.educator_id}#{nominee.invitation_id}"


def _require_come_to_nothing(invitation_id: str, viewer: Viewer, now: datetime) -> None:
    """Raises Conflict while the invitation that followed can still be used, or was."""
    found = find(Invitation, *invitation_key(invitation_id))
    if found is None or found.nominated_by != viewer.person_id:
        return
    if standing(found.state, found.usable_until, now) in ("open", "accepted"):
        raise Conflict(KNOWN, field="address", code="nominated")


def nominees_of(viewer: Viewer, programme_id: str, *, before: str = "", now: datetime) -> NomineesView:
    """The latest, or those before one of them: one Query for all that an educator has put forward, and two
    BatchGetItems for what became of those shown. Raises NotFound for who is no educator there."""
    require(may_nominate(viewer, programme_id))
    pk, prefix = nominee_key(programme_id, viewer.person_id, "")
    found = [one for one in Nominee.query(pk, Nominee.sk.startswith(prefix)) if isinstance(one, Nominee)]
    found.sort(key=_latest, reverse=True)
    at = next((place for place, one in enumerate(found, start=1) if one.invitation_id == before), 0)
    shown = found[at : at + MOST_SHOWN]
    invitations = _invitations(shown)
    members = _members(programme_id, invitations)
    return NomineesView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        nominees=tuple(_row(one, invitations.get(one.invitation_id), members, viewer, now) for one in shown),
        next=shown[-1].invitation_id if len(found) > at + MOST_SHOWN else "",
    )


def _latest(nominee: Nominee) -> tuple[datetime, str]:
    return nominee.nominated_at, nominee.invitation_id


def nominate_form(viewer: Viewer, programme_id: str, *, cohort_id: str = "", now: datetime) -> InviteView:
    """What is to be filled in about a young person. Raises NotFound for who is no educator there."""
    require(may_nominate(viewer, programme_id))
    return form_for(viewer, programme_id, (Role.MENTEE.value,), Role.MENTEE, cohort_id, now)


def _invitations(nominees: list[Nominee]) -> dict[str, Invitation]:
    keys = [invitation_key(one.invitation_id) for one in nominees]
    found = Invitation.batch_get(keys) if keys else ()
    return {one.invitation_id: one for one in found if isinstance(one, Invitation)}


def _members(programme_id: str, invitations: Mapping[str, Invitation]) -> dict[str, Membership]:
    """By person_id."""
    people = {one.accepted_by for one in invitations.values() if one.accepted_by}
    keys = [membership_key(person_id, programme_id, Role.MENTEE) for person_id in sorted(people)]
    found = DirectoryItem.batch_get(keys) if keys else ()
    return {one.person_id: one for one in found if isinstance(one, Membership)}


def _row(
    nominee: Nominee,
    invitation: Invitation | None,
    members: Mapping[str, Membership],
    viewer: Viewer,
    now: datetime,
) -> NomineeRow:
    return NomineeRow(
        invitation_id=nominee.invitation_id,
        first_name=nominee.first_name,
        surname=nominee.surname,
        nominated_at=nominee.nominated_at,
        progress=_progress(nominee, invitation, members, viewer, now),
    )


def _progress(
    nominee: Nominee,
    invitation: Invitation | None,
    members: Mapping[str, Membership],
    viewer: Viewer,
    now: datetime,
) -> Progress:
    """Of somebody whom another has invited anew since, no more than that."""
    if nominee.state == "waiting":
        return "waiting"
    if nominee.state == "declined":
        return "declined"
    if invitation is None or invitation.nominated_by != viewer.person_id:
        return "withdrawn"
    state = standing(invitation.state, invitation.usable_until, now)
    if state == "accepted":
        member = members.get(invitation.accepted_by or "")
        return "paired" if member is not None and member.paired_at else "joined"
    return "invited" if state == "open" else state
