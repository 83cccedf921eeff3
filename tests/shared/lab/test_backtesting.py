"""Trying a draft on past messages: step by step, each message once, whatever happens between."""

import pytest

from shared.lab.items import Backtest
from shared.lab.rules import read_sums
from tests.builders import CLEAN, Someone, TwoWhoWrite, a_pair, a_person

from .builders import TREEHOUSE, checked, drafts_a_rule, tried

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


def counts(backtest: Backtest) -> dict[str, int]:
    return dict(read_sums(backtest.sums).counts)


def test_it_says_what_would_be_newly_held(pair: TwoWhoWrite, priya: Someone) -> None:
    _, message, _ = checked(pair, CLEAN, TREEHOUSE, CLEAN + " Bye.")
    drafts_a_rule(priya)

    found = tried(priya)

    assert (found.state, int(found.total or 0), read_sums(found.sums).read) == ("done", 3, 3)
    assert counts(found) == {"newly_held": 1}
    assert read_sums(found.sums).samples == {"newly_held": ((pair.pair_id, message.message_id),)}
