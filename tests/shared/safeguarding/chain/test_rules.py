"""Who is told at each step of the chain, and by when somebody must answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.people.absences import Absence
from shared.people.permissions import CONVERSATION_READERS, Role
from shared.people.views import StaffMember
from shared.platform.clock import LONDON
from shared.policies.hours import Clock, WorkingTime
from shared.policies.schema import Escalation, Rank
from shared.safeguarding.chain.rules import (
    WITHOUT_POLICY,
    Chain,
    Telling,
    chain_from,
    chain_of,
    is_away,
    whom_to_tell,
)
from tests.builders.clock import MONDAY
from tests.shared.safeguarding.builders import MORAG, OWEN, PRIYA, a_staff_member

TODAY = date(2026, 11, 23)
ISLA = a_staff_member("Isla Grant", Role.DEPUTY)
RUTH = a_staff_member("Ruth Adeyemi", Role.REGIONAL_MANAGER)
EVERYBODY = (MORAG, ISLA, PRIYA, RUTH, OWEN)
LEADS, DEPUTIES = Rank(roles=["safeguarding_lead"]), Rank(roles=["deputy"])
FRIDAY_NIGHT = datetime(2026, 11, 27, 23, 0, tzinfo=LONDON).astimezone(UTC)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE = WorkingTime.model_validate(
    {"days": {day: {"opens": "09:00", "closes": "17:00"} for day in WEEKDAYS}}
)


def away(member: StaffMember, stand_in: str = "", *, day: date = TODAY) -> StaffMember:
    return replace(member, absence=Absence(day, day, stand_in))


def bouncing(member: StaffMember) -> StaffMember:
    return replace(member, bounces=True)


def told(*staff: StaffMember, ranks: tuple[Rank, ...] = (LEADS, DEPUTIES), **more: Any) -> list[str]:
    return [one.first_name for one in telling(*staff, ranks=ranks, **more).members]


def telling(
    *staff: StaffMember, ranks: tuple[Rank, ...] = (LEADS, DEPUTIES), rank: int = 0, **more: Any
) -> Telling[StaffMember]:
    return whom_to_tell(staff, ranks, rank=rank, **({"kept_from": (), "now": MONDAY} | more))


class TestWhoIsTold:
    def test_everybody_with_a_role_of_the_rank_and_everybody_it_names(self) -> None:
        first = Rank(roles=["safeguarding_lead"], people=[RUTH.person_id])

        assert told(*EVERYBODY, ranks=(first, DEPUTIES)) == ["Morag", "Ruth"]

    def test_somebody_with_two_roles_or_named_besides_is_told_once(self) -> None:
        first = Rank(roles=["safeguarding_lead", "coordinator"], people=[MORAG.person_id])

        assert told(MORAG, replace(MORAG, role=Role.COORDINATOR), ranks=(first,)) == ["Morag"]

    def test_a_rank_that_nobody_fills_moves_up(self) -> None:
        assert telling(ISLA, PRIYA) == Telling(1, (ISLA,), reached=True)

    def test_with_nobody_in_the_whole_chain_the_whole_staff_is_told(self) -> None:
        assert telling(PRIYA, OWEN) == Telling(1, (PRIYA, OWEN), reached=True)

    def test_with_nobody_at_all_nobody_is(self) -> None:
        assert telling() == Telling(1, (), reached=False)


class TestAbsence:
    def test_whoever_is_away_is_passed_over(self) -> None:
        assert told(away(MORAG), ISLA) == ["Isla"]

    def test_who_stands_in_is_told_in_their_place(self) -> None:
        assert telling(away(MORAG, RUTH.person_id), ISLA, RUTH) == Telling(0, (RUTH,), reached=True)

    def test_a_stand_in_who_is_away_has_a_stand_in_too(self) -> None:
        assert told(away(MORAG, RUTH.person_id), ISLA, away(RUTH, PRIYA.person_id), PRIYA) == ["Priya"]

    def test_two_who_stand_in_for_one_another_and_are_both_away_are_passed_over(self) -> None:
        assert told(away(MORAG, RUTH.person_id), ISLA, away(RUTH, MORAG.person_id)) == ["Isla"]

    def test_a_stand_in_who_has_left_is_nobody(self) -> None:
        assert told(away(MORAG, "somebody-who-left"), ISLA) == ["Isla"]

    def test_whom_it_is_about_stands_in_for_nobody(self) -> None:
        assert told(away(MORAG, RUTH.person_id), ISLA, RUTH, kept_from={RUTH.person_id}) == ["Isla"]

    def test_when_all_are_away_all_are_told_all_the_same(self) -> None:
        assert told(away(MORAG), away(PRIYA)) == ["Morag", "Priya"]

    def test_somebody_who_is_there_is_told_before_those_who_are_away(self) -> None:
        assert told(away(MORAG), away(ISLA), RUTH) == ["Ruth"]

    def test_with_nobody_there_who_may_read_it_those_who_are_away_are_told_too(self) -> None:
        assert told(away(MORAG), away(ISLA), OWEN) == ["Owen", "Morag", "Isla"]

    def test_a_day_away_begins_and_ends_at_midnight_in_the_united_kingdom(self) -> None:
        member = away(MORAG, day=date(2026, 7, 20))
        midnight = datetime(2026, 7, 20, tzinfo=LONDON).astimezone(UTC)

        assert not is_away(member, midnight - timedelta(seconds=1))
        assert is_away(member, midnight)
        assert is_away(member, midnight + timedelta(hours=23, minutes=59))
        assert not is_away(member, midnight + timedelta(days=1))


class TestAddressesThatTakeNoMail:
    def test_it_is_tried_and_the_next_rank_is_told_at_once(self) -> None:
        assert telling(bouncing(MORAG), ISLA, PRIYA) == Telling(1, (bouncing(MORAG), ISLA), reached=True)

    def test_one_who_can_be_reached_is_enough(self) -> None:
        rank = Rank(roles=["safeguarding_lead", "coordinator"])

        assert telling(bouncing(MORAG), PRIYA, ISLA, ranks=(rank, DEPUTIES)).rank == 0

    def test_one_that_has_just_bounced_does_not_count_either(self) -> None:
        assert told(MORAG, ISLA, bounced={MORAG.address}) == ["Morag", "Isla"]

    def test_when_no_address_takes_mail_all_are_tried_and_nobody_counts(self) -> None:
        found = telling(bouncing(MORAG), bouncing(PRIYA))

        assert [one.first_name for one in found.members] == ["Morag", "Priya"]
        assert not found.reached


def a_chain(**changes: Any) -> Chain:
    parts: dict[str, Any] = {
        "ranks": [LEADS, DEPUTIES],
        "out_of_hours_ranks": [{"roles": ["deputy"]}, {"roles": ["regional_manager"]}],
        "acknowledge_within": {
            "immediate": {"minutes": 15},
            "high": {"minutes": 60},
            "medium": {"minutes": 240, "counts": "working_time"},
            "low": {"minutes": 480, "counts": "working_time"},
        },
    }
    return chain_from(Escalation.model_validate(parts | changes), OFFICE)


class TestNobodyAlone:
    def test_who_is_not_to_be_alone_is_told_with_the_next(self) -> None:
        assert told(MORAG, ISLA, not_alone=[MORAG.person_id]) == ["Morag", "Isla"]
        assert told(MORAG, ISLA, not_alone=[ISLA.person_id]) == ["Morag"]

    def test_where_there_is_nobody_else_nobody_counts_as_reached(self) -> None:
        assert not telling(MORAG, OWEN, not_alone=[MORAG.person_id]).reached

    def test_two_at_least_and_one_of_them_may_read_it(self) -> None:
        assert told(MORAG, ISLA, least=2) == ["Morag", "Isla"]
        assert telling(MORAG, OWEN, least=2).reached
        assert not telling(MORAG, least=2).reached


class TestHours:
    def test_out_of_hours_the_chain_for_out_of_hours_is_gone_by(self) -> None:
        assert a_chain().ranks_at(MONDAY, "high")[0] == LEADS
        assert a_chain().ranks_at(FRIDAY_NIGHT, "high")[0] == DEPUTIES

    def test_one_severity_has_steps_of_its_own_in_and_out_of_hours(self) -> None:
        low = {"ranks": [{"roles": ["coordinator"]}], "out_of_hours_ranks": [{"roles": ["administrator"]}]}
        chain = a_chain(by_severity={"low": low})

        assert [rank.roles for rank in chain.ranks_at(MONDAY, "low")] == [["coordinator"]]
        assert [rank.roles for rank in chain.ranks_at(FRIDAY_NIGHT, "low")] == [["administrator"]]
        assert chain.ranks_at(MONDAY, "high")[0] == LEADS

    def test_on_a_bank_holiday_and_on_a_closed_day_it_goes_by_those_for_out_of_hours(self) -> None:
        low = {"ranks": [{"roles": ["coordinator"]}], "out_of_hours_ranks": [{"roles": ["deputy"]}]}
        closed = OFFICE.model_copy(update={"closed_on": [date(2026, 11, 24)]})
        chain = replace(a_chain(by_severity={"low": low}), working_time=closed)

        for day in (datetime(2026, 12, 25, 11, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC)):
            assert chain.ranks_at(day, "low")[0] == DEPUTIES

    def test_immediate_with_steps_of_its_own_goes_to_both_first_ones_at_night(self) -> None:
        own = {"ranks": [{"roles": ["coordinator"]}], "out_of_hours_ranks": [{"roles": ["deputy"]}]}
        first = a_chain(by_severity={"immediate": own}).ranks_at(FRIDAY_NIGHT, "immediate")[0]

        assert set(first.roles) == {"deputy", "coordinator"}

    def test_what_is_about_staff_goes_by_its_own_steps_at_any_hour(self) -> None:
        chain = a_chain(about_staff=[{"roles": ["regional_manager"]}])

        for moment in (MONDAY, FRIDAY_NIGHT):
            assert chain.ranks_at(moment, "high", about_staff=True) == [Rank(roles=["regional_manager"])]
        assert a_chain().every_rank[-1].roles == ["regional_manager", "administrator"]

    def test_where_there_is_none_the_same_is_gone_by_at_any_hour(self) -> None:
        assert a_chain(out_of_hours_ranks=[]).ranks_at(FRIDAY_NIGHT, "low")[0] == LEADS

    def test_what_is_immediate_goes_to_the_whole_first_rank_at_any_hour(self) -> None:
        ranks = a_chain().ranks_at(FRIDAY_NIGHT, "immediate")

        assert set(ranks[0].roles) == {"safeguarding_lead", "deputy"}
        assert len(ranks) == 2

    def test_a_clock_that_counts_working_time_stands_still_at_night(self) -> None:
        following_monday = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)

        assert a_chain().answer_by("high", now=FRIDAY_NIGHT) == FRIDAY_NIGHT + timedelta(hours=1)
        assert a_chain().answer_by("medium", now=FRIDAY_NIGHT) == following_monday + timedelta(hours=4)

    def test_a_severity_that_the_policy_does_not_name_waits_no_longer_than_any_other(self) -> None:
        assert a_chain().answer_by("none", now=MONDAY) == MONDAY + timedelta(minutes=15)

    def test_without_a_policy_there_is_a_chain_all_the_same(self) -> None:
        assert chain_of(None) is WITHOUT_POLICY
        assert WITHOUT_POLICY.is_working(FRIDAY_NIGHT)
        assert WITHOUT_POLICY.answer_by("low", now=MONDAY) == MONDAY + timedelta(minutes=15)


# ── Whatever the staff, their days away, the chain and the hour ────────────

ROLES: tuple[Any, ...] = ("safeguarding_lead", "deputy", "coordinator", "regional_manager", "administrator")
IDS = [f"person{number}.reid" for number in range(6)]
ABSENCES = st.builds(
    lambda first, length, stand_in: Absence(first, first + timedelta(days=length), stand_in),
    st.dates(date(2026, 11, 16), date(2026, 12, 14)),
    st.integers(0, 20),
    st.sampled_from(["", *IDS]),
)
STAFF = st.lists(
    st.builds(
        lambda number, role, absence, bounces: replace(
            a_staff_member(f"Person{number} Reid", Role(role)), absence=absence, bounces=bounces
        ),
        st.integers(0, 5),
        st.sampled_from(ROLES),
        st.none() | ABSENCES,
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: one.person_id,
)
RANKS = st.lists(
    st.builds(
        lambda roles, people: Rank(roles=sorted(roles) or ["deputy"], people=sorted(people)),
        st.sets(st.sampled_from(ROLES), max_size=2),
        st.sets(st.sampled_from(IDS), max_size=2),
    ),
    min_size=1,
    max_size=4,
)
CLOCKS = st.builds(Clock, minutes=st.integers(1, 2_000), counts=st.sampled_from(["always", "working_time"]))
CHAINS = st.builds(
    lambda ranks, night, clock: Chain(ranks, night, {"high": clock}, OFFICE),
    RANKS,
    st.just([]) | RANKS,
    CLOCKS,
)
HIDDEN = st.sets(st.sampled_from(IDS), max_size=3)
MOMENTS = st.datetimes(datetime(2026, 11, 16), datetime(2026, 12, 14), timezones=st.just(UTC))


def who_count(able: list[StaffMember]) -> list[StaffMember]:
    """Those who may read concerns, or everybody where there are none."""
    return [one for one in able if one.role in CONVERSATION_READERS] or able


@given(STAFF, CHAINS, HIDDEN, MOMENTS)
def test_as_long_as_anybody_can_be_told_somebody_is_and_never_anybody_it_is_kept_from(
    staff: list[StaffMember], chain: Chain, hidden: set[str], moment: datetime
) -> None:
    """At once, and at every step until long after the sum of the clocks; whoever can be reached."""
    able = [one for one in staff if one.person_id not in hidden]
    rank = 0
    for _ in range(6):
        found = whom_to_tell(staff, chain.ranks_at(moment, "high"), rank=rank, kept_from=hidden, now=moment)

        ids = [one.person_id for one in found.members]
        assert bool(ids) == bool(able)
        assert found.reached == any(not one.bounces for one in who_count(able))
        assert not hidden & set(ids)
        assert len(ids) == len(set(ids))
        moment, rank = chain.answer_by("high", now=moment), found.rank + 1


@given(STAFF, CHAINS, HIDDEN, MOMENTS)
def test_nobody_who_is_away_is_told_while_somebody_who_can_be_reached_is_there(
    staff: list[StaffMember], chain: Chain, hidden: set[str], moment: datetime
) -> None:
    found = whom_to_tell(staff, chain.ranks_at(moment, "high"), rank=0, kept_from=hidden, now=moment)

    counting = who_count([one for one in staff if one.person_id not in hidden])
    if any(not one.bounces and not is_away(one, moment) for one in counting):
        assert not any(is_away(one, moment) for one in found.members)


@given(STAFF, CHAINS, HIDDEN, MOMENTS)
def test_each_step_is_as_high_as_the_one_before_or_higher_and_ends_at_the_top(
    staff: list[StaffMember], chain: Chain, hidden: set[str], moment: datetime
) -> None:
    ranks, reached = chain.ranks_at(moment, "high"), -1
    for _ in range(6):
        found = whom_to_tell(staff, ranks, rank=reached + 1, kept_from=hidden, now=moment)
        assert min(reached + 1, len(ranks) - 1) <= found.rank < len(ranks)
        reached = found.rank
    assert reached == len(ranks) - 1


@given(STAFF, CHAINS, HIDDEN, MOMENTS)
def test_whatever_the_chain_every_step_waits_for_some_time_and_ends(
    staff: list[StaffMember], chain: Chain, hidden: set[str], moment: datetime
) -> None:
    end = chain.answer_by("high", now=moment)

    assert moment + timedelta(minutes=1) <= end <= moment + timedelta(days=15)


def test_administrators_alone_are_never_all_who_are_told() -> None:
    telling = whom_to_tell([MORAG, OWEN], [Rank(roles=["administrator"])], rank=0, kept_from=(), now=MONDAY)

    assert {one.name for one in telling.members} == {MORAG.name, OWEN.name}
    assert telling.reached


def test_a_step_that_may_read_no_concerns_is_told_with_the_next() -> None:
    ranks = [Rank(roles=["administrator"]), Rank(roles=["safeguarding_lead"]), Rank(roles=["coordinator"])]

    telling = whom_to_tell([MORAG, PRIYA, OWEN], ranks, rank=0, kept_from=(), now=MONDAY)

    assert ({one.name for one in telling.members}, telling.rank) == ({OWEN.name, MORAG.name}, 1)


def test_no_step_waits_for_the_end_of_the_holidays() -> None:
    closed = [date(2026, 7, day) for day in range(1, 32)]
    hours = WorkingTime.model_validate(
        {"days": {"monday": {"opens": "09:00", "closes": "17:00"}}, "closed_on": closed}
    )
    chain = Chain([], [], {"medium": Clock(minutes=120, counts="working_time")}, hours)
    summer = datetime(2026, 7, 1, 9, tzinfo=UTC)

    assert chain.answer_by("medium", now=summer) == summer + timedelta(days=4)
