"""Changing who is told of concerns, and when."""

from dataclasses import replace
from typing import Any

import pytest

from shared.audit.items import Waiting
from shared.people.actions import suspend
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.policies.hours import Clock
from shared.policies.schema import Rank
from shared.policies.working_time import DAYS
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.policies import policy_versions
from shared.safeguarding.chain.changing import change_chain
from shared.safeguarding.chain.checking import keep_check, last_faults
from shared.safeguarding.chain.form import WrittenChain
from shared.safeguarding.chain.views import chain_settings
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme, with_a_broken_policy
from tests.racing import just_before_it_writes

pytestmark = pytest.mark.usefixtures("tables")

WRITTEN = WrittenChain(
    steps=[["role:safeguarding_lead"], ["role:safeguarding_lead", "role:coordinator"], [], [], [], []],
    nights=[["role:safeguarding_lead"], [], [], [], [], []],
    minutes={"immediate": "10", "high": "30", "medium": "120", "low": "240"},
    counts={"immediate": "always", "high": "always", "medium": "working_time", "low": "working_time"},
    hours={day: ("09:30", "16:00") if day != "sunday" else ("", "") for day in DAYS},
    bank_holidays="scotland",
    closed_on="2026-12-24\n\n2026-12-31\n",
)


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme()


@pytest.fixture
def priya(programme: RunningProgramme) -> Someone:
    return a_person("coordinator", programme)


def change(someone: Someone, written: WrittenChain = WRITTEN, **more: Any) -> int:
    options = {"version": 1, "reason": "Ruth has joined us.", "now": MONDAY} | more
    return change_chain(someone.viewer, someone.programme_id, written, **options)


def refused(someone: Someone, **changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as found:
        change(someone, replace(WRITTEN, **changes))
    return [(one.field, one.code) for one in found.value.all]


def test_it_is_in_force_at_once_as_a_version_with_its_author_and_reason(
    programme: RunningProgramme, morag: Someone, priya: Someone
) -> None:
    ruth = a_person("regional_manager", programme)
    steps = [["role:safeguarding_lead", f"person:{ruth.person_id}"], *WRITTEN.steps[1:]]

    assert change(morag, replace(WRITTEN, steps=steps)) == 2

    policy = load_programme(programme.programme_id).policy
    assert policy.escalation.ranks == [
        Rank(roles=["safeguarding_lead"], people=[ruth.person_id]),
        Rank(roles=["safeguarding_lead", "coordinator"]),
    ]
    assert policy.escalation.out_of_hours_ranks == [Rank(roles=["safeguarding_lead"])]
    assert policy.escalation.acknowledge_within["low"] == Clock(minutes=240, counts="working_time")
    assert policy.working_time.bank_holidays == "scotland"
    assert [f"{day}" for day in policy.working_time.closed_on] == ["2026-12-24", "2026-12-31"]
    assert "sunday" not in policy.working_time.days
    assert policy.help == programme.policy.help
    (newest, _) = policy_versions(programme.programme_id, limit=2)
    assert (newest.author_id, newest.reason) == (morag.person_id, "Ruth has joined us.")
    [record] = [one for one in Waiting.scan() if isinstance(one, Waiting)]
    assert (record.what, record.on, record.why) == ("changed_policy", "policy:2", "Ruth has joined us.")


def test_what_is_in_force_can_be_sent_back_as_it_is_shown(
    programme: RunningProgramme, morag: Someone, priya: Someone
) -> None:
    change(morag)
    shown = chain_settings(morag.viewer, programme.programme_id)
    back = WrittenChain(
        steps=shown.steps,
        nights=shown.nights,
        minutes={one.severity: str(one.minutes) for one in shown.clocks},
        counts={one.severity: one.counts for one in shown.clocks},
        hours={one.day: (one.opens, one.closes) for one in shown.days},
        bank_holidays=shown.bank_holidays,
        closed_on=shown.closed_on,
    )

    with pytest.raises(Conflict) as found:
        change(morag, back, version=shown.version)
    assert found.value.code == "no_difference"


@pytest.mark.parametrize("role", ["coordinator", "deputy", "regional_manager", "mentor"])
def test_only_administrators_and_safeguarding_leads_may(programme: RunningProgramme, role: str) -> None:
    someone = a_person(role, programme)

    with pytest.raises(NotFound):
        change(someone)
    with pytest.raises(NotFound):
        chain_settings(someone.viewer, programme.programme_id)


@pytest.mark.usefixtures("priya")
class TestWhatIsRefused:
    def test_no_chain(self, morag: Someone) -> None:
        assert refused(morag, steps=[[]] * 6) == [("step_1", "no_chain")]

    def test_a_step_left_out(self, morag: Someone) -> None:
        assert refused(morag, steps=[["role:safeguarding_lead"], [], ["role:coordinator"]]) == [
            ("step_2", "gap")
        ]

    def test_a_step_that_nobody_fills(self, morag: Someone) -> None:
        assert refused(morag, nights=[["role:deputy"]]) == [("night_1", "nobody")]

    def test_somebody_who_is_not_on_the_staff(self, programme: RunningProgramme, morag: Someone) -> None:
        mentor = a_person("mentor", programme)

        for person_id in ("nobody", mentor.person_id):
            assert refused(morag, steps=[[f"person:{person_id}"]]) == [("step_1", "not_on_staff")]

    def test_somebody_suspended(self, programme: RunningProgramme, morag: Someone, priya: Someone) -> None:
        owen = a_person("administrator", programme)
        suspend(owen.viewer, programme.programme_id, priya.person_id, now=MONDAY)

        with pytest.raises(Invalid, match="Priya Nair is suspended") as found:
            change(morag, replace(WRITTEN, steps=[[f"person:{priya.person_id}"]]))
        assert found.value.code == "suspended"

    def test_what_is_neither_a_role_nor_a_person(self, morag: Someone) -> None:
        for odd in ("role:mentee", "morag", "group:staff", ""):
            assert refused(morag, steps=[[odd]]) == [("step_1", "unknown")]

    def test_a_clock_for_what_is_immediate_that_stands_still(self, morag: Someone) -> None:
        counts = dict.fromkeys(WRITTEN.counts, "working_time")

        assert refused(morag, counts=counts) == [("immediate_counts", "not_always")]

    @pytest.mark.parametrize("minutes", ["", "0", "-5", "1.5", "soon", "10081", "9" * 400, "²"])
    def test_minutes_that_are_none(self, morag: Someone, minutes: str) -> None:
        assert refused(morag, minutes={**WRITTEN.minutes, "high": minutes}) == [("high_minutes", "minutes")]

    @pytest.mark.parametrize(
        "hours", [("09:00", ""), ("", "17:00"), ("17:00", "09:00"), ("09:00", "09:00"), ("nine", "five")]
    )
    def test_hours_that_make_no_sense(self, morag: Someone, hours: tuple[str, str]) -> None:
        assert refused(morag, hours={"tuesday": hours}) == [("tuesday_opens", "hours")]

    def test_a_week_without_work(self, morag: Someone) -> None:
        assert refused(morag, hours={}) == [("monday_opens", "no_hours")]

    def test_days_that_are_none(self, morag: Someone) -> None:
        assert refused(morag, closed_on="2026-12-24\nChristmas") == [("closed_on", "no_date")]
        many = "\n".join(f"2{year:03}-01-01" for year in range(26, 300))
        assert refused(morag, closed_on=many) == [("closed_on", "too_many")]

    def test_everything_at_once_is_said_at_once(self, morag: Someone) -> None:
        found = refused(morag, steps=[[]] * 6, bank_holidays="wales", closed_on="soon", hours={})

        assert [field for field, _ in found] == ["step_1", "monday_opens", "closed_on", "bank_holidays"]

    def test_no_reason(self, morag: Someone) -> None:
        with pytest.raises(Invalid) as found:
            change(morag, reason="  ")
        assert found.value.field == "reason"


def test_settings_that_somebody_changed_meanwhile_are_not_overwritten(
    programme: RunningProgramme, morag: Someone, priya: Someone
) -> None:
    change(morag)

    other = replace(WRITTEN, bank_holidays="none")
    with pytest.raises(Conflict) as found:
        change(morag, other)
    assert found.value.code == "settings_changed"

    with (
        just_before_it_writes(lambda: change(morag, other, version=2)),
        pytest.raises(Conflict) as found,
    ):
        change(morag, replace(WRITTEN, closed_on=""), version=2)
    assert found.value.code == "settings_changed"


def test_a_policy_that_cannot_be_read_is_not_changed(
    programme: RunningProgramme, morag: Someone, priya: Someone
) -> None:
    with_a_broken_policy(programme)

    with pytest.raises(Conflict, match="last resort"):
        change(morag)
    with pytest.raises(Conflict, match="last resort"):
        chain_settings(morag.viewer, programme.programme_id)


def test_a_change_that_mends_the_chain_takes_the_warning_away(
    programme: RunningProgramme, morag: Someone
) -> None:
    only_leads = replace(WRITTEN, steps=[["role:safeguarding_lead"]])
    a_person("regional_manager", programme)
    keep_check(programme.programme_id, ["Step 2 has nobody."], now=MONDAY)

    change(morag, only_leads)

    assert last_faults(programme.programme_id) == ()


@pytest.mark.parametrize(("name", "field"), [("steps", "step_1"), ("nights", "night_1")])
def test_a_chain_of_those_who_may_read_no_concerns_is_refused(
    name: str, field: str, programme: RunningProgramme, morag: Someone, priya: Someone
) -> None:
    owen = a_person("administrator", programme)
    steps = [["role:administrator"], [f"person:{owen.person_id}"], [], [], [], []]

    assert refused(morag, **{name: steps}) == [(field, "no_reader")]


@pytest.mark.parametrize("minutes", ["00000199999", "1" * 5000, "99999", "0", "-5", "ten", "１０"])
def test_minutes_that_are_none_are_refused(minutes: str, morag: Someone, priya: Someone) -> None:
    assert refused(morag, minutes=WRITTEN.minutes | {"low": minutes}) == [("low_minutes", "minutes")]
