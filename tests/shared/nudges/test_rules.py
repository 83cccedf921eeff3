"""What is due when, and when it may be sent."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.nudges.rules import (
    LOOKS_BEGIN,
    LOOKS_END,
    Standing,
    due_by,
    next_digest,
    next_look,
    not_quiet,
    remind_at,
)
from shared.platform.clock import LONDON
from shared.policies.nudging import Nudges
from tests.builders.clock import MONDAY

USUAL = Nudges.model_validate({})
TELLS = Nudges.model_validate({"tell_other_side": True})
MOMENTS = st.integers(0, 730 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
POLICIES = st.builds(
    lambda day, begins, ends: Nudges.model_validate(
        {"digest": day, "quiet_from_hour": begins, "quiet_until_hour": ends}
    ),
    st.sampled_from(["monday", "wednesday", "friday"]),
    st.integers(16, 23),
    st.integers(0, 15),
)


def what(standing: Standing, days: int, nudges: Nudges = USUAL) -> set[str]:
    return {one.key for one in due_by(standing, nudges, MONDAY + timedelta(days=days))}


def test_an_answer_is_awaited_from_the_policys_day_on() -> None:
    standing = Standing(MONDAY, "mentor")

    assert what(standing, 6) == set()
    assert what(standing, 7) == {"unanswered#mentee"}
    assert what(standing, 7, TELLS) == {"unanswered#mentee", "asked_after#mentor"}
    assert what(Standing(MONDAY, "mentee"), 7) == {"unanswered#mentor"}


def test_two_who_have_not_begun_are_silent_and_nobody_is_waited_for() -> None:
    assert what(Standing(MONDAY, None), 13) == set()
    assert what(Standing(MONDAY, None), 14) == {"silent#staff"}


def test_both_are_told_of_the_end_until_it_has_come() -> None:
    standing = Standing(MONDAY + timedelta(days=30), None, ends_on="2026-12-14")

    assert what(standing, 6) == set()
    assert what(standing, 7) == what(standing, 21) == {"ending#mentor", "ending#mentee"}
    assert what(standing, 22) == set()


@given(nudges=POLICIES, after=MOMENTS)
def test_the_weekly_e_mail_goes_out_within_a_week_on_its_day_and_hour_by_londons_clock(
    nudges: Nudges, after: datetime
) -> None:
    moment = next_digest(nudges, after)

    here = moment.astimezone(LONDON)
    assert (here.strftime("%A").lower(), here.hour, here.minute) == (
        nudges.digest,
        nudges.quiet_until_hour,
        0,
    )
    assert after < moment <= after + timedelta(days=7, hours=1)
    assert not_quiet(nudges, moment) == moment


@given(nudges=POLICIES, after=MOMENTS, pair_id=st.text("0123456789abcdef", min_size=1, max_size=32))
def test_each_pair_is_looked_at_once_before_each_weekly_e_mail(
    nudges: Nudges, after: datetime, pair_id: str
) -> None:
    moment = next_look(nudges, pair_id, after)

    assert moment > after
    assert LOOKS_END <= next_digest(nudges, moment) - moment <= LOOKS_BEGIN
    assert next_digest(nudges, next_look(nudges, pair_id, moment)) > next_digest(nudges, moment)


@given(nudges=POLICIES, moment=MOMENTS)
def test_nothing_is_sent_in_quiet_hours_and_nothing_waits_for_longer_than_they_last(
    nudges: Nudges, moment: datetime
) -> None:
    at = not_quiet(nudges, moment)

    hour = at.astimezone(LONDON).hour
    assert nudges.quiet_until_hour <= hour < nudges.quiet_from_hour
    assert timedelta(0) <= at - moment <= timedelta(hours=24)


@pytest.mark.parametrize(("hour", "ends"), [(0, 7), (6, 7), (7, 7), (23, 23)])
def test_quiet_hours_may_begin_after_midnight(hour: int, ends: int) -> None:
    nudges = Nudges.model_validate({"quiet_from_hour": 0, "quiet_until_hour": 7})

    assert not_quiet(nudges, MONDAY.replace(hour=hour)).hour == ends


@given(nudges=POLICIES, begins=MOMENTS, ahead=st.integers(1, 14 * 24 * 60))
def test_of_a_meeting_one_is_reminded_outside_the_quiet_hours_and_in_time_wherever_any_time_is_left(
    nudges: Nudges, begins: datetime, ahead: int
) -> None:
    arranged_at = begins - timedelta(minutes=ahead)

    at = remind_at(begins, arranged_at, nudges)

    if at is None:
        assert not_quiet(nudges, arranged_at) >= begins
    else:
        assert arranged_at <= at < begins
        assert not_quiet(nudges, at) == at
        assert (begins.astimezone(LONDON).date() - at.astimezone(LONDON).date()).days in (0, 1)
