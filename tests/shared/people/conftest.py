"""What tests of people start from."""

import pytest

from shared.people.permissions import Viewer

from .builders import a_programme, an_administrator
from .fakes import FakeAccounts


@pytest.fixture
def accounts() -> FakeAccounts:
    return FakeAccounts()


@pytest.fixture
def programme(tables: None) -> str:
    return a_programme()


@pytest.fixture
def administrator(programme: str, accounts: FakeAccounts) -> Viewer:
    return an_administrator(programme, accounts=accounts)
