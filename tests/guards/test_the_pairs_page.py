"""The pair's page stays light however much there is: what an old telephone loads, and what it costs."""

from datetime import timedelta

import pytest

from shared.audit.linking import link_waiting
from shared.conversations.items import Pair, Shared
from shared.conversations.sharing import MOST_BESIDE, new_shared
from shared.conversations.steps import load_pair
from shared.people.actions.sessions import start_session
from shared.platform.clock import now
from shared.platform.ids import derived_id
from shared.policies.presets import load_preset, preset_names
from shared.relationship.rules import LONGEST_WORDS
from tests.builders.conversations import TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.functions.web.browser import Program
from tests.functions.web.signed_in import browser_of
from tests.shared.people.counting import requests_made

pytestmark = pytest.mark.usefixtures("tables")

LARGEST = 60_000
"""Bytes of the first view, before they are compressed."""
LETTER = (
    "Thank you for your letter. I read it twice on the bus, and I liked what you said about not having to "
    "know everything at the start. I went to the open day on Saturday with my aunt, and we asked about the "
    "course.\n\nThey said that most people who come back to study are nervous about the writing, and that "
    "there is a room where somebody helps. What did you find hardest in your first weeks? I would like to "
    "hear about it."
)
A_GOAL = "Write the first draft of my personal statement and show it to somebody who will be honest about it"


def everything_beside(pair: TwoWhoWrite) -> None:
    """As much as stands on a page at once: goals with all their steps, tasks, and times that wait."""
    stored = load_pair(pair.pair_id)
    goals = [("goal", f"g{goal}", "") for goal in range(5)]
    steps = [("step", f"s{goal}{step}", f"g{goal}") for goal in range(5) for step in range(5)]
    tasks = [("task", f"t{task}", "") for task in range(4)]
    said = [("interaction", f"i{number}", "") for number in range(3)]
    rest = [("task", f"more{number}", "") for number in range(MOST_BESIDE - 37)]
    for what, item_id, part_of in (*goals, *steps, *tasks, *said, *rest):
        item = new_shared(
            stored,
            what,
            derived_id(item_id),
            by_id=pair.mentor.person_id,
            by_role="mentor",
            state="said" if what == "interaction" else "open",
            now=now(),
        )
        item.text, item.shown_at, item.part_of = (
            A_GOAL[:LONGEST_WORDS],
            now(),
            derived_id(part_of) if part_of else None,
        )
        item.on_day = "2026-11-20"
        item.details = {"way": "Telephone", "minutes": 25} if what == "interaction" else None
        item.save()


@pytest.fixture(params=preset_names())
def pair(request: pytest.FixtureRequest) -> TwoWhoWrite:
    """Two who have written to each other for a year, and have all beside it that there can be."""
    pair = a_pair(a_programme(policy=load_preset(request.param)))
    stages = pair.programme.policy.relationship.stages
    begun = [Pair.created_at.set(now() - timedelta(days=365))]
    load_pair(pair.pair_id).update([*begun, *([Pair.stage.set(stages[-2].id)] if len(stages) > 1 else [])])
    for number in range(70):
        by = "mentor" if number % 2 else "mentee"
        at = now() - timedelta(days=70 - number)
        a_message(pair, LETTER, by=by, state="delivered", now=at)
    everything_beside(pair)
    return pair


def readers(pair: TwoWhoWrite) -> list[Someone]:
    return [pair.mentee, pair.mentor, a_person("coordinator", pair.programme)]


def test_the_first_view_of_the_fullest_pair_is_under_60_kb(pair: TwoWhoWrite) -> None:
    sizes = {}
    for reader in readers(pair):
        page = browser_of(reader).get(f"/pairs/{pair.pair_id}")
        assert page.status == 200
        assert page.text.count('<article class="letter') == 30
        sizes[reader.role] = len(page.text.encode())

    assert max(sizes.values()) < LARGEST, sizes


def test_it_costs_one_query_of_the_conversation(pair: TwoWhoWrite) -> None:
    assert len([one for one in Shared.query(f"PAIR#{pair.pair_id}") if one.thread_at]) == MOST_BESIDE
    for reader in readers(pair):
        link_waiting(pair.programme_id)
        program = Program(start_session(reader.person_id, now=now()))
        with requests_made() as made:
            assert program.get(f"/pairs/{pair.pair_id}").status == 200

        assert made.count("Query") == 2, "the session's, and the conversation's"
