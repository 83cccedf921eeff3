"""What lists of people show, and who is to be told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.notices.items import Notice, notice_key
from shared.platform.errors import NotFound
from shared.platform.tables import find
from shared.policies.people import Question
from shared.policies.presets import load_preset, preset_names
from shared.programmes.actions import cohorts_of, load_programme
from shared.programmes.cohorts import asked_for, free_places
from shared.programmes.rules import is_over

from .absences import Absence
from .eligibility import choices_of
from .items import (
    Import,
    Invitation,
    Membership,
    Person,
    import_key,
    invitations_listing,
    membership_key,
    person_key,
    roll,
)
from .permissions import (
    PARTICIPANTS,
    STAFF,
    Role,
    Viewer,
    may_make_programmes,
    may_manage_people,
    may_manage_staff,
    may_see_people,
    require,
)
from .rules import Standing, standing

PAGE = 50
"""People, or invitations, on one page."""


@dataclass(frozen=True)
class StaffMember:
    """Somebody on the staff of a programme, to be told by e-mail."""

    person_id: str
    first_name: str
    name: str
    address: str
    role: Role
    absence: Absence | None = None
    """The days on which they are away, now or later."""
    bounces: bool = False
    """Whether their address is known to take no mail."""


def staff_of(programme_id: str, roles: Collection[Role]) -> list[StaffMember]:
    """The active staff of a programme who have one of `roles`, each person once: one Query."""
    found: dict[str, StaffMember] = {}
    for item in Membership.by_listing.query(roll(programme_id, Role.COORDINATOR)):
        if not isinstance(item, Membership) or item.status != "active" or Role(item.role) not in roles:
            continue
        found.setdefault(
            item.person_id,
            StaffMember(
                person_id=item.person_id,
                first_name=item.first_name,
                name=f"{item.first_name} {item.surname}",
                address=item.address,
                role=Role(item.role),
            ),
        )
    return list(found.values())


def is_active_mentee(person_id: str, programme_id: str) -> bool:
    """Whether somebody takes part in a programme as a mentee: one GetItem."""
    found = find(Membership, *membership_key(person_id, programme_id, Role.MENTEE))
    return found is not None and found.status == "active"


# ── The people of a programme ──────────────────────────────────────────────

Show = Literal["mentee", "mentor", "staff"]


@dataclass(frozen=True)
class PersonRow:
    """Somebody in a programme, as its staff see them."""

    person_id: str
    first_name: str
    surname: str
    role: str
    address: str
    status: str
    """`active` or `suspended`."""
    joined_at: datetime
    may_change: bool
    """Whether the viewer may suspend or reinstate this person."""


@dataclass(frozen=True)
class PeopleView:
    """One page of a programme's mentees, mentors or staff."""

    programme_id: str
    programme_name: str
    show: Show
    people: tuple[PersonRow, ...]
    next: str
    """For the page after this one; empty when there is none."""
    may_invite: tuple[str, ...]
    """The roles that the viewer may invite to."""


def people_of(viewer: Viewer, programme_id: str, show: Show, *, after: str = "") -> PeopleView:
    """By surname, suspended ones too: one Query, and a GetItem to go on after somebody. Raises NotFound."""
    require(may_see_people(viewer, programme_id))
    role = Role.COORDINATOR if show == "staff" else Role(show)
    found = [
        item
        for item in Membership.by_listing.query(
            roll(programme_id, role),
            Membership.listing_order > _place_of(after, programme_id),
            limit=PAGE + 1,
        )
        if isinstance(item, Membership)
    ]
    return PeopleView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        show=show,
        people=tuple(_person_row(viewer, item) for item in found[:PAGE]),
        next=f"{found[PAGE - 1].role}.{found[PAGE - 1].person_id}" if len(found) > PAGE else "",
        may_invite=may_invite(viewer, programme_id),
    )


def _place_of(after: str, programme_id: str) -> str:
    """Where in the list somebody stands. The link to the next page names an id only, because the place itself
    holds a surname, and links are kept in histories and logs."""
    if not after:
        return " "
    role, _, person_id = after.partition(".")
    require(role in tuple(Role))
    item = find(Membership, *membership_key(person_id, programme_id, role), consistent=False)
    if item is None:
        raise NotFound
    return item.listing_order or " "


def _person_row(viewer: Viewer, item: Membership) -> PersonRow:
    allowed = may_manage_staff if Role(item.role) in STAFF else may_manage_people
    return PersonRow(
        person_id=item.person_id,
        first_name=item.first_name,
        surname=item.surname,
        role=item.role,
        address=item.address,
        status=item.status,
        joined_at=item.agreed_at,
        may_change=allowed(viewer, item.programme_id) and item.person_id != viewer.person_id,
    )


@dataclass(frozen=True)
class PersonView:
    """Somebody in a programme, with every role they have in it."""

    programme_id: str
    programme_name: str
    person_id: str
    first_name: str
    surname: str
    address: str
    roles: tuple[str, ...]
    show: Show
    """The list they stand in."""
    status: str
    may_change: bool


def person_of(viewer: Viewer, programme_id: str, person_id: str) -> PersonView:
    """One Query. Raises NotFound."""
    require(may_see_people(viewer, programme_id))
    pk, prefix = membership_key(person_id, programme_id, "")
    rows = [
        _person_row(viewer, item)
        for item in Membership.query(pk, Membership.sk.startswith(prefix), consistent_read=True)
        if isinstance(item, Membership)
    ]
    require(bool(rows))
    roles = tuple(row.role for row in rows)
    staff = any(Role(role) in STAFF for role in roles)
    return PersonView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        person_id=person_id,
        first_name=rows[0].first_name,
        surname=rows[0].surname,
        address=rows[0].address,
        roles=roles,
        show="staff" if staff else "mentor" if Role.MENTOR in roles else "mentee",
        status="suspended" if all(row.status == "suspended" for row in rows) else "active",
        may_change=all(row.may_change for row in rows),
    )


def may_invite(viewer: Viewer, programme_id: str) -> tuple[str, ...]:
    """The roles that the viewer may invite to, in the order in which they are offered."""
    if not may_manage_people(viewer, programme_id):
        return ()
    roles = tuple(Role) if may_manage_staff(viewer, programme_id) else tuple(PARTICIPANTS)
    return tuple(role.value for role in Role if role in roles)


def programme_name(viewer: Viewer, programme_id: str) -> str:
    """What a programme of the viewer's is called."""
    return next((one.programme_name for one in viewer.memberships if one.programme_id == programme_id), "")


# ── Invitations ────────────────────────────────────────────────────────────

Mail = Literal["on its way", "sent", "not delivered"]


@dataclass(frozen=True)
class InvitationRow:
    """An invitation, as staff see it."""

    invitation_id: str
    first_name: str
    surname: str
    role: str
    address: str
    state: Standing
    mail: Mail
    sent_at: datetime
    usable_until: datetime
    may_change: bool
    """Whether the viewer may send it again or withdraw it."""


@dataclass(frozen=True)
class InvitationsView:
    """One page of a programme's invitations, newest first."""

    programme_id: str
    programme_name: str
    invitations: tuple[InvitationRow, ...]
    next: str
    may_invite: tuple[str, ...]


def invitations_of(viewer: Viewer, programme_id: str, *, now: datetime, before: str = "") -> InvitationsView:
    """Newest first, with what became of the e-mail: a Query and a BatchGet. Raises NotFound."""
    require(may_see_people(viewer, programme_id))
    found = [
        item
        for item in Invitation.by_listing.query(
            invitations_listing(programme_id),
            Invitation.listing_order < (before or "~"),
            scan_index_forward=False,
            limit=PAGE + 1,
        )
        if isinstance(item, Invitation)
    ]
    mails = _mails(found[:PAGE])
    roles = may_invite(viewer, programme_id)
    return InvitationsView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        invitations=tuple(
            InvitationRow(
                invitation_id=item.invitation_id,
                first_name=item.first_name,
                surname=item.surname,
                role=item.role,
                address=item.address,
                state=standing(item.state, item.usable_until, now),
                mail=mails.get(item.notice_id, "sent"),
                sent_at=item.sent_at,
                usable_until=item.usable_until,
                may_change=item.role in roles,
            )
            for item in found[:PAGE]
        ),
        next=(found[PAGE - 1].listing_order or "") if len(found) > PAGE else "",
        may_invite=roles,
    )


_MAIL: dict[str, Mail] = {
    "queued": "on its way",
    "sending": "on its way",
    "failed": "not delivered",
    "bounced": "not delivered",
    "complained": "not delivered",
}


def _mails(invitations: list[Invitation]) -> dict[str, Mail]:
    """What became of each e-mail; one that is no longer kept was sent."""
    notices = Notice.batch_get([notice_key(item.notice_id) for item in invitations])
    return {item.notice_id: _MAIL.get(item.state, "sent") for item in notices}


@dataclass(frozen=True)
class AskedView:
    """A question about somebody who is to be invited."""

    id: str
    words: str
    kind: Literal["yes_no", "choice", "number"]
    choices: tuple[str, ...]
    """What can be answered; empty where it is a number."""


@dataclass(frozen=True)
class CohortChoice:
    """A cohort that somebody can be invited to."""

    cohort_id: str
    name: str
    free: int | None
    """How many mentees there is room for; None for any number."""


@dataclass(frozen=True)
class InviteView:
    """The form for one invitation, or for several."""

    programme_id: str
    programme_name: str
    may_invite: tuple[str, ...]
    asks: bool
    """Whether it depends on what they will be, and in which cohort, what there is to fill in."""
    role: str
    """What they will be; empty while that is not chosen."""
    cohort_id: str
    cohorts: tuple[CohortChoice, ...]
    """Those that are not over, newest first."""
    questions: tuple[AskedView, ...]
    """What is asked of somebody in `role`."""


def invite_form(
    viewer: Viewer, programme_id: str, *, role: str = "", cohort_id: str = "", now: datetime
) -> InviteView:
    """A GetItem and a Query. Raises NotFound for those who invite nobody."""
    roles = may_invite(viewer, programme_id)
    require(bool(roles))
    policy = load_programme(programme_id).policy
    cohorts = [one for one in cohorts_of(programme_id) if not is_over(one.ends_on, now)]
    chosen = role if role in roles else ""
    cohort = next((one for one in cohorts if one.cohort_id == cohort_id), None)
    return InviteView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        may_invite=roles,
        asks=bool(policy.eligibility.questions or cohorts),
        role=chosen,
        cohort_id=cohort.cohort_id if cohort is not None else "",
        cohorts=tuple(CohortChoice(one.cohort_id, one.name, free_places(one)) for one in cohorts),
        questions=tuple(asked_view(one) for one in asked_for(policy, cohort) if one.asked_of == chosen),
    )


def asked_view(question: Question) -> AskedView:
    return AskedView(question.id, question.words, question.kind, choices_of(question))


@dataclass(frozen=True)
class ImportRow:
    """One of several people invited at once."""

    line: int
    first_name: str
    surname: str
    address: str
    outcome: Literal["", "invited", "refused"]
    """Empty until it is their turn."""
    sentence: str
    """Why somebody was not invited."""


@dataclass(frozen=True)
class ImportView:
    """Several invitations asked for at once, and what became of each."""

    import_id: str
    programme_id: str
    programme_name: str
    role: str
    is_done: bool
    people: tuple[ImportRow, ...]

    @property
    def invited(self) -> int:
        return sum(row.outcome == "invited" for row in self.people)


def import_of(viewer: Viewer, programme_id: str, import_id: str) -> ImportView:
    """One GetItem. Raises NotFound."""
    item = find(Import, *import_key(import_id))
    if item is None or item.programme_id != programme_id:
        raise NotFound
    require(item.role in may_invite(viewer, programme_id))
    outcomes = {one["line"]: one for one in item.outcomes or []}
    rows = (
        ImportRow(
            **row,
            outcome=outcomes.get(row["line"], {}).get("outcome", ""),
            sentence=outcomes.get(row["line"], {}).get("sentence", ""),
        )
        for row in item.rows
    )
    return ImportView(
        import_id=import_id,
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        role=item.role,
        is_done=item.state == "done",
        people=tuple(rows),
    )


# ── Another programme ──────────────────────────────────────────────────────


@dataclass(frozen=True)
class PresetChoice:
    """A policy to begin from."""

    name: str
    about: str


@dataclass(frozen=True)
class AnotherView:
    """The form for another programme of the same organisation."""

    programme_id: str
    programme_name: str
    organisation_name: str
    presets: tuple[PresetChoice, ...]


def another_form(viewer: Viewer, programme_id: str) -> AnotherView:
    """What another programme can begin with: one GetItem. Raises NotFound for who may not make one."""
    require(may_make_programmes(viewer, programme_id))
    return AnotherView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        organisation_name=load_programme(programme_id).organisation_name,
        presets=tuple(PresetChoice(name, load_preset(name).about) for name in preset_names()),
    )


# ── One's own account ──────────────────────────────────────────────────────


@dataclass(frozen=True)
class RoleHeld:
    """What somebody is, and where."""

    programme_name: str
    role: str


@dataclass(frozen=True)
class AccountView:
    """What somebody sees of their own account."""

    first_name: str
    surname: str
    username: str
    address: str
    roles: tuple[RoleHeld, ...]


def account_of(viewer: Viewer) -> AccountView:
    """One GetItem. Raises NotFound."""
    person = find(Person, *person_key(viewer.person_id))
    if person is None:
        raise NotFound
    return AccountView(
        first_name=person.first_name,
        surname=person.surname,
        username=person.username,
        address=person.address,
        roles=tuple(RoleHeld(one.programme_name, one.role.value) for one in viewer.memberships),
    )
