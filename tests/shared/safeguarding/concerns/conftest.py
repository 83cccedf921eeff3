"""Who deals with concerns in the tests of this folder: staff of a `programme`, which may be the test's
own."""

import pytest

from shared.programmes.actions import RunningProgramme
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme()


@pytest.fixture
def lead(programme: RunningProgramme) -> Someone:
    return a_person("safeguarding_lead", programme)


@pytest.fixture
def deputy(programme: RunningProgramme) -> Someone:
    return a_person("deputy", programme)


@pytest.fixture
def coordinator(programme: RunningProgramme) -> Someone:
    return a_person("coordinator", programme)
