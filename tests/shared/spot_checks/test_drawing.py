"""The week's draw: kept whole, made once, and drawn again by anybody."""

from datetime import date, timedelta

import pytest

from shared.conversations.items import Pair, pair_key
from shared.moderation.actions import deliver
from shared.platform.errors import Conflict, NotFound
from shared.programmes.actions import RunningProgramme, create_cohort
from shared.spot_checks.draw_views import draw_page, draws
from shared.spot_checks.drawing import NO_COHORT, draw_now, draw_week
from shared.spot_checks.items import FrameChunk, Handed, SpotCheck, draw_key, handed_key
from shared.spot_checks.reading import Reading, answer_conversation
from shared.spot_checks.views import spot_checks
from tests.builders.clock import MONDAY
from tests.builders.conversations import a_pair
from tests.builders.people import Someone, a_person, also_in
from tests.shared.moderation.builders import a_held_message
from tests.shared.spot_checks.builders import NEXT_WEEK, a_conversation, delivers, open_checks

FINE = Reading(appropriate=True, boundaries="kept")


def test_a_week_is_drawn_once_however_often_it_is_asked(programme: RunningProgramme) -> None:
    for number in range(5):
        a_conversation(programme, number)

    first = draw_week(programme.programme_id, now=MONDAY)
    checks = {one.check_id for one in open_checks(programme.programme_id)}
    again = draw_week(programme.programme_id, now=MONDAY + timedelta(days=3))

    assert first == again
    assert [one.frame_size for one in first] == [5]
    assert {one.check_id for one in open_checks(programme.programme_id)} == checks != set()


def test_a_run_that_broke_off_is_finished_by_the_next(programme: RunningProgramme) -> None:
    a_conversation(programme)
    draw_week(programme.programme_id, now=MONDAY)
    (check,) = open_checks(programme.programme_id)
    check.delete()
    Handed.get(*handed_key(check.draw_id)).delete()

    draw_week(programme.programme_id, now=MONDAY + timedelta(days=1))

    assert [one.check_id for one in open_checks(programme.programme_id)] == [check.check_id]


def test_what_is_waiting_to_be_read_is_not_drawn_again(programme: RunningProgramme) -> None:
    pair = a_conversation(programme)
    draw_week(programme.programme_id, now=MONDAY)
    delivers(pair, now=NEXT_WEEK)

    draw_week(programme.programme_id, now=NEXT_WEEK)

    assert len(open_checks(programme.programme_id)) == 1


def test_who_was_read_is_drawn_again_only_once_something_new_was_delivered(
    programme: RunningProgramme, priya: Someone
) -> None:
    pair = a_conversation(programme)
    draw_week(programme.programme_id, now=MONDAY)
    (check,) = open_checks(programme.programme_id)
    answer_conversation(priya.viewer, check.check_id, FINE, now=MONDAY + timedelta(hours=1))

    assert draw_week(programme.programme_id, now=NEXT_WEEK) == []
    delivers(pair, now=NEXT_WEEK)
    assert draw_week(programme.programme_id, now=NEXT_WEEK + timedelta(hours=1)) != []


def test_each_cohort_is_drawn_by_itself(programme: RunningProgramme) -> None:
    cohort_id = create_cohort(
        programme.programme_id, "Autumn", starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 18), now=MONDAY
    )
    a_conversation(programme, 1)
    of_cohort = a_conversation(programme, 2)
    put_in_cohort(of_cohort.pair_id, cohort_id)

    made = draw_week(programme.programme_id, now=MONDAY)

    assert {one.cohort_id: one.frame_size for one in made} == {NO_COHORT: 1, cohort_id: 1}


def put_in_cohort(pair_id: str, cohort_id: str) -> None:
    pair = Pair.get(*pair_key(pair_id))
    pair.cohort_id = cohort_id
    pair.save()


def test_a_draw_can_be_drawn_again_from_what_is_stored(programme: RunningProgramme, priya: Someone) -> None:
    for number in range(12):
        a_conversation(programme, number)
    draw_week(programme.programme_id, now=MONDAY)
    (row,) = draws(priya.viewer, programme.programme_id).draws

    page = draw_page(priya.viewer, row.draw_id)

    assert page.is_the_same
    assert len(page.frame) == 12
    assert set(page.drawn) <= set(page.frame)


def test_a_frame_that_was_tampered_with_is_noticed(programme: RunningProgramme, priya: Someone) -> None:
    for number in range(12):
        a_conversation(programme, number)
    draw_week(programme.programme_id, now=MONDAY)
    (row,) = draws(priya.viewer, programme.programme_id).draws
    pk, _ = draw_key(row.draw_id)
    (chunk,) = FrameChunk.query(pk, FrameChunk.sk.startswith("FRAME#"))
    chunk.unread = [one for one in chunk.unread if one not in draw_page(priya.viewer, row.draw_id).drawn]
    chunk.save()

    assert not draw_page(priya.viewer, row.draw_id).is_the_same


def test_last_weeks_decisions_are_drawn_for_a_second_reader(
    programme: RunningProgramme, priya: Someone
) -> None:
    pair = a_pair(programme)
    held = a_held_message(pair)
    deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=MONDAY + timedelta(hours=1))

    assert "decisions" not in {one.of for one in draw_week(programme.programme_id, now=MONDAY)}
    draw_week(programme.programme_id, now=NEXT_WEEK)

    (check,) = [one for one in open_checks(programme.programme_id) if one.of == "decisions"]
    assert (check.message_id, check.decision, check.decided_by) == (
        held.message_id,
        "delivered",
        priya.person_id,
    )
    mine = spot_checks(priya.viewer, programme.programme_id).checks
    assert "decisions" not in {row.of for row in mine}, "nobody judges their own decision"


def test_of_an_empty_programme_nothing_is_drawn_and_it_is_said_why(
    programme: RunningProgramme, priya: Someone
) -> None:
    assert draw_week(programme.programme_id, now=MONDAY) == []
    with pytest.raises(Conflict, match="nothing to draw from yet"):
        draw_now(priya.viewer, programme.programme_id, now=MONDAY)


def test_what_is_drawn_already_is_said_to_be(programme: RunningProgramme, priya: Someone) -> None:
    a_conversation(programme)
    draw_now(priya.viewer, programme.programme_id, now=MONDAY)

    with pytest.raises(Conflict, match="drawn already"):
        draw_now(priya.viewer, programme.programme_id, now=MONDAY)


def test_it_is_for_those_who_read_conversations(programme: RunningProgramme) -> None:
    a_conversation(programme)
    draw_week(programme.programme_id, now=MONDAY)
    owen = a_person("administrator", programme)

    for look in (spot_checks, draws):
        with pytest.raises(NotFound):
            look(owen.viewer, programme.programme_id)
    with pytest.raises(NotFound):
        draw_now(owen.viewer, programme.programme_id, now=MONDAY)
    (check,) = open_checks(programme.programme_id)
    with pytest.raises(NotFound):
        draw_page(owen.viewer, check.draw_id)


def test_nobody_checks_their_own_conversation(programme: RunningProgramme) -> None:
    pair = a_conversation(programme)
    draw_week(programme.programme_id, now=MONDAY)
    also_in(programme, pair.mentor, role="coordinator")
    (check,) = open_checks(programme.programme_id)

    assert SpotCheck.get(check.pk, check.sk).mentor_id == pair.mentor.person_id
    with pytest.raises(NotFound):
        answer_conversation(pair.mentor.viewer, check.check_id, FINE, now=MONDAY)
