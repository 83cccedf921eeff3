"""Two people at the page of their pair, as people and programs use it."""

from typing import Any

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.policies import Policy
from shared.policies.presets import load_preset
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone
from tests.builders.programmes import a_programme

from .browser import Answer, Browser
from .signed_in import program_of

COLLEGE = load_preset("college-pilot")


def a_pair_of(policy: Policy, *, agreed: bool = True, stage: str = "") -> TwoWhoWrite:
    """Two of a programme with this policy who may write to one another."""
    pair = a_pair(a_programme(policy=policy), agreed=agreed)
    if stage:
        load_pair(pair.pair_id).update([Pair.stage.set(stage)])
    return pair


class Api:
    """A program of one of the two, at their pair."""

    def __init__(self, pair: TwoWhoWrite, someone: Someone) -> None:
        self._program, self._pair = program_of(someone), f"/pairs/{pair.pair_id}"

    def get(self, path: str = "") -> Any:
        return self._program.get(self._pair + path).json

    def post(self, path: str, **fields: Any) -> Answer:
        return self._program.post(self._pair + path, fields)


def page(browser: Browser, pair: TwoWhoWrite, path: str = "") -> Answer:
    return browser.get(f"/pairs/{pair.pair_id}{path}")


def post(browser: Browser, pair: TwoWhoWrite, path: str, on: str = "", **fields: Any) -> Answer:
    page(browser, pair, on or path)  # for the form's token
    return browser.post(f"/pairs/{pair.pair_id}{path}", **fields)
