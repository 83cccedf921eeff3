"""What the tests that go over every route share."""

from collections.abc import Iterator

import pytest

from tests.emulator import four_tables

from .whole_world import World, a_world
from .with_accounts import a_pool


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One for all tests of a file: they are about what changes nothing."""
    with four_tables(), a_pool():
        yield a_world()
