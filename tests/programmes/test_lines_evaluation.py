"""CM-12: evaluation at the end, a named person for every mentor, the college's own support for mentees."""

from datetime import timedelta

import pytest

from shared.audit.items import Waiting
from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.policies.presets import load_preset
from shared.programmes.actions import RunningProgramme
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.functions.web.at_a_pair import Api, page
from tests.functions.web.signed_in import browser_of, program_of
from tests.shared.evaluation.builders import TODAY, a_pair_in, a_running_cohort

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def college() -> RunningProgramme:
    return a_programme(policy=load_preset("college-pilot"))


@pytest.fixture
def coordinator(college: RunningProgramme) -> Someone:
    return a_person("coordinator", college)


def at_their_end(college: RunningProgramme) -> TwoWhoWrite:
    """Two in the last stage of a relationship with no fixed length."""
    pair = a_pair_in(college, begun=TODAY - timedelta(weeks=12))
    load_pair(pair.pair_id).update([Pair.stage.set("ending")])
    return pair


def test_cm_12_both_are_asked_how_it_went_and_the_programme_sees_what_came_of_it(
    college: RunningProgramme, coordinator: Someone
) -> None:
    pair = at_their_end(college)
    said = {
        "mentee": {
            "confident": "4",
            "belong": "4",
            "next": "5",
            "whom_to_ask": "5",
            "useful": "5",
            "stay": "Yes",
        },
        "mentor": {
            "prepared": "3",
            "supported": "not_said",
            "difference": "4",
            "skills": "4",
            "again": "Yes",
        },
    }

    for side, form_id in (("mentee", "mentees_finish"), ("mentor", "mentors_finish")):
        someone = Api(pair, getattr(pair, side))
        assert "A few questions for you" in page(browser_of(getattr(pair, side)), pair).words
        form = someone.get(f"/forms/{form_id}")
        sent = someone.post(f"/forms/{form_id}", answers=said[side], version=form["version"], key="form-1")
        assert sent.status == 201, sent.text
        assert someone.get("/forms")["waiting"] == []

    place = f"/programmes/{college.programme_id}/cohorts/everybody/evaluation"
    found = {one["id"]: one for one in program_of(coordinator).get(place).json["forms"]}
    assert {found[one]["answered"] for one in ("mentees_finish", "mentors_finish")} == {1}
    assert (
        not [  # one answer would say who gave it
            row
            for form in found.values()
            for question in form["questions"]
            for table in question["tables"]
            for row in table["rows"]
            if row["people"] is not None
        ]
    )


def test_cm_12_every_mentor_has_a_named_person_on_their_conversations_page(
    college: RunningProgramme, coordinator: Someone
) -> None:
    cohort_id = a_running_cohort(college)
    pair = a_pair_in(college, cohort_id)
    deputy = a_person("deputy", college)
    here = f"/programmes/{college.programme_id}"
    browser = browser_of(coordinator)
    assert "Nobody is named yet" in browser.get(f"{here}/cohorts/{cohort_id}").words

    browser.get(f"{here}/cohorts/{cohort_id}/support")
    sent = browser.post(f"{here}/cohorts/{cohort_id}/support", supporter_id=coordinator.person_id)

    assert sent.status == 303
    named = f"{coordinator.first_name} {coordinator.surname}"
    assert f"Support for mentors {named}" in browser.follow().words
    assert f"{named} is your named person for support and supervision." in mentor_page(pair)

    browser.get(f"{here}/people/{pair.mentor.person_id}/support")
    browser.post(f"{here}/people/{pair.mentor.person_id}/support", supporter_id=deputy.person_id)
    other = f"{deputy.first_name} {deputy.surname}"
    assert f"Support {other}" in browser.follow().words
    assert f"{other} is your named person for support and supervision." in mentor_page(pair)

    assert named not in page(browser_of(pair.mentee), pair).words
    assert {
        one.on for one in Waiting.scan() if isinstance(one, Waiting) and one.what == "named_supporter"
    } == {
        f"cohort:{cohort_id}",
        f"person:{pair.mentor.person_id}",
    }


def mentor_page(pair: TwoWhoWrite) -> str:
    return page(browser_of(pair.mentor), pair).words


def test_cm_12_mentees_are_shown_the_colleges_own_specialist_support(college: RunningProgramme) -> None:
    pair = at_their_end(college)

    for path in ("", "/forms"):
        shown = page(browser_of(pair.mentee), pair, path).words
        for place in college.policy.relationship.specialist_support:
            assert place.name in shown
            assert place.about in shown
    assert len(college.policy.relationship.specialist_support) == 4
    assert "Help where you study" not in mentor_page(pair)


@pytest.mark.parametrize("who", ["", "nobody-of-ours", "mentee"])
def test_only_staff_can_be_named_and_naming_can_be_taken_back(
    college: RunningProgramme, coordinator: Someone, who: str
) -> None:
    cohort_id = a_running_cohort(college)
    pair = a_pair_in(college, cohort_id)
    place = f"/programmes/{college.programme_id}/cohorts/{cohort_id}/support"
    staff = program_of(coordinator)
    assert staff.post(place, {"supporter_id": coordinator.person_id}).status == 200

    answer = staff.post(place, {"supporter_id": pair.mentee.person_id if who == "mentee" else who})

    assert answer.status == (422 if who else 200)
    assert staff.get(place).json["supporter_id"] == (coordinator.person_id if who else "")


def test_nobody_supervises_themselves(college: RunningProgramme, coordinator: Someone) -> None:
    pair = a_pair_in(college)
    also_in(college, pair.mentor, role="deputy")
    place = f"/programmes/{college.programme_id}/people/{pair.mentor.person_id}/support"

    answer = program_of(coordinator).post(place, {"supporter_id": pair.mentor.person_id})

    assert answer.status == 422
    assert "Nobody supervises themselves" in answer.text
    assert program_of(pair.mentor).post(place, {"supporter_id": ""}).status == 404
