"""What waits elsewhere comes with the weekly e-mail."""

from datetime import datetime, timedelta

import pytest

from shared.conversations.ending_items import Ending, ending_key, ends_on
from shared.conversations.items import Pair
from shared.conversations.resting import taking_part
from shared.conversations.steps import load_pair
from shared.nudges.digests import send_digests
from shared.nudges.mornings import remind_of_forms, remind_of_reports
from shared.nudges.sources import still_due
from shared.nudges.waiting import reminders_of
from shared.people.asked import Asked, stored_asked
from shared.people.items import Membership, forms_due, membership_key
from shared.people.leave import Leave
from shared.platform.clock import order
from shared.policies.presets import load_preset
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import a_person
from tests.builders.programmes import a_programme
from tests.shared.nudges.builders import e_mails


def test_a_form_that_waits_comes_with_the_weekly_e_mail_for_as_long_as_it_waits(tables: None) -> None:
    pair, answered = a_pair_with_a_form(), a_pair_with_a_form("Chess by Post", "rory.mackay@example.org")
    for one in (pair, answered):
        assert remind_of_forms(one.programme_id, now=MONDAY + timedelta(days=8)) == 1
        assert remind_of_forms(one.programme_id, now=MONDAY + timedelta(days=8, hours=1)) == 0
    set_forms(answered, answered_at=MONDAY + timedelta(days=9))

    assert send_digests(lambda: MONDAY + timedelta(days=14)).sent == 1

    [letter] = e_mails("weekly_digest")
    assert (letter.address, letter.things) == (pair.mentee.address, {"form": 1})


@pytest.mark.parametrize("taken_back", ["leave", "membership"])
def test_whoever_takes_back_that_they_may_be_asked_hears_no_more_of_a_form(
    tables: None, taken_back: str
) -> None:
    pair = a_pair_with_a_form()
    remind_of_forms(pair.programme_id, now=MONDAY + timedelta(days=8))
    member = Membership.get(*membership_key(pair.mentee.person_id, pair.programme_id, "mentee"))
    assert still_due_of(pair, now=MONDAY + timedelta(days=14)) == ["form"]
    if taken_back == "leave":
        member.update([Membership.leave.set(Leave({"feedback": "no"}).as_stored())])
    else:
        member.update([Membership.status.set("left")])

    assert still_due_of(pair, now=MONDAY + timedelta(days=14)) == []


def still_due_of(pair: TwoWhoWrite, *, now: datetime) -> list[str]:
    found = load_pair(pair.pair_id)
    return list(still_due(found, taking_part(found, now=now), "mentee", ["form"], now))


def test_forms_on_the_pages_of_two_conversations_wait_with_both(tables: None) -> None:
    pair = a_pair_with_a_form()
    forms = [Asked("", one, pair_id, MONDAY) for one, pair_id in (("start", pair.pair_id), ("end", "other"))]
    member = Membership.get(*membership_key(pair.mentee.person_id, pair.programme_id, "mentee"))
    member.update([Membership.forms.set(stored_asked(forms))])

    remind_of_forms(pair.programme_id, now=MONDAY + timedelta(days=8))

    assert reminders_of(pair.mentee.person_id).waiting == {f"form#{pair.pair_id}", "form#other"}


def a_pair_with_a_form(name: str = "Career Ladders", address: str = "") -> TwoWhoWrite:
    """The mentee was asked how it goes on MONDAY, and is to be reminded a week later."""
    programme = a_programme(name, policy=load_preset("college-pilot"))
    handle = name.split()[0].casefold()
    pair = a_pair(
        programme,
        mentor=a_person("mentor", programme, address=f"{handle}@example.org", username=handle),
        mentee=a_person("mentee", programme, address=address, username=f"{handle}-mentee"),
    )
    set_forms(pair)
    return pair


def set_forms(pair: TwoWhoWrite, answered_at: datetime | None = None) -> None:
    asked = Asked("", "start", pair.pair_id, MONDAY, answered_at)
    member = Membership.get(*membership_key(pair.mentee.person_id, pair.programme_id, "mentee"))
    member.forms = stored_asked([asked])
    if answered_at is None:
        member.due, member.due_at = forms_due(pair.programme_id), order(MONDAY + timedelta(days=7))
    member.save()


def test_a_report_that_is_not_in_comes_with_each_weekly_e_mail_until_it_is(tables: None) -> None:
    pair = a_pair(a_programme(policy=load_preset("college-pilot")))
    has_ended_on(pair, "2026-11-20")
    weeks = [MONDAY + timedelta(weeks=one) for one in range(1, 4)]

    for number, week in enumerate(weeks):
        remind_of_reports(pair.programme_id, now=week - timedelta(days=4))
        remind_of_reports(pair.programme_id, now=week - timedelta(hours=4))
        if number == 2:
            is_in = Ending.mentor_report_at.set(week - timedelta(hours=1))
            Ending.get(*ending_key(pair.pair_id)).update([is_in])
        send_digests(lambda week=week: week)

    things = [dict(one.things) for one in e_mails("weekly_digest", pair.mentor)]
    assert things == [{"report": 1}] * 2


def test_after_four_weeks_it_is_for_a_coordinator_to_ask_for_a_report(tables: None) -> None:
    pair = a_pair(a_programme(policy=load_preset("college-pilot")))
    has_ended_on(pair, "2026-11-20")

    assert remind_of_reports(pair.programme_id, now=MONDAY + timedelta(days=34, hours=20)) > 0
    assert remind_of_reports(pair.programme_id, now=MONDAY + timedelta(days=83, hours=20)) == 0


def has_ended_on(pair: TwoWhoWrite, day: str) -> None:
    found = load_pair(pair.pair_id)
    found.update([Pair.status.set("ended")])
    Ending(*ending_key(pair.pair_id)).update(ends_on(found, day))
