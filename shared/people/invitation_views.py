"""What pages of invitations show: those sent, and the forms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from shared.notices.items import Notice, notice_key
from shared.policies.people import Question
from shared.policies.presets import load_preset, preset_names
from shared.programmes.actions import cohorts_of, load_programme
from shared.programmes.cohorts import asked_for, free_places
from shared.programmes.rules import is_over

from .eligibility import choices_of
from .invitation_items import Invitation, invitations_listing
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


Show = Literal["all", "waiting", "opened", "not_delivered", "joined", "expired", "withdrawn"]
"""Which invitations are shown. `waiting`: the e-mail went out, and nobody has opened its link."""

LOOKED_THROUGH = 1_000
PAGES_LOOKED_THROUGH = 2
"""A page that shows only some looks through so many pages of so many, each a Query of a megabyte at most."""

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
    opened_at: datetime | None
    """When the page behind the newest link was first opened."""
    reminded: int
    usable_until: datetime
    may_change: bool
    """Whether the viewer may send it again or withdraw it."""


@dataclass(frozen=True)
class InvitationsView:
    """One page of a programme's invitations, newest first."""

    programme_id: str
    programme_name: str
    show: Show
    invitations: tuple[InvitationRow, ...]
    next: str
    """For the page after this one; empty when there is none. Of a page that shows only some, invitations so
    far may have been looked through in vain."""
    may_invite: tuple[str, ...]


def invitations_of(
    viewer: Viewer, programme_id: str, *, show: str = "all", now: datetime, before: str = ""
) -> InvitationsView:
    """Newest first, with what became of the e-mail: a Query, or two where only some are shown, and a
    BatchGet. Raises NotFound."""
    require(may_see_people(viewer, programme_id))
    shown: Show = next((one for one in get_args(Show) if one == show), "all")
    found, further = _some(programme_id, _asked(shown, now), before)
    mails = _mails(found)
    roles = may_invite(viewer, programme_id)
    return InvitationsView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        show=shown,
        invitations=tuple(
            InvitationRow(
                invitation_id=item.invitation_id,
                first_name=item.first_name,
                surname=item.surname,
                role=item.role,
                address=item.address,
                state=standing(item.state, item.usable_until, now),
                mail="not delivered" if item.mail_problem else mails.get(item.notice_id, "sent"),
                sent_at=item.sent_at,
                opened_at=item.opened_at,
                reminded=int(item.reminded),
                usable_until=item.usable_until,
                may_change=item.role in roles,
            )
            for item in found
        ),
        next=further,
        may_invite=roles,
    )


def _asked(show: Show, now: datetime) -> Any:
    """What is asked of an invitation that is shown; nothing where all are."""
    is_open = (Invitation.state == "open") & (Invitation.usable_until > now)
    arrived = Invitation.mail_problem.does_not_exist()
    return {
        "all": None,
        "waiting": is_open & arrived & Invitation.opened_at.does_not_exist(),
        "opened": is_open & Invitation.opened_at.exists(),
        "not_delivered": is_open & Invitation.mail_problem.exists(),
        "joined": Invitation.state == "accepted",
        "expired": (Invitation.state == "open") & (Invitation.usable_until <= now),
        "withdrawn": Invitation.state == "withdrawn",
    }[show]


def _some(programme_id: str, asked: Any, before: str) -> tuple[list[Invitation], str]:
    """A page of the invitations of which `asked` holds, and where to go on. However rare they are, no more
    than so many are looked through."""
    pages = Invitation.by_listing.query(
        invitations_listing(programme_id),
        Invitation.listing_order < (before or "~"),
        filter_condition=asked,
        scan_index_forward=False,
        page_size=PAGE + 1 if asked is None else LOOKED_THROUGH,
    ).page_iter
    found: list[Invitation] = []
    for _ in range(1 if asked is None else PAGES_LOOKED_THROUGH):
        page = next(pages, None)
        for raw in page["Items"] if page else ():
            found.append(Invitation.from_raw_data(raw))
        if len(found) > PAGE or pages.last_evaluated_key is None:
            break
    if len(found) > PAGE:
        return found[:PAGE], found[PAGE - 1].listing_order or ""
    last = pages.last_evaluated_key or {}
    return found, str(last["listing_order"]["S"]) if last else ""


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
