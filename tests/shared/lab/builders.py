"""Programmes with drafts, and messages that were written and checked as the application does it."""

from datetime import datetime, timedelta
from typing import Any

from shared.conversations.actions import check_message, write_message
from shared.conversations.items import Message
from shared.conversations.steps import load_message
from shared.filtering import check
from shared.lab.adopting import adopt_draft
from shared.lab.backtesting import run_backtest, start_backtest
from shared.lab.drafting import WrittenRule, save_rule
from shared.lab.items import Backtest, Draft, backtest_key, draft_key
from shared.lab.views import draft_page
from shared.platform.tables import find
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone
from tests.builders.policies import an_own_rule

REASON = "Two mentees were asked to write in the old forum this week."
TREEHOUSE = "Shall we carry on in the treehouse after half term?"


def a_written_rule(**changes: Any) -> WrittenRule:
    """The rule of `an_own_rule`, as somebody types it."""
    given = {"name": "Treehouse"} | {key: value for key, value in an_own_rule().items() if key != "id"}
    return WrittenRule(**(given | changes))


def drafts_a_rule(by: Someone, *, now: datetime = MONDAY, **changes: Any) -> None:
    save_rule(by.viewer, by.programme_id, a_written_rule(**changes), now=now)


def adopts(
    by: Someone,
    *,
    wording: str = "",
    reason: str = REASON,
    untried: bool = True,
    despite_missed: bool = False,
    now: datetime = MONDAY,
) -> int:
    """Adopts the draft as it is seen, or as it was when its wording was `wording`."""
    return adopt_draft(
        by.viewer,
        by.programme_id,
        wording=wording or draft_page(by.viewer, by.programme_id).wording,
        reason=reason,
        untried=untried,
        despite_missed=despite_missed,
        now=now,
    )


def the_draft(programme_id: str) -> Draft | None:
    return find(Draft, *draft_key(programme_id))


def checked(
    pair: TwoWhoWrite, *texts: str, by: str = "mentee", now: datetime = MONDAY, hours_apart: float = 1
) -> list[Message]:
    """Messages that were written and checked one after another."""
    writer = pair.mentor if by == "mentor" else pair.mentee
    found = []
    for number, text in enumerate(texts):
        at = now + timedelta(hours=number * hours_apart)
        message = write_message(
            writer.viewer, pair.pair_id, text=text, key=f"{at.isoformat()} {number} {text}", now=at
        )
        check_message(pair.pair_id, message.message_id, checker=check, now=at)
        found.append(load_message(pair.pair_id, message.message_id))
    return found


def tried(by: Someone, *, messages: int = 500, key: str = "form-1", now: datetime = MONDAY) -> Backtest:
    """A trial of the draft, run to its end."""
    backtest_id = start_backtest(by.viewer, by.programme_id, messages=messages, key=key, now=now)
    run_backtest(by.programme_id, backtest_id, checker=check, clock=lambda: now)
    return the_backtest(by.programme_id, backtest_id)


def the_backtest(programme_id: str, backtest_id: str) -> Backtest:
    found = find(Backtest, *backtest_key(programme_id, backtest_id))
    assert found is not None
    return found
