"""More waits for somebody than fits into one weekly e-mail: nothing of it is forgotten, and nothing told
twice."""

from datetime import datetime, timedelta

import pytest

from shared.nudges.digests import MOST_HELD_BACK, MOST_PAIRS, send_digests
from shared.nudges.items import Nudged
from shared.nudges.waiting import reminders_of
from shared.platform.tables import ConversationsItem
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.builders.safeguarding import a_concern
from tests.shared.nudges.builders import e_mails, is_closed, is_waited_for, is_watched, the_week

WEEKS = [MONDAY + timedelta(weeks=one) for one in range(4)]
A_MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("tables")


def a_mentor_of(how_many: int) -> list[TwoWhoWrite]:
    """Pairs of one mentor to whom each of the mentees has written on MONDAY."""
    programme = a_programme(policy=a_policy(nudges={"unanswered_days": 5, "silent_days": None}))
    mentor = a_person("mentor", programme)
    pairs = []
    for number in range(how_many):
        handle = f"mentee-{number}"
        mentee = a_person("mentee", programme, username=handle, address=f"{handle}@example.org")
        pairs.append(a_pair(programme, mentor=mentor, mentee=mentee))
        is_watched(pairs[-1])
    the_week(MONDAY)
    for pair in pairs:
        is_waited_for(pair, by="mentee")
    return pairs


def told(someone: Someone) -> list[int]:
    """Of how many answers that are awaited each weekly e-mail told them, the oldest first."""
    letters = sorted(e_mails("weekly_digest", someone), key=lambda one: one.queued_at)
    return [dict(one.things or {})["unanswered"] for one in letters]


def noted_for_the_staff() -> int:
    return sum(isinstance(one, Nudged) for one in ConversationsItem.scan())


def each_minute(since: datetime, minutes: int = 3) -> None:
    for number in range(minutes):
        the_week(since + number * A_MINUTE)


def test_all_that_was_held_back_is_brought_once_it_may_be_however_many_pairs_it_is_of() -> None:
    pairs = a_mentor_of(MOST_HELD_BACK + 3)
    mentor = pairs[0].mentor
    the_week(WEEKS[1] - timedelta(hours=2))
    concern = a_concern(pairs[0], about_id=mentor.person_id, about_name=mentor.name)
    each_minute(WEEKS[1])
    assert told(mentor) == []
    assert reminders_of(mentor.person_id).due is None

    is_closed(concern)
    the_week(WEEKS[2] - timedelta(hours=2))
    each_minute(WEEKS[2])

    assert told(mentor) == [len(pairs)]


def test_what_one_e_mail_has_no_room_for_comes_with_the_next_one() -> None:
    pairs = a_mentor_of(MOST_PAIRS + 2)
    mentor = pairs[0].mentor

    the_week(WEEKS[1] - timedelta(hours=2))
    each_minute(WEEKS[1])
    assert told(mentor) == [MOST_PAIRS]
    assert noted_for_the_staff() == MOST_PAIRS

    each_minute(WEEKS[2])
    each_minute(WEEKS[3])
    assert told(mentor) == [MOST_PAIRS, 2]
    assert noted_for_the_staff() == len(pairs)
    assert reminders_of(mentor.person_id).due is None


def test_what_was_answered_meanwhile_does_not_come_with_the_next_one() -> None:
    pairs = a_mentor_of(MOST_PAIRS + 2)
    mentor = pairs[0].mentor
    the_week(WEEKS[1] - timedelta(hours=2))
    each_minute(WEEKS[1])
    for pair in pairs:
        is_waited_for(pair, by="mentor", now=WEEKS[1] + timedelta(days=1))

    send_digests(lambda: WEEKS[2])

    assert told(mentor) == [MOST_PAIRS]
