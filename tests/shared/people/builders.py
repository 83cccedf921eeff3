"""People and programmes for tests. Each builder names what matters and chooses the rest."""

from datetime import UTC, datetime, time, timedelta

from shared.notices.items import Notice, notice_key
from shared.people.accounts import Accounts
from shared.people.actions import accept_invitation, invite, invite_first_administrator, viewer_of
from shared.people.invitation_items import Invitation
from shared.people.permissions import Viewer
from shared.platform.tables import find
from shared.policies import Escalation, GroundRules, HelpPlace, Policy, WorkingTime
from shared.policies.hours import Clock, Hours
from shared.policies.schema import Moderation, Rank
from shared.programmes.actions import create_organisation, create_programme

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
GOOD_PASSWORD = "kettle orbit marmalade"
OTHER_PASSWORD = "gravel lantern teaspoon"


def later(**how_much: int) -> datetime:
    return MONDAY + timedelta(**how_much)


def a_policy(*, rules_version: int = 1) -> Policy:
    return Policy(
        ground_rules=GroundRules(
            version=rules_version,
            mentee=["I write to my mentor on Signpost only.", "I can stop at any time."],
            mentor=["I write to my mentee on Signpost only.", "I pass on every worry the same day."],
            staff=["I read conversations only to keep people safe."],
        ),
        help=[HelpPlace(name="Childline", about="For anyone under 19.", phone="0800 1111")],
        moderation=Moderation(),
        escalation=Escalation(
            ranks=[Rank(roles=["safeguarding_lead"])],
            acknowledge_within={
                "low": Clock(minutes=1440),
                "medium": Clock(minutes=240),
                "high": Clock(minutes=60),
                "immediate": Clock(minutes=15),
            },
        ),
        working_time=WorkingTime(days={"monday": Hours(opens=time(9), closes=time(17))}),
        reply_promise="usually within one working day",
    )


def a_programme(name: str = "Bright Futures Dundee", *, policy: Policy | None = None) -> str:
    organisation = create_organisation("Tay Mentoring Trust", now=MONDAY)
    return create_programme(
        name,
        organisation_id=organisation,
        organisation_name="Tay Mentoring Trust",
        policy=policy or a_policy(),
        now=MONDAY,
    )


def link_of(invitation: Invitation) -> str:
    """The token in the newest e-mail of an invitation."""
    notice = find(Notice, *notice_key(invitation.notice_id))
    assert notice is not None
    assert notice.path is not None
    return notice.path.removeprefix("/join/")


def join(invitation: Invitation, username: str, *, accounts: Accounts, now: datetime = MONDAY) -> Viewer:
    """Accepts an invitation and says who is then signed in."""
    session = accept_invitation(
        link_of(invitation),
        username=username,
        password=GOOD_PASSWORD,
        agreed_version=1,
        accounts=accounts,
        now=now,
    )
    viewer = viewer_of(session, now=now)
    assert viewer is not None
    return viewer


def an_administrator(programme_id: str, *, accounts: Accounts) -> Viewer:
    """The first administrator of a programme."""
    invitation = invite_first_administrator(
        programme_id,
        first_name="Agnes",
        surname="Sinclair",
        address=f"agnes.sinclair.{programme_id[-8:]}@example.org",
        now=MONDAY,
    )
    return join(invitation, f"agnes.{programme_id[-8:]}", accounts=accounts)


def invited(
    viewer: Viewer,
    programme_id: str,
    *,
    role: str = "mentee",
    first_name: str = "Isla",
    surname: str = "Mackay",
    address: str = "",
    cohort_id: str = "",
    now: datetime = MONDAY,
) -> Invitation:
    return invite(
        viewer,
        programme_id,
        role=role,
        first_name=first_name,
        surname=surname,
        address=address or f"{first_name}.{surname}@example.org",
        cohort_id=cohort_id,
        now=now,
    )
