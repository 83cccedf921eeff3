"""The API's description, made from the routes and their models. Nothing in it is written by hand."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from .access import Who
from .respond import STATUS
from .routing import Route

SCHEMAS = "#/components/schemas/{model}"
PROBLEM = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string", "description": "A plain sentence that says what to do."},
                "fields": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["field", "code", "message"],
                        "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
                    },
                },
            },
        }
    },
}


def describe(routes: Iterable[Route], *, site_url: str) -> dict[str, Any]:
    """An OpenAPI 3.1 document of every route that speaks JSON."""
    schemas: dict[str, Any] = {"Problem": PROBLEM}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if route.gives is None and route.takes is None:
            continue
        path = re.sub(r"\{(\w+)\+\}", r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Signpost",
            "version": "1",
            "description": "Safeguarded e-mentoring. Every page is also here as JSON: send "
            "`Accept: application/json`. Sign in with `POST /sign-in` and send the token you are given "
            "as a bearer.",
        },
        "servers": [{"url": site_url}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done." if route.method == "POST" else "What the page shows."}
    if route.gives is not None:
        answer["content"] = {route.media: {"schema": _schema(route.gives, schemas)}}
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses: dict[str, Any] = {"200": answer}
    if route.method == "POST":
        responses["201"] = answer
    for error, status in STATUS.items():
        responses[str(status)] = {"description": (error.__doc__ or "").partition("\n")[0], "content": problem}
    operation: dict[str, Any] = {
        "operationId": route.handler.__module__.rpartition(".")[2] + "_" + route.handler.__name__,
        "summary": route.summary,
        "tags": [route.handler.__module__.rpartition(".")[2]],
        "responses": dict(sorted(responses.items())),
        "security": _security(route.who),
    }
    if parameters := _parameters(route):
        operation["parameters"] = parameters
    if route.takes is not None:
        schema = _schema(route.takes, schemas)
        operation["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {"schema": schema},
                "application/x-www-form-urlencoded": {"schema": schema},
            },
        }
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string"}
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": text}
        for name in re.findall(r"\{(\w+)\+?\}", route.path)
    ]
    in_query = [
        {"name": name, "in": "query", "description": meaning, "schema": text}
        for name, meaning in route.asks.items()
    ]
    return in_path + in_query


def _security(who: Who) -> list[dict[str, list[str]]]:
    return [{"session": []}] if who.must_be_signed_in else []


def _schema(kind: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = TypeAdapter(kind).json_schema(ref_template=SCHEMAS, mode="serialization")
    schemas.update(found.pop("$defs", {}))
    name = getattr(kind, "__name__", "")
    if not name:
        return found
    schemas[name] = found
    return {"$ref": SCHEMAS.format(model=name)}
