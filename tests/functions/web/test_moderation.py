"""Moderation as people and programs use it, through the routes."""

import pytest

from shared.platform.clock import now
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone
from tests.outbox import notices
from tests.shared.moderation.builders import TAKE_OUT_THE_NUMBER, a_held_message, a_worry, now_is

from .at_the_queue import RUDE, path_of, queue_of
from .signed_in import browser_of, program_of


def test_the_queue_leads_to_the_message_and_a_decision_to_the_next(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    milder, worse = a_held_message(pair, now=now()), a_worry(pair, now=now())
    browser = browser_of(priya)

    listed = browser.get(f"/programmes/{pair.programme_id}/moderation")
    assert listed.text.index(path_of(worse)) < listed.text.index(path_of(milder))
    browser.get(path_of(worse))
    browser.post(f"{path_of(worse)}/decide", decision="deliver", wording=1, reason="")

    assert browser.last is not None
    assert browser.last.location.partition("?")[0] == path_of(milder)
    page = browser.follow()
    assert "You delivered what Amina Yusuf wrote to Callum Reid." in page.words
    assert "Next: from Amina Yusuf to Callum Reid." in page.words
    assert now_is(worse).state == "delivered"


def test_after_the_last_one_comes_the_empty_queue(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair, now=now())
    browser = browser_of(priya)
    browser.get(path_of(held))
    browser.post(f"{path_of(held)}/decide", decision="decline", wording=1, reason="This is not for here.")

    assert "Nothing is waiting" in browser.follow().words


def test_the_page_marks_what_was_found_and_offers_words_for_the_writer(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    page = browser_of(priya).get(path_of(a_held_message(pair, now=now())))

    assert "phone number" in page.words
    assert TAKE_OUT_THE_NUMBER in page.words
    assert "Ask to change" in page.words


def test_a_worry_offers_no_way_to_return_it(pair: TwoWhoWrite, priya: Someone, morag: Someone) -> None:
    held = a_worry(pair, now=now())
    browser = browser_of(priya)

    assert 'value="ask_to_change"' not in browser.get(path_of(held)).text
    refused = browser.post(
        f"{path_of(held)}/decide", decision="ask_to_change", wording=1, reason="Reword it."
    )
    assert refused.status == 409
    assert "not asked to take it out" in refused.words


def test_a_message_that_somebody_is_reading_says_who(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    held = a_held_message(pair, now=now())
    first, second = browser_of(priya), browser_of(morag)
    first.get(path_of(held))
    first.post(f"{path_of(held)}/claim")
    assert "This is with you until" in first.follow().words

    page = second.get(path_of(held))
    assert "Priya Nair is reading this message" in page.words
    assert 'name="decision"' not in page.text
    assert "Priya Nair" in second.get(f"/programmes/{pair.programme_id}/moderation").words

    first.get(path_of(held))
    first.post(f"{path_of(held)}/release")
    assert 'name="decision"' in second.get(path_of(held)).text


def test_who_comes_second_is_told_who_decided_and_sees_what_became_of_it(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    held = a_held_message(pair, now=now())
    second = browser_of(morag)
    second.get(path_of(held))
    decision = {"decision": "ask_to_change", "wording": 1, "reason": TAKE_OUT_THE_NUMBER}
    program_of(priya).post(f"{path_of(held)}/decide", decision)

    page = second.post(f"{path_of(held)}/decide", decision="deliver", wording=1, reason="")

    assert page.status == 409
    assert "Priya Nair has already asked for a change to it" in page.words
    assert now_is(held).state == "returned"


@pytest.mark.parametrize("reason", ["", "x" * 1_001])
def test_a_reason_that_cannot_be_sent_is_shown_again(pair: TwoWhoWrite, priya: Someone, reason: str) -> None:
    held = a_held_message(pair, now=now())
    browser = browser_of(priya)
    browser.get(path_of(held))

    page = browser.post(f"{path_of(held)}/decide", decision="decline", wording=1, reason=reason)

    assert page.status == 422
    assert reason in page.text
    assert now_is(held).state == "held"


def test_to_the_two_of_the_pair_there_is_no_such_page(pair: TwoWhoWrite) -> None:
    held = a_held_message(pair, now=now())

    for someone in (pair.mentee, pair.mentor):
        assert browser_of(someone).get(path_of(held)).status == 404
        assert browser_of(someone).get(f"/programmes/{pair.programme_id}/moderation").status == 404


def test_a_program_is_told_what_became_of_a_message(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair, now=now())

    answer = program_of(priya).post(f"{path_of(held)}/decide", {"decision": "deliver", "wording": 1})

    assert answer.status == 200
    assert answer.json["state"] == "delivered"


# ── Leaving, and handing over ──────────────────────────────────────────────


def test_leaving_the_page_late_takes_nothing_from_who_has_come_back(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    held = a_held_message(pair, now=now())
    program = program_of(priya)
    left = program.post(f"{path_of(held)}/claim").json["version"]
    again = program.post(f"{path_of(held)}/claim").json["version"]

    assert program.post(f"{path_of(held)}/release", {"version": left}).status == 200
    assert now_is(held).claimed_by == priya.person_id
    assert program.post(f"{path_of(held)}/release", {"version": again}).status == 200
    assert now_is(held).claimed_by is None


def test_leaving_the_page_after_deciding_changes_nothing(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair, now=now())
    program = program_of(priya)
    version = program.post(f"{path_of(held)}/claim").json["version"]
    program.post(f"{path_of(held)}/decide", {"decision": "deliver", "wording": 1})

    assert program.post(f"{path_of(held)}/release", {"version": version}).status == 200
    assert now_is(held).state == "delivered"


def test_a_message_is_handed_to_a_colleague_who_reads_the_note(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    held = a_held_message(pair, now=now())
    mine, hers = browser_of(priya), browser_of(morag)
    mine.get(path_of(held))
    form = mine.get(f"{path_of(held)}/hand-over")
    assert "Morag Sinclair" in form.words
    assert "Priya Nair" not in form.words

    mine.post(
        f"{path_of(held)}/hand-over", to=morag.person_id, words="You know the school. Is this its desk?"
    )
    mine.follow()

    page = hers.get(path_of(held))
    assert "Priya Nair handed this to you" in page.words
    assert page.words.count("You know the school. Is this its desk?") == 2  # on top and in the history
    assert "Handed to Morag Sinclair" in page.words
    assert 'name="decision"' in page.text
    assert 'name="decision"' not in mine.get(path_of(held)).text
    (notice,) = notices("handed_over")
    assert (notice.address, notice.path) == (morag.address, path_of(held))
    assert "school" not in str(notice.to_simple_dict())


@pytest.mark.parametrize("note", ["", " ", "x" * 501])
def test_a_hand_over_without_a_note_shows_the_form_again(
    pair: TwoWhoWrite, priya: Someone, morag: Someone, note: str
) -> None:
    held = a_held_message(pair, now=now())
    browser = browser_of(priya)
    browser.get(f"{path_of(held)}/hand-over")

    page = browser.post(f"{path_of(held)}/hand-over", to=morag.person_id, words=note)

    assert page.status == 422
    assert note.strip() in page.text
    assert now_is(held).claimed_by is None


# ── Taking back, and what one did ──────────────────────────────────────────


def test_what_was_returned_is_taken_back_from_the_page_that_follows(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    held = a_held_message(pair, now=now())
    browser = browser_of(priya)
    browser.get(path_of(held))
    browser.post(f"{path_of(held)}/decide", decision="ask_to_change", wording=1, reason=TAKE_OUT_THE_NUMBER)
    page = browser.follow()
    assert "You asked Amina Yusuf to change what they wrote to Callum Reid." in page.words
    assert "Take that back" in page.words

    browser.post(f"{path_of(held)}/undo", wording=1)
    page = browser.follow()

    assert "This is with you until" in page.words
    assert "Asking for it taken back" in page.words
    assert now_is(held).state == "held"


def test_what_one_decided_today_is_listed_for_oneself_alone(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    first, second = a_held_message(pair, now=now()), a_held_message(pair, RUDE, now=now())
    program = program_of(priya)
    program.post(f"{path_of(first)}/decide", {"decision": "deliver", "wording": 1})
    returned = {"decision": "ask_to_change", "wording": 1, "reason": TAKE_OUT_THE_NUMBER}
    program.post(f"{path_of(second)}/decide", returned)

    page = browser_of(priya).get(f"{queue_of(pair)}/mine")

    assert page.text.index(path_of(second)) < page.text.index(path_of(first))
    assert page.words.count("Take that back") == 1
    assert "You have decided nothing today" in browser_of(morag).get(f"{queue_of(pair)}/mine").words
