"""What becomes of open invitations by themselves, and how the list of them says so."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from functions.streams.record_receipts import work_off
from shared.notices.items import Notice
from shared.notices.rules import Values, render
from shared.people.actions import LookedAfter, invite, look_after_invitations, suspend
from shared.people.actions.joining import open_invitation
from shared.people.actions.reminding import MOST_AT_ONCE
from shared.people.invitation_items import Invitation, invitation_key
from shared.people.permissions import Role
from shared.platform.clock import now
from shared.platform.errors import NotFound
from shared.platform.tables import Lost, conditional, find
from shared.policies.people import InvitationMail
from shared.programmes.actions import create_cohort, load_programme
from shared.programmes.cohorts import cohort_of
from shared.programmes.items import Programme, programme_key
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme

from .browser import Answer, Browser
from .signed_in import browser_of, program_of

FORTNIGHT = InvitationMail(usable_days=14, remind_after_days=[3, 7], most_each_minute=60)


@dataclass
class World:
    """A programme that reminds after three and seven days, its coordinator, and the clock."""

    programme_id: str
    coordinator: Someone
    now: datetime = field(default_factory=now)

    def invites(self, first_name: str = "Isla", *, cohort_id: str = "") -> Invitation:
        return invite(
            self.coordinator.viewer,
            self.programme_id,
            role="mentee",
            first_name=first_name,
            surname="Mackay",
            address=f"{first_name.casefold()}@example.org",
            now=self.now,
            cohort_id=cohort_id,
        )

    def later(self, *, days: int) -> tuple[int, int]:
        """So many days on, the sweep looks; how many it reminded, and how many expired."""
        self.now += timedelta(days=days)
        found = look_after_invitations(lambda: self.now)
        return found.reminded, found.expired

    def shown(self, show: str) -> Answer:
        path = f"/programmes/{self.programme_id}/people/invitations?show={show}"
        return browser_of(self.coordinator).get(path)


def stored(invitation: Invitation) -> Invitation:
    found = find(Invitation, *invitation_key(invitation.invitation_id))
    assert found is not None
    return found


def mails(address: str) -> list[Notice]:
    found = [one for one in Notice.scan() if isinstance(one, Notice) and one.address == address]
    return sorted(found, key=lambda one: one.queued_at)


@pytest.fixture
def world(tables: None) -> World:
    programme = a_programme(policy=a_policy(invitations=FORTNIGHT.model_dump()), now=now())
    return World(programme.programme_id, a_person(Role.COORDINATOR, programme, now=now()))


def test_whoever_has_not_answered_is_reminded_as_the_policy_says_and_then_no_more(world: World) -> None:
    invitation = world.invites()
    ends = stored(invitation).usable_until

    assert [world.later(days=days) for days in (2, 1, 1, 3, 3)] == [(0, 0), (1, 0), (0, 0), (1, 0), (0, 0)]

    assert [one.template for one in mails("isla@example.org")] == [
        "invitation",
        "invitation_reminder",
        "invitation_reminder",
    ]
    assert stored(invitation).usable_until == ends
    assert world.later(days=4) == (0, 1)
    assert "Expired" in world.shown("expired").words


def test_a_reminder_carries_a_link_that_works_and_voids_the_one_before(world: World) -> None:
    world.invites()
    world.later(days=3)

    first, second = (str(one.path).removeprefix("/join/") for one in mails("isla@example.org"))

    assert open_invitation(second, now=world.now).first_name == "Isla"
    with pytest.raises(NotFound, match="newest"):
        open_invitation(first, now=world.now)


def test_no_more_are_reminded_in_a_run_than_the_policy_sends_in_a_minute(tables: None) -> None:
    slow = InvitationMail(remind_after_days=[3], most_each_minute=2)
    programme = a_programme(policy=a_policy(invitations=slow.model_dump()), now=now())
    world = World(programme.programme_id, a_person(Role.COORDINATOR, programme, now=now()))
    for name in ("Isla", "Rory", "Nia", "Ewan", "Ada"):
        world.invites(name)

    assert [world.later(days=days) for days in (3, 0, 0, 0)] == [(2, 0), (2, 0), (1, 0), (0, 0)]


def another_programme(*, each_minute: int = 60) -> World:
    mail = InvitationMail(usable_days=14, remind_after_days=[3, 7], most_each_minute=each_minute)
    programme = a_programme("Northern Lights", policy=a_policy(invitations=mail.model_dump()), now=now())
    mira = a_person(Role.COORDINATOR, programme, first_name="Mira", surname="Shah", now=now())
    return World(programme.programme_id, mira)


def test_a_programme_whose_policy_cannot_be_read_holds_up_no_other_and_its_places_are_freed(
    world: World,
) -> None:
    broken = another_programme()
    cohort_id = create_cohort(
        broken.programme_id, "Spring", starts_on=now().date(), ends_on=now().date(), capacity=1, now=now()
    )
    broken.invites("Rory", cohort_id=cohort_id)
    broken.invites("Nia")
    world.now += timedelta(minutes=1)
    world.invites("Isla")
    stored_programme = Programme.get(*programme_key(broken.programme_id))
    stored_programme.update([Programme.policy.set({"moderation": "by nobody"})])
    start = world.now

    world.now = start + timedelta(days=3)
    assert look_after_invitations(lambda: world.now) == LookedAfter(reminded=1, expired=0, failed=1)
    world.now = start + timedelta(days=14)
    assert look_after_invitations(lambda: world.now).expired == 3
    cohort = cohort_of(broken.programme_id, cohort_id)
    assert cohort is not None
    assert int(cohort.taken) == 0


def test_a_programme_with_more_to_remind_of_than_it_may_holds_up_no_other(world: World) -> None:
    slow = another_programme(each_minute=1)
    first = stored(slow.invites("Rory")).serialize()
    with Invitation.batch_write() as batch:
        for number in range(MOST_AT_ONCE):
            more = Invitation.from_raw_data(first)
            more.invitation_id = f"more-{number:03}"
            more.pk, more.sk = invitation_key(more.invitation_id)
            batch.save(more)
    world.now += timedelta(minutes=1)
    world.invites("Isla")

    assert world.later(days=3) == (2, 0)


def test_an_invitation_that_expires_gives_its_place_back(world: World) -> None:
    today = now().date()
    cohort_id = create_cohort(
        world.programme_id, "Autumn", starts_on=today, ends_on=today + timedelta(99), capacity=1, now=now()
    )
    world.invites(cohort_id=cohort_id)
    for days in (3, 4, 8):
        world.later(days=days)

    cohort = cohort_of(world.programme_id, cohort_id)
    assert cohort is not None
    assert int(cohort.taken) == 0
    assert world.invites("Rory", cohort_id=cohort_id).has_place


def bounces(notice_id: str) -> None:
    """The mail service says so, as it says it to the function."""
    detail = {
        "eventType": "Bounce",
        "mail": {"tags": {"notice_id": [notice_id]}, "timestamp": now().isoformat()},
        "bounce": {"bounceType": "Permanent", "timestamp": now().isoformat()},
    }
    work_off({"detail": detail}, clock=now)


def test_what_bounced_what_was_opened_and_who_joined_can_be_looked_up(world: World) -> None:
    for name in ("Isla", "Rory", "Nia"):
        world.invites(name)
    bounces(mails("isla@example.org")[0].notice_id)
    Browser().get(str(mails("rory@example.org")[0].path))

    waiting, opened, lost = (world.shown(show).words for show in ("waiting", "opened", "not_delivered"))

    assert ("Nia" in waiting, "Isla" in waiting, "Rory" in waiting) == (True, False, False)
    assert "Rory Mackay" in opened
    assert "Opened, not joined yet" in opened
    assert "Isla Mackay" in lost
    assert "The e-mail did not arrive" in lost
    assert "There are none" in world.shown("joined").words
    rows = program_of(world.coordinator).get(
        f"/programmes/{world.programme_id}/people/invitations?show=not_delivered"
    )
    assert [one["first_name"] for one in rows.json["invitations"]] == ["Isla"]


def test_that_an_email_did_not_arrive_is_noticed_by_whoever_loaded_the_invitation_before(
    world: World,
) -> None:
    world.invites("Isla")
    [loaded] = [one for one in Invitation.scan() if isinstance(one, Invitation)]

    bounces(mails("isla@example.org")[0].notice_id)

    assert Invitation.get(loaded.pk, loaded.sk).mail_problem == "bounced"
    with pytest.raises(Lost), conditional():
        loaded.save()


def test_no_reminder_goes_to_an_address_that_takes_no_mail(world: World) -> None:
    world.invites()
    bounces(mails("isla@example.org")[0].notice_id)

    assert world.later(days=3) == (0, 0)
    assert len(mails("isla@example.org")) == 1


def test_what_somebody_suspended_was_invited_to_besides_is_withdrawn(world: World) -> None:
    isla = a_person(
        "mentor", load_programme(world.programme_id), first_name="Isla", surname="Mackay", now=now()
    )
    invitation = invite(
        world.coordinator.viewer,
        world.programme_id,
        role="mentee",
        first_name="Isla",
        surname="Mackay",
        address=isla.address,
        now=world.now,
    )

    suspend(world.coordinator.viewer, world.programme_id, isla.person_id, now=world.now)

    assert stored(invitation).state == "withdrawn"
    assert "Isla Mackay" in world.shown("withdrawn").words


def test_a_reminder_says_that_nothing_need_be_done() -> None:
    written = render("invitation_reminder", Values("Isla", "https://signpost.example.org/join/x", "Ladders"))

    assert written.subject == "A reminder: your invitation to Ladders"
    assert "you need do nothing" in " ".join(written.text.split())
