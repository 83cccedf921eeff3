"""Lists of people and invitations, and one's own account: what they show, to whom, and what they cost."""

from dataclasses import asdict

import pytest

from shared.notices.items import Notice, notice_key
from shared.people.account_views import account_of
from shared.people.invitation_views import invitations_of, invite_form
from shared.people.items import Membership, membership_key, roll, roll_order
from shared.people.permissions import Viewer
from shared.people.roll_views import people_of, person_of
from shared.platform.errors import NotFound
from shared.platform.tables import find

from .builders import MONDAY, a_programme, an_administrator, invited, join, later
from .counting import requests_made
from .fakes import FakeAccounts


@pytest.fixture
def isla(administrator: Viewer, programme: str, accounts: FakeAccounts) -> Viewer:
    return join(invited(administrator, programme), "isla.m", accounts=accounts)


@pytest.fixture
def lead(administrator: Viewer, programme: str, accounts: FakeAccounts) -> Viewer:
    invitation = invited(administrator, programme, role="safeguarding_lead", first_name="Morag")
    return join(invitation, "morag", accounts=accounts)


def a_member(programme: str, number: int) -> None:
    person_id, surname = f"person{number}", f"Boyd{number:03}"
    Membership(
        *membership_key(person_id, programme, "mentor"),
        person_id=person_id,
        programme_id=programme,
        programme_name="Bright Futures Dundee",
        role="mentor",
        first_name="Rory",
        surname=surname,
        address=f"rory{number}@example.org",
        agreed_version=1,
        agreed_at=MONDAY,
        listing=roll(programme, "mentor"),
        listing_order=roll_order(surname, "Rory", "mentor", person_id),
    ).save()


def test_a_long_list_comes_in_pages_and_misses_nobody_and_no_link_holds_a_name(
    administrator: Viewer, programme: str
) -> None:
    for number in range(103):
        a_member(programme, number)

    seen, after, pages = [], "", 0
    while after or not pages:
        with requests_made() as requests:
            view = people_of(administrator, programme, "mentor", after=after, now=MONDAY)
        settings = ["GetItem", "Query"]  # what mentors are asked, and the cohorts to choose from
        assert requests == settings + (["GetItem", "Query"] if after else ["Query"])
        assert "boyd" not in view.next.lower()
        seen += [row.surname for row in view.people]
        after, pages = view.next, pages + 1

    assert seen == [f"Boyd{number:03}" for number in range(103)]
    assert pages == 3


@pytest.mark.parametrize("after", ["mentor.nobody", "nonsense", "mentee.", "~"])
def test_a_page_after_nobody_is_not_there(after: str, administrator: Viewer, programme: str) -> None:
    with pytest.raises(NotFound):
        people_of(administrator, programme, "mentor", after=after, now=MONDAY)


def test_each_list_holds_its_own_role_alone(
    administrator: Viewer, isla: Viewer, lead: Viewer, programme: str
) -> None:
    assert [row.first_name for row in people_of(lead, programme, "mentee", now=MONDAY).people] == ["Isla"]
    assert people_of(lead, programme, "mentor", now=MONDAY).people == ()
    assert {row.role for row in people_of(lead, programme, "staff", now=MONDAY).people} == {
        "administrator",
        "safeguarding_lead",
    }


def test_only_the_staff_of_the_programme_see_its_lists(
    isla: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    elsewhere = an_administrator(a_programme("Northern Lights"), accounts=accounts)

    for viewer in (isla, elsewhere):
        with pytest.raises(NotFound):
            people_of(viewer, programme, "mentee", now=MONDAY)
        with pytest.raises(NotFound):
            invitations_of(viewer, programme, now=MONDAY)
        with pytest.raises(NotFound):
            person_of(viewer, programme, isla.person_id)


def test_what_each_may_do_is_offered_and_nothing_else(
    administrator: Viewer, isla: Viewer, lead: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    coordinator = join(
        invited(administrator, programme, role="coordinator", first_name="Callum"),
        "callum",
        accounts=accounts,
    )

    assert people_of(administrator, programme, "mentee", now=MONDAY).may_invite == (
        "mentee",
        "mentor",
        "educator",
        "coordinator",
        "safeguarding_lead",
        "deputy",
        "regional_manager",
        "administrator",
    )
    assert people_of(coordinator, programme, "mentee", now=MONDAY).may_invite == (
        "mentee",
        "mentor",
        "educator",
    )
    assert people_of(lead, programme, "mentee", now=MONDAY).may_invite == ()
    assert [row.may_change for row in people_of(coordinator, programme, "mentee", now=MONDAY).people] == [
        True
    ]
    assert [row.may_change for row in people_of(lead, programme, "mentee", now=MONDAY).people] == [False]
    assert not any(row.may_change for row in people_of(coordinator, programme, "staff", now=MONDAY).people)
    assert not person_of(administrator, programme, administrator.person_id).may_change
    with pytest.raises(NotFound):
        invite_form(lead, programme, now=MONDAY)


def test_the_list_of_invitations_costs_a_query_and_a_batch_and_holds_no_link(
    administrator: Viewer, programme: str
) -> None:
    invitation = invited(administrator, programme)

    with requests_made() as requests:
        view = invitations_of(administrator, programme, now=later(minutes=1))

    assert requests == ["Query", "BatchGetItem"]
    assert invitation.secret_fingerprint not in str(asdict(view))


@pytest.mark.parametrize(
    ("state", "mail"),
    [
        ("queued", "on its way"),
        ("accepted", "sent"),
        ("delivered", "sent"),
        ("bounced", "not delivered"),
        ("complained", "not delivered"),
    ],
)
def test_what_became_of_the_e_mail_is_seen_beside_the_invitation(
    state: str, mail: str, administrator: Viewer, programme: str
) -> None:
    invitation = invited(administrator, programme)
    notice = find(Notice, *notice_key(invitation.notice_id))
    assert notice is not None
    notice.update([Notice.state.set(state)])

    rows = invitations_of(administrator, programme, now=MONDAY).invitations
    assert {row.invitation_id: row.mail for row in rows}[invitation.invitation_id] == mail


def test_an_e_mail_no_longer_kept_was_sent(administrator: Viewer, programme: str) -> None:
    invitation = invited(administrator, programme)
    notice = find(Notice, *notice_key(invitation.notice_id))
    assert notice is not None
    notice.delete()

    rows = invitations_of(administrator, programme, now=later(days=31)).invitations
    assert {(row.state, row.mail) for row in rows if row.first_name == "Isla"} == {("expired", "sent")}


def test_ones_own_account_shows_ones_own_address(isla: Viewer) -> None:
    account = account_of(isla, today=MONDAY.date())

    assert (account.username, account.address) == ("isla.m", "isla.mackay@example.org")
    assert [(one.programme_name, one.role) for one in account.roles] == [("Bright Futures Dundee", "mentee")]
