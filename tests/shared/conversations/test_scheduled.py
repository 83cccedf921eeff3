"""Messages wait for the programme's hours, and are looked at once more before they are passed on."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.conversations.actions import check_message, withdraw_message
from shared.conversations.checking import recent_of
from shared.conversations.items import Message
from shared.conversations.scheduled import Due, HoursUnknown, deliver_due, deliver_scheduled
from shared.moderation.actions import decline, deliver
from shared.people.actions import suspend
from shared.platform.errors import Conflict
from shared.platform.tables import find, transaction
from shared.policies import Policy
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import Author, add_policy
from tests.builders.conversations import TwoWhoWrite, a_message, a_pair
from tests.builders.people import a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme, with_a_broken_policy
from tests.outbox import notices

from .builders import TheFilter, history, stored

pytestmark = pytest.mark.usefixtures("tables")

FRIDAY_EVENING = datetime(2026, 11, 27, 17, 1, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
"""St Andrew's Day, on which banks are closed in Scotland."""
TUESDAY_MORNING = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


def office_hours(bank_holidays: str = "england_and_wales") -> Policy:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    window = {
        "days": {day: {"opens": "09:00", "closes": "17:00"} for day in days},
        "bank_holidays": bank_holidays,
    }
    return a_policy(delivery={"window": window})


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair(programme=a_programme(policy=office_hours()))


def written(pair: TwoWhoWrite, *, at: datetime = FRIDAY_EVENING) -> Message:
    """A message that the filter lets pass."""
    message = a_message(pair, by="mentee", now=at)
    check_message(pair.pair_id, message.message_id, checker=TheFilter(), now=at)
    return stored(pair, message)


def deliver_all(at: datetime) -> Due:
    return deliver_due(lambda: at)


def goes_by(pair: TwoWhoWrite, policy: Policy) -> None:
    programme = find(Programme, *programme_key(pair.programme_id))
    assert programme is not None
    with transaction() as write:
        author = Author("priya", "Priya Nair")
        add_policy(write, programme, policy, by=author, reason="New hours.", now=FRIDAY_EVENING)


def test_a_message_written_after_hours_waits_until_they_begin(pair: TwoWhoWrite) -> None:
    message = written(pair)

    assert (message.state, message.deliver_at) == ("scheduled", MONDAY_MORNING)
    assert history(message) == [("scheduled", None)]
    assert notices("new_message") == []


def test_in_the_hours_it_is_delivered_at_once(pair: TwoWhoWrite) -> None:
    assert written(pair, at=MONDAY_MORNING).state == "delivered"
    assert written(pair, at=FRIDAY_EVENING - 2 * A_MINUTE).state == "delivered"


@pytest.mark.parametrize(
    ("bank_holidays", "expected"),
    [("england_and_wales", MONDAY_MORNING), ("scotland", TUESDAY_MORNING)],
)
def test_bank_holidays_are_those_of_the_policy(bank_holidays: str, expected: datetime) -> None:
    pair = a_pair(programme=a_programme(policy=office_hours(bank_holidays)))

    assert written(pair).deliver_at == expected


def test_the_hours_are_by_the_clock_on_the_wall_when_it_is_put_back(pair: TwoWhoWrite) -> None:
    saturday_in_summer_time = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)

    assert written(pair, at=saturday_in_summer_time).deliver_at == datetime(2026, 10, 26, 9, 0, tzinfo=UTC)
    assert written(pair, at=datetime(2026, 10, 22, 20, 0, tzinfo=UTC)).deliver_at == datetime(
        2026, 10, 23, 8, 0, tzinfo=UTC
    )


def test_when_the_hours_begin_it_is_delivered_and_its_reader_told(pair: TwoWhoWrite) -> None:
    message = written(pair)

    assert deliver_all(MONDAY_MORNING - A_MINUTE) == Due(0, 0, 0)
    assert deliver_all(MONDAY_MORNING) == Due(delivered=1, held=0, failed=0)

    after = stored(pair, message)
    assert (after.state, after.delivered_at, after.due) == ("delivered", MONDAY_MORNING, None)
    assert [one.address for one in notices("new_message")] == [pair.mentor.address]
    assert deliver_all(MONDAY_MORNING) == Due(0, 0, 0)
    assert len(notices("new_message")) == 1


def test_several_arrive_in_the_order_in_which_they_were_written(pair: TwoWhoWrite) -> None:
    first = written(pair)
    second = written(pair, at=FRIDAY_EVENING + A_MINUTE)
    clock = iter(MONDAY_MORNING + timedelta(seconds=n) for n in range(10))

    deliver_due(lambda: next(clock))

    assert (stored(pair, first).thread_at or "") < (stored(pair, second).thread_at or "")


def test_what_a_moderator_lets_pass_after_hours_waits_too_and_was_decided_once(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)
    message = a_message(pair, state="held", now=FRIDAY_EVENING)

    decided = deliver(priya.viewer, pair.pair_id, message.message_id, wording=1, now=FRIDAY_EVENING)
    again = deliver(priya.viewer, pair.pair_id, message.message_id, wording=1, now=FRIDAY_EVENING + A_MINUTE)

    assert again == decided
    assert stored(pair, message).deliver_at == MONDAY_MORNING
    deliver_all(MONDAY_MORNING)
    assert stored(pair, message).state == "delivered"
    with pytest.raises(Conflict, match="You have already delivered it"):
        decline(priya.viewer, pair.pair_id, message.message_id, reason="No.", wording=1, now=MONDAY_MORNING)


def test_the_writer_can_take_it_back_while_it_waits(pair: TwoWhoWrite) -> None:
    message = written(pair)

    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=FRIDAY_EVENING + A_MINUTE)

    assert deliver_all(MONDAY_MORNING) == Due(0, 0, 0)
    assert stored(pair, message).state == "withdrawn"


def test_one_whose_writer_was_suspended_meanwhile_is_held_for_a_person(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)
    message = written(pair)
    suspend(priya.viewer, pair.programme_id, pair.mentee.person_id, now=FRIDAY_EVENING + A_MINUTE)

    assert deliver_all(MONDAY_MORNING) == Due(delivered=0, held=1, failed=0)

    after = stored(pair, message)
    assert after.state == "held"
    assert [one["category"] for one in after.findings] == ["suspended"]
    assert [one.address for one in notices("held_for_you")] == [priya.address]
    assert notices("new_message") == []


def test_one_that_was_held_before_can_be_held_again(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)
    message = a_message(pair, "Do ring me on 07700 900123.", by="mentee", now=FRIDAY_EVENING)
    check_message(pair.pair_id, message.message_id, checker=TheFilter(), now=FRIDAY_EVENING)
    deliver(priya.viewer, pair.pair_id, message.message_id, wording=1, now=FRIDAY_EVENING + A_MINUTE)
    suspend(priya.viewer, pair.programme_id, pair.mentee.person_id, now=FRIDAY_EVENING + 2 * A_MINUTE)

    assert deliver_all(MONDAY_MORNING) == Due(delivered=0, held=1, failed=0)

    assert [one.address for one in notices("held_for_you")] == [priya.address] * 2


def test_hours_changed_meanwhile_are_kept(pair: TwoWhoWrite) -> None:
    message = written(pair)
    goes_by(pair, office_hours("scotland"))

    assert deliver_all(MONDAY_MORNING) == Due(0, 0, 0)

    assert stored(pair, message).deliver_at == TUESDAY_MORNING
    assert deliver_all(TUESDAY_MORNING).delivered == 1


def test_while_the_hours_cannot_be_read_it_waits_and_the_run_says_so(pair: TwoWhoWrite) -> None:
    message = written(pair)
    with_a_broken_policy(pair.programme)

    assert deliver_all(MONDAY_MORNING) == Due(delivered=0, held=0, failed=1)

    assert stored(pair, message).state == "scheduled"
    with pytest.raises(HoursUnknown):
        deliver_scheduled(pair.pair_id, message.message_id, now=MONDAY_MORNING)


def test_a_run_whose_time_is_over_leaves_the_rest_to_the_next(pair: TwoWhoWrite) -> None:
    written(pair)
    written(pair, at=FRIDAY_EVENING + A_MINUTE)
    turns = iter([False, True])

    assert deliver_due(lambda: MONDAY_MORNING, enough=lambda: next(turns)).delivered == 1
    assert deliver_all(MONDAY_MORNING).delivered == 1


def test_what_waits_counts_as_a_piece_of_a_detail_given_bit_by_bit(pair: TwoWhoWrite) -> None:
    message = written(pair)

    recent = recent_of(pair.pair_id, pair.mentee.person_id, now=FRIDAY_EVENING + A_MINUTE)

    assert [one.id for one in recent] == [message.message_id]
