"""Moments as text, identifiers, secrets."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from shared.platform.clock import order
from shared.platform.ids import derived_id, fingerprint, matches, new_id, new_secret
from shared.platform.tables import MomentAttribute

moments = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))


@given(moments, moments)
def test_moments_as_text_sort_as_time_does(one: datetime, other: datetime) -> None:
    assert (order(one) < order(other)) == (one < other)


@given(moments)
def test_a_stored_moment_comes_back_to_the_microsecond(moment: datetime) -> None:
    stored = MomentAttribute()

    assert stored.deserialize(stored.serialize(moment)) == moment


def test_a_moment_in_summer_time_is_stored_in_utc() -> None:
    british_summer = timezone(timedelta(hours=1))

    assert order(datetime(2026, 7, 1, 9, 30, tzinfo=british_summer)).startswith("2026-07-01T08:30")


@given(moments, st.integers(min_value=1, max_value=10**9))
def test_a_later_identifier_sorts_after_an_earlier_one(moment: datetime, later: int) -> None:
    assert new_id(moment) < new_id(moment + timedelta(milliseconds=later))


def test_the_same_cause_gives_the_same_identifier_and_another_cause_another() -> None:
    assert derived_id("message", "ab", "c") == derived_id("message", "ab", "c")
    assert derived_id("message", "ab", "c") != derived_id("message", "a", "bc")


def test_a_secret_matches_its_own_fingerprint_only() -> None:
    secret = new_secret()

    assert matches(secret, fingerprint(secret))
    assert not matches(secret + "x", fingerprint(secret))
    assert secret not in fingerprint(secret)
