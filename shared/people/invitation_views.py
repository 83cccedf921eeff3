"""What pages of invitations show: those sent, and the forms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.notices.items import Notice, notice_key
from shared.policies.people import Question
from shared.policies.presets import load_preset, preset_names
from shared.programmes.actions import cohorts_of, load_programme
from shared.programmes.cohorts import asked_for, free_places
from shared.programmes.rules import is_over

from .eligibility import choices_of
from .items import (
    Invitation,
    invitations_listing,
)
from .permissions import (
    PARTICIPANTS,
    Role,
    Viewer,
    may_make_programmes,
    may_manage_people,
    may_manage_staff,
    may_see_people,
    programme_name,
    require,
)
from .rules import Standing, standing

PAGE = 50
"""Invitations on one page."""


def may_invite(viewer: Viewer, programme_id: str) -> tuple[str, ...]:
    """The roles that the viewer may invite to, in the order in which they are offered."""
    if not may_manage_people(viewer, programme_id):
        return ()
    roles = set(Role) if may_manage_staff(viewer, programme_id) else {*PARTICIPANTS, Role.EDUCATOR}
    return tuple(role.value for role in Role if role in roles)


# ── Invitations ────────────────────────────────────────────────────────────

Mail = Literal["on its way", "sent", "not delivered"]


LATEST = 200
"""Invitations that are looked through for those nobody has answered."""


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


@dataclass(frozen=True)
class Unanswered:
    """Invitations that nobody has answered, of the latest ones."""

    names: tuple[tuple[str, datetime], ...]
    """Whom each is to, and when it was sent; the one longest ago first."""
    has_more: bool
    """Earlier ones were not looked at."""


def unanswered_invitations(viewer: Viewer, programme_id: str, *, now: datetime) -> Unanswered:
    """Those of the latest invitations that are neither accepted nor withdrawn: one Query of one page. Raises
    NotFound."""
    require(may_see_people(viewer, programme_id))
    found = Invitation.by_listing.query(
        invitations_listing(programme_id),
        scan_index_forward=False,
        limit=LATEST,
        page_size=LATEST,
        attributes_to_get=["pk", "sk", "kind", "state", "usable_until", "first_name", "surname", "sent_at"],
    )
    names = [
        (f"{one.first_name} {one.surname}", one.sent_at)
        for one in found
        if isinstance(one, Invitation) and standing(one.state, one.usable_until, now) in ("open", "expired")
    ]
    more = found.page_iter.last_evaluated_key is not None
    return Unanswered(tuple(sorted(names, key=lambda one: one[1])), has_more=more and bool(names))


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
    return form_for(viewer, programme_id, roles, role if role in roles else "", cohort_id, now)


def form_for(
    viewer: Viewer, programme_id: str, roles: tuple[str, ...], chosen: str, cohort_id: str, now: datetime
) -> InviteView:
    """The form for whoever may invite to these roles; `chosen` is one of them, or empty."""
    policy = load_programme(programme_id).policy
    cohorts = [one for one in cohorts_of(programme_id) if not is_over(one.ends_on, now)]
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
