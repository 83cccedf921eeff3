"""The queue of moderation as people and programs see it, and several decided on together."""

import re
from datetime import timedelta

import pytest

from shared.conversations.items import Message
from shared.platform.clock import now
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.outbox import notices
from tests.shared.moderation.builders import a_held_message, a_worry, now_is

from .at_the_queue import RUDE, path_of, queue_of
from .browser import Answer
from .signed_in import browser_of, program_of


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
