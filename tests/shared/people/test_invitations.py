"""Inviting people: who may, what is refused, and what becomes of a link."""

from datetime import timedelta

import pytest

from shared.notices.items import Notice, lane_due
from shared.people.actions import invite, open_invitation, resend, withdraw
from shared.people.invitation_items import Invitation, invitations_listing
from shared.people.permissions import Viewer
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.programmes.actions import create_cohort

from .builders import MONDAY, a_programme, an_administrator, invited, join, later, link_of
from .fakes import FakeAccounts


def e_mails() -> list[Notice]:
    return [item for item in Notice.by_due.query(lane_due("bulk")) if isinstance(item, Notice)]


def all_invitations(programme: str) -> list[Invitation]:
    found = Invitation.by_listing.query(invitations_listing(programme))
    return [item for item in found if isinstance(item, Invitation)]


def test_an_invitation_is_stored_together_with_its_e_mail(administrator: Viewer, programme: str) -> None:
    invitation = invited(administrator, programme, address="Isla.Mackay@Example.org")

    (mail,) = [one for one in e_mails() if one.address == "isla.mackay@example.org"]
    assert mail.template == "invitation"
    assert mail.path == f"/join/{link_of(invitation)}"
    assert mail.first_name == "Isla"
    assert invitation.usable_until == later(days=14)
    assert invitation.secret_fingerprint not in mail.path


def test_a_coordinator_invites_mentees_and_mentors_but_no_staff(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    coordinator = join(
        invited(administrator, programme, role="coordinator", first_name="Callum"),
        "callum",
        accounts=accounts,
    )

    assert invited(coordinator, programme, role="mentee", first_name="Isla").state == "open"
    assert invited(coordinator, programme, role="mentor", first_name="Rory").state == "open"
    for role in ("coordinator", "safeguarding_lead", "administrator"):
        with pytest.raises(NotFound):
            invited(coordinator, programme, role=role, first_name="Greer")


def test_nobody_else_invites_anyone(administrator: Viewer, programme: str, accounts: FakeAccounts) -> None:
    for role in ("mentee", "mentor", "safeguarding_lead"):
        viewer = join(
            invited(administrator, programme, role=role, first_name=role.title().replace("_", "")),
            role,
            accounts=accounts,
        )
        with pytest.raises(NotFound):
            invited(viewer, programme, first_name="Finlay")


def test_staff_of_another_programme_invite_nobody_here(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    elsewhere = an_administrator(a_programme("Northern Lights"), accounts=accounts)
    invitation = invited(administrator, programme)

    with pytest.raises(NotFound):
        invited(elsewhere, programme)
    with pytest.raises(NotFound):
        resend(elsewhere, programme, invitation.invitation_id, now=later(hours=1))
    own = elsewhere.memberships[0].programme_id
    with pytest.raises(NotFound):
        withdraw(elsewhere, own, invitation.invitation_id, now=later(hours=1))


def test_every_field_that_needs_another_look_is_named(administrator: Viewer, programme: str) -> None:
    with pytest.raises(Invalid) as refused:
        invite(
            administrator,
            programme,
            role="mentee",
            first_name="Isla\r\nBcc: everyone@example.org",
            surname="",
            address="isla@example",
            now=MONDAY,
        )

    assert [error.field for error in refused.value.all] == ["first_name", "surname", "address"]
    assert len(all_invitations(programme)) == 1, "only the administrator's own"


def test_what_is_no_role_is_refused(administrator: Viewer, programme: str) -> None:
    with pytest.raises(Invalid, match="Choose"):
        invited(administrator, programme, role="owner")


def test_inviting_a_person_twice_to_the_same_thing_sends_one_e_mail(
    administrator: Viewer, programme: str
) -> None:
    invited(administrator, programme)
    before = len(e_mails())

    with pytest.raises(Conflict, match="invited already"):
        invited(administrator, programme)
    assert len(e_mails()) == before


def test_somebody_who_joined_is_not_invited_again(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    join(invited(administrator, programme), "isla.m", accounts=accounts)

    with pytest.raises(Conflict, match="joined already"):
        invited(administrator, programme)


def test_sending_again_makes_a_new_link_and_the_old_one_dies(administrator: Viewer, programme: str) -> None:
    invitation = invited(administrator, programme)
    old = link_of(invitation)

    new = link_of(resend(administrator, programme, invitation.invitation_id, now=later(days=10)))

    with pytest.raises(NotFound, match="use the newest"):
        open_invitation(old, now=later(days=10))
    assert open_invitation(new, now=later(days=23)).first_name == "Isla"


def test_a_second_click_on_send_again_sends_nothing(administrator: Viewer, programme: str) -> None:
    invitation = invited(administrator, programme)
    again = resend(administrator, programme, invitation.invitation_id, now=later(hours=1))

    with pytest.raises(Conflict, match="less than a minute"):
        resend(administrator, programme, invitation.invitation_id, now=later(hours=1, seconds=2))
    assert open_invitation(link_of(again), now=later(hours=2))


def test_a_withdrawn_invitation_says_so_and_can_be_made_anew(administrator: Viewer, programme: str) -> None:
    invitation = invited(administrator, programme)
    withdraw(administrator, programme, invitation.invitation_id, now=later(hours=1))
    withdraw(administrator, programme, invitation.invitation_id, now=later(hours=1))

    with pytest.raises(Conflict, match="withdrawn"):
        open_invitation(link_of(invitation), now=later(hours=2))
    with pytest.raises(Conflict, match="withdrawn"):
        resend(administrator, programme, invitation.invitation_id, now=later(hours=2))

    anew = invited(administrator, programme, now=later(hours=3))
    assert open_invitation(link_of(anew), now=later(hours=4))
    assert anew.withdrawn_at is None


def test_an_expired_invitation_says_so_and_can_be_sent_again(administrator: Viewer, programme: str) -> None:
    invitation = invited(administrator, programme)

    with pytest.raises(Conflict, match="expired"):
        open_invitation(link_of(invitation), now=later(days=14))
    again = resend(administrator, programme, invitation.invitation_id, now=later(days=15))
    assert open_invitation(link_of(again), now=later(days=28))


def test_an_accepted_invitation_is_neither_sent_again_nor_withdrawn(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    invitation = invited(administrator, programme)
    join(invitation, "isla.m", accounts=accounts)

    with pytest.raises(Conflict, match="has joined"):
        resend(administrator, programme, invitation.invitation_id, now=later(hours=1))
    with pytest.raises(Conflict, match="has joined"):
        withdraw(administrator, programme, invitation.invitation_id, now=later(hours=1))


def test_an_expired_invitation_is_not_sent_again_to_whoever_was_invited_as_the_other_side_since(
    administrator: Viewer, programme: str
) -> None:
    as_mentor = invited(administrator, programme, role="mentor")
    invited(administrator, programme, role="mentee", now=later(days=15))

    with pytest.raises(Conflict, match="Nobody can be mentee and mentor"):
        resend(administrator, programme, as_mentor.invitation_id, now=later(days=15))


def test_nobody_is_invited_again_to_a_cohort_that_is_over_or_joins_it(
    administrator: Viewer, programme: str
) -> None:
    today = MONDAY.date()
    cohort_id = create_cohort(
        programme, "Autumn", starts_on=today, ends_on=today + timedelta(days=5), now=MONDAY
    )
    invitation = invited(administrator, programme, cohort_id=cohort_id)
    assert open_invitation(link_of(invitation), now=later(days=5))

    with pytest.raises(Conflict, match="Autumn is over"):
        resend(administrator, programme, invitation.invitation_id, now=later(days=6))
    with pytest.raises(Conflict, match="has ended"):
        open_invitation(link_of(invitation), now=later(days=6))
