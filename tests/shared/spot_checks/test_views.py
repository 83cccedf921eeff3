"""What the lists of spot checks and draws show, and to whom."""

from dataclasses import replace

import pytest

from shared.people.permissions import Member, Role
from shared.platform.errors import Invalid
from shared.programmes.actions import RunningProgramme
from shared.spot_checks.draw_views import draw_page, draws
from shared.spot_checks.drawing import draw_week
from shared.spot_checks.items import SpotCheck, spot_check_key, spot_checks_listing
from shared.spot_checks.views import MOST_LISTED, spot_checks
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, also_in
from tests.shared.spot_checks.builders import a_conversation


def decisions_of(someone: Someone, count: int) -> None:
    """So many of their decisions wait for a second reader."""
    for number in range(count):
        check_id = f"c{number:04}"
        SpotCheck(
            *spot_check_key(check_id),
            check_id=check_id,
            draw_id="d",
            programme_id=someone.programme_id,
            of="decisions",
            week="2026-W40",
            pair_id="p",
            mentor_id="callum",
            mentee_id="amina",
            mentor_name="Callum Reid",
            mentee_name="Amina Yusuf",
            decided_by=someone.person_id,
            decision="delivered",
            listing=spot_checks_listing(someone.programme_id, "open"),
            listing_order=f"2026-W40#decisions#{number:06}#{check_id}",
        ).save()


def test_ones_own_decisions_take_no_room_from_what_one_can_read(
    programme: RunningProgramme, priya: Someone
) -> None:
    decisions_of(priya, MOST_LISTED + 1)
    a_conversation(programme)
    draw_week(programme.programme_id, now=MONDAY)

    page = spot_checks(priya.viewer, programme.programme_id)

    assert [one.of for one in page.checks] == ["conversations"]
    assert page.next == ""


def test_what_does_not_fit_on_a_page_is_on_the_next(priya: Someone, morag: Someone) -> None:
    decisions_of(priya, MOST_LISTED + 2)

    first = spot_checks(morag.viewer, morag.programme_id)
    second = spot_checks(morag.viewer, morag.programme_id, after=first.next)

    ids = [one.check_id for one in (*first.checks, *second.checks)]
    assert ids == [f"c{number:04}" for number in range(MOST_LISTED + 2)]
    assert (first.is_first, second.is_first, second.next) == (True, False, "")


@pytest.mark.parametrize("place", ["<b>", "x" * 1_100, "2026 W40"])
def test_a_place_that_is_none_is_refused(morag: Someone, place: str) -> None:
    with pytest.raises(Invalid, match="not complete"):
        spot_checks(morag.viewer, morag.programme_id, after=place)


def test_whoever_writes_here_does_not_learn_from_a_draw_what_is_read(
    programme: RunningProgramme, morag: Someone
) -> None:
    pair = a_conversation(programme)
    also_in(programme, pair.mentor, role="coordinator")
    draw_week(programme.programme_id, now=MONDAY)
    (row,) = draws(morag.viewer, programme.programme_id).draws
    both = tuple(
        Member(pair.programme_id, "Career Ladders", role) for role in (Role.MENTOR, Role.COORDINATOR)
    )

    page = draw_page(replace(pair.mentor.viewer, memberships=both), row.draw_id)

    assert pair.pair_id in draw_page(morag.viewer, row.draw_id).drawn
    assert (page.is_open, page.seed, page.frame, page.drawn) == (False, "", (), ())
    assert (page.is_the_same, page.draw.frame_size) == (True, 1)
