"""What waits for a programme's staff."""

from datetime import timedelta

import pytest

from shared.platform.tables import transaction
from shared.programmes.desk import READ, add_need, add_unpaired, desk_of, end_need, end_unpaired, move_end
from shared.programmes.items import OnDesk, until_key
from shared.programmes.rules import day_of
from tests.builders.clock import MONDAY
from tests.builders.programmes import a_cohort, a_programme
from tests.shared.people.counting import requests_made

pytestmark = pytest.mark.usefixtures("tables")
TODAY = day_of(MONDAY)
LATELY, LONG_AGO = (TODAY - timedelta(days=9)).isoformat(), (TODAY - timedelta(days=400)).isoformat()
SOON, LATER = (TODAY + timedelta(days=9)).isoformat(), (TODAY + timedelta(days=400)).isoformat()


def names(programme_id: str, what: str) -> list[str]:
    return [str(one.name) for one in desk_of(programme_id, TODAY).of(what)]


def test_whoever_waits_is_there_until_they_do_not() -> None:
    programme_id = a_programme().programme_id
    with transaction() as write:
        add_unpaired(write, programme_id, "amina", name="Amina Yusuf", now=MONDAY)
        add_need(write, programme_id, "need-1", name="Jamie Kerr", person_id="jamie", now=MONDAY)
    assert names(programme_id, "unpaired") == ["Amina Yusuf"]
    assert names(programme_id, "need") == ["Jamie Kerr"]

    with transaction() as write:
        end_unpaired(write, programme_id, "amina", now=MONDAY)
        end_need(write, programme_id, "need-1", now=MONDAY)
    assert desk_of(programme_id, TODAY).waiting == ()

    with transaction() as write:
        add_unpaired(write, programme_id, "amina", name="Amina Yusuf", now=MONDAY)
    assert names(programme_id, "unpaired") == ["Amina Yusuf"]


def test_what_ends_is_shown_for_the_last_month_and_follows_the_day() -> None:
    programme_id = a_programme().programme_id
    for before, until, shown in (
        ("", SOON, ["Callum Reid"]),
        (SOON, LATER, []),
        (LATER, SOON, ["Callum Reid"]),
    ):
        with transaction() as write:
            move_end(write, programme_id, "callum", name="Callum Reid", before=before, until=until)
        assert names(programme_id, "until") == shown
    with transaction() as write:
        move_end(write, programme_id, "callum", name="Callum Reid", before=SOON, until="")
    assert names(programme_id, "until") == []


def test_clearances_that_ended_long_ago_hide_nothing_and_are_not_counted() -> None:
    programme = a_programme()
    a_cohort(programme)
    with transaction() as write:
        add_need(write, programme.programme_id, "need-1", name="Jamie Kerr", person_id="jamie", now=MONDAY)
        move_end(write, programme.programme_id, "callum", name="Callum Reid", before="", until=SOON)
        move_end(write, programme.programme_id, "hannah", name="Hannah Osei", before="", until=LATELY)
    with OnDesk.batch_write() as batch:
        for place in range(READ):
            batch.save(
                OnDesk(
                    *until_key(programme.programme_id, LONG_AGO, f"mentor-{place}"),
                    programme_id=programme.programme_id,
                    what="until",
                    of=f"mentor-{place}",
                    name="Rory Boyd",
                    until=LONG_AGO,
                )
            )

    desk = desk_of(programme.programme_id, TODAY)

    assert [one.name for one in desk.cohorts] == ["Autumn 2026"]
    assert names(programme.programme_id, "need") == ["Jamie Kerr"]
    assert names(programme.programme_id, "until") == ["Hannah Osei", "Callum Reid"]
    assert desk.is_whole


def test_all_of_it_and_the_cohorts_are_two_queries() -> None:
    programme = a_programme()
    a_cohort(programme)
    with transaction() as write:
        add_unpaired(write, programme.programme_id, "amina", name="Amina Yusuf", now=MONDAY)

    with requests_made() as made:
        desk = desk_of(programme.programme_id, TODAY)

    assert len(made) == 2
    assert [one.name for one in desk.cohorts] == ["Autumn 2026"]
    assert desk.is_whole
