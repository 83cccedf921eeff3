"""Who acts in tests of routes, where a test does not say; and the world in which every route is tried."""

from collections.abc import Iterator

import pytest

from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.emulator import four_tables

from .whole_world import World, a_world
from .with_accounts import a_pool


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One for all tests of a file: they are about what changes nothing."""
    with four_tables(), a_pool():
        yield a_world()


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


@pytest.fixture
def morag(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)
