"""The API's description is valid and tells the truth."""

from openapi_spec_validator import validate

import app  # noqa: F401 - registers every route
from functions.web.openapi import describe
from functions.web.routing import BY_HANDLER
from tests.functions.web.browser import Program


def test_the_description_is_valid_openapi() -> None:
    validate(describe(BY_HANDLER.values(), site_url="https://signpost.example.org"))


def test_the_description_is_served() -> None:
    answer = Program().get("/openapi.json")

    assert answer.status == 200
    assert answer.json["openapi"].startswith("3.1")


def test_every_json_route_is_described_once() -> None:
    described = describe(BY_HANDLER.values(), site_url="https://signpost.example.org")
    names = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]

    assert len(names) == len(set(names))


def test_a_list_says_how_to_ask_for_its_next_page() -> None:
    paths = describe(BY_HANDLER.values(), site_url="https://signpost.example.org")["paths"]
    parameters = paths["/programmes/{programme_id}/people"]["get"]["parameters"]
    asked = {(one["name"], one["in"]) for one in parameters}

    chosen = {(name, "query") for name in ("show", "find", "cohort", "status", "vetting", "after")}
    assert asked == {("programme_id", "path")} | chosen


def test_passwords_are_described_as_such() -> None:
    schemas = describe(BY_HANDLER.values(), site_url="https://signpost.example.org")["components"]["schemas"]

    assert schemas["ChangePassword"]["properties"]["old"]["format"] == "password"


def test_a_download_is_described_as_what_it_is() -> None:
    paths = describe(BY_HANDLER.values(), site_url="https://signpost.example.org")["paths"]
    answer = paths["/programmes/{programme_id}/filter/outcomes"]["get"]["responses"]["200"]

    assert set(answer["content"]) == {"application/jsonl"}
