"""Meetings as somebody meets them who knows nothing of their rules: by the page and by JSON, in any order,
and at the same time as the other."""

from datetime import timedelta

import pytest

from shared.conversations.arranged import open_meetings
from shared.conversations.steps import load_pair
from shared.meetings.proposing import MOST_A_DAY
from shared.meetings.rules import MOST_OPEN
from shared.notices.items import Notice
from shared.platform.clock import now
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone, a_person
from tests.shared.meetings.builders import (
    a_day_ahead,
    arranged,
    begins,
    plan,
    proposed,
    stored,
    two_who_meet,
)

from .at_a_pair import Api, page, post
from .browser import Answer
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return two_who_meet("virtual-sessions")


def asked(pair: TwoWhoWrite, someone: Someone, path: str, **fields: str) -> Answer:
    """What a program of theirs is answered."""
    return program_of(someone).post(f"/pairs/{pair.pair_id}/meetings{path}", fields)


def proposes(pair: TwoWhoWrite, someone: Someone, *, key: str, time: str = "14:00") -> Answer:
    fields = {"kind": "video", "minutes": "30", "day_1": a_day_ahead(now()), "time_1": time}
    return asked(pair, someone, "", key=key, **fields)


# Many


def test_of_forty_proposals_as_many_stand_as_fit_and_the_others_are_told_why(pair: TwoWhoWrite) -> None:
    clocks = [f"09:{minute:02}" for minute in range(40)]

    answers = [proposes(pair, pair.mentor, key=f"form-{clock}", time=clock) for clock in clocks]

    taken = [one for one in answers if one.status == 201]
    assert len(taken) == len(open_meetings(pair.pair_id)) == 2  # at 9:00 and 9:30: the others run into these
    codes = {one.json["error"]["code"] for one in answers if one.status != 201}
    assert codes == {"time_taken"}


def test_whoever_proposes_and_calls_off_without_end_is_stopped_for_the_day(pair: TwoWhoWrite) -> None:
    answers = []
    for number in range(MOST_A_DAY + 3):
        answers.append(proposes(pair, pair.mentor, key=f"form-{number}"))
        if answers[-1].status == 201:
            asked(pair, pair.mentor, f"/{answers[-1].json['meeting']['id']}", answer="off")

    assert [one.status for one in answers] == [201] * MOST_A_DAY + [409] * 3
    assert "that is enough for today" in answers[-1].json["error"]["message"]
    told = [one for one in Notice.scan() if one.template == "meeting_proposed"]
    assert len(told) == MOST_A_DAY


def test_the_fifth_that_is_open_is_refused_with_all_that_was_typed(pair: TwoWhoWrite) -> None:
    for hour in range(MOST_OPEN):
        assert proposes(pair, pair.mentor, key=f"form-{hour}", time=f"{10 + hour}:00").status == 201
    typed = {"kind": "video", "minutes": "25", "day_1": a_day_ahead(now()), "time_1": "16:00"}
    browser = browser_of(pair.mentee)
    page(browser, pair, "/meetings")

    answer = browser.post(f"/pairs/{pair.pair_id}/meetings", key=browser.key(), **typed)

    assert answer.status == 409
    assert f"There are {MOST_OPEN} meetings already" in answer.words
    for one in ("25", typed["day_1"], "16:00"):
        assert f'value="{one}"' in answer.text


# At the same time as the other


def test_two_who_move_it_to_the_same_time_are_not_left_waiting_for_each_other(pair: TwoWhoWrite) -> None:
    meeting_id = arranged(pair, (a_day_ahead(now()), "11:00"), now=now())
    other = {"day_1": a_day_ahead(now()), "time_1": "15:00"}
    path = f"/meetings/{meeting_id}"
    assert asked(pair, pair.mentor, f"/{meeting_id}/move", **other).status == 200

    crossing = post(browser_of(pair.mentee), pair, f"{path}/move", on=path, **other)

    assert crossing.status == 409
    assert "A meeting at this time has been proposed already." in crossing.words
    assert 'value="15:00"' in crossing.text
    assert "This suits me" in crossing.text
    assert plan(pair, meeting_id).proposed_by == "mentor"


def test_moved_to_where_it_is_already_it_says_so(pair: TwoWhoWrite) -> None:
    day = a_day_ahead(now())
    meeting_id = arranged(pair, (day, "11:00"), now=now())

    answer = asked(pair, pair.mentor, f"/{meeting_id}/move", day_1=day, time_1="11:00")

    assert (answer.status, answer.json["error"]["code"]) == (409, "same_time")


def test_another_time_after_one_was_accepted_is_settled_and_a_time_that_is_gone_is_said_to_be(
    pair: TwoWhoWrite,
) -> None:
    coordinator, day = a_person("coordinator", pair.programme), a_day_ahead(now())
    offered = proposed(pair, (day, "11:00"), (day, "15:00"), by=coordinator, now=now())
    early, late = plan(pair, offered).slots

    assert asked(pair, pair.mentor, f"/{offered}", answer=early).status == 200
    gone = asked(pair, pair.mentee, f"/{offered}", answer=late)
    assert (gone.status, gone.json["error"]["code"]) == (409, "no_such_time")
    assert "is not proposed any more" in gone.json["error"]["message"]

    assert asked(pair, pair.mentee, f"/{offered}", answer=early).status == 200
    settled = asked(pair, pair.mentor, f"/{offered}", answer=late)
    assert (settled.status, settled.json["error"]["code"]) == (409, "settled")
    assert stored(pair, offered).state == "scheduled"


def test_a_time_that_has_passed_or_come_too_near_is_answered_with_what_to_do(pair: TwoWhoWrite) -> None:
    meeting_id = proposed(pair, (a_day_ahead(now()), "11:00"), now=now())
    item = stored(pair, meeting_id)
    for ahead, says in ((-A_MINUTE, "has passed already"), (timedelta(hours=1), "is nearer by now")):
        slot = (now() + ahead).isoformat(timespec="microseconds").replace("+00:00", "Z")
        item.details = {**item.details, "slots": [slot]}
        item.save()
        answer = asked(pair, pair.mentee, f"/{meeting_id}", answer=slot)

        assert answer.status == 409
        assert says in answer.json["error"]["message"]
        assert "You can propose another one." in answer.json["error"]["message"]


# What each says of it


@pytest.mark.parametrize(
    ("of_mentor", "of_mentee", "is_disputed", "times_held"),
    [
        ("other_missed", "held", True, 1),
        ("held", "other_missed", True, 1),
        ("other_missed", "other_missed", True, 0),
        ("other_missed", "i_missed", False, 0),
        ("held", "held", False, 1),
    ],
)
def test_what_the_two_say_differently_the_staff_see_and_neither_learns_of_the_other(
    pair: TwoWhoWrite, of_mentor: str, of_mentee: str, is_disputed: bool, times_held: int
) -> None:
    lead = a_person("safeguarding_lead", pair.programme)
    meeting_id = a_meeting_of_before(pair)
    alone = said_to(pair, pair.mentee, meeting_id)
    says(pair, pair.mentor, meeting_id, of_mentor)
    assert said_to(pair, pair.mentee, meeting_id) == alone  # nothing of what the mentor has said
    says(pair, pair.mentee, meeting_id, of_mentee)

    shown = page(browser_of(lead), pair, f"/meetings/{meeting_id}").words
    assert ("The two say different things about this meeting" in shown) == is_disputed
    assert load_pair(pair.pair_id).held_meetings == times_held
    for someone, own in ((pair.mentor, of_mentor), (pair.mentee, of_mentee)):
        status = "Took place" if own == "held" else "Did not take place"
        assert said_to(pair, someone, meeting_id) == ("held" if own == "held" else "missed", status)
        assert Api(pair, someone).get(f"/meetings/{meeting_id}")["is_disputed"] is False


def test_who_puts_right_what_they_said_changes_what_is_counted(pair: TwoWhoWrite) -> None:
    meeting_id = a_meeting_of_before(pair)

    for happened, counted in (("held", 1), ("held", 1), ("not_held", 0), ("held", 1)):
        says(pair, pair.mentor, meeting_id, happened)
        assert load_pair(pair.pair_id).held_meetings == counted


@pytest.mark.parametrize("minutes", ["0", "481", "0300000000", "half an hour", "-5", "٣٠"])
def test_a_length_that_cannot_be_is_refused_with_the_note_kept(pair: TwoWhoWrite, minutes: str) -> None:
    path = f"/meetings/{a_meeting_of_before(pair)}"
    note = "We spoke about interviews, and she has a plan now."

    answer = post(
        browser_of(pair.mentor), pair, f"{path}/account", on=path, happened="held", minutes=minutes, note=note
    )

    assert answer.status == 422
    assert "Please say about how many minutes it lasted" in answer.words
    assert note in answer.words


def a_meeting_of_before(pair: TwoWhoWrite) -> str:
    meeting_id = arranged(pair, (a_day_ahead(now()), "14:00"), now=now())
    begins(pair, meeting_id, now() - timedelta(hours=2))
    return meeting_id


def says(pair: TwoWhoWrite, someone: Someone, meeting_id: str, happened: str) -> None:
    answer = asked(pair, someone, f"/{meeting_id}/account", happened=happened, minutes="25")
    assert answer.status == 200


def said_to(pair: TwoWhoWrite, someone: Someone, meeting_id: str) -> tuple[str, str]:
    """The meeting's state and status, as one of the two sees it."""
    line = Api(pair, someone).get(f"/meetings/{meeting_id}")["meeting"]
    return line["state"], line["status"]


def test_a_day_that_was_closed_since_it_was_proposed_is_not_accepted(tables: None) -> None:
    pair = two_who_meet("brokered")
    meeting_id = proposed(pair, (a_day_ahead(now()), "11:00"), now=now())
    begin = plan(pair, meeting_id).slots[0]
    item = stored(pair, meeting_id)
    item.details = {**item.details, "slots": [begin.replace("T11:", "T06:").replace("T10:", "T05:")]}
    item.save()

    answer = asked(pair, pair.mentee, f"/{meeting_id}", answer=plan(pair, meeting_id).slots[0])

    assert answer.status == 409
    assert "Meetings are between 10:00 and 16:00" in answer.json["error"]["message"]
    assert stored(pair, meeting_id).state == "proposed"
