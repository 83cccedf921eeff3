"""Taking back that a writer was asked for a change, within a minute."""

from datetime import datetime, timedelta

import pytest

from shared.conversations.actions import change_message, withdraw_message
from shared.conversations.items import HELD_DUE, Message, PairOfPerson, held_listing, pair_of_person_key
from shared.conversations.outcomes import outcomes_of
from shared.conversations.steps import steps_of
from shared.moderation.actions import ask_to_change, claim, decline, deliver
from shared.moderation.mine import my_decisions
from shared.moderation.undoing import undo
from shared.notices.sending import send
from shared.platform.errors import Conflict, NotFound
from shared.platform.tables import find
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, TwoWhoWrite
from tests.builders.people import Someone, a_person
from tests.fake_mailer import FakeMailer
from tests.outbox import notices
from tests.racing import just_before_it_writes

from .builders import TAKE_OUT_THE_NUMBER, a_held_message, now_is

LATER = MONDAY + timedelta(minutes=3)
IN_TIME = LATER + timedelta(seconds=59)
TOO_LATE = LATER + timedelta(seconds=60)


@pytest.fixture
def returned(pair: TwoWhoWrite, priya: Someone) -> Message:
    """A message that Priya has just returned."""
    held = a_held_message(pair)
    returns(priya, held, now=LATER)
    return now_is(held)


def returns(someone: Someone, held: Message, *, now: datetime) -> None:
    ask_to_change(
        someone.viewer, held.pair_id, held.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=now
    )


def undoes(someone: Someone, message: Message, *, now: datetime = IN_TIME) -> None:
    undo(someone.viewer, message.pair_id, message.message_id, wording=1, now=now)


def changes(pair: TwoWhoWrite, message: Message) -> None:
    """Its writer words it anew."""
    change_message(
        pair.mentee.viewer, message.pair_id, message.message_id, text=CLEAN, expected_round=1, now=IN_TIME
    )


def states() -> list[str]:
    """Of each e-mail that asks for a change."""
    from shared.notices.items import Notice

    return [one.state for one in Notice.scan() if one.template == "please_change"]


class TestTheEMail:
    def test_waits_for_a_minute_and_is_then_sent(self, returned: Message) -> None:
        (notice,) = notices("please_change")
        mailer = FakeMailer()

        early = send(notice.notice_id, mailer=mailer, now=IN_TIME)
        late = send(notice.notice_id, mailer=mailer, now=TOO_LATE)

        assert (early.did, late.did) == ("left", "accepted")
        assert now_is(returned).state == "returned"

    def test_is_never_sent_once_the_decision_was_taken_back(self, priya: Someone, returned: Message) -> None:
        (notice,) = notices("please_change")
        undoes(priya, returned)
        mailer = FakeMailer()

        assert send(notice.notice_id, mailer=mailer, now=TOO_LATE).did == "left"
        assert states() == ["cancelled"]
        assert notices("please_change") == []

    def test_is_never_sent_once_the_writer_has_changed_the_message(
        self, pair: TwoWhoWrite, returned: Message
    ) -> None:
        changes(pair, returned)

        assert states() == ["cancelled"]

    def test_is_never_sent_once_the_writer_has_taken_the_message_back(
        self, pair: TwoWhoWrite, returned: Message
    ) -> None:
        withdraw_message(pair.mentee.viewer, returned.pair_id, returned.message_id, now=IN_TIME)

        assert states() == ["cancelled"]

    def test_holds_up_no_change_once_it_is_sent(self, pair: TwoWhoWrite, returned: Message) -> None:
        (notice,) = notices("please_change")
        send(notice.notice_id, mailer=FakeMailer(), now=TOO_LATE)

        changes(pair, returned)

        assert states() == ["accepted"]
        assert now_is(returned).state == "pending"

    def test_that_begins_to_go_as_the_writer_changes_the_message_holds_up_no_change(
        self, pair: TwoWhoWrite, returned: Message
    ) -> None:
        (notice,) = notices("please_change")

        with just_before_it_writes(lambda: send(notice.notice_id, mailer=FakeMailer(), now=TOO_LATE)):
            changes(pair, returned)

        assert now_is(returned).state == "pending"

    def test_goes_out_when_it_is_returned_once_more(self, priya: Someone, returned: Message) -> None:
        undoes(priya, returned)

        returns(priya, returned, now=IN_TIME)

        assert sorted(states()) == ["cancelled", "queued"]
        assert now_is(returned).state == "returned"


def test_the_message_is_held_as_before_and_with_whoever_took_it_back(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    held = a_held_message(pair)
    before = now_is(held)
    returns(priya, held, now=LATER)

    undoes(priya, held)

    after = now_is(held)
    assert (after.state, after.reason, after.claimed_by) == ("held", None, priya.person_id)
    for name in ("listing", "listing_order", "due", "due_at", "held_at", "review_by"):
        assert getattr(after, name) == getattr(before, name), name
    assert after.due == HELD_DUE
    listed = Message.by_listing.query(held_listing(pair.programme_id))
    assert [one.message_id for one in listed if isinstance(one, Message)] == [held.message_id]


def test_the_writers_first_page_says_again_that_a_person_reads_it(
    pair: TwoWhoWrite, priya: Someone, returned: Message
) -> None:
    undoes(priya, returned)

    mine = find(PairOfPerson, *pair_of_person_key(pair.mentee.person_id, pair.pair_id))
    assert mine is not None
    assert (mine.held, mine.returned) == ({returned.message_id}, None)


def test_its_history_keeps_both_and_the_decision_counts_for_nothing(
    pair: TwoWhoWrite, priya: Someone, returned: Message
) -> None:
    undoes(priya, returned)

    steps = steps_of(pair.pair_id, returned.message_id)
    assert [step.what for step in steps] == ["written", "held", "returned", "undone"]
    assert list(outcomes_of(pair.programme_id, limit=10)) == []


def test_it_can_then_be_decided_otherwise(pair: TwoWhoWrite, priya: Someone, returned: Message) -> None:
    undoes(priya, returned)

    deliver(priya.viewer, pair.pair_id, returned.message_id, wording=1, now=IN_TIME)

    assert now_is(returned).state == "delivered"
    (outcome,) = outcomes_of(pair.programme_id, limit=10)
    assert outcome.decision == "delivered"
    mine = my_decisions(priya.viewer, pair.programme_id, now=IN_TIME)
    assert [(one.what, one.is_undone) for one in mine.decisions] == [("delivered", False), ("returned", True)]


def test_taken_back_twice_it_is_taken_back_once(priya: Someone, returned: Message) -> None:
    undoes(priya, returned)
    undoes(priya, returned)

    assert [step.what for step in steps_of(returned.pair_id, returned.message_id)][-1] == "undone"
    assert now_is(returned).state == "held"


def test_after_a_minute_it_is_too_late(priya: Someone, returned: Message) -> None:
    with pytest.raises(Conflict, match="The minute is over"):
        undoes(priya, returned, now=TOO_LATE)
    assert now_is(returned).state == "returned"


def test_once_the_e_mail_has_gone_it_is_too_late_whatever_the_clock_says(
    priya: Someone, returned: Message
) -> None:
    (notice,) = notices("please_change")
    send(notice.notice_id, mailer=FakeMailer(), now=TOO_LATE)

    with pytest.raises(Conflict, match="on its way"):
        undoes(priya, returned)
    assert now_is(returned).state == "returned"


def test_what_the_writer_has_changed_already_stays_changed(
    pair: TwoWhoWrite, priya: Someone, returned: Message
) -> None:
    change_message(
        pair.mentee.viewer,
        pair.pair_id,
        returned.message_id,
        text="We can talk here.",
        expected_round=1,
        now=LATER,
    )

    with pytest.raises(Conflict, match="Amina has already changed this message"):
        undoes(priya, returned)
    assert (now_is(returned).state, now_is(returned).text) == ("pending", "We can talk here.")


def test_the_writer_and_the_moderator_at_the_same_moment_do_not_undo_each_other(
    pair: TwoWhoWrite, priya: Someone, returned: Message
) -> None:
    def changes() -> None:
        change_message(
            pair.mentee.viewer,
            pair.pair_id,
            returned.message_id,
            text="We can talk here.",
            expected_round=1,
            now=LATER,
        )

    with just_before_it_writes(changes), pytest.raises(Conflict, match="already changed"):
        undoes(priya, returned)
    assert now_is(returned).text == "We can talk here."


def test_what_the_writer_has_taken_back_stays_taken_back(
    pair: TwoWhoWrite, priya: Someone, returned: Message
) -> None:
    withdraw_message(pair.mentee.viewer, pair.pair_id, returned.message_id, now=LATER)

    with pytest.raises(Conflict, match="Amina Yusuf has already taken it back"):
        undoes(priya, returned)


@pytest.mark.parametrize("decision", ["deliver", "decline"])
def test_only_asking_for_a_change_can_be_taken_back(pair: TwoWhoWrite, priya: Someone, decision: str) -> None:
    held = a_held_message(pair)
    if decision == "deliver":
        deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)
    else:
        decline(priya.viewer, pair.pair_id, held.message_id, reason="Not for here.", wording=1, now=LATER)

    with pytest.raises(Conflict, match="Only asking for a change"):
        undoes(priya, held)


def test_nobody_takes_back_what_another_decided(pair: TwoWhoWrite, returned: Message) -> None:
    morag = a_person("safeguarding_lead", pair.programme)

    with pytest.raises(Conflict, match="Priya Nair decided that"):
        undoes(morag, returned)


def test_to_those_of_the_pair_there_is_nothing_to_take_back(pair: TwoWhoWrite, returned: Message) -> None:
    for someone in (pair.mentee, pair.mentor):
        with pytest.raises(NotFound):
            undoes(someone, returned)


def test_a_message_that_nobody_returned_has_nothing_to_take_back(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair)
    claim(priya.viewer, pair.pair_id, held.message_id, now=LATER)

    with pytest.raises(Conflict, match="no decision of yours"):
        undoes(priya, held)
