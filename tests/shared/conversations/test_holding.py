"""Checking a message: held for a person, with its concern and its alert, and who is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.people.views import MOST_TOLD
from shared.safeguarding.items import Concern, concern_key
from tests.builders.clock import MONDAY
from tests.builders.conversations import WITH_A_NUMBER, WORRIED, a_message, a_pair
from tests.builders.people import a_person, also_in, is_away
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.outbox import notices

from .builders import a_finding, a_verdict, check, everything_of, held_in, stored

pytestmark = pytest.mark.usefixtures("tables")


def test_a_message_with_a_phone_number_waits_for_a_person() -> None:
    pair = a_pair()
    coordinator = a_person("coordinator", pair.programme)
    a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WITH_A_NUMBER)

    checked = check(message)

    assert (checked.state, checked.told) == ("held", 1)
    after = stored(pair, message)
    assert (after.severity, after.lane, after.delivered_at) == ("medium", "moderation", None)
    assert [found["category"] for found in after.findings] == ["phone"]
    assert held_in(pair) == [message.message_id]
    [notice] = notices()
    assert (notice.template, notice.address) == ("held_for_you", coordinator.address)


def test_what_is_most_severe_stands_first_in_the_queue_and_then_what_is_oldest() -> None:
    pair = a_pair()
    a_person("coordinator", pair.programme)
    numbers = [a_message(pair, WITH_A_NUMBER, now=MONDAY + timedelta(minutes=n)) for n in range(2)]
    worry = a_message(pair, WORRIED)
    for place, message in enumerate([*numbers, worry]):
        check(message, now=MONDAY + timedelta(hours=1, minutes=place))

    assert held_in(pair) == [worry.message_id, *(one.message_id for one in numbers)]


def test_held_twice_it_is_held_once() -> None:
    pair = a_pair()
    a_person("coordinator", pair.programme)
    a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WORRIED)
    check(message)
    before, told = everything_of(pair), len(notices())

    assert check(message).decided is False

    assert everything_of(pair) == before
    assert len(notices()) == told


def test_a_worry_raises_a_concern_and_an_alert_with_the_hold() -> None:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)
    a_person("coordinator", pair.programme)
    message = a_message(pair, WORRIED)

    check(message)

    after = stored(pair, message)
    assert (after.state, after.severity, after.lane) == ("held", "immediate", "safeguarding")
    concern = Concern.get(*concern_key(after.concern_id))
    assert (concern.category, concern.severity, concern.words) == ("suicide", "immediate", WORRIED)
    assert (concern.about_id, concern.about_name) == (pair.mentee.person_id, "Amina Yusuf")
    start = WORRIED.index("want to die")
    assert concern.spans == [{"start": start, "end": start + 11, "category": "suicide"}]
    assert [one.address for one in notices("concern_alert")] == [lead.address]


def test_somebody_who_is_administrator_and_safeguarding_lead_is_alerted_as_the_lead() -> None:
    from tests.builders.people import also_in

    pair = a_pair()
    both = a_person("administrator", pair.programme)
    also_in(pair.programme, both, role="safeguarding_lead")

    check(a_message(pair, WORRIED))

    [alert] = notices("concern_alert")
    assert alert.address == both.address
    assert alert.path is not None
    assert alert.path.startswith("/concerns/")


def test_a_mentor_who_is_also_a_coordinator_is_not_told_of_what_they_wrote() -> None:
    from tests.builders.people import also_in

    pair = a_pair()
    also_in(pair.programme, pair.mentor, role="coordinator")
    lead = a_person("safeguarding_lead", pair.programme)

    check(a_message(pair, WITH_A_NUMBER, by="mentor"))

    assert [one.address for one in notices("held_for_you")] == [lead.address]


@pytest.mark.parametrize("roles", [("safeguarding_lead",), ("deputy", "regional_manager")])
def test_without_a_coordinator_everybody_who_may_read_it_is_told(roles: tuple[str, ...]) -> None:
    pair = a_pair()
    people = [a_person(role, pair.programme) for role in roles]
    a_person("administrator", pair.programme)

    check(a_message(pair, WITH_A_NUMBER))

    assert {one.address for one in notices()} == {one.address for one in people}


def test_a_worry_is_kept_from_the_mentee_s_other_mentor_though_they_are_on_the_staff() -> None:
    pair = a_pair()
    other = a_person("mentor", pair.programme, first_name="Fergus", surname="Bell")
    a_pair(pair.programme, mentor=other, mentee=pair.mentee)
    also_in(pair.programme, other, role="safeguarding_lead")
    lead = a_person("safeguarding_lead", pair.programme)

    check(a_message(pair, WORRIED))

    assert [one.address for one in notices("concern_alert")] == [lead.address]


def test_who_stands_in_for_a_coordinator_is_told_of_what_is_held() -> None:
    pair = a_pair()
    coordinator = a_person("coordinator", pair.programme)
    deputy = a_person("deputy", pair.programme)
    is_away(coordinator, stand_in=deputy.person_id)

    check(a_message(pair, WITH_A_NUMBER))

    assert [one.address for one in notices("held_for_you")] == [deputy.address]


def test_with_everybody_away_the_coordinators_are_told_all_the_same() -> None:
    pair = a_pair()
    coordinator = a_person("coordinator", pair.programme)
    is_away(coordinator)

    check(a_message(pair, WITH_A_NUMBER))

    assert [one.address for one in notices("held_for_you")] == [coordinator.address]


def test_with_no_staff_at_all_it_is_held_and_the_caller_learns_that_nobody_was_told() -> None:
    pair = a_pair()
    message = a_message(pair, WITH_A_NUMBER)

    checked = check(message)

    assert (checked.state, checked.told) == ("held", 0)
    assert held_in(pair) == [message.message_id]


def test_a_programme_with_a_hundred_staff_fits_into_one_transaction() -> None:
    pair = a_pair()
    for number in range(MOST_TOLD + 10):
        for role in ("coordinator", "safeguarding_lead"):
            handle = f"{role}-{number}"
            someone = replace(pair.mentor, person_id=handle, address=f"{handle}@example.org")
            also_in(pair.programme, someone, role=role)

    checked = check(a_message(pair, WORRIED))

    assert (checked.state, checked.told) == ("held", MOST_TOLD)


def test_where_everything_is_read_a_clean_message_waits_too() -> None:
    policy = a_policy(moderation={"mode": "brokered"})
    pair = a_pair(a_programme(policy=policy))
    message = a_message(pair)

    assert check(message).state == "held"
    assert notices("new_message") == []


def test_what_was_written_before_a_conversation_ended_is_not_delivered_after() -> None:
    pair = a_pair(status="ended")
    message = a_message(pair)

    assert check(message).state == "held"
    assert [found["category"] for found in stored(pair, message).findings] == ["pair_ended"]


def test_a_text_of_nothing_but_findings_can_be_held() -> None:
    pair = a_pair()
    message = a_message(pair, "a.uk " * 1_000)
    found = [a_finding("link", start=place * 5, matched="a.uk" * 1_000) for place in range(1_000)]

    assert check(message, lambda *_, **__: a_verdict(*found)).state == "held"
