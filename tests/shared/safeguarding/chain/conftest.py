"""Who is told of concerns in the tests of this folder: staff of the test's own `programme`."""

import pytest

from shared.programmes.actions import RunningProgramme
from tests.builders.people import Someone, a_person


@pytest.fixture
def lead(programme: RunningProgramme) -> Someone:
    return a_person("safeguarding_lead", programme)


@pytest.fixture
def coordinator(programme: RunningProgramme) -> Someone:
    return a_person("coordinator", programme)


@pytest.fixture
def morag(programme: RunningProgramme) -> Someone:
    return a_person("safeguarding_lead", programme)
