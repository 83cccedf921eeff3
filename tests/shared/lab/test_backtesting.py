"""Trying a draft on past messages: step by step, each message once, whatever happens between."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.conversations.actions import withdraw_message
from shared.filtering import Verdict, check
from shared.lab.backtesting import (
    MOST_STANDSTILLS,
    STANDS_STILL_AFTER,
    run_backtest,
    start_backtest,
    wake_backtests,
)
from shared.lab.drafting import weigh_rule
from shared.lab.items import Backtest
from shared.lab.rules import STEP, read_sums
from shared.moderation import actions as moderation
from shared.platform.errors import Conflict, Invalid, NotFound
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.faults import Crash, crash
from tests.shared.people.counting import requests_made

from .builders import TREEHOUSE, checked, drafts_a_rule, the_backtest, the_draft, tried

pytestmark = pytest.mark.usefixtures("tables")
NUMBER = "Ola is on 07700 900123 after four."
LATER = MONDAY + timedelta(hours=1)


def counts(backtest: Backtest) -> dict[str, int]:
    return dict(read_sums(backtest.sums).counts)


def many_checked(pair: TwoWhoWrite, number: int, text: str = TREEHOUSE) -> None:
    """Delivered messages, stored as the check leaves them."""
    for place in range(number):
        at = MONDAY - timedelta(minutes=place)
        a_message(pair, text, state="delivered", now=at)


def asked(priya: Someone, *, messages: int = 500, key: str = "form-1") -> str:
    return start_backtest(priya.viewer, priya.programme_id, messages=messages, key=key, now=MONDAY)


def run(priya: Someone, backtest_id: str, *, enough: Callable[[], bool] = lambda: False) -> str:
    found = run_backtest(priya.programme_id, backtest_id, checker=check, clock=lambda: MONDAY, enough=enough)
    return found.state


# ── What it finds ──────────────────────────────────────────────────────────


def test_it_says_what_would_be_newly_held(pair: TwoWhoWrite, priya: Someone) -> None:
    _, message, _ = checked(pair, CLEAN, TREEHOUSE, "Thank you, that helped.")
    drafts_a_rule(priya)

    found = tried(priya)

    assert (found.state, int(found.total or 0), read_sums(found.sums).read) == ("done", 3, 3)
    assert counts(found) == {"newly_held": 1}
    assert read_sums(found.sums).samples == {"newly_held": ((pair.pair_id, message.message_id),)}


def test_what_is_held_now_is_read_too(pair: TwoWhoWrite, priya: Someone) -> None:
    checked(pair, NUMBER, CLEAN)
    weigh_rule(priya.viewer, priya.programme_id, "contact.phone", "off", now=MONDAY)

    assert counts(tried(priya)) == {"no_longer_held": 1}


def test_decisions_that_the_draft_goes_against_are_counted(pair: TwoWhoWrite, priya: Someone) -> None:
    first, second = checked(pair, NUMBER, f"{NUMBER} She said so.")
    moderation.decline(
        priya.viewer, pair.pair_id, first.message_id, reason="No numbers, please.", wording=1, now=LATER
    )
    moderation.deliver(priya.viewer, pair.pair_id, second.message_id, wording=1, now=LATER)
    weigh_rule(priya.viewer, priya.programme_id, "contact.phone", "off", now=MONDAY)

    found = tried(priya)

    assert counts(found) == {"no_longer_held": 2, "contradicted": 1}
    assert read_sums(found.sums).samples["contradicted"] == ((pair.pair_id, first.message_id),)


def test_a_known_concern_that_would_be_missed_is_found(pair: TwoWhoWrite, priya: Someone) -> None:
    (message,) = checked(pair, WORRIED)
    for rule in {one["rule"] for one in message.findings}:
        weigh_rule(priya.viewer, priya.programme_id, rule, "off", now=MONDAY)

    assert counts(tried(priya)) == {"concerns_missed": 1, "no_longer_held": 1}


def test_a_detail_given_in_pieces_is_judged_with_the_earlier_ones(pair: TwoWhoWrite, priya: Someone) -> None:
    checked(pair, "My number starts 07700 900", "and it ends with 123")
    weigh_rule(priya.viewer, priya.programme_id, "contact.phone.pieces", "off", now=MONDAY)

    assert counts(tried(priya))["no_longer_held"] == 1


def test_only_so_many_of_the_latest_are_read(pair: TwoWhoWrite, priya: Someone) -> None:
    many_checked(pair, 520)
    drafts_a_rule(priya)

    found = tried(priya)

    assert (int(found.total or 0), read_sums(found.sums).read) == (500, 500)


def test_another_programmes_messages_are_never_read(pair: TwoWhoWrite, priya: Someone) -> None:
    theirs = a_programme("Chess by Post")
    elsewhere = a_pair(
        programme=theirs,
        mentor=a_person("mentor", theirs, first_name="Elin", surname="Frost"),
        mentee=a_person("mentee", theirs, first_name="Dai", surname="Pugh"),
    )
    checked(elsewhere, TREEHOUSE, NUMBER)
    drafts_a_rule(priya)

    assert read_sums(tried(priya).sums).read == 0


# ── How it goes on ─────────────────────────────────────────────────────────


def test_each_step_writes_down_how_far_it_is(pair: TwoWhoWrite, priya: Someone) -> None:
    many_checked(pair, 2 * STEP + 10)
    drafts_a_rule(priya)
    backtest_id = asked(priya, messages=2_000)
    seen = []
    for _ in range(4):
        state = run(priya, backtest_id, enough=lambda: True)
        seen.append((state, read_sums(the_backtest(priya.programme_id, backtest_id).sums).read))

    assert seen == [("waiting", 0), ("waiting", STEP), ("waiting", 2 * STEP), ("done", 2 * STEP + 10)]


@pytest.mark.parametrize("number", range(1, 9))
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_at_any_call_loses_nothing_and_counts_nothing_twice(
    pair: TwoWhoWrite, priya: Someone, number: int, after: bool
) -> None:
    many_checked(pair, STEP + 20)
    drafts_a_rule(priya)
    backtest_id = asked(priya)

    try:
        with crash(after=number) if after else crash(before=number):
            run(priya, backtest_id)
    except Crash:
        assert the_backtest(priya.programme_id, backtest_id).state in ("waiting", "running", "done")
    run(priya, backtest_id)

    found = the_backtest(priya.programme_id, backtest_id)
    assert (found.state, read_sums(found.sums).read) == ("done", STEP + 20)
    assert counts(found) == {"newly_held": STEP + 20}


def test_two_runs_at_once_count_each_message_once(pair: TwoWhoWrite, priya: Someone) -> None:
    many_checked(pair, STEP + 20)
    drafts_a_rule(priya)
    backtest_id = asked(priya)

    other = iter([lambda: run(priya, backtest_id)])

    def slow(*said: Any, **how: Any) -> Verdict:
        for overtakes in other:
            overtakes()
        return check(*said, **how)

    found = run_backtest(priya.programme_id, backtest_id, checker=slow, clock=lambda: MONDAY)
    assert found.state == "lost"

    found = the_backtest(priya.programme_id, backtest_id)
    assert (found.state, counts(found)) == ("done", {"newly_held": STEP + 20})


def test_one_that_has_ended_is_left_alone(pair: TwoWhoWrite, priya: Someone) -> None:
    checked(pair, TREEHOUSE)
    drafts_a_rule(priya)
    found = tried(priya)
    checked(pair, CLEAN, now=LATER)

    assert run(priya, found.backtest_id) == "done"
    assert read_sums(the_backtest(priya.programme_id, found.backtest_id).sums).read == 1
    assert run(priya, "nowhere") == "gone"


def test_the_draft_is_tried_as_it_was_when_it_was_asked_for(pair: TwoWhoWrite, priya: Someone) -> None:
    checked(pair, TREEHOUSE)
    drafts_a_rule(priya)
    backtest_id = asked(priya)
    drafts_a_rule(priya, name="Exams", phrases=["exams"], examples=["No exams"])

    run(priya, backtest_id)

    found = the_backtest(priya.programme_id, backtest_id)
    assert counts(found) == {"newly_held": 1}
    assert [rule["id"] for rule in found.changes["own_rules"]] == ["treehouse"]


def test_rules_that_cannot_be_used_end_it_with_a_sentence(pair: TwoWhoWrite, priya: Someone) -> None:
    drafts_a_rule(priya)
    found = the_backtest(priya.programme_id, asked(priya))
    found.changes = {**found.changes, "switched_off": ["contact.no_such_rule"]}
    found.save()

    run(priya, found.backtest_id)

    ended = the_backtest(priya.programme_id, found.backtest_id)
    assert (ended.state, ended.due) == ("failed", None)
    assert "contact.no_such_rule" in ended.problem


def test_a_message_taken_back_meanwhile_spoils_nothing(pair: TwoWhoWrite, priya: Someone) -> None:
    held, _ = checked(pair, NUMBER, CLEAN)
    drafts_a_rule(priya)
    backtest_id = asked(priya)
    run(priya, backtest_id, enough=lambda: True)
    withdraw_message(pair.mentee.viewer, pair.pair_id, held.message_id, now=LATER)

    run(priya, backtest_id)

    assert the_backtest(priya.programme_id, backtest_id).state == "done"


def test_a_step_costs_a_query_and_a_write(pair: TwoWhoWrite, priya: Someone) -> None:
    many_checked(pair, STEP)
    drafts_a_rule(priya)
    backtest_id = asked(priya)
    run(priya, backtest_id, enough=lambda: True)

    with requests_made() as requests:
        run(priya, backtest_id, enough=lambda: True)

    assert requests == ["GetItem", "Query", "PutItem"]


# ── Standing still ─────────────────────────────────────────────────────────


def test_the_sweep_wakes_one_that_stands_still_and_gives_it_up_in_the_end(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    drafts_a_rule(priya)
    backtest_id = asked(priya)
    now = MONDAY
    for _ in range(MOST_STANDSTILLS):
        now += STANDS_STILL_AFTER
        assert wake_backtests(now) == 0
        assert wake_backtests(now) == 0  # it has its time to go on
        assert the_backtest(priya.programme_id, backtest_id).state == "waiting"
    now += STANDS_STILL_AFTER

    assert wake_backtests(now) == 1
    assert the_backtest(priya.programme_id, backtest_id).state == "failed"
    assert "Please start it again" in the_backtest(priya.programme_id, backtest_id).problem
    assert wake_backtests(now + STANDS_STILL_AFTER) == 0


def test_one_that_goes_on_is_not_counted_as_standing_still(pair: TwoWhoWrite, priya: Someone) -> None:
    many_checked(pair, 10)
    drafts_a_rule(priya)
    backtest_id = asked(priya)
    wake_backtests(MONDAY + STANDS_STILL_AFTER)

    run(priya, backtest_id, enough=lambda: True)

    assert int(the_backtest(priya.programme_id, backtest_id).standstills) == 0


# ── Asking for it ──────────────────────────────────────────────────────────


def test_the_same_form_twice_asks_once(pair: TwoWhoWrite, priya: Someone) -> None:
    drafts_a_rule(priya)

    assert asked(priya) == asked(priya)


def test_one_at_a_time(pair: TwoWhoWrite, priya: Someone) -> None:
    drafts_a_rule(priya)
    first = asked(priya)

    with pytest.raises(Conflict, match="under way"):
        asked(priya, key="form-2")
    run(priya, first)

    assert asked(priya, key="form-2") != first


def test_without_a_draft_there_is_nothing_to_try(priya: Someone) -> None:
    with pytest.raises(NotFound):
        asked(priya)


@pytest.mark.parametrize("messages", [0, -1, 499, 10**9])
def test_only_the_numbers_offered_can_be_asked_for(priya: Someone, messages: int) -> None:
    drafts_a_rule(priya)

    with pytest.raises(Invalid):
        asked(priya, messages=messages)
    assert (draft := the_draft(priya.programme_id)) is not None
    assert draft.backtest_id is None
