"""One invitation, and everything that can happen to it, in any order and with any interruption."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from shared.people.actions import (
    accept_invitation,
    open_invitation,
    resend,
    sign_in,
    viewer_of,
    withdraw,
)
from shared.people.items import Membership, Person, roll
from shared.people.permissions import Viewer
from shared.platform.errors import SignpostError

from .builders import GOOD_PASSWORD, OTHER_PASSWORD, invited, later, link_of
from .fakes import FakeAccounts

NUMBERS = itertools.count(1)
usernames = st.sampled_from(["isla.m", "isla_2"])
passwords = st.sampled_from([GOOD_PASSWORD, OTHER_PASSWORD])
interruptions = st.sampled_from(["none", "stopped", "overtaken", "withdrawn", "sent again"])


class Stopped(Exception):
    """The process ends here, whatever it was about to do."""


class OneInvitation(RuleBasedStateMachine):
    """What a person, the staff and bad luck do to one invitation."""

    def __init__(self, administrator: Viewer, programme: str) -> None:
        super().__init__()
        self.number = next(NUMBERS)
        self.administrator, self.programme = administrator, programme
        self.accounts = FakeAccounts()
        self.hours = 0
        self.invitation = invited(administrator, programme, address=f"isla{self.number}@example.org")
        self.first_in: tuple[str, str] | None = None

    def now(self) -> datetime:
        self.hours += 1
        return later(hours=self.hours)

    def username(self, name: str) -> str:
        return f"{name}.{self.number}"

    def accept(self, name: str, password: str) -> None:
        session = accept_invitation(
            link_of(self.invitation),
            username=self.username(name),
            password=password,
            agreed_version=1,
            accounts=self.accounts,
            now=self.now(),
        )
        self.first_in = self.first_in or (name, password)
        viewer = viewer_of(session, now=later(hours=self.hours))
        assert viewer is not None
        assert viewer.first_name == "Isla"

    def interruption(self, kind: str, name: str) -> Callable[[], None]:
        def stopped() -> None:
            raise Stopped

        def overtaken() -> None:
            with suppress(SignpostError):
                self.accept(name, GOOD_PASSWORD)

        return {
            "none": lambda: None,
            "stopped": stopped,
            "overtaken": overtaken,
            "withdrawn": self.withdraw,
            "sent again": self.send_again,
        }[kind]

    @rule(name=usernames, password=passwords, interruption=interruptions, other=usernames)
    def join(self, name: str, password: str, interruption: str, other: str) -> None:
        self.accounts.after["create"] = self.interruption(interruption, other)
        with suppress(SignpostError, Stopped):
            self.accept(name, password)
        self.accounts.after.clear()

    @rule()
    def withdraw(self) -> None:
        with suppress(SignpostError):
            withdraw(self.administrator, self.programme, self.invitation.invitation_id, now=self.now())

    @rule()
    def send_again(self) -> None:
        with suppress(SignpostError):
            resend(self.administrator, self.programme, self.invitation.invitation_id, now=self.now())
        self.invitation.refresh(consistent_read=True)

    @rule()
    def look(self) -> None:
        with suppress(SignpostError):
            open_invitation(link_of(self.invitation), now=self.now())

    @invariant()
    def one_link_makes_at_most_one_person(self) -> None:
        found = Membership.by_listing.query(roll(self.programme, "mentee"))
        address = self.invitation.address
        joined = [item for item in found if isinstance(item, Membership) and item.address == address]
        assert len(joined) == (1 if self.first_in else 0)

    def teardown(self) -> None:
        """Whoever came first can sign in, and with nobody else's password."""
        if self.first_in is None:
            return
        name, password = self.first_in
        assert sign_in(self.username(name), password, accounts=self.accounts, now=later(days=7))
        people = {item.account_id for item in Person.scan() if isinstance(item, Person)}
        assert len(people & set(self.accounts.passwords)) == 1


def test_whatever_the_order_one_link_makes_one_person_who_can_sign_in(
    administrator: Viewer, programme: str
) -> None:
    run_state_machine_as_test(
        lambda: OneInvitation(administrator, programme),
        settings=settings(max_examples=25, stateful_step_count=8, deadline=None),
    )
