"""Who forbids that anything more passes, and who delivers something, at the same moment: nothing passes."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from shared.conversations.ending import end_pair, forbid_last_message
from shared.conversations.items import Message
from shared.conversations.never_again import Named, keep_apart
from shared.conversations.scheduled import deliver_scheduled
from shared.conversations.sending_last import send_last_message
from shared.conversations.steps import load_message, load_pair
from shared.moderation.actions import deliver
from shared.moderation.views import held_message
from shared.platform.errors import Conflict
from shared.platform.tables import find, transaction
from shared.safeguarding.actions import raise_once
from shared.safeguarding.concerns.answering import acknowledge
from shared.safeguarding.concerns.closing import close, reopen
from shared.safeguarding.items import Concern, concern_key
from shared.safeguarding.rules import NewConcern
from tests.builders.conversations import WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.racing import just_before_it_writes
from tests.shared.conversations.builders import a_finding, check
from tests.shared.conversations.test_scheduled import office_hours
from tests.shared.safeguarding.builders import CLOSING

pytestmark = pytest.mark.usefixtures("tables")

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WHY = "Her school has asked for it."
GOODBYE = "Thank you for the whole year. I would not have applied without you."


@pytest.fixture
def pair() -> TwoWhoWrite:
    return a_pair(programme=a_programme(policy=office_hours()))


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


def a_last_message(pair: TwoWhoWrite, priya: Someone) -> Message:
    end_pair(priya.viewer, pair.pair_id, why="They have come to the end.", now=MONDAY_NOON)
    message = send_last_message(pair.mentee.viewer, pair.pair_id, text=GOODBYE, key="1", now=MONDAY_NOON)
    check(message, now=MONDAY_NOON)
    return message


def held_since_before_the_end(pair: TwoWhoWrite, priya: Someone) -> Message:
    message = a_message(pair, state="held")
    end_pair(priya.viewer, pair.pair_id, why="They have come to the end.", now=MONDAY_NOON)
    return message


def a_concern_about(pair: TwoWhoWrite, person_id: str, *, pair_id: str = "") -> str:
    new = NewConcern(
        cause=("test", person_id, pair_id),
        programme_id=pair.programme_id,
        programme_name=pair.programme.name,
        about_id=person_id,
        about_name="Somebody",
        raised_by="filter",
        raised_by_name="The filter",
        category="wellbeing",
        severity="medium",
        words=WORRIED,
        pair_id=pair_id,
    )
    return raise_once(new, now=EVENING)


def staff_say_so(pair: TwoWhoWrite, priya: Someone) -> None:
    forbid_last_message(priya.viewer, load_pair(pair.pair_id), why=WHY, now=EVENING)


def they_are_kept_apart(pair: TwoWhoWrite, priya: Someone) -> None:
    mentor, mentee = (Named(one.person_id, one.name) for one in (pair.mentor, pair.mentee))
    with transaction() as write:
        keep_apart(
            write, pair.programme_id, mentor=mentor, mentee=mentee, reason=WHY, by=priya.viewer, now=EVENING
        )


def a_concern_about_the_mentor(pair: TwoWhoWrite, priya: Someone) -> None:
    a_concern_about(pair, pair.mentor.person_id)


def a_concern_about_the_mentee(pair: TwoWhoWrite, priya: Someone) -> None:
    a_concern_about(pair, pair.mentee.person_id)


def a_concern_about_nobody_known_from_here(pair: TwoWhoWrite, priya: Someone) -> None:
    a_concern_about(pair, "", pair_id=pair.pair_id)


Happens = Callable[[TwoWhoWrite, Someone], None]
every_way = pytest.mark.parametrize(
    "happens",
    [
        staff_say_so,
        they_are_kept_apart,
        a_concern_about_the_mentor,
        a_concern_about_the_mentee,
        a_concern_about_nobody_known_from_here,
    ],
)
both_kinds = pytest.mark.parametrize("written", [a_last_message, held_since_before_the_end])


def is_delivered_by(priya: Someone, message: Message, *, now: datetime) -> None:
    deliver(priya.viewer, message.pair_id, message.message_id, wording=1, now=now)


def state_of(message: Message) -> str:
    return load_message(message.pair_id, message.message_id).state


@every_way
@both_kinds
@pytest.mark.parametrize("at", [MONDAY_NOON + timedelta(hours=1), EVENING])
def test_nothing_is_delivered_or_put_off_over_what_is_said_at_that_moment(
    pair: TwoWhoWrite,
    priya: Someone,
    written: Callable[[TwoWhoWrite, Someone], Message],
    at: datetime,
    happens: Happens,
) -> None:
    message = written(pair, priya)

    with just_before_it_writes(lambda: happens(pair, priya)), pytest.raises(Conflict, match="Nothing more"):
        is_delivered_by(priya, message, now=at)

    assert state_of(message) == "held"


@every_way
def test_what_waited_for_the_morning_is_held_where_it_is_said_as_it_is_delivered(
    pair: TwoWhoWrite, priya: Someone, happens: Happens
) -> None:
    message = a_last_message(pair, priya)
    is_delivered_by(priya, message, now=EVENING)
    assert state_of(message) == "scheduled"

    with just_before_it_writes(lambda: happens(pair, priya)):
        became = deliver_scheduled(pair.pair_id, message.message_id, now=NEXT_MORNING)

    assert became == "held"


@both_kinds
def test_what_nothing_speaks_against_is_delivered(
    pair: TwoWhoWrite, priya: Someone, written: Callable[[TwoWhoWrite, Someone], Message]
) -> None:
    message = written(pair, priya)

    is_delivered_by(priya, message, now=MONDAY_NOON + timedelta(hours=1))

    assert state_of(message) == "delivered"


def test_a_concern_that_is_opened_again_at_that_moment_stops_it(pair: TwoWhoWrite, priya: Someone) -> None:
    concern_id = a_concern_about(pair, pair.mentee.person_id)
    acknowledge(priya.viewer, concern_id, now=EVENING)
    close(priya.viewer, concern_id, CLOSING, key="1", now=EVENING)
    message = a_last_message(pair, priya)

    def opened_again() -> None:
        reopen(priya.viewer, concern_id, reason="Her school rang again.", key="2", now=EVENING)

    with just_before_it_writes(opened_again), pytest.raises(Conflict, match="Nothing more"):
        is_delivered_by(priya, message, now=MONDAY_NOON + timedelta(hours=1))


@both_kinds
def test_whoever_reads_it_is_told_that_nothing_more_may_pass(
    pair: TwoWhoWrite, priya: Someone, written: Callable[[TwoWhoWrite, Someone], Message]
) -> None:
    message = written(pair, priya)
    staff_say_so(pair, priya)

    shown = held_message(priya.viewer, pair.pair_id, message.message_id, now=EVENING)

    assert "Nothing more may pass between these two" in shown.to_know


def a_worry_without_a_concern(pair: TwoWhoWrite, priya: Someone) -> Message:
    found = asdict(a_finding("wellbeing", matched=WORRIED))
    message = a_message(pair, WORRIED, state="held", severity="medium", lane="safeguarding", findings=[found])
    end_pair(priya.viewer, pair.pair_id, why="They have come to the end.", now=MONDAY_NOON)
    return message


def test_a_worry_in_it_is_raised_first_and_is_left_to_whoever_reads_it(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    message = a_worry_without_a_concern(pair, priya)

    is_delivered_by(priya, message, now=MONDAY_NOON + timedelta(hours=1))

    delivered = load_message(pair.pair_id, message.message_id)
    concern = find(Concern, *concern_key(delivered.concern_id or ""))
    assert delivered.state == "delivered"
    assert concern is not None
    assert concern.words == WORRIED


def test_a_worry_in_it_lets_nothing_pass_over_another_concern(pair: TwoWhoWrite, priya: Someone) -> None:
    message = a_worry_without_a_concern(pair, priya)
    at = MONDAY_NOON + timedelta(hours=1)
    a_concern_about_the_mentor(pair, priya)

    with pytest.raises(Conflict, match="Nothing more"):
        is_delivered_by(priya, message, now=at)
