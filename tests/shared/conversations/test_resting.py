"""What happens in a conversation while one of the two may not take part."""

from datetime import timedelta

import pytest

from shared.conversations.actions import check_message, write_message
from shared.conversations.items import Message
from shared.conversations.pairing import pair_up
from shared.conversations.views import conversation
from shared.moderation.actions import decline, deliver
from shared.people.items import Membership, membership_key
from shared.platform.errors import Conflict, Refused
from shared.safeguarding.items import Concern, concern_key
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.outbox import notices

from .builders import TheFilter, stored

pytestmark = pytest.mark.usefixtures("tables")
YESTERDAY = "2026-11-22"
TODAY = "2026-11-23"
CHECKED = a_policy(vetting={"checks": [{"id": "dbs", "name": "Enhanced DBS"}]})
LATER = MONDAY + timedelta(minutes=3)


def a_pair_vetted_until(last_day: str) -> TwoWhoWrite:
    programme = a_programme(policy=CHECKED)
    return a_pair(programme, mentor=a_person("mentor", programme, vetted_until=last_day))


def cleared(mentor: Someone, last_day: str = "2027-11-22") -> None:
    member = Membership.get(*membership_key(mentor.person_id, mentor.programme_id, "mentor"))
    member.vetted_until = last_day
    member.save()


def checked(pair: TwoWhoWrite, text: str = CLEAN, *, by: str = "mentee") -> Message:
    writer = pair.mentor if by == "mentor" else pair.mentee
    message = write_message(writer.viewer, pair.pair_id, text=text, key="form-1", now=MONDAY)
    check_message(pair.pair_id, message.message_id, checker=TheFilter(), now=MONDAY)
    return stored(pair, message)


def test_on_the_last_day_messages_still_pass() -> None:
    assert checked(a_pair_vetted_until(TODAY)).state == "delivered"


@pytest.mark.parametrize("by", ["mentor", "mentee"])
def test_from_the_next_day_on_what_either_writes_is_taken_and_waits(by: str) -> None:
    pair = a_pair_vetted_until(YESTERDAY)

    message = checked(pair, by=by)

    assert (message.state, message.lane) == ("held", "moderation")
    assert [found["category"] for found in message.findings] == ["paused"]
    assert notices("new_message") == []


def test_a_worry_is_passed_on_to_the_safeguarding_lead_all_the_same() -> None:
    pair = a_pair_vetted_until(YESTERDAY)
    lead = a_person("safeguarding_lead", pair.programme)

    message = checked(pair, WORRIED)

    assert (message.state, message.lane) == ("held", "safeguarding")
    assert Concern.get(*concern_key(message.concern_id)).category == "suicide"
    assert [one.address for one in notices("concern_alert")] == [lead.address]


def test_nobody_can_deliver_it_until_the_pause_ends_and_then_a_person_does() -> None:
    pair = a_pair_vetted_until(YESTERDAY)
    coordinator = a_person("coordinator", pair.programme)
    message = checked(pair)

    with pytest.raises(Conflict, match="Callum was cleared as a mentor until 22 November 2026"):
        deliver(coordinator.viewer, pair.pair_id, message.message_id, wording=1, now=LATER)
    assert stored(pair, message).state == "held"

    cleared(pair.mentor)
    assert stored(pair, message).state == "held"
    deliver(coordinator.viewer, pair.pair_id, message.message_id, wording=1, now=LATER)
    assert stored(pair, message).state == "delivered"


def test_it_can_be_declined_meanwhile() -> None:
    pair = a_pair_vetted_until(YESTERDAY)
    coordinator = a_person("coordinator", pair.programme)
    message = checked(pair)

    decline(
        coordinator.viewer,
        pair.pair_id,
        message.message_id,
        reason="Please write again once this conversation goes on.",
        wording=1,
        now=LATER,
    )

    assert stored(pair, message).state == "declined"


def test_the_two_learn_that_it_rests_and_staff_learn_why() -> None:
    pair = a_pair_vetted_until(YESTERDAY)
    a_message(pair, state="delivered")
    coordinator = a_person("coordinator", pair.programme)

    for someone in (pair.mentee, pair.mentor):
        seen = conversation(someone.viewer, pair.pair_id, now=MONDAY)
        assert (seen.rests, seen.rests_because, seen.may_write) == (True, "", True)
    seen = conversation(coordinator.viewer, pair.pair_id, now=MONDAY)
    assert "Callum was cleared" in seen.rests_because


def test_a_mentor_who_is_not_cleared_is_paired_with_nobody() -> None:
    programme = a_programme(policy=CHECKED)
    mentor = a_person("mentor", programme, vetted_until="")
    mentee = a_person("mentee", programme)
    coordinator = a_person("coordinator", programme)

    def pair_them() -> str:
        return pair_up(
            coordinator.viewer,
            programme.programme_id,
            mentor_id=mentor.person_id,
            mentee_id=mentee.person_id,
            cohort_id="",
            key="form-1",
            now=MONDAY,
        )

    with pytest.raises(Refused, match="Callum has not been cleared as a mentor") as refused:
        pair_them()
    assert refused.value.field == "mentor_id"

    cleared(mentor)
    assert pair_them()
