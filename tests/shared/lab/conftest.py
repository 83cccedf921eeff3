"""Two who write to each other and whose programme Priya runs, in the tests of this folder."""

import pytest

from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)
