"""Held messages on which nobody has decided in time."""

from datetime import datetime, timedelta

import pytest

from shared.conversations.items import HELD_DUE, Message
from shared.moderation.actions import deliver
from shared.moderation.overdue import OverdueHolds, overdue_holds
from shared.platform.clock import order
from tests.builders.clock import MONDAY
from tests.builders.conversations import WITH_A_NUMBER, TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person, also_in, is_away
from tests.faults import Crash, crash
from tests.outbox import notices

from .builders import now_is

TUESDAY = MONDAY + timedelta(days=1)
LEADS_AT = TUESDAY + timedelta(hours=2)


def a_hold(pair: TwoWhoWrite, *, by: datetime = TUESDAY) -> Message:
    """A held message that should be decided on by then."""
    return a_message(
        pair,
        WITH_A_NUMBER,
        state="held",
        severity="medium",
        due=HELD_DUE,
        due_at=order(by),
        review_by=by,
    )


def told(template: str) -> list[tuple[str, int]]:
    return [(notice.address, int(notice.how_many or 0)) for notice in notices(template)]


def sweeps(*, until: datetime, start: datetime = TUESDAY, every: timedelta = timedelta(minutes=10)) -> None:
    now = start
    while now <= until:
        overdue_holds(now)
        now += every


class TestTheCoordinators:
    @pytest.mark.usefixtures("morag")
    def test_are_told_of_several_late_messages_in_one_e_mail(self, pair: TwoWhoWrite, priya: Someone) -> None:
        for _ in range(3):
            a_hold(pair)

        assert overdue_holds(TUESDAY) == OverdueHolds(told=3)

        assert told("reviews_late") == [(priya.address, 3)]
        assert notices("reviews_late")[0].path == f"/programmes/{pair.programme_id}/moderation"
        assert told("review_late") == []

    @pytest.mark.usefixtures("priya", "morag")
    def test_are_told_at_most_once_an_hour(self, pair: TwoWhoWrite) -> None:
        for minutes in range(0, 100, 10):
            a_hold(pair, by=TUESDAY + timedelta(minutes=minutes))

        sweeps(until=TUESDAY + timedelta(minutes=110))

        sent = sorted(notice.queued_at for notice in notices("reviews_late"))
        assert sent == [TUESDAY, TUESDAY + timedelta(hours=1)]
        assert sorted(how_many for _, how_many in told("reviews_late")) == [1, 7]

    @pytest.mark.usefixtures("priya", "morag")
    def test_are_told_of_what_was_held_back_for_an_hour_before_the_leads_are(self, pair: TwoWhoWrite) -> None:
        a_hold(pair)
        a_hold(pair, by=TUESDAY + timedelta(minutes=5))

        sweeps(until=TUESDAY + timedelta(minutes=70))

        assert [how_many for _, how_many in sorted(told("reviews_late"))] in ([1, 2], [2, 1])
        assert told("review_late") == []

    @pytest.mark.usefixtures("priya")
    def test_nobody_is_told_before_its_time(self, pair: TwoWhoWrite) -> None:
        a_hold(pair)

        assert overdue_holds(TUESDAY - timedelta(minutes=1)) == OverdueHolds()
        assert told("reviews_late") == []

    def test_nobody_is_told_of_what_was_decided_meanwhile(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_hold(pair)
        deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=TUESDAY)

        assert overdue_holds(TUESDAY) == OverdueHolds()
        assert told("reviews_late") == []

    def test_a_coordinator_who_is_the_mentor_hears_nothing_of_their_own_pair(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        callum_too = pair.mentor
        also_in(pair.programme, callum_too, role="coordinator")
        mentee = a_person("mentee", pair.programme, first_name="Una", surname="Boyd")
        mentor = a_person("mentor", pair.programme, first_name="Hannah", surname="Osei")
        others = a_pair(pair.programme, mentor=mentor, mentee=mentee)
        a_hold(pair)
        a_hold(others)

        overdue_holds(TUESDAY)

        assert sorted(told("reviews_late")) == sorted([(priya.address, 2), (callum_too.address, 1)])

    def test_a_run_that_dies_anywhere_tells_them_all_the_same_and_not_twice_in_an_hour(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        for _ in range(2):
            a_hold(pair)
        for step in range(1, 14):
            try:
                with crash(after=step):
                    overdue_holds(TUESDAY + timedelta(seconds=step))
            except Crash:
                continue

        overdue_holds(TUESDAY + timedelta(minutes=1))

        assert told("reviews_late") == [(priya.address, 2)]


class TestTheSafeguardingLeads:
    @pytest.mark.usefixtures("priya")
    def test_are_told_of_each_message_when_the_coordinators_did_not_decide(
        self, pair: TwoWhoWrite, morag: Someone
    ) -> None:
        held = a_hold(pair)

        sweeps(until=LEADS_AT)

        (notice,) = notices("review_late")
        assert (notice.address, notice.queued_at) == (morag.address, LEADS_AT)
        assert notice.path == f"/moderation/{pair.pair_id}/{held.message_id}"

    @pytest.mark.usefixtures("priya")
    def test_are_told_again_each_day(self, pair: TwoWhoWrite, morag: Someone) -> None:
        held = a_hold(pair)

        for hours in (0, 2, 3, 25, 26, 27):
            overdue_holds(TUESDAY + timedelta(hours=hours))

        assert [address for address, _ in told("review_late")] == [morag.address] * 2
        assert now_is(held).state == "held"

    def test_are_told_at_once_where_there_is_no_coordinator(self, pair: TwoWhoWrite, morag: Someone) -> None:
        a_hold(pair)

        assert overdue_holds(TUESDAY) == OverdueHolds(told=1)
        assert told("review_late") == [(morag.address, 0)]

    def test_without_one_the_coordinators_are_told_of_the_message(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        a_hold(pair)

        sweeps(until=LEADS_AT)

        assert told("review_late") == [(priya.address, 0)]

    def test_a_mentor_of_the_pair_is_not_told_whatever_else_they_are(self, pair: TwoWhoWrite) -> None:
        also_in(pair.programme, pair.mentor, role="safeguarding_lead")
        a_hold(pair)

        assert overdue_holds(TUESDAY) == OverdueHolds(nobody_told=1)
        assert told("review_late") == told("reviews_late") == []


def test_however_long_it_waits_it_is_never_delivered(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    held = a_hold(pair)

    sweeps(until=TUESDAY + timedelta(days=60), every=timedelta(hours=12))

    assert now_is(held).state == "held"
    assert notices("new_message") == []


class TestDaysAway:
    def test_who_stands_in_for_a_coordinator_is_told_of_what_is_late(
        self, pair: TwoWhoWrite, priya: Someone, morag: Someone
    ) -> None:
        is_away(priya, stand_in=morag.person_id)
        a_hold(pair)

        overdue_holds(TUESDAY)

        assert told("reviews_late") == [(morag.address, 1)]

    def test_with_every_coordinator_away_the_leads_are_told_at_once(
        self, pair: TwoWhoWrite, priya: Someone, morag: Someone
    ) -> None:
        is_away(priya)
        a_hold(pair)

        assert overdue_holds(TUESDAY).told == 1

        assert [address for address, _ in told("review_late")] == [morag.address]

    def test_with_everybody_away_somebody_is_told_all_the_same(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        is_away(priya)
        a_hold(pair)

        assert overdue_holds(TUESDAY).told == 1

        assert [address for address, _ in told("review_late")] == [priya.address]
