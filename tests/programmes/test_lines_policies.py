"""What people agree to and are told before they write: one test for each line of docs/programmes.md about it.

Everything goes through the routes.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest

from shared.people.actions import invite
from shared.people.items import Agreement, Membership, agreement_key, membership_key
from shared.platform.clock import now
from shared.platform.tables import find
from shared.policies.presets import load_preset, preset_names
from shared.programmes.actions import RunningProgramme
from tests.builders.conversations import a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.functions.web.browser import Browser
from tests.functions.web.signed_in import browser_of, program_of
from tests.functions.web.with_accounts import a_pool, mailed
from tests.shared.people.builders import GOOD_PASSWORD

pytestmark = pytest.mark.usefixtures("tables")
ANSWERS = {
    "university-outreach": {
        "mentee": {"year_group": "Year 13", "entry_scheme": "yes"},
        "mentor": {"current_student": "yes"},
    },
    "national-stem": {"mentee": {"age": "15", "year_group": "S4"}, "mentor": {"works_in_stem": "yes"}},
}


@pytest.fixture(autouse=True)
def passwords(tables: None) -> Iterator[None]:
    with a_pool():
        yield


def of_preset(preset: str) -> tuple[RunningProgramme, Someone]:
    programme = a_programme(policy=load_preset(preset))
    return programme, a_person("administrator", programme)


def link_for(programme: RunningProgramme, owen: Someone, role: str, preset: str) -> str:
    """The path in the invitation that somebody was sent."""
    address = f"isla.{role}@example.org"
    invite(
        owen.viewer,
        programme.programme_id,
        role=role,
        first_name="Isla",
        surname="Mackay",
        address=address,
        answers=ANSWERS[preset][role],
        now=now(),
    )
    return mailed("invitation", address)


def agreement(programme: RunningProgramme, person_id: str, role: str, version: int) -> datetime | None:
    found = find(Agreement, *agreement_key(person_id, programme.programme_id, role, version))
    return found.at if found else None


# ── NU-6: agreeing to talk only through the platform ───────────────────────


@pytest.mark.parametrize("role", ["mentee", "mentor"])
def test_nu_6_nobody_joins_without_agreeing_and_the_agreement_is_kept_with_version_and_time(
    role: str,
) -> None:
    programme, owen = of_preset("university-outreach")
    link = link_for(programme, owen, role, "university-outreach")
    browser, before = Browser(), now()
    assert "talk only through Signpost" in browser.get(link).words

    refused = browser.post(link, username="isla.m", password=GOOD_PASSWORD)
    assert "Please agree to the ground rules." in refused.words
    assert browser.post(link, username="isla.m", password=GOOD_PASSWORD, agreed="1").status == 303

    (member,) = [one for one in Membership.scan() if isinstance(one, Membership) and one.first_name == "Isla"]
    assert int(member.agreed_version) == 1
    kept = agreement(programme, member.person_id, role, 1)
    assert kept is not None
    assert before <= kept <= now()


def test_nu_6_it_is_asked_again_when_the_text_changes_and_nothing_is_written_before() -> None:
    programme, owen = of_preset("university-outreach")
    pair = a_pair(programme)
    writes = {"text": "Which open days did you go to?", "key": "form-1"}
    rules = "Talk to each other only on Signpost.\nBe kind."
    change = {"version": 1, "ground_rules_mentee": rules, "reason": "Shorter.", "adopt": "yes"}
    changed = program_of(owen).post(f"/programmes/{programme.programme_id}/policy/change", change)
    assert changed.json["policy_version"] == 2

    for someone in (pair.mentee, pair.mentor):
        refused = program_of(someone).post(f"/pairs/{pair.pair_id}/messages", writes)
        assert (refused.status, refused.json["error"]["code"]) == (403, "not_yet_agreed")
        browser = browser_of(someone)
        browser.get("/")
        assert "The ground rules have changed" in browser.follow().words
        browser.post("/ground-rules", programme_id=programme.programme_id, agreed="2")
        assert program_of(someone).post(f"/pairs/{pair.pair_id}/messages", writes).status == 201

        member = find(Membership, *membership_key(someone.person_id, programme.programme_id, someone.role))
        assert member is not None
        assert int(member.agreed_version) == 2
        assert agreement(programme, someone.person_id, someone.role, 2) == member.agreed_at


# ── ST-7: told in plain words, before they write ───────────────────────────


def test_st_7_a_mentee_is_told_who_reads_what_before_they_join_and_whenever_they_look() -> None:
    programme, owen = of_preset("national-stem")
    told_first = Browser().get(link_for(programme, owen, "mentee", "national-stem"))
    told_later = browser_of(a_person("mentee", programme)).get("/how-this-works")

    for page in (told_first, told_later):
        assert page.status == 200
        for said in (
            "not private",
            "the people who run Career Ladders can read all of it",
            "make a message wait until a person has read it",
            "you may be asked to take it out",
            "You are never asked to take a worry back",
            "can’t promise to keep it secret",
            "within one working day",
            "The STEM education charity: privacy notice",
            "The mentoring platform: privacy notice",
            "ask the teacher who put you forward, or your programme's coordinator",
        ):
            assert said in page.words, said
        assert 'href="https://stem-charity.example.org/privacy"' in page.text
        assert 'href="https://mentoring-platform.example.org/privacy"' in page.text


@pytest.mark.parametrize("preset", preset_names())
def test_st_7_no_programme_promises_that_nothing_is_passed_on(preset: str) -> None:
    programme, _ = of_preset(preset)

    page = browser_of(a_person("mentee", programme)).get("/how-this-works")

    assert "not private" in page.words
    assert "can’t promise to keep it secret" in page.words
    for promise in ("confidential", "in confidence", "nobody else will", "will stay between"):
        assert promise not in page.words.casefold()


def test_what_is_told_follows_the_policy_and_who_reads_it() -> None:
    programme, _ = of_preset("brokered")

    mentee = browser_of(a_person("mentee", programme)).get("/how-this-works").words
    mentor = browser_of(a_person("mentor", programme)).get("/how-this-works").words

    for page in (mentee, mentor):
        assert "A coordinator reads every message first" in page
        assert "Monday to Friday 09:00 to 17:00, not on bank holidays in Scotland" in page
        assert "one is used only when both of you chose it" in page.casefold()
    assert "by telephone, by text message or by e-mail" in mentee
    assert "by telephone, by text message or by e-mail" not in mentor
    assert "Your parent or carer is asked, too" in mentee
    assert "The mentee’s parent or carer is asked, too" in mentor
    assert "Your mentee reads it" in mentor
