"""Moderation as people and programs use it, through the routes."""

import re
from datetime import timedelta

import pytest

from shared.conversations.items import Message
from shared.platform.clock import now
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.shared.moderation.builders import (
    TAKE_OUT_THE_NUMBER,
    a_held_message,
    a_worry,
    notices,
    now_is,
)

from .browser import Answer
from .signed_in import browser_of, program_of


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


@pytest.fixture
def morag(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)


def path_of(message: Message) -> str:
    return f"/moderation/{message.pair_id}/{message.message_id}"


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


# ── The queue ──────────────────────────────────────────────────────────────

RUDE = "That was a rubbish film, but thank you for the tip about the open day."


def queue_of(pair: TwoWhoWrite) -> str:
    return f"/programmes/{pair.programme_id}/moderation"


def title_of(page: Answer) -> str:
    found = re.search("<title>(.*?) – Signpost</title>", page.text)
    assert found
    return found.group(1)


def test_the_title_says_how_many_wait_and_how_long_the_oldest_has(pair: TwoWhoWrite, priya: Someone) -> None:
    for days in (0, 1, 2):
        a_held_message(pair, now=now() - timedelta(days=days, minutes=1))

    assert title_of(browser_of(priya).get(queue_of(pair))) == "3 waiting, oldest 2 days"


def test_the_title_of_an_empty_queue_says_so(pair: TwoWhoWrite, priya: Someone) -> None:
    assert title_of(browser_of(priya).get(queue_of(pair))) == "Nothing waiting"


def test_the_queue_can_be_narrowed_and_says_that_it_is(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    number, rude, worry = (
        a_held_message(pair, now=now()),
        a_held_message(pair, RUDE, now=now()),
        a_worry(pair, now=now()),
    )
    program_of(priya).post(f"{path_of(rude)}/claim")

    def listed(query: str) -> set[str]:
        answer = program_of(priya).get(f"{queue_of(pair)}?{query}")
        assert answer.status == 200, answer.text
        return {one["message_id"] for one in answer.json["messages"]}

    assert listed("severity=medium") == {number.message_id}
    assert listed("found=worry") == {worry.message_id}
    assert listed("found=language") == {rude.message_id}
    assert listed("with=mine") == {rude.message_id}
    assert listed("with=nobody") == {number.message_id, worry.message_id}
    assert listed("severity=low&found=contact") == set()
    page = browser_of(morag).get(f"{queue_of(pair)}?found=worry&severity=&with=")
    assert title_of(page) == "1 waiting of those you chose, oldest less than a minute"
    assert "Show all" in page.words


@pytest.mark.parametrize(
    "query", ["severity=mild", "found=phones", "with=Priya", "after=7", "after=7%23x%23", "after=%00"]
)
def test_a_choice_that_no_page_offers_is_refused(pair: TwoWhoWrite, priya: Someone, query: str) -> None:
    answer = program_of(priya).get(f"{queue_of(pair)}?{query}")

    assert answer.status == 422
    assert "not complete" in answer.text


def test_a_decision_of_nobody_is_not_said_to_be_done(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair, now=now())
    for place in (queue_of(pair), path_of(held)):
        page = browser_of(priya).get(f"{place}?done=2026-11-22T05:43:11.598818Z%23{held.message_id}%231")
        assert page.status == 200
        assert "You delivered" not in page.words
        assert browser_of(priya).get(f"{place}?done=whatever").status == 200


def test_the_queue_says_who_reads_a_message_since_when_and_what_is_late(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    held = a_held_message(pair, now=now() - timedelta(days=1, hours=3, minutes=1))
    program_of(priya).post(f"{path_of(held)}/claim")

    page = browser_of(morag).get(queue_of(pair))

    assert re.search(r"Priya Nair, since \d\d:\d\d", page.words)
    assert "1 day late by 3 hours" in page.words
    assert "1 has waited too long" in page.words


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


# ── Several at once ────────────────────────────────────────────────────────


def choice(message: Message) -> str:
    return f"{message.pair_id}.{message.message_id}.{int(message.round)}"


def test_several_slight_ones_are_read_in_full_and_then_delivered(pair: TwoWhoWrite, priya: Someone) -> None:
    texts = [f"{RUDE} It was number {n} on my list." for n in range(3)]
    slight = [a_held_message(pair, text, now=now()) for text in texts]
    browser = browser_of(priya)
    listed = browser.get(queue_of(pair))
    assert all(choice(one) in listed.text for one in slight)

    page = browser.post(f"{queue_of(pair)}/together", chosen=[choice(one) for one in slight])
    assert page.status == 200
    for text in texts:
        assert text.partition("rubbish")[2] in page.words
    assert [now_is(one).state for one in slight] == ["held"] * 3
    page = browser.post(f"{queue_of(pair)}/together/deliver", chosen=[choice(one) for one in slight[:2]])

    assert "2 messages were delivered" in page.words
    assert [now_is(one).state for one in slight] == ["delivered", "delivered", "held"]


def test_what_changed_meanwhile_is_left_and_said(pair: TwoWhoWrite, priya: Someone, morag: Someone) -> None:
    stays, gone = (a_held_message(pair, f"{RUDE} Number {n}.", now=now()) for n in range(2))
    program_of(morag).post(f"{path_of(gone)}/decide", {"decision": "decline", "wording": 1, "reason": "No."})

    answer = program_of(priya).post(
        f"{queue_of(pair)}/together/deliver", {"chosen": [choice(stays), choice(gone)]}
    )

    assert answer.status == 200
    assert [one["message_id"] for one in answer.json["delivered"]] == [stays.message_id]
    (left,) = answer.json["left"]
    assert left["sentence"].startswith("Morag Sinclair has already declined it")
    assert now_is(gone).state == "declined"


def test_done_twice_they_are_delivered_once(pair: TwoWhoWrite, priya: Someone) -> None:
    slight = a_held_message(pair, RUDE, now=now())

    for _ in range(2):
        answer = program_of(priya).post(f"{queue_of(pair)}/together/deliver", {"chosen": [choice(slight)]})

    assert len(answer.json["delivered"]) == 1
    assert len(notices("new_message")) == 1


def test_what_is_not_slight_is_neither_offered_nor_delivered_together(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    number, worry, taken = (
        a_held_message(pair, now=now()),
        a_worry(pair, now=now()),
        a_held_message(pair, RUDE, now=now()),
    )
    program_of(morag).post(f"{path_of(taken)}/claim")
    listed = browser_of(priya).get(queue_of(pair))

    for one in (number, worry, taken):
        assert choice(one) not in listed.text
        for step in ("together", "together/deliver"):
            answer = program_of(priya).post(f"{queue_of(pair)}/{step}", {"chosen": [choice(one)]})
            assert len(answer.json["left"]) == 1
        assert now_is(one).state == "held"


@pytest.mark.parametrize("step", ["together", "together/deliver"])
@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ([], "Please tick the messages"),
        (["nonsense"], "Please choose among the messages offered"),
        ([f"a.{n}.1" for n in range(21)], "At most 20 messages"),
    ],
    ids=["none", "nonsense", "21"],
)
def test_a_choice_that_cannot_be_taken_is_refused_in_words(
    pair: TwoWhoWrite, priya: Someone, step: str, chosen: list[str], sentence: str
) -> None:
    a_held_message(pair, RUDE, now=now())
    browser = browser_of(priya)
    browser.get(queue_of(pair))

    page = browser.post(f"{queue_of(pair)}/{step}", chosen=chosen)

    assert page.status == 422
    assert sentence in page.words


def test_a_message_of_another_programme_cannot_be_among_them(pair: TwoWhoWrite, priya: Someone) -> None:
    ours = a_held_message(pair, RUDE, now=now())
    elsewhere = a_programme("Night Owls")
    mentor = a_person("mentor", elsewhere, first_name="Hannah", surname="Osei")
    mentee = a_person("mentee", elsewhere, first_name="Rosa", surname="Lindqvist")
    theirs = a_held_message(a_pair(elsewhere, mentor=mentor, mentee=mentee), RUDE, now=now())

    answer = program_of(priya).post(
        f"{queue_of(pair)}/together/deliver", {"chosen": [choice(ours), choice(theirs)]}
    )

    assert answer.status == 404
    assert (now_is(ours).state, now_is(theirs).state) == ("held", "held")
