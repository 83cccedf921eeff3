"""ST-1, ST-13, NU-10: a library to browse, whose pieces follow the group a mentee is in."""

import pytest

from shared.policies.presets import load_preset
from shared.programmes.actions import load_programme
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.functions.web.signed_in import browser_of, program_of

NATIONAL_STEM = load_preset("national-stem")


@pytest.fixture
def mentee(tables: None) -> Someone:
    return a_person("mentee", a_programme(policy=NATIONAL_STEM), answers={"year_group": "Year 10"})


def topics_first(someone: Someone) -> list[str]:
    view = program_of(someone).get("/library").json
    return [topic for card in view["browse"]["cards"][:2] for topic in card["topics"]]


def test_st_1_what_is_read_first_follows_the_group_a_mentee_is_in(mentee: Someone) -> None:
    programme = a_programme("Another", policy=NATIONAL_STEM)
    older = a_person(
        "mentee", programme, first_name="Jamie", surname="Kerr", answers={"year_group": "Year 13"}
    )

    assert program_of(mentee).get("/library").json["strand"] == "Career insight"
    assert "Jobs in science and technology" in topics_first(mentee)
    assert program_of(older).get("/library").json["strand"] == "Life after school"
    assert "Apprenticeships" in topics_first(older)


def test_st_13_a_mentee_browses_by_topic_and_reads_with_the_day_it_was_checked(mentee: Someone) -> None:
    program, browser = program_of(mentee), browser_of(mentee)
    topics = {one["name"]: one["slug"] for one in program.get("/library").json["browse"]["topics"]}
    assert {"Health and wellbeing", "Independent living", "Money", "Housing"} <= set(topics)

    housing = program.get(f"/library?topic={topics['Housing']}").json["browse"]["cards"]
    page = browser.get(f"/library/{mentee.programme_id}/renting-your-first-room")

    assert "renting-your-first-room" in [one["resource_id"] for one in housing]
    assert page.status == 200
    assert "2 minutes to read. Last checked on 22 November 2026." in page.words
    assert "Call 0808 800 4444" in page.words
    assert '<a href="https://www.gov.uk/private-renting" rel="noreferrer">' in page.text


def test_st_13_a_search_finds_words_of_title_topic_and_text(mentee: Someone) -> None:
    program = program_of(mentee)

    found = program.get("/library?find=payslip+holiday").json["browse"]
    nothing = browser_of(mentee).get("/library?find=payslip+elephant")

    assert [one["resource_id"] for one in found["cards"]] == ["first-weeks-in-a-job"]
    assert "Nothing has all of these words" in nothing.words
    assert program.get("/library?topic=no-such-topic").status == 404


def test_st_13_a_search_takes_what_a_telephone_types(mentee: Someone) -> None:
    program = program_of(mentee)

    found = program.get("/library?find=somebody%E2%80%99s+caf%C3%A9")
    accented = program.get("/library?find=p%C3%A1yslip").json["browse"]

    assert found.status == 200
    assert "first-weeks-in-a-job" in [one["resource_id"] for one in accented["cards"]]
    for bad in ("a" * 101, "%00", "a%0Ab"):
        refused = program.get(f"/library?find={bad}")
        assert (refused.status, refused.json["error"]["code"]) == (422, "bad_search")


def test_people_are_found_by_names_that_are_not_ascii(mentee: Someone) -> None:
    programme = load_programme(mentee.programme_id)
    a_person("mentee", programme, first_name="Zoë", surname="Ábalos")
    people = f"/programmes/{mentee.programme_id}/people?find="
    program = program_of(a_person("coordinator", programme))

    assert "Ábalos" in program.get(people + "%C3%A1ba").text
    assert program.get(people + "%CE%90" * 100).status == 200


def test_st_13_a_mark_that_it_was_read_is_for_whoever_read_it(mentee: Someone) -> None:
    browser = browser_of(mentee)
    piece = f"/library/{mentee.programme_id}/a-budget-that-works"
    other = a_person("mentor", a_programme("Elsewhere", policy=NATIONAL_STEM))

    browser.get(piece)
    for _ in range(2):
        assert browser.post(piece, read="yes").status == 303
        assert "You have read this" in browser.follow().words
    assert program_of(mentee).get("/library").json["read"] == 1
    assert program_of(other).get("/library").json["read"] == 0

    assert browser.post(piece, read="no").status == 303
    assert program_of(mentee).get("/library").json["read"] == 0


def test_st_13_the_library_is_for_those_in_the_programme(mentee: Someone) -> None:
    elsewhere = a_programme("Elsewhere", policy=NATIONAL_STEM)
    stranger = a_person("mentee", elsewhere, first_name="Jamie", surname="Kerr")
    staff = a_person("coordinator", elsewhere)

    for someone in (stranger, staff):
        assert program_of(someone).get(f"/library/{mentee.programme_id}").status == 404
        assert program_of(someone).get(f"/library/{mentee.programme_id}/a-first-cv").status == 404
    assert program_of(mentee).get(f"/library/{mentee.programme_id}/no-such-piece").status == 404


def test_nu_10_what_there_is_to_read_about_study_and_work_is_that_of_the_programmes_topics(
    tables: None,
) -> None:
    programme = a_programme(policy=load_preset("university-outreach"))
    mentee = a_person("mentee", programme)

    view = program_of(mentee).get("/library").json

    names = [one["name"] for one in view["browse"]["topics"]]
    assert names[:2] == ["Choosing a course", "Applying"]
    assert program_of(mentee).get(f"/library/{programme.programme_id}/writing-about-yourself").status == 200
    assert (
        program_of(mentee).get(f"/library/{programme.programme_id}/jobs-in-science-and-technology").status
        == 404
    )


def test_st_13_a_programme_may_do_without_the_common_library(tables: None) -> None:
    policy = NATIONAL_STEM.model_copy(
        update={"library": NATIONAL_STEM.library.model_copy(update={"common": False})}
    )
    mentee = a_person("mentee", a_programme(policy=policy))

    page = browser_of(mentee).get("/library")

    assert "There is nothing to read yet" in page.words
