"""From a message that nobody answers to the weekly e-mail: who gets one, when, and who does not."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.nudges.items import Nudged, Reminders
from shared.nudges.stopping import choose_reminders
from shared.nudges.views import nudges_page
from shared.people.actions import reinstate, suspend
from shared.platform.tables import ConversationsItem, find
from shared.policies.nudging import Nudges
from shared.silence.actions import look_for_silence
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.builders.safeguarding import a_concern
from tests.shared.nudges.builders import e_mails, is_closed, is_waited_for, is_watched, the_week, watch_of

WEEKS = [MONDAY + timedelta(weeks=one) for one in range(5)]
"""Each Monday at nine, an hour after the weekly e-mails are due."""
NUDGES = Nudges.model_validate({"unanswered_days": 5, "silent_days": 14, "tell_other_side": True})


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_watched_pair()


def a_watched_pair(nudges: Nudges = NUDGES) -> TwoWhoWrite:
    pair = a_pair(a_programme(policy=a_policy(nudges=nudges)))
    is_watched(pair)
    the_week(MONDAY)  # its first look, at which it is given a time of its own
    return pair


def weekly(someone: Someone) -> list[dict[str, int]]:
    """What the weekly e-mails said to somebody, oldest first."""
    found = sorted(e_mails("weekly_digest", someone), key=lambda one: one.queued_at)
    return [dict(one.things or {}) for one in found]


def at_each(weeks: list[datetime]) -> None:
    """The sweep of each of these weeks: in the night, and once the quiet hours are over."""
    for week in weeks:
        the_week(week - timedelta(hours=2))
        the_week(week)


def test_whoever_is_waited_for_is_reminded_and_whoever_waits_is_told(pair: TwoWhoWrite) -> None:
    is_waited_for(pair, by="mentor")

    at_each(WEEKS[1:2])

    assert weekly(pair.mentee) == [{"unanswered": 1}]
    assert weekly(pair.mentor) == [{"asked_after": 1}]
    assert load_pair(pair.pair_id).asked_after_at == WEEKS[1]


def test_the_same_is_not_brought_twice(pair: TwoWhoWrite) -> None:
    is_waited_for(pair)

    at_each(WEEKS[1:2])
    at_each(WEEKS[1:2])
    at_each(WEEKS[2:])

    assert weekly(pair.mentee) == [{"unanswered": 1}]


def test_another_letter_that_nobody_answers_is_brought_again(pair: TwoWhoWrite) -> None:
    is_waited_for(pair)
    at_each(WEEKS[1:2])
    is_waited_for(pair, now=WEEKS[1] + timedelta(hours=1))

    at_each(WEEKS[2:3])

    assert weekly(pair.mentee) == [{"unanswered": 1}, {"unanswered": 1}]


def test_an_answer_in_time_and_nobody_is_reminded(pair: TwoWhoWrite) -> None:
    is_waited_for(pair, by="mentor")
    is_waited_for(pair, by="mentee", now=WEEKS[1] - timedelta(days=2))

    at_each(WEEKS[1:2])

    assert weekly(pair.mentee) == weekly(pair.mentor) == []


def test_an_answer_between_the_look_and_the_e_mail_counts(pair: TwoWhoWrite) -> None:
    is_waited_for(pair, by="mentor")
    the_week(WEEKS[1] - timedelta(hours=2))
    is_waited_for(pair, by="mentee", now=WEEKS[1] - timedelta(hours=1, minutes=30))

    the_week(WEEKS[1])

    assert weekly(pair.mentee) == weekly(pair.mentor) == []
    assert find(Reminders, f"PERSON#{pair.mentee.person_id}", "REMINDERS").due is None


def test_what_became_due_before_the_weekday_waits_for_it(pair: TwoWhoWrite) -> None:
    is_waited_for(pair)

    for day in range(5, 7):
        the_week(MONDAY + timedelta(days=day))

    assert weekly(pair.mentee) == []


def test_nothing_goes_out_before_the_quiet_hours_are_over(pair: TwoWhoWrite) -> None:
    is_waited_for(pair)

    the_week(WEEKS[1] - timedelta(hours=2))
    the_week(WEEKS[1] - timedelta(hours=1, minutes=1))
    assert weekly(pair.mentee) == []

    the_week(WEEKS[1] - timedelta(hours=1))
    assert weekly(pair.mentee) == [{"unanswered": 1}]


def test_what_was_not_written_in_time_waits_for_the_next_morning(pair: TwoWhoWrite) -> None:
    is_waited_for(pair)
    the_week(WEEKS[1] - timedelta(hours=2))
    evening = WEEKS[1].replace(hour=21)

    the_week(evening)
    assert weekly(pair.mentee) == []
    the_week(evening + timedelta(hours=11))

    assert weekly(pair.mentee) == [{"unanswered": 1}]


def test_a_mentor_of_several_gets_one_e_mail(pair: TwoWhoWrite) -> None:
    rory = a_person("mentee", pair.programme, first_name="Rory", surname="Mackay")
    other = a_pair(pair.programme, mentor=pair.mentor, mentee=rory)
    is_watched(other)
    the_week(MONDAY + timedelta(minutes=1))
    is_waited_for(pair, by="mentee")
    is_waited_for(other, by="mentee")

    at_each(WEEKS[1:2])

    assert weekly(pair.mentor) == [{"unanswered": 2}]
    assert weekly(pair.mentee) == weekly(rory) == [{"asked_after": 1}]


def test_nobody_is_reminded_who_wants_no_reminders_and_what_waits_is_still_told_to_the_other(
    pair: TwoWhoWrite,
) -> None:
    is_waited_for(pair)
    choose_reminders(pair.mentee.viewer, wanted=False, now=MONDAY)

    at_each(WEEKS[1:2])

    assert weekly(pair.mentee) == []
    assert weekly(pair.mentor) == [{"asked_after": 1}]


def test_nobody_is_reminded_while_a_conversation_rests(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)
    is_waited_for(pair)
    suspend(priya.viewer, pair.programme_id, pair.mentor.person_id, now=MONDAY)

    at_each(WEEKS[1:4])

    assert weekly(pair.mentee) == weekly(pair.mentor) == weekly(priya) == []


def test_nobody_is_reminded_once_it_has_ended(pair: TwoWhoWrite) -> None:
    is_waited_for(pair)
    load_pair(pair.pair_id).update([Pair.status.set("ended")])

    at_each(WEEKS[1:4])

    assert weekly(pair.mentee) == weekly(pair.mentor) == []
    assert watch_of(pair).due is None


def test_who_has_answered_is_not_reminded_while_it_is_held_and_the_other_cannot_tell(
    pair: TwoWhoWrite,
) -> None:
    is_waited_for(pair, by="mentor")
    a_message(pair, by="mentee", state="held", now=MONDAY + timedelta(days=1))

    at_each(WEEKS[1:2])

    assert weekly(pair.mentee) == []
    assert weekly(pair.mentor) == [{"asked_after": 1}]


def test_a_mentee_about_whom_there_is_a_concern_is_left_in_peace_and_nothing_hints_at_it(
    pair: TwoWhoWrite,
) -> None:
    is_waited_for(pair, by="mentor")
    a_concern(pair)

    at_each(WEEKS[1:2])

    assert weekly(pair.mentee) == []
    assert weekly(pair.mentor) == [{"asked_after": 1}]


def test_what_a_concern_held_back_in_the_morning_is_brought_once_it_is_closed(pair: TwoWhoWrite) -> None:
    is_waited_for(pair, by="mentor")
    the_week(WEEKS[1] - timedelta(hours=2))
    concern = a_concern(pair)
    the_week(WEEKS[1])
    at_each(WEEKS[2:3])
    assert weekly(pair.mentee) == []

    is_closed(concern)
    at_each(WEEKS[3:])

    assert weekly(pair.mentee) == [{"unanswered": 1}]
    assert weekly(pair.mentor) == [{"asked_after": 1}]


def test_what_a_rest_of_one_day_held_back_is_brought_a_week_later(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)
    is_waited_for(pair, by="mentee")
    the_week(WEEKS[1] - timedelta(hours=2))
    suspend(priya.viewer, pair.programme_id, pair.mentor.person_id, now=WEEKS[1] - timedelta(hours=1))
    the_week(WEEKS[1])
    assert weekly(pair.mentor) == weekly(pair.mentee) == []

    reinstate(priya.viewer, pair.programme_id, pair.mentor.person_id, now=WEEKS[1] + timedelta(days=1))
    at_each(WEEKS[2:])

    assert weekly(pair.mentor) == [{"unanswered": 1}]
    assert weekly(pair.mentee) == [{"asked_after": 1}]


def test_coordinators_learn_of_a_silent_pair_once_and_in_one_e_mail(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)

    at_each(WEEKS[1:])

    assert weekly(priya) == [{"silent": 1}]


def test_without_a_coordinator_somebody_is_told_who_may_see_the_page(pair: TwoWhoWrite) -> None:
    a_person("administrator", pair.programme)
    morag = a_person("safeguarding_lead", pair.programme)

    at_each(WEEKS[1:4])

    [letter] = e_mails("weekly_digest")
    assert (letter.address, letter.things) == (morag.address, {"silent": 1})
    assert letter.path == f"/programmes/{pair.programme_id}/nudges"
    assert len(nudges_page(morag.viewer, pair.programme_id).silent) == 1


def test_two_who_met_are_in_touch(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)
    is_waited_for(pair)
    load_pair(pair.pair_id).update([Pair.met_at.set(MONDAY + timedelta(days=4))])

    at_each(WEEKS[1:3])
    assert weekly(pair.mentee) == weekly(priya) == []

    at_each(WEEKS[3:4])
    assert weekly(priya) == [{"silent": 1}]


def test_where_staff_know_already_that_a_mentee_has_gone_quiet_they_are_not_told_twice(
    pair: TwoWhoWrite,
) -> None:
    priya = a_person("coordinator", pair.programme)
    a_concern(pair)
    look_for_silence(pair.programme_id, now=MONDAY + timedelta(days=10, hours=1))
    assert len(e_mails("gone_quiet", priya)) == 1

    at_each(WEEKS[1:4])

    assert weekly(priya) == []


def test_an_e_mail_names_nobody(pair: TwoWhoWrite) -> None:
    is_waited_for(pair)

    at_each(WEEKS[1:2])

    for one in e_mails("weekly_digest"):
        said = str(one.serialize())
        assert pair.mentor.surname not in said.replace(pair.mentor.address, "")
        assert pair.mentee.surname not in said.replace(pair.mentee.address, "")


def test_a_run_that_is_repeated_or_stopped_short_sends_nothing_twice(pair: TwoWhoWrite) -> None:
    is_waited_for(pair)
    the_week(WEEKS[1] - timedelta(hours=2))
    stale = find(Reminders, f"PERSON#{pair.mentee.person_id}", "REMINDERS")
    the_week(WEEKS[1])

    stale.save(add_version_condition=False)  # as an index shows it that lags behind
    the_week(WEEKS[1])

    assert weekly(pair.mentee) == [{"unanswered": 1}]


def test_who_was_reminded_is_kept_with_the_conversation(pair: TwoWhoWrite) -> None:
    is_waited_for(pair)

    at_each(WEEKS[1:2])

    kept = {one.person_id: one.what for one in ConversationsItem.scan() if isinstance(one, Nudged)}
    assert kept == {pair.mentee.person_id: ["unanswered"], pair.mentor.person_id: ["asked_after"]}


def test_a_policy_that_reminds_of_nothing(tables: None) -> None:
    never = Nudges.model_validate({"unanswered_days": None, "silent_days": None})
    pair = a_watched_pair(never)
    is_waited_for(pair)

    at_each(WEEKS[1:])

    assert e_mails("weekly_digest") == []


def test_each_pair_has_its_turn_once_a_week_in_the_night_before(pair: TwoWhoWrite) -> None:
    first = datetime.fromisoformat(str(watch_of(pair).due_at))
    at_each(WEEKS[1:2])

    assert WEEKS[1] - timedelta(hours=12) <= first < WEEKS[1] - timedelta(hours=2)
    assert datetime.fromisoformat(str(watch_of(pair).due_at)) == first + timedelta(weeks=1)
    assert first.tzinfo == UTC
