"""Who deals with concerns in the tests of this folder: staff of the test's own `programme`."""

import pytest

from shared.programmes.actions import RunningProgramme
from tests.builders.people import Someone, a_person


@pytest.fixture
def lead(programme: RunningProgramme) -> Someone:
    return a_person("safeguarding_lead", programme)


@pytest.fixture
def deputy(programme: RunningProgramme) -> Someone:
    return a_person("deputy", programme)


@pytest.fixture
def coordinator(programme: RunningProgramme) -> Someone:
    return a_person("coordinator", programme)
