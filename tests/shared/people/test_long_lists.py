"""Ten thousand people on one list: how many writes, how long each run, and what a crash costs."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.people.actions import begin_list, file_arrived, invite_the_good, run_import, wake_imports
from shared.people.actions.imports import MOST_WAKINGS, load_list
from shared.people.import_items import Import
from shared.people.permissions import Member, Role, Viewer
from shared.policies.people import InvitationMail
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.fake_tables import FakeTables, fake_tables
from tests.faults import Crash, before_each, calls, crash

from .builders import MONDAY
from .fake_files import FakeFiles

MOST_STEPS = 60
"""Steps that one run has time for, where a test ends its time by counting."""
ROOM = 370_000
"""Bytes of the largest item that is allowed, a little under DynamoDB's 400 KB."""


@dataclass
class World:
    """A programme that asks nothing, its coordinator, and the clock."""

    programme_id: str
    viewer: Viewer
    tables: FakeTables
    files: FakeFiles = field(default_factory=FakeFiles)
    now: datetime = MONDAY
    list_id: str = ""

    def begins(self, content: str) -> None:
        self.list_id = begin_list(self.viewer, self.programme_id, role="mentee", key="k", now=self.now)
        self.files.send(self.list_id, content.encode())
        file_arrived(self.viewer, self.programme_id, self.list_id, now=self.now)

    def runs(self, *, steps: int = MOST_STEPS) -> None:
        """One run of the function, with time for so many steps."""
        left = iter(range(steps))
        run_import(
            self.list_id,
            files=self.files,
            clock=lambda: self.now,
            enough=lambda: next(left, None) is None,
        )

    @property
    def item(self) -> Import:
        return load_list(self.viewer, self.programme_id, self.list_id)

    def until(self, state: str, *, most: int) -> int:
        """Runs, with the sweep's wakings, until the list is in this state; how many runs that took."""
        for number in range(most):
            if self.item.state == state:
                return number
            self.runs()
            if self.item.state == "running":
                self.now += timedelta(minutes=1)
                wake_imports(self.now)
        assert self.item.state == state
        return most

    def mailed(self) -> Counter[str]:
        notices = self.tables.stored("outbox", "notice")
        return Counter(one["address"]["S"] for one in notices)


@pytest.fixture
def world() -> Iterator[World]:
    policy = a_policy().model_copy(update={"invitations": InvitationMail(most_each_minute=1_000)})
    with fake_tables() as tables:
        programme = a_programme(policy=policy)
        member = Member(programme.programme_id, programme.name, Role.COORDINATOR)
        yield World(programme.programme_id, Viewer("priya", "Priya", "Nair", (member,)), tables)


def ten_thousand(*, of: int = 10_000) -> str:
    rows = (
        f"Amina,Yusuf-{n},p{n}@example.org,Northfield Academy"
        if n % 1_000
        else f"Amina,,p{n}@example,Northfield Academy"
        for n in range(of)
    )
    return "\n".join(["First name,Surname,E-mail,School", *rows])


def size_of(item: dict[str, Any]) -> int:
    return sum(len(str(value).encode()) for value in item.values())


def test_ten_thousand_rows_are_checked_and_invited_in_few_writes_and_short_runs(world: World) -> None:
    world.begins(ten_thousand())

    with calls() as made:
        runs = world.until("checked", most=10)
    spent = Counter(call.operation for call in made)
    assert runs <= 6
    assert (world.item.rows, world.item.good, world.item.bad) == (10_000, 9_990, 10)
    assert spent["TransactWriteItems"] == 250
    assert spent.total() < 600

    invite_the_good(world.viewer, world.programme_id, world.list_id, now=world.now)
    with calls() as made:
        world.until("done", most=60)

    spent = Counter(call.operation for call in made)
    assert world.item.invited == 9_990
    assert spent["TransactWriteItems"] <= 260
    assert spent.total() < 1_000
    assert set(world.mailed().values()) == {1}
    assert len(world.mailed()) == 9_990
    assert max(size_of(one) for one in world.tables.items["directory"].values()) < ROOM


@pytest.mark.parametrize("call", range(1, 40, 3))
@pytest.mark.parametrize("side", ["before", "after"])
def test_stopped_anywhere_it_goes_on_and_nobody_is_invited_twice(side: str, call: int, world: World) -> None:
    world.begins(ten_thousand(of=200))
    dies(world, side, call)
    world.until("checked", most=5)
    invite_the_good(world.viewer, world.programme_id, world.list_id, now=world.now)
    dies(world, side, call)
    world.until("done", most=10)

    assert (world.item.good, world.item.invited, world.item.left) == (199, 199, 0)
    assert set(world.mailed().values()) == {1}
    assert len(world.mailed()) == 199


def dies(world: World, side: str, call: int) -> None:
    """The next run dies at this call, if it comes so far; the sweep wakes the list after a while."""
    with suppress(Crash), crash(**{side: call}):
        world.runs()
    world.now += timedelta(minutes=5)
    wake_imports(world.now)


def test_two_runs_at_once_invite_everybody_once(world: World) -> None:
    world.begins(ten_thousand(of=120))
    world.until("checked", most=5)
    invite_the_good(world.viewer, world.programme_id, world.list_id, now=world.now)
    others = iter(range(3))

    def another() -> None:
        if next(others, None) is not None:
            world.runs()

    with before_each("TransactWriteItems", another):
        world.runs()
    world.until("done", most=5)

    assert world.item.invited == 119
    assert set(world.mailed().values()) == {1}


def test_a_list_that_never_gets_on_is_given_up_and_says_so(world: World) -> None:
    world.begins(ten_thousand(of=80))
    for _ in range(MOST_WAKINGS + 1):
        world.now += timedelta(minutes=5)
        wake_imports(world.now)

    assert world.item.state == "stopped"
    assert "standstill" in (world.item.problem or "")


def test_another_file_in_its_place_while_it_is_checked_is_noticed(world: World) -> None:
    world.begins(ten_thousand(of=200))
    world.runs(steps=1)
    world.files.send(world.list_id, ten_thousand(of=100).encode())
    world.until("refused", most=3)

    assert "Another file" in (world.item.problem or "")
