"""Messages that a mentee gave to the staff, entered on the mentee's behalf."""

import pytest

from shared.audit.items import Waiting
from shared.conversations.actions import check_message, withdraw_message
from shared.conversations.items import Message, pair_key
from shared.conversations.on_behalf import NOT_HERE, enter_for_mentee, on_behalf_form
from shared.conversations.views import conversation
from shared.filtering import check
from shared.platform.errors import Conflict, Invalid, NotFound, Refused
from shared.safeguarding.items import Concern
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WORRIED, TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme

from .builders import stored

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    policy = a_policy(delivery={"entered_for_mentees": ["telephone", "email"]})
    return a_pair(programme=a_programme(policy=policy))


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


def enters(
    someone: Someone, pair: TwoWhoWrite, text: str = CLEAN, *, arrived_by: str = "telephone", key: str = "a"
) -> Message:
    return enter_for_mentee(
        someone.viewer, pair.pair_id, arrived_by=arrived_by, text=text, key=key, now=MONDAY
    )


def messages_of(pair: TwoWhoWrite) -> list[Message]:
    return list(Message.query(pair_key(pair.pair_id)[0], Message.sk.startswith("MESSAGE#")))


def test_it_is_the_mentees_message_and_waits_for_its_check(pair: TwoWhoWrite, priya: Someone) -> None:
    message = enters(priya, pair)

    assert (message.sender_id, message.sender_role, message.state) == (
        pair.mentee.person_id,
        "mentee",
        "pending",
    )
    assert (message.entered_by, message.arrived_by) == (priya.person_id, "telephone")


def test_both_see_how_it_arrived_and_neither_who_entered_it(pair: TwoWhoWrite, priya: Someone) -> None:
    message = enters(priya, pair)
    check_message(pair.pair_id, message.message_id, checker=check, now=MONDAY)

    for reader in (pair.mentor, pair.mentee):
        [letter] = conversation(reader.viewer, pair.pair_id, now=MONDAY).letters
        assert (letter.name, letter.via) == (pair.mentee.first_name, "telephone")
        assert priya.surname not in repr(letter)


def test_a_worry_in_it_raises_a_concern_about_the_mentee(pair: TwoWhoWrite, priya: Someone) -> None:
    a_person("safeguarding_lead", pair.programme)
    message = enters(priya, pair, WORRIED)

    check_message(pair.pair_id, message.message_id, checker=check, now=MONDAY)

    after = stored(pair, message)
    assert after.state == "held"
    [concern] = [one for one in Concern.scan() if isinstance(one, Concern)]
    assert (concern.concern_id, concern.about_id) == (after.concern_id, pair.mentee.person_id)


def test_that_it_was_entered_is_in_the_audit_record(pair: TwoWhoWrite, priya: Someone) -> None:
    message = enters(priya, pair, arrived_by="email")

    [made] = [one for one in Waiting.scan() if isinstance(one, Waiting) and one.what == "entered_message"]
    assert (made.on, made.by_id, made.why) == (
        f"message:{pair.pair_id}/{message.message_id}",
        priya.person_id,
        "By e-mail",
    )


def test_the_form_sent_again_enters_it_once(pair: TwoWhoWrite, priya: Someone) -> None:
    assert enters(priya, pair).message_id == enters(priya, pair).message_id
    assert len(messages_of(pair)) == 1

    with pytest.raises(Conflict):
        enters(priya, pair, "Something else altogether, which must not be lost without a word.")


def test_the_mentee_can_take_it_back_as_their_own(pair: TwoWhoWrite, priya: Someone) -> None:
    message = enters(priya, pair)

    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=MONDAY)

    assert stored(pair, message).state == "withdrawn"


@pytest.mark.parametrize("arrived_by", ["", "text", "carrier pigeon"])
def test_only_the_ways_of_the_policy_are_taken(pair: TwoWhoWrite, priya: Someone, arrived_by: str) -> None:
    with pytest.raises(Invalid, match="how the message reached you"):
        enters(priya, pair, arrived_by=arrived_by)

    assert [one.value for one in on_behalf_form(priya.viewer, pair.pair_id).ways] == ["telephone", "email"]


def test_where_the_policy_has_none_nothing_is_entered(tables: None) -> None:
    pair = a_pair()
    priya = a_person("coordinator", pair.programme)

    with pytest.raises(Refused) as refused:
        enters(priya, pair)

    assert refused.value.sentence == NOT_HERE
    assert not conversation(priya.viewer, pair.pair_id, now=MONDAY).may_enter


def test_for_everybody_else_there_is_no_such_form(pair: TwoWhoWrite) -> None:
    elsewhere = a_person("coordinator", a_programme("Somewhere Else"))
    for one in (pair.mentor, pair.mentee, a_person("administrator", pair.programme), elsewhere):
        with pytest.raises(NotFound):
            enters(one, pair)
        with pytest.raises(NotFound):
            on_behalf_form(one.viewer, pair.pair_id)
