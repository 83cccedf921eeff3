"""Until when a mentor is cleared, by what was recorded, and what can be recorded."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.people.participation import print_of
from shared.people.vetting import (
    FOR_EVER,
    Given,
    Shown,
    as_kept,
    kept,
    read_shown,
    stage_of,
    state_of,
    vetted_until,
)
from shared.platform.errors import Invalid
from shared.policies.people import Vetting

TODAY = date(2026, 11, 23)
ASKED = Vetting.model_validate(
    {
        "steps": [{"id": "selection", "name": "Selection interview"}],
        "checks": [
            {"id": "dbs", "name": "Enhanced DBS", "valid_months": 36},
            {"id": "pvg", "name": "PVG scheme record"},
        ],
        "training": [{"id": "mentor_training", "name": "Mentor training", "minutes": 45, "valid_months": 24}],
        "remind_days_before": [30, 7],
    }
)
SELECTED = Shown("r1", "selection", "step", date(2026, 9, 1))
DBS = Shown("r2", "dbs", "check", date(2025, 1, 31))
TRAINED = Shown("r3", "mentor_training", "training", date(2026, 10, 1), minutes=60)
GIVEN = Given("dbs", "2026-11-01", number="001234567890", seen_by="Priya Nair")


def until(*records: Shown) -> str:
    return vetted_until(ASKED, records)


def problems(given: Given) -> dict[str, str]:
    """What is said of each field."""
    with pytest.raises(Invalid) as refused:
        read_shown(given, ASKED, record_id="r9", today=TODAY)
    return {one.field: one.sentence for one in refused.value.all}


def test_everything_asked_is_needed() -> None:
    assert until() == ""
    assert until(SELECTED, DBS) == ""
    assert until(SELECTED, TRAINED) == ""
    assert until(DBS, TRAINED) == ""


def test_what_ends_first_decides() -> None:
    assert until(SELECTED, DBS, TRAINED) == "2028-01-31"
    assert until(SELECTED, replace(DBS, ends_on=date(2027, 3, 3)), TRAINED) == "2027-03-03"


def test_any_one_check_is_enough_and_the_longest_counts() -> None:
    pvg = Shown("r4", "pvg", "check", date(2020, 1, 1))

    assert until(SELECTED, pvg, TRAINED) == until(SELECTED, pvg, DBS, TRAINED) == "2028-10-01"


def test_a_month_too_short_for_the_day_ends_on_its_last() -> None:
    short = Vetting.model_validate({"checks": [{"id": "dbs", "name": "DBS", "valid_months": 1}]})

    assert vetted_until(short, [DBS]) == "2025-02-28"


def test_who_is_asked_nothing_is_cleared_for_ever() -> None:
    assert vetted_until(Vetting(), []) == FOR_EVER


def test_a_training_shorter_than_is_asked_now_does_not_count() -> None:
    assert until(SELECTED, DBS, replace(TRAINED, minutes=44)) == ""


def test_what_was_put_right_or_withdrawn_does_not_count() -> None:
    right = replace(DBS, record_id="r5", on=date(2024, 1, 31), follows="r2")
    withdrawal = replace(right, record_id="r6", follows="r5", is_withdrawal=True)

    assert until(SELECTED, DBS, TRAINED, right) == "2027-01-31"
    assert until(SELECTED, DBS, TRAINED, right, withdrawal) == ""


@pytest.mark.parametrize(
    ("last_day", "stage", "state"),
    [
        ("", "", "not_cleared"),
        ("2026-11-22", "ended", "ended"),
        ("2026-11-23", "7", "ends_soon"),
        ("2026-11-30", "7", "ends_soon"),
        ("2026-12-01", "30", "ends_soon"),
        ("2026-12-23", "30", "ends_soon"),
        ("2026-12-24", "", "cleared"),
        (FOR_EVER, "", "cleared"),
    ],
)
def test_staff_and_mentor_are_reminded_before_the_end(last_day: str, stage: str, state: str) -> None:
    assert stage_of(last_day, ASKED, TODAY) == stage
    assert state_of(last_day, ASKED, TODAY) == state


def test_when_to_remind_and_what_things_are_called_is_nothing_that_is_asked() -> None:
    renamed = [one.model_copy(update={"name": "Interview"}) for one in ASKED.steps]
    assert print_of(ASKED) == print_of(ASKED.model_copy(update={"remind_days_before": [90]}))
    assert print_of(ASKED) == print_of(ASKED.model_copy(update={"steps": renamed}))
    assert print_of(ASKED) != print_of(ASKED.model_copy(update={"training": []}))


# What can be recorded


def test_a_check_is_kept_with_its_number_its_days_and_who_saw_it() -> None:
    given = replace(GIVEN, ends_on="2027-11-01", number=" 0012 3456 ")

    assert read_shown(given, ASKED, record_id="r9", today=TODAY) == Shown(
        "r9",
        "dbs",
        "check",
        date(2026, 11, 1),
        ends_on=date(2027, 11, 1),
        number="0012 3456",
        seen_by="Priya Nair",
    )


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"what": "driving_licence"}, "what", "asks for nothing of this kind"),
        ({"what": ""}, "what", "asks for nothing of this kind"),
        ({"on": "2026-11-24"}, "on", "cannot have been issued then"),
        ({"on": "yesterday"}, "on", "Please give a date"),
        ({"on": ""}, "on", "Please give a date"),
        ({"on": "0026-11-01"}, "on", "check the year"),
        ({"ends_on": "2026-10-31"}, "ends_on", "end before it was issued"),
        ({"ends_on": "20271101x"}, "ends_on", "Please give a date"),
        ({"ends_on": "2207-11-01"}, "ends_on", "check the year"),
        ({"number": "  "}, "number", "the number that stands on it"),
        ({"number": "1" * 81}, "number", "80 characters"),
        ({"seen_by": ""}, "seen_by", "who saw it"),
        ({"seen_by": "Priya\nNair"}, "seen_by", "who saw it"),
    ],
)
def test_what_cannot_be_a_check_is_refused_with_what_to_put_right(
    changes: dict[str, Any], field: str, says: str
) -> None:
    assert says in problems(replace(GIVEN, **changes))[field]


@pytest.mark.parametrize(
    ("on", "minutes", "field", "says"),
    [
        ("2026-11-24", "60", "on", "still to come"),
        ("2026-11-01", "44", "minutes", "lasts 45 minutes at least, and this was 44"),
        ("2026-11-01", "an hour", "minutes", "as a number"),
        ("2026-11-01", "", "minutes", "as a number"),
        ("2026-11-01", "-60", "minutes", "as a number"),
        ("2026-11-01", "６０", "minutes", "as a number"),
        ("2026-11-01", "9" * 400, "minutes", "as a number"),
    ],
)
def test_a_training_that_cannot_have_been_passed_is_refused(
    on: str, minutes: str, field: str, says: str
) -> None:
    assert says in problems(Given("mentor_training", on, minutes=minutes))[field]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    given = Given("dbs", "2026-11-24", ends_on="2026-11-20")

    assert set(problems(given)) == {"on", "ends_on", "number", "seen_by"}


def test_what_is_kept_of_the_records_reckons_as_they_do() -> None:
    replaced = replace(DBS, record_id="9", follows=DBS.record_id)
    records = [DBS, replaced]

    assert len(as_kept(records)) == 1
    for asked in (ASKED, Vetting.model_validate({"checks": [{"id": "dbs", "name": "Enhanced DBS"}]})):
        assert vetted_until(asked, kept(as_kept(records))) == vetted_until(asked, records)
