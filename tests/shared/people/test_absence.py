"""Noting who on the staff is away, and who stands in for them."""

from datetime import timedelta
from typing import Any

import pytest

from shared.audit.items import Waiting
from shared.people.absence_views import away_page, days_in_words
from shared.people.absences import Absence
from shared.people.actions import end_days_away, set_days_away, suspend
from shared.people.actions.absence import read_day
from shared.people.staff import active_staff, staff_roll
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.programmes.actions import RunningProgramme
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.racing import just_before_it_writes

pytestmark = pytest.mark.usefixtures("tables")

LATER = MONDAY + timedelta(minutes=1)


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme()


@pytest.fixture
def morag(programme: RunningProgramme) -> Someone:
    return a_person("safeguarding_lead", programme)


@pytest.fixture
def isla(programme: RunningProgramme) -> Someone:
    return a_person("deputy", programme)


def away(
    viewer: Someone, someone: Someone, first: str = "2026-11-23", last: str = "2026-11-27", **more: Any
) -> None:
    set_days_away(
        viewer.viewer,
        someone.programme_id,
        someone.person_id,
        first_day=first,
        last_day=last,
        **({"now": MONDAY} | more),
    )


def absences(programme: RunningProgramme) -> dict[str, Absence | None]:
    return {one.name: one.absence for one in active_staff(staff_roll(programme.programme_id))}


def test_somebody_notes_their_own_days_away_and_who_stands_in(
    programme: RunningProgramme, morag: Someone, isla: Someone
) -> None:
    away(morag, morag, stand_in=isla.person_id)

    days = read_day("2026-11-23", field=""), read_day("2026-11-27", field="")
    assert absences(programme) == {morag.name: Absence(*days, isla.person_id), isla.name: None}
    [row] = away_page(isla.viewer, programme.programme_id, now=MONDAY).away
    assert (row.name, row.days, row.is_now) == (morag.name, "23 to 27 November 2026", True)
    assert (row.stand_in_name, row.may_change) == (isla.name, False)


def test_every_role_of_theirs_knows_it(programme: RunningProgramme, morag: Someone) -> None:
    also_in(programme, morag, role="administrator")

    away(morag, morag)

    assert all(one.absence for one in active_staff(staff_roll(programme.programme_id)))


def test_it_is_in_the_audit_record(programme: RunningProgramme, morag: Someone) -> None:
    away(morag, morag)

    [record] = [one for one in Waiting.scan() if isinstance(one, Waiting)]
    assert (record.what, record.on, record.by_id) == (
        "changed_absence",
        f"person:{morag.person_id}",
        morag.person_id,
    )


def test_days_away_can_be_changed_and_forgotten(
    programme: RunningProgramme, morag: Someone, isla: Someone
) -> None:
    away(morag, morag, stand_in=isla.person_id)
    away(morag, morag, last="2026-12-02", now=MONDAY + timedelta(minutes=1))
    [row] = away_page(morag.viewer, programme.programme_id, now=MONDAY).away
    assert (row.last_day, row.stand_in_name) == ("2026-12-02", "")

    for minutes in (2, 3):
        later = MONDAY + timedelta(minutes=minutes)
        end_days_away(morag.viewer, programme.programme_id, morag.person_id, now=later)

    assert absences(programme)[morag.name] is None


def test_days_that_are_over_are_not_shown_any_more(programme: RunningProgramme, morag: Someone) -> None:
    away(morag, morag)

    assert away_page(morag.viewer, programme.programme_id, now=MONDAY + timedelta(days=5)).away == ()


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("coordinator", True),
        ("administrator", True),
        ("safeguarding_lead", True),
        ("deputy", False),
        ("regional_manager", False),
        ("mentor", False),
    ],
)
def test_who_may_note_anybodys_days_away(
    programme: RunningProgramme, morag: Someone, role: str, allowed: bool
) -> None:
    someone = a_person(role, programme, first_name="Fiona", surname="Munro")
    if allowed:
        away(someone, morag)
        end_days_away(someone.viewer, programme.programme_id, morag.person_id, now=LATER)
        return
    with pytest.raises(NotFound):
        away(someone, morag)
    with pytest.raises(NotFound):
        end_days_away(someone.viewer, programme.programme_id, morag.person_id, now=MONDAY)


def test_staff_of_another_programme_see_and_change_nothing(
    programme: RunningProgramme, morag: Someone
) -> None:
    elsewhere = a_person("administrator", a_programme("Chess by Post"))

    with pytest.raises(NotFound):
        away(elsewhere, morag)
    with pytest.raises(NotFound):
        away_page(elsewhere.viewer, programme.programme_id, now=MONDAY)


def test_a_mentor_has_no_days_away_here(programme: RunningProgramme, morag: Someone) -> None:
    with pytest.raises(NotFound):
        away(morag, a_person("mentor", programme))


@pytest.mark.parametrize(
    ("first", "last", "field", "code"),
    [
        ("", "2026-11-27", "first_day", "no_date"),
        ("2026-11-23", "Friday", "last_day", "no_date"),
        ("2026-02-30", "2026-11-27", "first_day", "no_date"),
        ("2026-11-27", "2026-11-23", "last_day", "backwards"),
        ("2026-11-01", "2026-11-22", "last_day", "over"),
        ("2026-11-23", "2028-11-23", "last_day", "too_long"),
    ],
)
def test_days_that_make_no_sense_are_refused(
    morag: Someone, first: str, last: str, field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        away(morag, morag, first, last)

    assert (refused.value.field, refused.value.code) == (field, code)


class TestWhoStandsIn:
    def refused(self, *args: Any, stand_in: Someone | str) -> str:
        person_id = stand_in if isinstance(stand_in, str) else stand_in.person_id
        with pytest.raises(Invalid) as found:
            away(*args, stand_in=person_id)
        assert found.value.field == "stand_in"
        return found.value.code

    def test_must_be_somebody_else_on_the_staff(self, programme: RunningProgramme, morag: Someone) -> None:
        assert self.refused(morag, morag, stand_in=morag) == "oneself"
        assert self.refused(morag, morag, stand_in="nobody") == "not_on_staff"
        assert self.refused(morag, morag, stand_in=a_person("mentor", programme)) == "not_on_staff"

    def test_must_not_be_suspended(self, programme: RunningProgramme, morag: Someone, isla: Someone) -> None:
        owen = a_person("administrator", programme)
        suspend(owen.viewer, programme.programme_id, isla.person_id, now=MONDAY)

        assert self.refused(morag, morag, stand_in=isla) == "not_on_staff"

    def test_must_not_be_away_then_too(self, morag: Someone, isla: Someone) -> None:
        away(isla, isla, "2026-11-27", "2026-12-04")

        assert self.refused(morag, morag, stand_in=isla) == "away_too"
        away(morag, morag, "2026-11-23", "2026-11-26", stand_in=isla.person_id)

    def test_must_read_concerns_where_the_other_does(
        self, programme: RunningProgramme, morag: Someone
    ) -> None:
        owen = a_person("administrator", programme)

        assert self.refused(morag, morag, stand_in=owen) == "reads_none"
        away(owen, owen, stand_in=morag.person_id)


def test_of_two_who_change_it_at_the_same_moment_one_is_told_to_look_again(
    programme: RunningProgramme, morag: Someone, isla: Someone
) -> None:
    with just_before_it_writes(lambda: away(morag, morag, last="2026-11-30")), pytest.raises(Conflict):
        away(morag, morag)


def test_days_are_said_as_a_person_says_them() -> None:
    def said(first: str, last: str) -> str:
        return days_in_words(read_day(first, field=""), read_day(last, field=""))

    assert said("2026-11-23", "2026-11-23") == "23 November 2026"
    assert said("2026-11-30", "2026-12-02") == "30 November to 2 December 2026"
    assert said("2026-12-24", "2027-01-02") == "24 December 2026 to 2 January 2027"
