"""What coordinators do with the library: write, preview, word anew, take out, put back."""

from typing import Any

import pytest

from shared.audit.items import Waiting
from shared.platform.clock import now
from shared.platform.tables import SafeguardingItem
from shared.policies.presets import load_preset
from shared.resources.editing import MOST_PIECES
from shared.resources.items import Resource, resource_key
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.functions.web.browser import Answer, Program
from tests.functions.web.signed_in import browser_of, program_of

TEXT = (
    "Our open day is a good place to ask. Bring a friend.\n\n## Before\n\n- Write down **three** questions.\n"
)
PIECE: dict[str, Any] = {
    "title": "What to ask at our open day",
    "summary": "Three questions, and whom to put them to.",
    "text": TEXT,
    "audience": "both",
    "checked_on": "2026-11-02",
    "tags": ["University"],
    "strands": ["life_after_school"],
    "helplines": ["careers_england"],
    "key": "form-1",
}
COMMON = "a-budget-that-works"


class World:
    """A programme with a coordinator, a lead, a mentee and a mentor."""

    def __init__(self) -> None:
        self.programme = a_programme(policy=load_preset("national-stem"))
        self.coordinator = a_person("coordinator", self.programme)
        self.mentee = a_person("mentee", self.programme, answers={"year_group": "Year 12"})
        self.mentor = a_person("mentor", self.programme)
        self.place = f"/programmes/{self.programme.programme_id}/library"

    @property
    def program(self) -> Program:
        return program_of(self.coordinator)

    def add(self, **changed: Any) -> Answer:
        return self.program.post(self.place, PIECE | changed)

    def added(self, **changed: Any) -> str:
        answer = self.add(**changed)
        assert answer.status == 201, answer.text
        return str(answer.json["row"]["resource_id"])

    def change(self, resource_id: str, *, wording: int, **changed: Any) -> Answer:
        return self.program.post(f"{self.place}/{resource_id}/change", PIECE | {"wording": wording} | changed)

    def shown(self, resource_id: str, shown: str) -> Answer:
        return self.program.post(f"{self.place}/{resource_id}/shown", {"shown": shown})

    def read(self, resource_id: str, by: Someone | None = None) -> Answer:
        return program_of(by or self.mentee).get(f"/library/{self.programme.programme_id}/{resource_id}")


@pytest.fixture
def world(tables: None) -> World:
    return World()


def test_what_a_coordinator_writes_comes_first_for_its_strand(world: World) -> None:
    name = world.added()

    piece = world.read(name).json
    first = program_of(world.mentee).get("/library").json["browse"]["cards"][0]

    assert piece["html"].startswith("<p>Our open day")
    assert "<h2>Before</h2>" in piece["html"]
    assert piece["checked_on"] == "2026-11-02"
    assert [one["name"] for one in piece["helplines"]] == ["National Careers Service"]
    assert first["resource_id"] == name


def test_the_same_form_writes_once(world: World) -> None:
    assert world.added() == world.added()

    whose = [one["whose"] for one in world.program.get(world.place).json["rows"]]
    assert whose[:2] == ["own", "common"]


def test_a_preview_shows_how_it_looks_and_keeps_nothing(world: World) -> None:
    browser = browser_of(world.coordinator)
    browser.get(f"{world.place}/new")

    answer = browser.post(f"{world.place}/preview", **(PIECE | {"key": browser.key()}))

    assert answer.status == 200
    assert "How it would look. Nothing is saved yet." in answer.words
    assert "<strong>three</strong>" in answer.text
    assert 'value="What to ask at our open day"' in answer.text
    assert list(Resource.query(resource_key(world.programme.programme_id, "")[0])) == []


def test_every_wording_is_kept_and_says_whose_it_is(world: World) -> None:
    name = world.added()
    assert world.change(name, wording=1, text="Quite another text.").status == 200

    page = world.program.get(f"{world.place}/{name}").json
    earlier = world.program.get(f"{world.place}/{name}?version=1").json

    assert [(one["number"], one["by_name"]) for one in page["versions"]] == [
        (2, "Priya Nair"),
        (1, "Priya Nair"),
    ]
    assert "Quite another text." in page["html"]
    assert "Our open day" in earlier["html"]
    assert "Quite another text." in world.read(name).json["text"]
    assert world.program.get(f"{world.place}/{name}?version=7").status == 404


def test_whoever_looked_at_an_earlier_wording_is_told_and_loses_nothing(world: World) -> None:
    name = world.added()
    world.change(name, wording=1, text="Quite another text.")
    browser = browser_of(world.coordinator)
    browser.get(f"{world.place}/{name}/change")

    answer = browser.post(f"{world.place}/{name}/change", **(PIECE | {"wording": 1, "key": ""}))

    assert answer.status == 409
    assert "Somebody has changed this piece" in answer.words
    assert "Bring a friend." in answer.text


def test_a_common_piece_is_worded_anew_for_this_programme_alone(world: World) -> None:
    other = a_programme("Elsewhere", policy=load_preset("national-stem"))
    reader = a_person("mentee", other, first_name="Jamie", surname="Kerr")

    assert world.change(COMMON, wording=0, title="Money in Dundee", tags=["Money"]).status == 200

    assert world.read(COMMON).json["card"]["title"] == "Money in Dundee"
    elsewhere = program_of(reader).get(f"/library/{other.programme_id}/{COMMON}").json
    assert elsewhere["card"]["title"] == "A budget that works"
    [row] = [one for one in world.program.get(world.place).json["rows"] if one["resource_id"] == COMMON]
    assert row["whose"] == "changed"


def test_a_common_piece_that_is_put_back_is_the_common_one_again(world: World) -> None:
    assert world.shown(COMMON, "no").status == 200
    assert world.shown(COMMON, "no").status == 200
    assert world.read(COMMON).status == 404
    assert world.program.get(f"{world.place}/{COMMON}").json["row"]["is_shown"] is False

    assert world.shown(COMMON, "yes").status == 200
    assert world.read(COMMON).status == 200
    assert list(Resource.query(resource_key(world.programme.programme_id, "")[0])) == []


def test_what_is_taken_out_only_staff_see(world: World) -> None:
    name = world.added()

    world.shown(name, "no")
    assert world.read(name).status == 404
    assert "Taken out" in browser_of(world.coordinator).get(world.place).words

    world.shown(name, "yes")
    assert world.read(name).status == 200


def test_what_is_for_mentors_no_mentee_finds(world: World) -> None:
    name = world.added(audience="mentor")

    assert world.read(name).status == 404
    assert world.read(name, by=world.mentor).status == 200
    found = program_of(world.mentee).get("/library?find=open+day+bring").json["browse"]["cards"]
    assert name not in [one["resource_id"] for one in found]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "a" * 101}, "title"),
        ({"summary": ""}, "summary"),
        ({"text": "a" * 12_001}, "text"),
        ({"text": "See [this](https://evil.example.org)."}, "text"),
        ({"text": "See [this](javascript:x) and [that](http://www.gov.uk)."}, "text"),
        ({"checked_on": "yesterday"}, "checked_on"),
        ({"checked_on": "2099-01-01"}, "checked_on"),
        ({"tags": []}, "tags"),
        ({"tags": ["Horses"]}, "tags"),
        ({"audience": "parents"}, "audience"),
    ],
)
def test_what_needs_another_look_is_said_beside_its_field(
    world: World, changed: dict[str, Any], field: str
) -> None:
    answer = world.add(**changed)

    assert answer.status == 422
    assert [one["field"] for one in answer.json["error"]["fields"]] == [field]
    assert list(Resource.query(resource_key(world.programme.programme_id, "")[0])) == []


def test_markdown_with_script_is_shown_as_text(world: World) -> None:
    name = world.added(text="Hello <script>alert(1)</script> and ![x](https://www.gov.uk/x.png)")

    page = browser_of(world.mentee).get(f"/library/{world.programme.programme_id}/{name}")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>alert" not in page.text
    assert "<img" not in page.text


@pytest.mark.parametrize("role", ["safeguarding_lead", "deputy", "regional_manager"])
def test_others_of_the_staff_look_and_do_not_write(world: World, role: str) -> None:
    someone = program_of(a_person(role, world.programme))

    assert someone.get(world.place).json["may_edit"] is False
    assert someone.get(f"{world.place}/{COMMON}").status == 200
    assert someone.get(f"{world.place}/new").status == 404
    assert someone.get(f"{world.place}/{COMMON}/change").status == 404
    assert someone.post(world.place, PIECE).status == 404
    assert someone.post(f"{world.place}/{COMMON}/shown", {"shown": "no"}).status == 404


def test_who_changed_the_library_is_on_record(world: World) -> None:
    name = world.added()
    world.shown(name, "no")

    made = [one for one in SafeguardingItem.scan() if isinstance(one, Waiting)]

    assert sorted((one.what, one.on, one.why) for one in made) == [
        ("changed_library", f"resource:{name}", "Taken out"),
        ("changed_library", f"resource:{name}", "What to ask at our open day"),
    ]


def test_there_is_an_end_to_how_many_there_can_be(world: World) -> None:
    programme_id = world.programme.programme_id
    with Resource.batch_write() as batch:
        for number in range(MOST_PIECES):
            name = f"piece-{number}"
            batch.save(
                Resource(
                    *resource_key(programme_id, name),
                    programme_id=programme_id,
                    resource_id=name,
                    state="taken_out",
                    changed_at=now(),
                    changed_by_name="Priya Nair",
                )
            )

    answer = world.add()

    assert answer.status == 409
    assert "There are 150 pieces" in answer.json["error"]["message"]
