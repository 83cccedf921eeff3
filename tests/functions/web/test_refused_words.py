"""A worry in a form that is refused: whatever else is wrong with it, whoever gives up on it was heard."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, get_origin

import pytest

from functions.web.forms import SECRET
from functions.web.hearing import OF_PARTICIPANTS
from functions.web.routing import Route
from shared.conversations.actions import check_due
from shared.conversations.refused import MOST_TOGETHER
from shared.conversations.rules import LONGEST
from shared.conversations.steps import load_message
from shared.filtering import check
from shared.platform.clock import now
from shared.platform.tables import SafeguardingItem
from shared.safeguarding.items import Concern
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme, with_a_broken_policy

from .at_a_pair import COLLEGE, Api, post
from .browser import Answer
from .every_change import ROUTES, fields_of, written_in
from .signed_in import browser_of, program_of
from .whole_world import World, a_world
from .with_accounts import a_pool

WORRIED = "Some nights I want to die and I do not know who to talk to"
CARE = "You don’t have to be alone with this"
OURS = [route for route in ROUTES if route.who.name in OF_PARTICIPANTS and route.takes is not None]


def field_names(route: Route) -> list[str]:
    """All that are no password, and no whole number."""
    known = route.takes.model_fields if route.takes else {}
    return [
        name for name, one in known.items() if one.json_schema_extra != SECRET and one.annotation is not int
    ]


HOLD_TEXT = [route for route in OURS if field_names(route)]
EVERY_FORM = pytest.mark.parametrize("route", HOLD_TEXT, ids=lambda route: route.path)
SENT_WITH_OTHERS = ("/feedback",)
"""Ends of paths where what was written goes as one message with other words: no more the same."""


def as_sent(route: Route, name: str, text: str) -> Any:
    """The text in a field, in the shape that a program sends."""
    assert route.takes is not None
    shape = get_origin(route.takes.model_fields[name].annotation)
    return {"1": text} if shape is dict else [text] if shape is list else text


def concerns() -> list[Concern]:
    return [one for one in SafeguardingItem.scan() if isinstance(one, Concern)]


def raised_since(before: list[Concern]) -> list[Concern]:
    known = {one.concern_id for one in before}
    return [one for one in concerns() if one.concern_id not in known]


# ── Every form of a participant ────────────────────────────────────────────


@EVERY_FORM
def test_a_worry_in_any_field_of_a_refused_form_is_raised_once(route: Route, world: World) -> None:
    texts = {name: f"{WORRIED}, I wrote in {name} of {route.path}." for name in field_names(route)}
    fields = {name: as_sent(route, name, text) for name, text in texts.items()}
    before = concerns()

    first, again = (world.program(route).post(world.path(route), {**fields, "none": ""}) for _ in range(2))

    assert (first.status, again.status) == (422, 422), first.text
    [raised] = raised_since(before)
    assert [text for text in texts.values() if text not in raised.words] == []
    assert raised.severity in ("high", "immediate")
    assert raised.told, "nobody was told"


@EVERY_FORM
def test_a_worry_in_a_text_that_is_refused_for_its_length_is_raised_once(route: Route, world: World) -> None:
    """At its beginning or at its end; and what a program may send in a field of no form of ours."""
    name = field_names(route)[0]
    for number, text in enumerate(
        (
            f"{WORRIED}, {route.path}. " + "We read. " * 9_000,
            "We read. " * 9_000 + f"{route.path}: {WORRIED}.",
        )
    ):
        before = concerns()
        sent = {name: as_sent(route, name, text), "none": number}

        answers = [world.program(route).post(world.path(route), sent) for _ in range(2)]

        assert [one.status for one in answers] == [422, 422]
        [raised] = raised_since(before)
        assert WORRIED in raised.words
        assert len(raised.words) < 2 * LONGEST + 20


@EVERY_FORM
def test_no_other_words_of_a_refused_form_raise_anything(route: Route, world: World) -> None:
    before = concerns()

    sent = world.program(route).post(world.path(route), {**fields_of(route), "none": ""})

    assert sent.status == 422
    assert raised_since(before) == []


@pytest.mark.parametrize(
    ("route", "field"),
    [
        (route, name)
        for route in HOLD_TEXT
        for name in written_in(route)
        if not route.path.endswith(SENT_WITH_OTHERS)
    ],
    ids=lambda value: value if isinstance(value, str) else value.path,
)
def test_the_same_words_sent_again_and_taken_raise_no_second_concern(route: Route, field: str) -> None:
    with_another_mistake = {"none": ""}
    world, text = a_world(), f"{WORRIED}."
    program, path = world.program(route), world.path(route)
    fields = fields_of(route, **{field: text})
    before = concerns()

    assert program.post(path, {**fields, **with_another_mistake}).status == 422
    program.post(path, fields)
    check_due(check, now() + timedelta(minutes=1))

    assert [one.words for one in raised_since(before)] == [text]


def test_the_docs_list_every_form() -> None:
    said = (Path(__file__).parents[3] / "docs/safeguarding.md").read_text()
    private, others = (
        said.partition("<!-- refused -->")[2].partition("<!-- /refused -->")[0].strip().split("\n\n")
    )

    for words, is_private in ((private, True), (others, False)):
        assert re.findall("`(.+?)`", words) == sorted(
            route.path for route in HOLD_TEXT if route.is_private is is_private
        )


@pytest.fixture(autouse=True)
def _stored(request: pytest.FixtureRequest) -> None:
    """Tests that do not share the file's world have tables of their own."""
    if "world" not in request.fixturenames:
        request.getfixturevalue("tables")
        request.getfixturevalue("pool")


@pytest.fixture
def pool() -> Any:
    with a_pool() as made:
        yield made


# ── What its writer sees ───────────────────────────────────────────────────


@pytest.fixture
def pair() -> TwoWhoWrite:
    return a_pair(a_programme(policy=COLLEGE))


def refused_diary(pair: TwoWhoWrite, by: str = "mentee", text: str = WORRIED, **fields: str) -> Answer:
    """A diary entry with a mistake in another field."""
    return post(browser_of(getattr(pair, by)), pair, "/diary", text=text, not_a_name="perhaps", **fields)


def test_a_mentee_sees_at_once_where_help_is_and_nothing_that_discourages(pair: TwoWhoWrite) -> None:
    shown = refused_diary(pair)

    assert shown.status == 422
    assert CARE in shown.words
    assert "Thank you for writing it down." in shown.words
    assert WORRIED in shown.text
    told = Api(pair, pair.mentee).post("/diary", text=WORRIED)
    assert (
        "A person who looks after people’s safety will read what you wrote" in told.json["error"]["message"]
    )


def test_a_mentor_is_told_nothing_of_what_was_seen(pair: TwoWhoWrite) -> None:
    shown = refused_diary(pair, by="mentor")

    assert shown.status == 422
    assert CARE not in shown.words
    [raised] = concerns()
    assert raised.about_id == pair.mentee.person_id
    assert "safety" not in Api(pair, pair.mentor).post("/diary", text=WORRIED).json["error"]["message"]


def test_private_words_are_about_the_mentee_and_others_about_their_writer(pair: TwoWhoWrite) -> None:
    for path in ("/diary", "/messages"):
        Api(pair, pair.mentor).post(path, text=f"{WORRIED}, in {path}")

    assert {one.words: one.about_id for one in concerns()} == {
        f"{WORRIED}, in /diary": pair.mentee.person_id,
        f"{WORRIED}, in /messages": pair.mentor.person_id,
    }
    assert all({pair.mentor.person_id, pair.mentee.person_id} <= one.hidden_from for one in concerns())


def test_contact_details_are_a_worry_in_a_mentees_private_words_alone(pair: TwoWhoWrite) -> None:
    meeting = "He wants to meet me in town on Saturday, and his number is 07700 900123."

    refused_diary(pair, by="mentor", text=meeting)
    Api(pair, pair.mentee).post("/messages", text=meeting)
    assert concerns() == []
    refused_diary(pair, text=meeting)

    assert [one.words for one in concerns()] == [meeting]


# ── Which refusals ─────────────────────────────────────────────────────────


def test_words_are_heard_from_a_page_that_was_open_too_long(pair: TwoWhoWrite) -> None:
    stale = browser_of(pair.mentee).post(f"/pairs/{pair.pair_id}/diary", csrf="0" * 64, text=WORRIED, key="1")

    assert (stale.status, len(concerns())) == (403, 1)


def test_another_sites_form_is_never_heard_as_somebodys_words(pair: TwoWhoWrite) -> None:
    path = f"/pairs/{pair.pair_id}/diary"

    sent = browser_of(pair.mentee).post(path, origin="https://signpost.example.net", text=WORRIED, key="1")

    assert (sent.status, concerns()) == (403, [])


def test_words_to_a_conversation_of_others_are_the_writers_own(pair: TwoWhoWrite) -> None:
    outsider = a_person("mentee", pair.programme, first_name="Isla")

    sent = program_of(outsider).post(f"/pairs/{pair.pair_id}/diary", {"text": WORRIED, "key": "1"})

    assert sent.status == 404
    [raised] = concerns()
    assert (raised.about_id, raised.pair_id) == (outsider.person_id, None)


def test_what_staff_type_about_two_is_not_looked_through(pair: TwoWhoWrite) -> None:
    coordinator = a_person("coordinator", pair.programme)

    sent = program_of(coordinator).post(f"/pairs/{pair.pair_id}/meetings", {"reason": WORRIED, "none": ""})

    assert (sent.status, concerns()) == (422, [])


def test_what_no_rules_can_judge_is_read_by_a_person(pair: TwoWhoWrite) -> None:
    with_a_broken_policy(pair.programme)

    assert Api(pair, pair.mentee).post("/diary", text="We read a play.").status == 422

    assert [(one.words, one.category) for one in concerns()] == [("We read a play.", "unchecked")]


# ── Once ───────────────────────────────────────────────────────────────────


def test_said_again_a_day_later_or_when_it_was_closed_it_is_raised_again(pair: TwoWhoWrite) -> None:
    refused_diary(pair)
    [first] = concerns()
    first.update([Concern.state.set("closed")])

    refused_diary(pair)

    assert len(concerns()) == 2


def test_what_was_kept_already_is_not_raised_again_when_it_is_refused_and_kept_twice_is_read_twice(
    pair: TwoWhoWrite,
) -> None:
    api = Api(pair, pair.mentee)
    assert api.post("/diary", text=WORRIED, key="1").status == 201
    refused_diary(pair)
    assert len(concerns()) == 1

    assert api.post("/diary", text=WORRIED, key="2").status == 201

    assert len(concerns()) == 2


def test_a_message_with_words_that_were_refused_is_held_and_leads_to_their_concern(pair: TwoWhoWrite) -> None:
    api = Api(pair, pair.mentee)
    assert api.post("/messages", text=WORRIED).status == 422
    [raised] = concerns()

    sent = api.post("/messages", text=WORRIED, key="1").json
    check_due(check, now() + timedelta(minutes=1))

    message = load_message(pair.pair_id, sent["id"])
    assert (message.state, message.concern_id) == ("held", raised.concern_id)
    assert len(concerns()) == 1


# ── A worry about somebody on the staff ────────────────────────────────────


def test_a_refused_worry_about_somebody_on_the_staff_is_kept_from_them() -> None:
    programme = a_programme(policy=a_policy())
    lead = a_person("safeguarding_lead", programme, first_name="Morag")
    a_person("regional_manager", programme)
    pair = a_pair(programme)
    about = {"about": "staff", "staff": lead.person_id}

    sent = program_of(pair.mentee).post("/worry", {"words": WORRIED, "urgency": "soon", "none": "", **about})

    assert sent.status == 422
    [raised] = concerns()
    assert raised.about_staff
    assert lead.person_id in raised.hidden_from
    assert lead.person_id not in (raised.told or ())


# ── Bounds ─────────────────────────────────────────────────────────────────


def test_a_form_of_nothing_but_worries_is_still_one_concern_that_can_be_stored(pair: TwoWhoWrite) -> None:
    answers = {str(n): f"{n}: {WORRIED}. " + "\N{CRYING FACE}" * 7_000 for n in range(30)}
    raw = json.dumps({"answers": answers}, ensure_ascii=False).encode()

    sent = program_of(pair.mentee).post(f"/pairs/{pair.pair_id}/review", raw=raw)

    assert sent.status in (404, 409, 422)
    [raised] = concerns()
    assert len(raised.words) <= MOST_TOGETHER


def test_half_a_character_and_a_hidden_one_keep_nobody_from_being_heard(pair: TwoWhoWrite) -> None:
    program = program_of(pair.mentee)
    raw = ('{"text": "\\ud83d \\u0000 ' + WORRIED + '", "key": "1"}').encode()

    assert program.post(f"/pairs/{pair.pair_id}/diary", raw=raw).status == 422

    [raised] = concerns()
    assert raised.words.endswith(WORRIED)
