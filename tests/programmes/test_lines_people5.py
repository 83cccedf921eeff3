"""What is promised of mentors before and while they write, and of who sees what, through the routes."""

from datetime import timedelta

import pytest

from shared.conversations.actions import check_message
from shared.conversations.items import Message, pair_key
from shared.conversations.lists import every_pair
from shared.filtering import check
from shared.people.items import Membership, membership_key
from shared.people.vetting_day import look_after_vetting
from shared.platform.clock import now
from shared.policies.presets import load_preset
from shared.programmes.actions import RunningProgramme
from shared.programmes.rules import day_of
from tests.builders import CLEAN, a_person, a_programme
from tests.functions.web.browser import Answer, Browser
from tests.functions.web.signed_in import browser_of, program_of
from tests.shared.conversations.builders import notices

pytestmark = pytest.mark.usefixtures("tables")
A_DAY = timedelta(days=1)


def ago(days: int) -> str:
    return (day_of(now()) - days * A_DAY).isoformat()


def ahead(days: int) -> str:
    return ago(-days)


class Vetted:
    """A programme of a preset with a coordinator at her desk, and a mentor of whom nothing is recorded."""

    def __init__(self, preset: str) -> None:
        self.programme: RunningProgramme = a_programme(policy=load_preset(preset))
        priya = a_person("coordinator", self.programme)
        self.priya, self.program = browser_of(priya), program_of(priya)
        self.callum = a_person("mentor", self.programme, vetted_until="", vetted_for=None)
        self.amina = a_person("mentee", self.programme)
        self.people = f"/programmes/{self.programme.programme_id}/people"
        self.page = f"{self.people}/{self.callum.person_id}"

    def record(self, what: str, **fields: str) -> Answer:
        self.priya.get(f"{self.page}/vetting?what={what}")
        return self.priya.post(f"{self.page}/vetting", what=what, key=self.priya.key(), **fields)

    def pair(self) -> Answer:
        pairs = f"/programmes/{self.programme.programme_id}/pairs"
        self.priya.get(f"{pairs}/new")
        return self.priya.post(
            pairs, mentor_id=self.callum.person_id, mentee_id=self.amina.person_id, key=self.priya.key()
        )


def test_nu_2_a_mentor_is_matched_only_after_recruitment_selection_and_training_are_recorded() -> None:
    ours = Vetted("university-outreach")

    for what, fields in (
        ("recruitment", {"on": ago(40)}),
        ("selection", {"on": ago(30)}),
        ("mentor_training", {"on": ago(20), "minutes": "120"}),
    ):
        refused = ours.pair()
        assert refused.status == 403
        assert "Callum has not been cleared as a mentor" in refused.words
        assert ours.record(what, **fields).status == 303

    assert "Callum is cleared as a mentor" in ours.priya.get(ours.page).words
    assert ours.pair().status == 303


def test_cm_2_a_training_session_of_45_minutes_is_recorded_before_matching() -> None:
    ours = Vetted("college-pilot")
    assert ours.pair().status == 403

    short = ours.record("mentor_training", on=ago(1), minutes="40")
    assert short.status == 422
    assert "lasts 45 minutes at least, and this was 40" in short.words
    assert 'value="40"' in short.text
    assert ours.pair().status == 403

    assert ours.record("mentor_training", on=ago(1), minutes="45").status == 303
    assert "45 minutes" in ours.priya.get(ours.page).words
    assert ours.pair().status == 303


def trained_and_checked(ours: Vetted, *, ends_on: str) -> None:
    ours.record("mentor_training", on=ago(100), minutes="90")
    answer = ours.record(
        "enhanced_dbs", on=ago(200), ends_on=ends_on, number="001234567890", seen_by="Priya Nair"
    )
    assert answer.status == 303, answer.words


def a_letter(browser: Browser, pair_id: str) -> str:
    """What becomes of a letter that one of the two sends."""
    browser.get(f"/pairs/{pair_id}")
    sent = browser.post(f"/pairs/{pair_id}/messages", text=CLEAN, key=browser.key())
    assert sent.status == 303, sent.words
    letters = Message.query(pair_key(pair_id)[0], Message.sk.startswith("MESSAGE#"))
    [pending] = [one for one in letters if one.state == "pending"]
    return check_message(pair_id, pending.message_id, checker=check, now=now()).state


def test_st_10_a_mentor_needs_a_valid_check_and_training() -> None:
    ours = Vetted("national-stem")

    ours.record("mentor_training", on=ago(100), minutes="90")
    assert ours.pair().status == 403
    ours.record("pvg", on=ago(10), number="2026 1234 5678", seen_by="Priya Nair")

    assert ours.pair().status == 303


def test_st_10_an_expired_check_pauses_the_conversation_from_the_next_day_on() -> None:
    ours = Vetted("national-stem")
    trained_and_checked(ours, ends_on=ahead(0))
    assert ours.pair().status == 303
    amina = browser_of(ours.amina)
    pair_id = pair_of(ours.programme)
    assert a_letter(amina, pair_id) == "delivered"

    member = Membership.get(*membership_key(ours.callum.person_id, ours.programme.programme_id, "mentor"))
    member.vetted_until = ago(1)  # as it will be tomorrow
    member.save()

    for browser in (amina, browser_of(ours.callum)):
        page = browser.get(f"/pairs/{pair_id}")
        assert "This conversation is resting. Your coordinator knows." in page.words
        assert "DBS" not in page.words
        assert a_letter(browser, pair_id) == "held"


def test_st_10_a_withdrawn_check_pauses_at_once_and_staff_learn_whom_it_concerns() -> None:
    ours = Vetted("national-stem")
    trained_and_checked(ours, ends_on=ahead(300))
    ours.pair()
    pair_id = pair_of(ours.programme)
    recorded = ours.program.get(ours.page).json["vetting"]["history"]
    record_id = next(one["record_id"] for one in recorded if one["what"] == "enhanced_dbs")
    check_record = f"{ours.page}/vetting/{record_id}"

    ours.priya.get(f"{check_record}/withdraw")
    done = ours.priya.post(f"{check_record}/withdraw", reason="Revoked by the issuing body.")

    assert done.status == 303, done.words
    page = ours.priya.get(ours.page)
    assert "The conversations of Callum are resting" in page.words
    assert "Amina Yusuf" in page.words
    assert "Withdrawn: Revoked by the issuing body." in page.words
    assert a_letter(browser_of(ours.amina), pair_id) == "held"
    [mail] = notices("mentor_paused")
    assert mail.path == ours.page


def test_st_10_mentor_and_coordinators_are_reminded_before_a_check_ends_and_when_it_has() -> None:
    ours = Vetted("national-stem")
    trained_and_checked(ours, ends_on=ahead(7))
    programme_id = ours.programme.programme_id
    told = [look_after_vetting(programme_id, now=now() + days * A_DAY).told for days in (0, 0, 1, 8, 9)]

    assert told == [1, 0, 0, 1, 0]
    assert [one.address for one in notices("own_vetting")] == [ours.callum.address] * 2
    mails = notices("vetting_to_look_at")
    assert [one.how_many for one in mails] == [1, 1]
    assert {one.path for one in mails} == {f"{ours.people}?show=mentor&vetting=due"}


def pair_of(programme: RunningProgramme) -> str:
    [pair] = every_pair(programme.programme_id)
    return pair.pair_id
