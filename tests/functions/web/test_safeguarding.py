"""Help, worries and concerns as people and programs use them, through the routes."""

import re
from typing import Any

import pytest

from shared.notices.items import Notice, lane_due
from shared.platform.clock import now
from shared.safeguarding.items import Concern, concerns_listing
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.builders.safeguarding import a_concern

from .browser import Answer, Browser
from .signed_in import browser_of, program_of

WORRY = "He keeps asking where I live, and which bus I take home."


@pytest.fixture
def lead(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)


def concerns_of(pair: TwoWhoWrite) -> list[Concern]:
    return list(Concern.by_listing.query(concerns_listing(pair.programme_id, "open")))


def alerted() -> list[str]:
    return [item.address for item in Notice.by_due.query(lane_due("alert"))]


def report(browser: Browser, **fields: Any) -> Answer:
    browser.get("/worry")
    return browser.post("/worry", **{"key": browser.key(), "words": WORRY, **fields})


class TestHelp:
    @pytest.mark.usefixtures("tables")
    def test_anybody_is_told_where_to_turn_to(self) -> None:
        page = Browser().get("/help")

        assert page.status == 200
        assert "Call 999" in page.words
        assert "Childline" in page.words

    def test_somebody_in_a_programme_sees_the_places_it_names(self, pair: TwoWhoWrite) -> None:
        assert "Somebody to listen" in browser_of(pair.mentee).get("/help").words


class TestReporting:
    def test_a_worry_becomes_a_concern_and_an_alert_and_its_writer_learns_what_happens_next(
        self, pair: TwoWhoWrite, lead: Someone
    ) -> None:
        page = report(browser_of(pair.mentee), urgency="now", about=pair.pair_id, pair_id=pair.pair_id)

        (concern,) = concerns_of(pair)
        assert page.status == 200
        assert concern.reference in page.words
        assert "A person will read what you wrote" in page.words
        assert "999" in page.words
        assert "Leave this page" in page.words
        assert (concern.severity, concern.about_id, concern.words) == (
            "immediate",
            pair.mentor.person_id,
            WORRY,
        )
        assert alerted() == [lead.address]

    def test_a_second_click_is_the_same_worry(self, pair: TwoWhoWrite, lead: Someone) -> None:
        browser = browser_of(pair.mentee)
        browser.get("/worry")
        key = browser.key()

        first = browser.post("/worry", key=key, words=WORRY)
        browser.get("/worry")
        again = browser.post("/worry", key=key, words=WORRY)

        (concern,) = concerns_of(pair)
        assert concern.reference in first.words
        assert concern.reference in again.words
        assert alerted() == [lead.address]

    def test_nothing_but_words_is_needed(self, pair: TwoWhoWrite) -> None:
        report(browser_of(pair.mentor))

        (concern,) = concerns_of(pair)
        assert (concern.severity, concern.about_id) == ("medium", pair.mentor.person_id)

    @pytest.mark.parametrize("words", ["", "   ", "a" * 5_001, "half a smile \x00"])
    def test_what_cannot_be_taken_is_shown_again_with_all_that_was_chosen(
        self, pair: TwoWhoWrite, words: str
    ) -> None:
        page = report(browser_of(pair.mentee), words=words, urgency="soon", pair_id=pair.pair_id)

        assert page.status == 422
        assert re.search(r'value="soon"\s+checked', page.text)
        assert f'name="pair_id" value="{pair.pair_id}"' in page.text
        assert concerns_of(pair) == []

    def test_somebody_in_two_programmes_says_which(self, pair: TwoWhoWrite) -> None:
        also_in(a_programme("Night Owls"), pair.mentee, role="mentee")
        browser = browser_of(pair.mentee)

        assert "Which programme is it about?" in browser.get("/worry").words
        assert report(browser).status == 422
        assert report(browser, programme_id=pair.programme_id).status == 200
        assert len(concerns_of(pair)) == 1

    def test_a_pair_or_programme_of_others_is_not_found(self, pair: TwoWhoWrite) -> None:
        stranger = browser_of(a_person("mentee", a_programme("Night Owls"), first_name="Una"))

        assert report(stranger, pair_id=pair.pair_id).status == 404
        assert report(stranger, programme_id=pair.programme_id).status == 404
        assert concerns_of(pair) == []

    def test_staff_who_take_no_part_have_no_such_page(self, lead: Someone) -> None:
        assert browser_of(lead).get("/worry").status == 404

    def test_with_nobody_on_the_staff_the_page_does_not_say_that_somebody_was_told(
        self, pair: TwoWhoWrite
    ) -> None:
        page = report(browser_of(pair.mentee))

        assert page.status == 200
        assert "could not reach anybody" in page.words
        assert len(concerns_of(pair)) == 1

    def test_a_program_can_report_one_as_well(self, pair: TwoWhoWrite) -> None:
        answer = program_of(pair.mentee).post("/worry", {"words": WORRY, "key": "one", "urgency": "soon"})

        assert answer.status == 200
        assert answer.json["reference"] == concerns_of(pair)[0].reference


class TestConcerns:
    def test_the_list_leads_to_the_concern_and_the_concern_to_an_answer(
        self, pair: TwoWhoWrite, lead: Someone
    ) -> None:
        concern = a_concern(pair, "Some nights I want to die.", severity="immediate", now=now())
        browser = browser_of(lead)

        listed = browser.get(f"/programmes/{pair.programme_id}/concerns")
        assert f"/concerns/{concern.concern_id}" in listed.text
        page = browser.get(f"/concerns/{concern.concern_id}")
        assert "Some nights I want to die." in page.words
        assert "I am dealing with this" in page.words
        browser.post(f"/concerns/{concern.concern_id}/acknowledge")

        assert "You are dealing with this" in browser.follow().words

    def test_who_comes_second_is_told_who_was_first(self, pair: TwoWhoWrite, lead: Someone) -> None:
        concern = a_concern(pair, now=now())
        second = browser_of(a_person("coordinator", pair.programme))
        second.get(f"/concerns/{concern.concern_id}")
        program_of(lead).post(f"/concerns/{concern.concern_id}/acknowledge")

        page = second.post(f"/concerns/{concern.concern_id}/acknowledge")

        assert page.status == 409
        assert "Morag Sinclair is already dealing with this" in page.words

    def test_a_note_stands_in_the_chronology_once(self, pair: TwoWhoWrite, lead: Someone) -> None:
        concern = a_concern(pair, now=now())
        browser = browser_of(lead)
        browser.get(f"/concerns/{concern.concern_id}")
        key = browser.key()
        for _ in range(2):
            browser.post(f"/concerns/{concern.concern_id}/notes", key=key, words="I rang the school.")
            browser.follow()

        assert browser.last is not None
        assert browser.last.words.count("I rang the school.") == 1

    def test_an_empty_note_is_refused_beside_its_box(self, pair: TwoWhoWrite, lead: Someone) -> None:
        concern = a_concern(pair, now=now())
        browser = browser_of(lead)
        browser.get(f"/concerns/{concern.concern_id}")

        page = browser.post(f"/concerns/{concern.concern_id}/notes", key=browser.key(), words=" ")

        assert page.status == 422
        assert "Please write a few words." in page.words

    def test_to_the_two_of_the_pair_there_is_no_such_page(self, pair: TwoWhoWrite) -> None:
        concern = a_concern(pair, now=now())

        for someone in (pair.mentee, pair.mentor):
            assert browser_of(someone).get(f"/concerns/{concern.concern_id}").status == 404
            assert browser_of(someone).get(f"/programmes/{pair.programme_id}/concerns").status == 404

    def test_a_programme_without_concerns_says_so(self, pair: TwoWhoWrite, lead: Someone) -> None:
        page = browser_of(lead).get(f"/programmes/{pair.programme_id}/concerns")

        assert "There are no open concerns" in page.words
