"""What is looked after once a day."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.schedules.daily import NotWhole, daily, run
from shared.audit.items import Anchor, Check, Link, check_key
from shared.audit.linking import link_waiting
from shared.audit.verifying import link_key
from shared.notices.items import Notice
from shared.platform.tables import DirectoryItem
from shared.programmes.actions import every_programme
from shared.safeguarding.chain.checking import last_faults
from tests.builders.clock import MONDAY
from tests.builders.people import a_person
from tests.builders.programmes import a_programme
from tests.driver import Context
from tests.faults import Crash, calls, crash
from tests.outbox import written
from tests.shared.audit.builders import several_recorded

pytestmark = pytest.mark.usefixtures("tables")

MORNING = MONDAY.replace(hour=5)


def run_at(moment: datetime, *, milliseconds: int = 600_000, **more: Any) -> None:
    run(Context(milliseconds=milliseconds), clock=lambda: moment, **more)


def told() -> list[tuple[str, str]]:
    found = written()
    return sorted((one.template, one.address) for one in found)


def test_a_gap_in_a_chain_is_told_once_a_day_to_those_who_can_mend_it() -> None:
    programme = a_programme()
    lead = a_person("safeguarding_lead", programme)
    owen = a_person("administrator", programme)
    a_person("regional_manager", programme)
    a_person("mentee", programme)

    for hours in (0, 1):
        run_at(MORNING + timedelta(hours=hours))
    assert told() == []

    lead_left = a_programme("Routes into Medicine")
    agnes = a_person("administrator", lead_left, first_name="Agnes")
    a_person("coordinator", lead_left, first_name="Bilal")
    a_person("regional_manager", lead_left, first_name="Nia")
    for hours in (0, 1):
        run_at(MORNING + timedelta(hours=hours))
    assert told() == [("chain_broken", agnes.address)]
    assert last_faults(lead_left.programme_id) == (
        "Step 1 has nobody: nobody on the staff is safeguarding lead.",
    )
    assert last_faults(programme.programme_id) == ()

    run_at(MORNING + timedelta(days=1))
    assert told() == [("chain_broken", agnes.address)] * 2
    assert {lead.address, owen.address}.isdisjoint(address for _, address in told())


def test_every_programme_has_its_turn_however_many_there_are() -> None:
    ids = [a_programme(f"Programme {number}").programme_id for number in range(7)]
    seen: list[str] = []

    run_at(MORNING, steps=[("notes it", lambda programme_id, _: seen.append(programme_id))])

    assert sorted(seen) == sorted(ids) == sorted(every_programme(page_size=2))


def test_a_step_that_fails_stops_no_other_and_the_run_fails_in_the_end() -> None:
    ids = [a_programme(f"Programme {number}").programme_id for number in range(2)]
    seen: list[str] = []

    def fails(programme_id: str, moment: datetime) -> None:
        raise ValueError("Morag wrote: I cannot go on")

    steps = [("fails", fails), ("notes it", lambda programme_id, _: seen.append(programme_id))]
    with pytest.raises(NotWhole, match=r"^fails \(2\)$"):
        run_at(MORNING, steps=steps)

    assert sorted(seen) == sorted(ids)


def test_what_is_done_is_not_done_again_on_the_same_day_and_what_failed_is() -> None:
    programme_id = a_programme().programme_id
    seen: list[str] = []
    is_well = False

    def sometimes_fails(programme_id: str, moment: datetime) -> None:
        seen.append("sometimes fails")
        if not is_well:
            raise ValueError

    steps = [("notes it", lambda programme_id, _: seen.append(programme_id)), ("fails", sometimes_fails)]
    with pytest.raises(NotWhole):
        run_at(MORNING, steps=steps)
    is_well = True
    run_at(MORNING + timedelta(hours=1), steps=steps)
    run_at(MORNING + timedelta(hours=2), steps=steps)
    assert seen == [programme_id, "sometimes fails", "sometimes fails"]

    run_at(MORNING + timedelta(days=1), steps=steps)
    assert seen[3:] == [programme_id, "sometimes fails"]


def test_run_by_run_every_programme_has_its_turn_though_no_run_has_time_for_all() -> None:
    """And one at which every run dies holds up no other, wherever it stands."""
    ids = [a_programme(f"Programme {number}").programme_id for number in range(5)]
    seen: list[str] = []

    def counts(programme_id: str, moment: datetime) -> None:
        seen.append(programme_id)
        if programme_id == ids[0]:
            raise Crash

    for minutes in range(6):
        context = Context(milliseconds=600_000)

        def takes_long(programme_id: str, moment: datetime, context: Context = context) -> None:
            counts(programme_id, moment)
            context.milliseconds -= 300_000

        moment = MORNING + timedelta(minutes=minutes)
        with suppress(NotWhole, Crash):
            run(context, clock=lambda moment=moment: moment, steps=[("takes long", takes_long)])

    assert set(ids) <= set(seen)
    assert all(seen.count(one) == 1 for one in ids[1:])


def test_a_run_without_time_for_every_programme_fails_so_that_it_is_tried_again() -> None:
    a_programme()

    with pytest.raises(NotWhole, match="no time"):
        run_at(MORNING, milliseconds=1_000)


def test_a_run_that_dies_anywhere_is_made_good_by_the_next() -> None:
    programme = a_programme()
    a_person("administrator", programme)
    with calls() as made:
        run_at(MORNING)
    for number in range(1, len(made) + 1):
        moment = MORNING + timedelta(weeks=number)  # the same day of the week asks for as much
        with pytest.raises(Crash), crash(before=number):
            run_at(moment)
        run_at(moment)

    days = {f"{one.queued_at:%Y-%m-%d}" for one in Notice.scan() if isinstance(one, Notice)}
    assert len(days) == len(told()) == len(made) + 1


def test_the_log_quotes_nobody(caplog: pytest.LogCaptureFixture) -> None:
    a_programme()

    def fails(programme_id: str, moment: datetime) -> None:
        raise ValueError("Morag wrote: I cannot go on")

    with pytest.raises(NotWhole):
        run_at(MORNING, steps=[("fails", fails)])

    assert "Morag" not in str([vars(record) for record in caplog.records])


def test_the_function_itself_runs_with_what_is_deployed() -> None:
    programme = a_programme()
    a_person("administrator", programme)

    daily({}, Context(milliseconds=600_000))

    assert last_faults(programme.programme_id)


class TestTheAuditRecord:
    def test_is_checked_and_its_end_noted(self) -> None:
        programme_id = a_programme().programme_id
        several_recorded(3, programme_id=programme_id)
        link_waiting(programme_id)

        for hours in (0, 1, 24):
            run_at(MORNING + timedelta(hours=hours))

        [anchor] = [one for one in DirectoryItem.scan() if isinstance(one, Anchor)]
        check = Check.get(*check_key(programme_id, daily=True))
        assert int(anchor.seq) == 3
        assert (check.state, check.by_name, check.began_at) == (
            "whole",
            "Signpost",
            MORNING + timedelta(days=1),
        )

    def test_that_is_broken_rings_the_alarm(self, capsys: pytest.CaptureFixture[str]) -> None:
        programme_id = a_programme().programme_id
        several_recorded(3, programme_id=programme_id)
        link_waiting(programme_id)
        Link.get(*link_key(programme_id, 2)).delete()

        run_at(MORNING)

        assert Check.get(*check_key(programme_id, daily=True)).state == "broken"
        assert '"AuditRecordsBroken":[1.0]' in capsys.readouterr().out.replace(" ", "")
