"""The pages about a programme's policy."""

import re
from datetime import timedelta
from typing import Any

import pytest

from shared.audit.items import Waiting
from shared.platform.clock import LONDON, now
from shared.policies.presets import load_preset
from shared.policies.reading import as_yaml, policy_from_yaml
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.policies import policy_versions, put_in_force
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme, with_a_broken_policy

from .browser import Answer
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")
WHY = "The school asked for office hours."


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme(policy=load_preset("national-stem"))


@pytest.fixture
def owen(programme: RunningProgramme) -> Someone:
    return a_person("administrator", programme)


def seen_in(page: Answer) -> str:
    """Which change the page has shown."""
    found = re.search(r'name="seen" value="([^"]*)"', page.text)
    assert found
    return found.group(1)


def policy_of(programme: RunningProgramme) -> str:
    return f"/programmes/{programme.programme_id}/policy"


OFFICE_HOURS: dict[str, Any] = {
    "window": "hours",
    "window_days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
    "window_opens": "09:00",
    "window_closes": "17:00",
    "window_bank_holidays": "scotland",
}


def test_the_whole_policy_is_told_in_words(programme: RunningProgramme, owen: Someone) -> None:
    page = browser_of(owen).get(policy_of(programme))

    assert page.status == 200
    for said in (
        "Messages are passed on at any time",
        "Lasts 10 weeks",
        "PVG scheme record",
        "Enhanced DBS",
        "Step 1 safeguarding lead",
        "Childline",
        "Version 1",
    ):
        assert said in page.words, said


def test_a_change_is_seen_before_it_is_saved(programme: RunningProgramme, owen: Someone) -> None:
    browser = browser_of(owen)
    browser.get(policy_of(programme) + "/change")

    page = browser.post(policy_of(programme) + "/change", version="1", **OFFICE_HOURS)

    assert page.status == 200
    assert "Messages are passed on at any time → becomes Monday to Friday 09:00 to 17:00" in page.words
    assert "bank holidays in Scotland" in page.words
    assert load_programme(programme.programme_id).policy_version == 1

    browser.post(
        policy_of(programme) + "/change",
        version="1",
        reason=WHY,
        adopt="yes",
        seen=seen_in(page),
        **OFFICE_HOURS,
    )
    assert browser.follow().status == 200

    running = load_programme(programme.programme_id)
    assert running.policy_version == 2
    assert running.policy.delivery.window is not None
    versions = browser.get(policy_of(programme) + "/versions").words
    assert owen.name in versions
    assert WHY in versions
    assert "at any time → becomes Monday to Friday 09:00 to 17:00" in versions


def test_how_soon_somebody_is_reminded_is_changed_by_the_form(
    programme: RunningProgramme, owen: Someone
) -> None:
    browser = browser_of(owen)
    browser.get(policy_of(programme) + "/change")

    page = browser.post(
        policy_of(programme) + "/change", version="1", nudges_unanswered_days="3", nudges_silent_days=""
    )

    assert "5 days → becomes 3 days" in page.words
    assert "10 days → becomes never" in page.words


def test_what_was_changed_after_the_preview_is_shown_anew_and_not_saved(
    programme: RunningProgramme, owen: Someone
) -> None:
    browser = browser_of(owen)
    browser.get(policy_of(programme) + "/change")
    seen = seen_in(browser.post(policy_of(programme) + "/change", version="1", cohort_weeks="12"))

    page = browser.post(
        policy_of(programme) + "/change", version="1", cohort_weeks="52", adopt="yes", seen=seen, reason=WHY
    )

    assert page.status == 200
    assert "10 weeks → becomes 52 weeks" in page.words
    assert load_programme(programme.programme_id).policy_version == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cohort_weeks": "500"}, "Give a number of 104 or less."),
        ({"cohort_weeks": "ten"}, "Give a whole number."),
        ({"retention_months": ""}, "Give a whole number."),
        ({"spot_checks_share_each_week": "a tenth"}, "from 0 to 100"),
        ({"spot_checks_share_each_week": "250"}, "from 0 to 100"),
        ({"invitations_remind_after_days": "3, soon"}, "Give a whole number."),
        ({"about": ""}, "This cannot be empty."),
        ({"moderation_mode": "sometimes"}, "Choose one of these: filtered, brokered."),
        ({**OFFICE_HOURS, "window_days": []}, "Please tick a day at least"),
        ({**OFFICE_HOURS, "window_opens": "18:00"}, "Opens must come before closes."),
        ({**OFFICE_HOURS, "window_bank_holidays": "france"}, "Choose one of these"),
        ({"cohort_weeks": "10"}, "there is nothing to save"),
    ],
)
def test_a_field_that_cannot_be_saved_is_shown_again_with_its_sentence(
    programme: RunningProgramme, owen: Someone, fields: dict[str, Any], said: str
) -> None:
    browser = browser_of(owen)
    browser.get(policy_of(programme) + "/change")

    page = browser.post(policy_of(programme) + "/change", version="1", reason=WHY, **fields)

    assert page.status == 422
    assert said in page.words
    assert WHY in page.words
    assert load_programme(programme.programme_id).policy_version == 1


def test_the_whole_text_names_a_faulty_field_by_path_and_line_and_keeps_what_was_typed(
    programme: RunningProgramme, owen: Someone
) -> None:
    browser = browser_of(owen)
    browser.get(policy_of(programme) + "/text")
    text = as_yaml(programme.policy).replace("quiet_days: 10", "quiet_dayz: 10")

    page = browser.post(policy_of(programme) + "/text", version="1", text=text)

    assert page.status == 422
    assert re.search(r"Line \d+, escalation.quiet_dayz: there is no such field", page.words)
    assert "quiet_dayz: 10" in page.words
    assert load_programme(programme.programme_id).policy_version == 1


def test_the_whole_text_is_previewed_and_saved(programme: RunningProgramme, owen: Someone) -> None:
    browser = browser_of(owen)
    browser.get(policy_of(programme) + "/text")
    text = as_yaml(load_preset("brokered"))

    page = browser.post(policy_of(programme) + "/text", version="1", text=text)
    assert "every message, whatever the filter says" in page.words
    assert "asked to agree to them again" in page.words
    browser.post(
        policy_of(programme) + "/text", version="1", text=text, adopt="yes", seen=seen_in(page), reason=WHY
    )
    browser.follow()

    running = load_programme(programme.programme_id)
    assert running.policy.moderation.mode == "brokered"
    assert running.policy.ground_rules.version == 2, "the words are others, so they are agreed to anew"


def test_own_rules_that_cannot_be_used_are_refused(programme: RunningProgramme, owen: Someone) -> None:
    text = as_yaml(programme.policy).replace("switched_off: []", "switched_off: [contact.no_such_rule]")

    answer = program_of(owen).post(policy_of(programme) + "/text", {"version": 1, "text": text})

    assert answer.status == 422
    assert load_programme(programme.programme_id).policy_version == 1


def test_a_program_changes_what_it_sends_and_nothing_else(programme: RunningProgramme, owen: Someone) -> None:
    change = {"version": 1, "cohort_weeks": "12", "reason": WHY}
    preview = program_of(owen).post(policy_of(programme) + "/change", change)
    assert preview.json["differences"] == [
        {
            "path": "cohort.weeks",
            "part": "A new cohort",
            "label": "Lasts",
            "was": "10 weeks",
            "now": "12 weeks",
        }
    ]

    saved = program_of(owen).post(policy_of(programme) + "/change", {**change, "adopt": "yes"})

    assert (saved.status, saved.json) == (200, {"policy_version": 2, "starts": None})
    expected = programme.policy.model_dump()
    expected["cohort"]["weeks"] = 12
    assert load_programme(programme.programme_id).policy.model_dump() == expected


def test_of_two_changes_of_one_version_the_second_is_told(programme: RunningProgramme, owen: Someone) -> None:
    change = {"version": 1, "reason": WHY, "adopt": "yes"}
    program_of(owen).post(policy_of(programme) + "/change", {**change, "cohort_weeks": "12"})

    answer = program_of(owen).post(policy_of(programme) + "/change", {**change, "cohort_capacity": "30"})

    assert (answer.status, answer.json["error"]["code"]) == (409, "policy_changed")
    assert load_programme(programme.programme_id).policy.cohort.weeks == 12


def test_a_change_needs_a_reason(programme: RunningProgramme, owen: Someone) -> None:
    answer = program_of(owen).post(
        policy_of(programme) + "/change", {"version": 1, "cohort_weeks": "12", "adopt": "yes"}
    )

    assert (answer.status, answer.json["error"]["fields"][0]["field"]) == (422, "reason")


# ── Later ──────────────────────────────────────────────────────────────────


def a_day_on(days: int = 1) -> str:
    return f"{(now() + timedelta(days=days)).astimezone(LONDON):%Y-%m-%dT%H:%M}"


def plan(programme: RunningProgramme, someone: Someone, **fields: str) -> Answer:
    change = {"version": 1, "reason": WHY, "adopt": "yes", "starts": a_day_on(), **fields}
    return program_of(someone).post(policy_of(programme) + "/change", change)


def test_a_change_for_later_is_shown_and_takes_effect_by_itself(
    programme: RunningProgramme, owen: Someone
) -> None:
    assert plan(programme, owen, cohort_weeks="12").status == 200

    page = browser_of(owen).get(policy_of(programme))
    assert "A change is planned" in page.words
    assert "10 weeks → becomes 12 weeks" in page.words
    assert put_in_force(now()).done == 0
    assert load_programme(programme.programme_id).policy.cohort.weeks == 10

    assert put_in_force(now() + timedelta(days=1, minutes=1)).done == 1

    running = load_programme(programme.programme_id)
    assert (running.policy_version, running.policy.cohort.weeks) == (2, 12)
    (latest, _) = program_of(owen).get(policy_of(programme) + "/versions").json["versions"]
    assert (latest["by_name"], latest["reason"]) == (owen.name, WHY)
    assert latest["planned_at"] < latest["at"]


def test_a_planned_change_is_taken_back_with_a_reason(programme: RunningProgramme, owen: Someone) -> None:
    plan(programme, owen, cohort_weeks="12")
    browser = browser_of(owen)
    browser.get(policy_of(programme))

    assert browser.post(policy_of(programme) + "/take-back", reason=" ").status == 422
    browser.post(policy_of(programme) + "/take-back", reason="The term dates moved.")

    assert "A change is planned" not in browser.follow().words
    assert put_in_force(now() + timedelta(days=2)).done == 0
    again = program_of(owen).post(policy_of(programme) + "/take-back", {"reason": "Once more."})
    assert (again.status, again.json["error"]["code"]) == (409, "nothing_planned")


@pytest.mark.parametrize("starts", ["tomorrow", "2020-01-01T09:00", "2999-01-01T09:00"])
def test_a_time_that_cannot_be_is_refused(programme: RunningProgramme, owen: Someone, starts: str) -> None:
    answer = plan(programme, owen, cohort_weeks="12", starts=starts)

    assert (answer.status, answer.json["error"]["fields"][0]["field"]) == (422, "starts")


def test_there_is_one_planned_change_at_a_time(programme: RunningProgramme, owen: Someone) -> None:
    plan(programme, owen, cohort_weeks="12")

    answer = plan(programme, owen, cohort_weeks="14")

    assert (answer.status, answer.json["error"]["code"]) == (409, "planned_already")


# ── Every change is on record, and nobody else's business ──────────────────


def test_each_deed_is_in_the_audit_record(programme: RunningProgramme, owen: Someone) -> None:
    plan(programme, owen, cohort_weeks="12")
    program_of(owen).post(policy_of(programme) + "/take-back", {"reason": "The term dates moved."})
    plan(programme, owen, cohort_weeks="14")
    put_in_force(now() + timedelta(days=2))

    found = [one for one in Waiting.scan() if isinstance(one, Waiting)]

    assert sorted(one.what for one in found) == [
        "changed_policy",
        "planned_policy",
        "planned_policy",
        "took_back_policy",
    ]
    assert {one.by_id for one in found} == {owen.person_id}


def test_a_policy_that_cannot_be_read_is_said_to_be_so_and_put_right(
    programme: RunningProgramme, owen: Someone
) -> None:
    with_a_broken_policy(programme)
    browser = browser_of(owen)
    assert "can’t be read" in browser.get(policy_of(programme)).words
    assert browser.get(policy_of(programme) + "/change").status == 200
    assert browser.get(policy_of(programme) + "/versions").status == 200
    assert "whatever" in browser.get(policy_of(programme) + "/download").text
    assert "whatever" in browser.get(policy_of(programme) + "/text").words

    form = {"version": "1", "text": as_yaml(programme.policy)}
    page = browser.post(policy_of(programme) + "/text", **form)
    assert "nothing to compare with" in page.words
    browser.post(policy_of(programme) + "/text", **form, adopt="yes", seen=seen_in(page), reason=WHY)

    assert load_programme(programme.programme_id).policy == programme.policy


def test_a_version_from_before_there_were_so_many_parts_is_compared_all_the_same(
    programme: RunningProgramme, owen: Someone
) -> None:
    (first,) = policy_versions(programme.programme_id, limit=1)
    for part in (
        "eligibility",
        "cohort",
        "vetting",
        "consents",
        "delivery",
        "matching",
        "privacy",
        "library",
    ):
        del first.policy[part]
    first.save()
    program_of(owen).post(
        policy_of(programme) + "/change", {"version": 1, "cohort_weeks": "12", "reason": WHY, "adopt": "yes"}
    )

    second, old = program_of(owen).get(policy_of(programme) + "/versions").json["versions"]

    assert (second["is_readable"], old["is_readable"]) == (True, True)
    lasts = [one for one in second["differences"] if one["path"] == "cohort.weeks"]
    assert (lasts[0]["was"], lasts[0]["now"]) == ("no fixed length", "12 weeks")


def test_the_policy_is_downloaded_as_a_text_that_reads_back(
    programme: RunningProgramme, owen: Someone
) -> None:
    program = program_of(owen)

    for page in ("/download", "/download?version=1"):
        assert policy_from_yaml(program.get(policy_of(programme) + page).text) == programme.policy
    for page in ("/download?version=7", "/download?version=one", "/versions?before=-1"):
        assert program.get(policy_of(programme) + page).status == 404


def test_all_staff_see_the_policy_and_only_administrators_change_it(programme: RunningProgramme) -> None:
    priya = a_person("coordinator", programme)
    page = browser_of(priya).get(policy_of(programme))
    assert page.status == 200
    assert "Whole text" not in page.words
    for path in ("/change", "/text"):
        assert program_of(priya).get(policy_of(programme) + path).status == 404
    change = {"version": 1, "cohort_weeks": "12", "reason": WHY, "adopt": "yes"}
    assert program_of(priya).post(policy_of(programme) + "/change", change).status == 404
    assert program_of(priya).post(policy_of(programme) + "/take-back", {"reason": WHY}).status == 404


def test_the_policy_of_another_programme_does_not_exist(programme: RunningProgramme) -> None:
    mentee = a_person("mentee", programme)
    outsider = a_person("administrator", a_programme("Chess by Post"))
    for someone in (mentee, outsider):
        for path in ("", "/versions", "/download", "/change", "/text"):
            assert program_of(someone).get(policy_of(programme) + path).status == 404
