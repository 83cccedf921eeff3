"""Every route names who may use it, and to everybody else what it serves does not exist."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, get_args, get_origin

import pytest
from annotated_types import MinLen

import app  # registers every route
from functions.web.access import EDUCATOR_ONLY, PARTICIPANT, STAFF_ONLY
from functions.web.routing import BY_HANDLER, Route
from shared.people.actions.sessions import start_session
from shared.people.permissions import Role
from shared.platform.clock import now
from tests.builders.conversations import a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.builders.safeguarding import a_concern
from tests.emulator import four_tables
from tests.functions.web.browser import Answer, Program
from tests.shared.lab.builders import drafts_a_rule, tried

ROUTES = [route for route in BY_HANDLER.values() if route.handler.__module__.startswith("functions.")]
EVERY_ROUTE = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
NAMED = re.compile(r"\{(\w+)\+?\}")
SECRET_WORDS = "I have never told anybody here about the boat."


@dataclass(frozen=True)
class World:
    """A programme with something of everything in it, and people of another who must not learn of it."""

    ids: dict[str, str]
    mentee: Someone
    lead: Someone
    outsiders: tuple[Someone, ...]
    sessions: dict[str, str]

    def program_of(self, someone: Someone) -> Program:
        """A program of theirs, in the session that they have."""
        if someone.person_id not in self.sessions:
            self.sessions[someone.person_id] = start_session(someone.person_id, now=now())
        return Program(self.sessions[someone.person_id])


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One for all tests of this file: nobody in them gets anywhere."""
    with four_tables():
        yield a_world()


def a_world() -> World:
    ours = a_programme("Routes into Medicine")
    pair = a_pair(programme=ours)
    lead = a_person(Role.SAFEGUARDING_LEAD, programme=ours)
    message = a_message(pair, state="held", text=SECRET_WORDS)
    concern = a_concern(pair, words=SECRET_WORDS)
    a_message(pair, state="delivered", text=SECRET_WORDS)
    drafts_a_rule(lead, phrases=["the boat"], examples=[SECRET_WORDS])
    theirs = a_programme("Chess by Post")
    ids = {
        "programme_id": ours.programme_id,
        "pair_id": pair.pair_id,
        "message_id": message.message_id,
        "concern_id": concern.concern_id,
        "person_id": pair.mentee.person_id,
        "invitation_id": "0" * 32,
        "backtest_id": tried(lead).backtest_id,
        "import_id": "0" * 32,
        "cohort_id": "0" * 26,
    }
    outsiders = tuple(
        a_person(role, programme=theirs, first_name="Nobody", surname=f"From here {role}") for role in Role
    )
    return World(ids, pair.mentee, lead, outsiders, sessions={})


def path_of(route: Route, world: World) -> str:
    return NAMED.sub(lambda name: world.ids.get(name.group(1), "nowhere"), route.path)


def ask(program: Program, route: Route, world: World) -> Answer:
    path = path_of(route, world)
    return program.get(path) if route.method == "GET" else program.post(path, _plausible(route))


def _plausible(route: Route) -> dict[str, Any]:
    """A body that the route's model takes."""
    if route.takes is None:
        return {}
    return {
        name: _value(info.annotation, info.metadata)
        for name, info in route.takes.model_fields.items()
        if info.is_required()
    }


def _value(kind: Any, metadata: list[Any]) -> Any:
    if get_origin(kind) is not None and get_args(kind):
        first = get_args(kind)[0]
        return first if isinstance(first, str) else []
    if kind is int:
        return 1
    if kind is bool:
        return True
    least = next((one.min_length for one in metadata if isinstance(one, MinLen)), 1)
    return "a letter " * max(1, least // 9 + 1)


def is_of_something(route: Route) -> bool:
    return bool(set(NAMED.findall(route.path)) & {"programme_id", "pair_id", "message_id", "concern_id"})


@EVERY_ROUTE
def test_a_route_says_what_it_is_for(route: Route) -> None:
    assert route.summary.endswith(".")
    assert route.method != "GET" or route.page or route.gives or route.who.name in ("public", "anyone")


@EVERY_ROUTE
def test_whoever_is_signed_out_is_asked_to_sign_in(route: Route, world: World) -> None:
    if not route.who.must_be_signed_in:
        assert not is_of_something(route), "a route about something must ask who is asking"
        return

    answer = ask(Program(), route, world)

    assert answer.status == 401
    assert answer.json["error"]["code"] == "signed_out"


@pytest.mark.parametrize("route", [one for one in ROUTES if is_of_something(one)], ids=lambda one: one.path)
def test_to_people_of_another_programme_it_does_not_exist(route: Route, world: World) -> None:
    for outsider in world.outsiders:
        answer = ask(world.program_of(outsider), route, world)

        assert answer.status == 404, (outsider.role, answer.status, answer.text)
        assert "boat" not in answer.text


@pytest.mark.parametrize(
    "route", [one for one in ROUTES if one.who is STAFF_ONLY], ids=lambda one: f"{one.method} {one.path}"
)
def test_to_a_mentee_the_staffs_pages_do_not_exist(route: Route, world: World) -> None:
    assert ask(world.program_of(world.mentee), route, world).status == 404


@pytest.mark.parametrize(
    "route", [one for one in ROUTES if one.who is PARTICIPANT], ids=lambda one: f"{one.method} {one.path}"
)
def test_to_staff_the_participants_pages_do_not_exist(route: Route, world: World) -> None:
    assert ask(world.program_of(world.lead), route, world).status == 404


@pytest.mark.parametrize(
    "route",
    [one for one in ROUTES if one.path.startswith("/programmes/{programme_id}")],
    ids=lambda one: f"{one.method} {one.path}",
)
def test_a_page_of_a_programme_is_for_its_staff_and_a_few_for_its_educators(route: Route) -> None:
    """What those who take part see of a programme stands elsewhere, under words of their own."""
    assert route.who is (EDUCATOR_ONLY if "/nominees" in route.path else STAFF_ONLY)


MOST_RESOURCES = 300
"""Parts of paths that API Gateway takes for one API, unless AWS is asked for more
(https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html)."""


def test_api_gateway_takes_all_routes() -> None:
    resources = {"/"}
    for path in app.app.routes:
        parts = path.strip("/").split("/")
        resources |= {"/".join(parts[: number + 1]) for number in range(len(parts))}

    assert len(resources) < MOST_RESOURCES


@pytest.mark.parametrize(
    "route",
    [one for one in ROUTES if one.page and one.path.startswith(("/pairs/", "/concerns/", "/moderation/"))],
    ids=lambda route: route.path,
)
def test_a_page_that_staff_can_open_says_of_which_programme_it_is(route: Route) -> None:
    """Or the way round above it leads to the first of their programmes instead."""
    if route.who is PARTICIPANT:
        return
    assert {"programme_id"} <= {one.name for one in fields(route.gives)}
