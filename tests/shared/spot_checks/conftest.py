"""Who reads what was let through, in the tests of this folder."""

import pytest

from shared.programmes.actions import RunningProgramme
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme()


@pytest.fixture
def priya(programme: RunningProgramme) -> Someone:
    return a_person("coordinator", programme)


@pytest.fixture
def morag(programme: RunningProgramme) -> Someone:
    return a_person("safeguarding_lead", programme)
