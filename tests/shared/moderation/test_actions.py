"""What moderators do with held messages."""

from datetime import timedelta

import pytest

from shared.conversations.actions import withdraw_message
from shared.conversations.items import Message, Pair, held_listing, pair_key
from shared.conversations.steps import steps_of
from shared.moderation.actions import ask_to_change, claim, decline, deliver, release
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.tables import find
from shared.safeguarding.items import Concern, concern_key, concerns_listing
from tests.builders.clock import MONDAY
from tests.builders.conversations import WITH_A_NUMBER, WORRIED, TwoWhoWrite, a_message
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme, with_a_broken_policy
from tests.outbox import notices
from tests.racing import just_before_it_writes
from tests.roles import who_is_also

from .builders import TAKE_OUT_THE_NUMBER, a_held_message, a_worry, now_is, worded_anew

LATER = MONDAY + timedelta(minutes=3)
MUCH_LATER = MONDAY + timedelta(minutes=11)


def history(message: Message) -> list[str]:
    return [step.what for step in steps_of(message.pair_id, message.message_id)]


class TestDelivering:
    def test_a_delivered_message_reaches_its_reader_and_leaves_the_queue(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_held_message(pair)

        deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

        message = now_is(held)
        assert (message.state, message.delivered_at) == ("delivered", LATER)
        assert [one.address for one in notices("new_message")] == [pair.mentor.address]
        assert list(Message.by_listing.query(held_listing(pair.programme_id))) == []

    def test_the_pair_remembers_who_wrote_last_as_after_any_delivery(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_held_message(pair)

        deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

        stored = find(Pair, *pair_key(pair.pair_id))
        assert stored is not None
        assert (stored.last_delivered_at, stored.last_sender_id) == (LATER, pair.mentee.person_id)

    def test_the_history_says_who_decided_and_when(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)

        deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

        step = steps_of(pair.pair_id, held.message_id)[-1]
        assert (step.what, step.by_name, step.at) == ("delivered", priya.name, LATER)

    def test_deciding_the_same_twice_changes_nothing(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)

        for _ in range(2):
            decided = deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

        assert decided.state == "delivered"
        assert history(held) == ["written", "held", "delivered"]
        assert len(notices("new_message")) == 1


class TestAskingToChange:
    def test_the_writer_is_asked_and_reads_the_reason(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)

        ask_to_change(
            priya.viewer, pair.pair_id, held.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=LATER
        )

        message = now_is(held)
        assert (message.state, message.reason) == ("returned", TAKE_OUT_THE_NUMBER)
        (notice,) = notices("please_change")
        assert notice.address == pair.mentee.address
        assert TAKE_OUT_THE_NUMBER not in str(notice.to_simple_dict())
        assert notices("new_message") == []

    def test_both_wordings_and_every_decision_stay_in_the_history(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_held_message(pair)
        ask_to_change(
            priya.viewer, pair.pair_id, held.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=LATER
        )
        again = worded_anew(pair, now_is(held), "My number really is 07700 900123.", now=MUCH_LATER)

        decline(
            priya.viewer,
            pair.pair_id,
            held.message_id,
            reason="We have asked once already.",
            wording=2,
            now=MUCH_LATER,
        )

        assert history(again) == ["written", "held", "returned", "changed", "held", "declined"]
        texts = [step.text for step in steps_of(pair.pair_id, held.message_id) if step.text]
        assert texts == [WITH_A_NUMBER, "My number really is 07700 900123."]

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 1_001, "Please\x00 change"])
    def test_a_reason_that_cannot_be_sent_is_refused(
        self, pair: TwoWhoWrite, priya: Someone, reason: str
    ) -> None:
        held = a_held_message(pair)

        with pytest.raises(Invalid):
            ask_to_change(priya.viewer, pair.pair_id, held.message_id, reason=reason, wording=1, now=LATER)
        assert now_is(held).state == "held"

    def test_the_same_click_after_the_writer_has_changed_it_changes_nothing(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_held_message(pair)
        ask_to_change(
            priya.viewer, pair.pair_id, held.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=LATER
        )
        worded_anew(pair, now_is(held), "My number really is 07700 900123.", now=LATER)

        ask_to_change(
            priya.viewer, pair.pair_id, held.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=LATER
        )

        assert now_is(held).state == "held"
        assert notices("please_change") == []


class TestDeclining:
    def test_a_declined_message_is_never_delivered_and_its_writer_is_told(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_held_message(pair)

        decline(
            priya.viewer, pair.pair_id, held.message_id, reason="This is not for here.", wording=1, now=LATER
        )

        assert now_is(held).state == "declined"
        assert [one.address for one in notices("not_delivered")] == [pair.mentee.address]
        assert notices("new_message") == []


class TestWorries:
    @pytest.fixture(autouse=True)
    def somebody_to_tell(self, morag: Someone) -> None:
        """The programme has a safeguarding lead."""

    def test_a_worry_is_never_returned(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_worry(pair)

        with pytest.raises(Conflict, match="not asked to take it out"):
            ask_to_change(
                priya.viewer, pair.pair_id, held.message_id, reason="Please reword it.", wording=1, now=LATER
            )
        assert now_is(held).state == "held"
        assert notices("please_change") == []

    def test_a_delivered_worry_keeps_its_concern(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_worry(pair)

        deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

        concern = find(Concern, *concern_key(now_is(held).concern_id or ""))
        assert concern is not None
        assert (concern.state, concern.words) == ("open", WORRIED)

    @pytest.mark.parametrize("decision", ["deliver", "decline"])
    def test_a_worry_without_a_concern_gets_one_with_the_decision(
        self, pair: TwoWhoWrite, priya: Someone, decision: str
    ) -> None:
        finding = {
            "category": "suicide",
            "severity": "immediate",
            "sentence": "Thank you.",
            "start": WORRIED.index("want to die"),
            "end": WORRIED.index(" and I do"),
        }
        held = a_message(
            pair,
            WORRIED,
            state="held",
            severity="immediate",
            lane="safeguarding",
            findings=[finding],
        )
        if decision == "deliver":
            deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)
        else:
            decline(
                priya.viewer, pair.pair_id, held.message_id, reason="We will ring you.", wording=1, now=LATER
            )

        (concern,) = Concern.by_listing.query(concerns_listing(pair.programme_id, "open"))
        assert concern.concern_id == now_is(held).concern_id
        assert (concern.about_id, concern.category) == (pair.mentee.person_id, "suicide")
        assert len(notices("concern_alert")) == 1


class TestWithoutAPolicy:
    def test_what_is_held_can_still_be_claimed_and_decided_on(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        with_a_broken_policy(pair.programme)
        held = a_held_message(pair, WORRIED)

        until = claim(priya.viewer, pair.pair_id, held.message_id, now=LATER)
        deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

        assert until == LATER + timedelta(minutes=10)
        assert now_is(held).state == "delivered"


class TestClaiming:
    def test_a_claim_lasts_as_long_as_the_policy_says(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)

        until = claim(priya.viewer, pair.pair_id, held.message_id, now=MONDAY)

        assert until == MONDAY + timedelta(minutes=10)
        assert now_is(held).claimed_by_name == priya.name

    def test_the_same_person_can_renew_it(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)
        claim(priya.viewer, pair.pair_id, held.message_id, now=MONDAY)

        assert claim(priya.viewer, pair.pair_id, held.message_id, now=LATER) == LATER + timedelta(minutes=10)

    def test_nobody_else_can_take_it_or_decide_meanwhile(
        self, pair: TwoWhoWrite, priya: Someone, morag: Someone
    ) -> None:
        held = a_held_message(pair)
        claim(priya.viewer, pair.pair_id, held.message_id, now=MONDAY)

        with pytest.raises(Conflict, match=r"Priya Nair is reading this message and has it until 09:10\."):
            claim(morag.viewer, pair.pair_id, held.message_id, now=LATER)
        with pytest.raises(Conflict, match="Priya Nair"):
            deliver(morag.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)
        assert now_is(held).state == "held"

    def test_when_it_is_over_anybody_can_take_it(
        self, pair: TwoWhoWrite, priya: Someone, morag: Someone
    ) -> None:
        held = a_held_message(pair)
        claim(priya.viewer, pair.pair_id, held.message_id, now=MONDAY)

        claim(morag.viewer, pair.pair_id, held.message_id, now=MUCH_LATER)

        assert now_is(held).claimed_by == morag.person_id

    def test_somebody_who_lets_it_go_leaves_it_to_others(
        self, pair: TwoWhoWrite, priya: Someone, morag: Someone
    ) -> None:
        held = a_held_message(pair)
        claim(priya.viewer, pair.pair_id, held.message_id, now=MONDAY)
        release(priya.viewer, pair.pair_id, held.message_id, now=LATER)

        deliver(morag.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

        assert now_is(held).state == "delivered"

    def test_nobody_can_let_go_of_anothers(self, pair: TwoWhoWrite, priya: Someone, morag: Someone) -> None:
        held = a_held_message(pair)
        claim(priya.viewer, pair.pair_id, held.message_id, now=MONDAY)

        release(morag.viewer, pair.pair_id, held.message_id, now=LATER)

        assert now_is(held).claimed_by == priya.person_id

    def test_a_message_can_be_decided_on_without_a_claim(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)

        deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

        assert now_is(held).state == "delivered"

    def test_nothing_is_left_to_claim_once_it_was_decided(
        self, pair: TwoWhoWrite, priya: Someone, morag: Someone
    ) -> None:
        held = a_held_message(pair)
        deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

        with pytest.raises(Conflict, match=r"Priya Nair has already delivered it, at 09:03\."):
            claim(morag.viewer, pair.pair_id, held.message_id, now=MUCH_LATER)


class TestTwoAtOnce:
    def test_one_wins_and_the_other_is_told_who(
        self, pair: TwoWhoWrite, priya: Someone, morag: Someone
    ) -> None:
        held = a_held_message(pair)

        def priya_declines() -> None:
            decline(priya.viewer, pair.pair_id, held.message_id, reason="Not for here.", wording=1, now=LATER)

        with (
            pytest.raises(Conflict, match=r"Priya Nair has already declined it, at 09:03\."),
            just_before_it_writes(priya_declines),
        ):
            deliver(morag.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

        assert history(held) == ["written", "held", "declined"]
        assert notices("new_message") == []

    def test_a_claim_taken_just_before_stands(
        self, pair: TwoWhoWrite, priya: Someone, morag: Someone
    ) -> None:
        held = a_held_message(pair)

        with (
            pytest.raises(Conflict, match="Priya Nair is reading"),
            just_before_it_writes(lambda: claim(priya.viewer, pair.pair_id, held.message_id, now=LATER)),
        ):
            deliver(morag.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)
        assert now_is(held).state == "held"

    def test_a_writer_who_takes_it_back_just_before_is_heard(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)

        def amina_takes_it_back() -> None:
            withdraw_message(pair.mentee.viewer, pair.pair_id, held.message_id, now=LATER)

        with (
            pytest.raises(Conflict, match="taken it back"),
            just_before_it_writes(amina_takes_it_back),
        ):
            deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)
        assert now_is(held).state == "withdrawn"

    def test_a_wording_that_nobody_has_read_is_not_delivered_by_an_old_page(
        self, pair: TwoWhoWrite, priya: Someone, morag: Someone
    ) -> None:
        held = a_held_message(pair)
        ask_to_change(
            priya.viewer, pair.pair_id, held.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=LATER
        )
        worded_anew(pair, now_is(held), "My number really is 07700 900123.", now=LATER)

        with pytest.raises(Conflict, match="already asked for a change"):
            deliver(morag.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)
        assert now_is(held).state == "held"


class TestWhoMayDecide:
    @pytest.mark.parametrize("role", ["mentee", "mentor", "administrator"])
    def test_nobody_but_those_who_moderate(self, pair: TwoWhoWrite, role: str) -> None:
        held = a_held_message(pair)
        viewer = a_person(role, pair.programme, first_name="Una", surname="Hughes").viewer

        with pytest.raises(NotFound):
            deliver(viewer, pair.pair_id, held.message_id, wording=1, now=LATER)
        with pytest.raises(NotFound):
            claim(viewer, pair.pair_id, held.message_id, now=LATER)

    def test_nobody_of_another_programme(self, pair: TwoWhoWrite) -> None:
        held = a_held_message(pair)
        stranger = a_person("coordinator", a_programme("Night Owls")).viewer

        with pytest.raises(NotFound):
            deliver(stranger, pair.pair_id, held.message_id, wording=1, now=LATER)

    def test_no_mentor_of_the_pair_who_is_also_a_coordinator(self, pair: TwoWhoWrite) -> None:
        viewer = who_is_also(pair.mentor, "coordinator")
        held = a_held_message(pair)

        with pytest.raises(NotFound):
            deliver(viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

    def test_a_message_that_is_not_there_is_not_found(self, pair: TwoWhoWrite, priya: Someone) -> None:
        with pytest.raises(NotFound):
            deliver(priya.viewer, pair.pair_id, "0" * 32, wording=1, now=LATER)
