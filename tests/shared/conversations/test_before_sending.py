"""What a writer is told before they send: contact details, and never a worry."""

from datetime import timedelta

import pytest

from shared.conversations.before_sending import (
    BeforeSending,
    check_before_changing,
    check_before_sending,
)
from shared.conversations.items import Message
from shared.conversations.rules import Checker
from shared.filtering import CATEGORIES, WORRY_CATEGORIES, check
from shared.people.permissions import Viewer
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.tables import TABLES
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import a_person
from tests.builders.policies import a_policy, an_own_rule
from tests.builders.programmes import a_programme
from tests.shared.people.counting import requests_made

from .builders import TheFilter, a_finding, a_verdict

pytestmark = pytest.mark.usefixtures("tables")


def told(
    pair: TwoWhoWrite, text: str, *, by: Viewer | None = None, checker: Checker = check
) -> BeforeSending:
    viewer = by or pair.mentee.viewer
    return check_before_sending(viewer, pair.pair_id, text=text, checker=checker, now=MONDAY)


def test_a_contact_detail_is_named_with_what_to_do_about_it() -> None:
    (detail, *_) = told(a_pair(), "Ola is on 07700 900123 after four.").details

    assert (detail.category, detail.what, detail.found) == ("phone", "phone number", "07700 900123")
    assert "take out the telephone number" in detail.sentence


def test_of_a_clean_text_nothing_is_said() -> None:
    assert told(a_pair(), CLEAN) == BeforeSending(could_check=True, details=())


def test_a_worry_is_answered_as_a_clean_text_is() -> None:
    pair = a_pair()

    assert told(pair, WORRIED) == told(pair, CLEAN)


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_every_category_but_the_worries_is_named(category: str) -> None:
    found = told(a_pair(), CLEAN, checker=lambda *_, **__: a_verdict(a_finding(category)))

    assert [one.category for one in found.details] == ([] if category in WORRY_CATEGORIES else [category])


def test_beside_a_worry_a_contact_detail_is_named_as_though_it_stood_alone() -> None:
    pair = a_pair()

    assert told(pair, "I want to die. 07700 900123", checker=TheFilter()).details == (
        told(pair, "Tomorrow? 07700 900123", checker=TheFilter()).details
    )


def test_a_sentence_is_said_once_however_often_it_applies() -> None:
    found = [a_finding("phone", start=place * 20) for place in range(300)]

    assert len(told(a_pair(), CLEAN, checker=lambda *_, **__: a_verdict(*found)).details) == 1


def test_a_long_find_is_shortened() -> None:
    found = a_finding("link", matched="www.example.org/" + "a" * 4_000)

    (detail,) = told(a_pair(), CLEAN, checker=lambda *_, **__: a_verdict(found)).details

    assert len(detail.found) == 60


def test_the_last_piece_of_a_number_is_noticed_with_what_was_sent_before() -> None:
    pair = a_pair()
    earlier = MONDAY - timedelta(minutes=5)
    a_message(pair, "The first part is 07700", state="delivered", now=earlier)
    seen = TheFilter()

    told(pair, "and then 900123", checker=seen)

    assert [one.text for one in seen.seen[0][2]] == ["The first part is 07700"]


def test_each_of_the_two_is_judged_as_what_they_are() -> None:
    pair, seen = a_pair(), TheFilter()

    told(pair, CLEAN, checker=seen)
    told(pair, CLEAN, by=pair.mentor.viewer, checker=seen)

    assert [sender for _, sender, _ in seen.seen] == ["mentee", "mentor"]


def test_the_programmes_own_rules_are_named_too() -> None:
    changes = {"own_rules": [an_own_rule()]}
    pair = a_pair(a_programme(policy=a_policy(filter=changes)))

    (detail,) = told(pair, "Shall we carry on in the treehouse?").details

    assert (detail.what, detail.found) == ("talking elsewhere", "the treehouse")


def test_where_nothing_can_be_judged_it_says_so_and_keeps_nobody_from_sending() -> None:
    assert told(a_pair(), WITH_A_NUMBER, checker=TheFilter(is_broken=True)) == BeforeSending(False, ())


def test_it_reads_three_times_and_writes_nothing() -> None:
    pair = a_pair()
    before = [item.to_simple_dict() for table in TABLES for item in table.scan()]

    with requests_made() as requests:
        told(pair, WITH_A_NUMBER)

    assert sorted(requests) == ["GetItem", "GetItem", "Query"]
    assert [item.to_simple_dict() for table in TABLES for item in table.scan()] == before


@pytest.mark.parametrize("text", ["", "  \n", "e" * 5_001, "Dear Callum\x00", "\ud83d"])
def test_a_text_that_cannot_be_sent_is_said_to_be(text: str) -> None:
    with pytest.raises(Invalid):
        told(a_pair(), text)


def test_in_a_conversation_that_has_ended_there_is_nothing_to_send() -> None:
    with pytest.raises(Conflict):
        told(a_pair(status="ended"), CLEAN)


def test_for_all_but_the_two_there_is_no_such_conversation() -> None:
    pair = a_pair()
    other = a_person("mentee", pair.programme, first_name="Isla", surname="Munro")

    for someone in (other, a_person("coordinator", pair.programme)):
        with pytest.raises(NotFound):
            told(pair, CLEAN, by=someone.viewer)


class TestWordingAnew:
    def asked(
        self, pair: TwoWhoWrite, message: Message, text: str, *, by: Viewer | None = None, wording: int = 1
    ) -> BeforeSending:
        return check_before_changing(
            by or pair.mentee.viewer,
            pair.pair_id,
            message.message_id,
            text=text,
            expected_round=wording,
            checker=check,
            now=MONDAY,
        )

    def test_a_detail_that_is_still_in_it_is_named(self) -> None:
        pair = a_pair()
        returned = a_message(pair, WITH_A_NUMBER, state="returned")

        (detail,) = self.asked(pair, returned, "Ola is on 07700 900123 after four.").details
        assert detail.found == "07700 900123"

    def test_the_wording_that_was_returned_is_no_piece_of_the_new_one(self) -> None:
        pair = a_pair()
        returned = a_message(pair, "My number starts 07700", state="returned")

        assert self.asked(pair, returned, "and it ends 900123, I liked maths.") == told(
            pair, "and it ends 900123, I liked maths."
        )

    def test_of_new_words_without_any_nothing_is_said(self) -> None:
        pair = a_pair()
        returned = a_message(pair, WITH_A_NUMBER, state="returned")

        assert self.asked(pair, returned, CLEAN) == BeforeSending(could_check=True, details=())

    @pytest.mark.parametrize("state", ["pending", "held", "delivered", "declined"])
    def test_a_message_that_is_not_theirs_to_change_is_not_judged(self, state: str) -> None:
        pair = a_pair()

        with pytest.raises(Conflict):
            self.asked(pair, a_message(pair, state=state), CLEAN)

    def test_nor_is_one_that_was_worded_anew_since(self) -> None:
        pair = a_pair()
        returned = a_message(pair, state="returned", round=2)

        with pytest.raises(Conflict):
            self.asked(pair, returned, CLEAN, wording=1)

    def test_to_anybody_else_it_does_not_exist(self) -> None:
        pair = a_pair()
        returned = a_message(pair, state="returned")
        coordinator = a_person("coordinator", pair.programme)

        for viewer in (pair.mentor.viewer, coordinator.viewer):
            with pytest.raises(NotFound):
                self.asked(pair, returned, CLEAN, by=viewer)

    def test_nothing_is_stored(self) -> None:
        pair = a_pair()
        returned = a_message(pair, WITH_A_NUMBER, state="returned")

        with requests_made() as made:
            self.asked(pair, returned, CLEAN)

        assert sorted(made) == ["GetItem", "GetItem", "GetItem", "Query"]
