"""What moderators see."""

from datetime import datetime, timedelta

import pytest

from shared.conversations.actions import withdraw_message
from shared.conversations.items import Message, held_listing, held_order, message_key
from shared.moderation.actions import ask_to_change, claim
from shared.moderation.choosing import Wanted
from shared.moderation.queue import READ_AT_ONCE, next_page, queue
from shared.moderation.views import held_message
from shared.platform.clock import order
from shared.platform.errors import NotFound
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.faults import calls
from tests.roles import who_is_also

from .builders import TAKE_OUT_THE_NUMBER, a_checked_message, a_held_message, a_worry, now_is, worded_anew

LATER = MONDAY + timedelta(minutes=3)


class TestTheQueue:
    def test_the_most_severe_come_first_and_then_the_oldest(self, pair: TwoWhoWrite, priya: Someone) -> None:
        late = a_held_message(pair, now=LATER)
        early = a_held_message(pair)
        worst = a_worry(pair, now=LATER)

        rows = queue(priya.viewer, pair.programme_id, now=LATER).messages

        assert [row.message_id for row in rows] == [worst.message_id, early.message_id, late.message_id]
        assert [row.is_worry for row in rows] == [True, False, False]

    def test_a_row_says_who_wrote_to_whom_and_what_was_found(self, pair: TwoWhoWrite, priya: Someone) -> None:
        a_held_message(pair)

        (row,) = queue(priya.viewer, pair.programme_id, now=LATER).messages

        assert (row.writer_name, row.reader_name) == (pair.mentee.name, pair.mentor.name)
        assert (row.found, row.severity) == ("phone number", "medium")

    def test_it_shows_who_is_reading_a_message_while_they_are(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_held_message(pair)
        claim(priya.viewer, pair.pair_id, held.message_id, now=MONDAY)

        def seen(minutes: int) -> tuple[str, bool]:
            now = MONDAY + timedelta(minutes=minutes)
            (row,) = queue(priya.viewer, pair.programme_id, now=now).messages
            return row.claimed_by_name, row.is_mine

        assert seen(9) == (priya.name, True)
        assert seen(10) == ("", False)

    def test_what_was_taken_back_is_gone(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)
        withdraw_message(pair.mentee.viewer, pair.pair_id, held.message_id, now=LATER)

        assert queue(priya.viewer, pair.programme_id, now=LATER).messages == ()

    def test_a_coordinator_who_is_the_mentor_sees_nothing_of_their_own_pair(self, pair: TwoWhoWrite) -> None:
        a_held_message(pair)

        viewer = who_is_also(pair.mentor, "coordinator")

        assert queue(viewer, pair.programme_id, now=LATER).messages == ()

    @pytest.mark.parametrize("role", ["mentee", "mentor", "administrator"])
    def test_it_is_not_there_for_those_who_do_not_moderate(self, pair: TwoWhoWrite, role: str) -> None:
        viewer = a_person(role, pair.programme, first_name="Una", surname="Boyd").viewer

        with pytest.raises(NotFound):
            queue(viewer, pair.programme_id, now=LATER)

    def test_it_costs_two_requests_however_many_wait(self, pair: TwoWhoWrite, priya: Someone) -> None:
        una = a_person("mentee", pair.programme, first_name="Una")
        other = a_pair(pair.programme, mentor=pair.mentor, mentee=una)
        for one in (pair, other):
            a_held_message(one)

        with calls() as made:
            queue(priya.viewer, pair.programme_id, now=LATER)

        assert [call.operation for call in made] == ["Query", "BatchGetItem"]


class TestALongQueue:
    """However long it is, a page is two requests, and counts say when they are not whole."""

    @pytest.fixture
    def many(self, pair: TwoWhoWrite) -> list[str]:
        """130 held messages, the oldest first."""
        kept = []
        with Message.batch_write() as batch:
            for n in range(130):
                at = MONDAY + timedelta(seconds=n)
                one = held_item(pair, f"m{n:04}", at)
                batch.save(one)
                kept.append(one.message_id)
        return kept

    def test_pages_follow_one_another_and_leave_none_out(
        self, pair: TwoWhoWrite, priya: Someone, many: list[str]
    ) -> None:
        seen: list[str] = []
        after, counts = "", []
        while True:
            page = queue(priya.viewer, pair.programme_id, after=after, now=LATER)
            seen += [row.message_id for row in page.messages]
            counts.append((page.count, page.count_is_whole, page.is_further_on))
            after = page.next
            if not after:
                break

        assert seen == many
        assert counts == [(130, True, False), (80, True, True), (30, True, True)]

    @pytest.mark.usefixtures("many")
    def test_each_page_costs_two_requests(self, pair: TwoWhoWrite, priya: Someone) -> None:
        for wanted in (Wanted(), Wanted(severity="medium"), Wanted(found="otherwise", reader="nobody")):
            with calls() as made:
                queue(priya.viewer, pair.programme_id, wanted=wanted, now=LATER)

            assert [call.operation for call in made] == ["Query", "BatchGetItem"]

    def test_what_is_beyond_what_is_read_is_not_counted_and_that_is_said(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        with Message.batch_write() as batch:
            for n in range(READ_AT_ONCE + 10):
                batch.save(held_item(pair, f"m{n:04}", MONDAY + timedelta(seconds=n)))

        with calls() as made:
            page = queue(priya.viewer, pair.programme_id, now=LATER)

        assert (page.count, page.count_is_whole) == (READ_AT_ONCE, False)
        assert len(made) == 2

    def test_a_rare_one_behind_many_others_is_found_by_going_on(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        with Message.batch_write() as batch:
            for n in range(READ_AT_ONCE + 10):
                batch.save(held_item(pair, f"m{n:04}", MONDAY + timedelta(seconds=n)))
        number = a_held_message(pair, now=MONDAY + timedelta(hours=1))
        number.update(actions=[Message.listing_order.set(f"7#9#{number.message_id}")])
        wanted = Wanted(found="contact")

        first = queue(priya.viewer, pair.programme_id, wanted=wanted, now=LATER)
        assert (first.messages, first.count_is_whole) == ((), False)
        second = queue(priya.viewer, pair.programme_id, wanted=wanted, after=first.next, now=LATER)

        assert [row.message_id for row in second.messages] == [number.message_id]
        assert second.next == ""


def held_item(pair: TwoWhoWrite, message_id: str, at: datetime) -> Message:
    """A held message as it is stored, with nothing found in it."""
    return Message(
        *message_key(pair.pair_id, message_id),
        message_id=message_id,
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        sender_id=pair.mentee.person_id,
        sender_role="mentee",
        sender_first_name=pair.mentee.first_name,
        text=CLEAN,
        state="held",
        severity="medium",
        lane="moderation",
        written_at=at,
        held_at=at,
        thread_at=order(at),
        listing=held_listing(pair.programme_id),
        listing_order=held_order(2, order(at), message_id),
        version=1,
    )


class TestGoingOn:
    def test_the_next_is_one_that_nobody_else_is_reading(self, pair: TwoWhoWrite, priya: Someone) -> None:
        done, taken, free = (a_held_message(pair, now=MONDAY + timedelta(minutes=n)) for n in range(3))
        morag = a_person("safeguarding_lead", pair.programme)
        claim(morag.viewer, pair.pair_id, taken.message_id, now=LATER)

        to = next_page(priya.viewer, pair.programme_id, after=done.message_id, now=LATER)

        assert to == f"/moderation/{pair.pair_id}/{free.message_id}"

    def test_after_the_last_comes_the_queue(self, pair: TwoWhoWrite, priya: Someone) -> None:
        done = a_held_message(pair)

        to = next_page(priya.viewer, pair.programme_id, after=done.message_id, now=LATER)

        assert to == f"/programmes/{pair.programme_id}/moderation"


class TestAHeldMessage:
    def test_what_was_found_is_marked_and_words_for_the_writer_are_offered(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_held_message(pair)

        view = held_message(priya.viewer, pair.pair_id, held.message_id, now=LATER)

        assert [(piece.text, piece.mark) for piece in view.text if piece.mark] == [
            ("07700 900123", "phone number")
        ]
        assert view.reasons == (TAKE_OUT_THE_NUMBER,)
        assert view.why_no_return == ""

    def test_a_worry_says_why_it_cannot_be_returned_and_names_its_concern(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_worry(pair)

        view = held_message(priya.viewer, pair.pair_id, held.message_id, now=LATER)

        assert view.is_worry
        assert "not asked to take it out" in view.why_no_return
        assert view.concern_id == held.concern_id

    def test_the_conversation_around_it_is_shown_in_its_order(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        a_checked_message(pair, "Dear Callum, I am Amina.", now=MONDAY)
        a_checked_message(pair, CLEAN, by="mentor", now=MONDAY + timedelta(minutes=1))
        held = a_held_message(pair, now=MONDAY + timedelta(minutes=2))
        a_checked_message(pair, "Sorry, I should not have done that.", now=MONDAY + timedelta(minutes=3))

        view = held_message(priya.viewer, pair.pair_id, held.message_id, now=LATER)

        assert [one.text for one in view.before] == ["Dear Callum, I am Amina.", CLEAN]
        assert [one.name for one in view.before] == [pair.mentee.name, pair.mentor.name]
        assert [one.text for one in view.after] == ["Sorry, I should not have done that."]

    def test_the_writers_earlier_holds_are_counted_with_what_became_of_them(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        earlier = a_held_message(pair)
        ask_to_change(
            priya.viewer, pair.pair_id, earlier.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=MONDAY
        )
        a_held_message(pair, "You can ring me on 07700 900123 too.", by="mentor", now=MONDAY)
        held = a_held_message(pair, now=LATER)

        view = held_message(priya.viewer, pair.pair_id, held.message_id, now=LATER)

        assert view.holds == 1
        assert [(hold.found, hold.became) for hold in view.latest_holds] == [
            ("phone number", "Asked to change it")
        ]

    def test_its_history_keeps_earlier_wordings_and_decisions(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_held_message(pair)
        ask_to_change(
            priya.viewer, pair.pair_id, held.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=LATER
        )
        worded_anew(pair, now_is(held), "My number really is 07700 900123.", now=LATER)

        view = held_message(priya.viewer, pair.pair_id, held.message_id, now=LATER)

        assert [(line.what, line.why) for line in view.history] == [
            ("Written", WITH_A_NUMBER),
            ("Held", "Phone number"),
            ("Asked to change it", TAKE_OUT_THE_NUMBER),
            ("Changed", ""),
            ("Held", "Phone number"),
        ]
        assert view.wording == 2

    def test_what_became_of_it_is_shown_after_the_decision(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)
        ask_to_change(
            priya.viewer, pair.pair_id, held.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=LATER
        )

        view = held_message(priya.viewer, pair.pair_id, held.message_id, now=LATER)

        assert (view.is_held, view.state) == (False, "returned")

    def test_a_message_that_was_never_held_has_no_such_page(self, pair: TwoWhoWrite, priya: Someone) -> None:
        delivered = a_checked_message(pair, CLEAN)

        with pytest.raises(NotFound):
            held_message(priya.viewer, pair.pair_id, delivered.message_id, now=LATER)

    def test_neither_those_of_the_pair_nor_other_programmes_see_it(self, pair: TwoWhoWrite) -> None:
        held = a_held_message(pair)
        stranger = a_person("coordinator", a_programme("Night Owls"))

        for viewer in (
            pair.mentee.viewer,
            who_is_also(pair.mentor, "coordinator"),
            stranger.viewer,
        ):
            with pytest.raises(NotFound):
                held_message(viewer, pair.pair_id, held.message_id, now=LATER)

    def test_it_costs_four_requests_and_one_to_record_it_however_long_the_conversation(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        held = a_held_message(pair)
        for n in range(3):
            a_checked_message(pair, CLEAN, by="mentor", now=MONDAY + timedelta(minutes=n))

        with calls() as made:
            held_message(priya.viewer, pair.pair_id, held.message_id, now=LATER)

        assert [call.operation for call in made] == [
            *("BatchGetItem", "Query", "PutItem", "Query"),
            "BatchGetItem",  # how things stand with the two today
        ]
