"""The schema of policies as tables, for docs/programmes.md: each field, what it takes, what it means."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from .base import Part
from .people import PurposeName
from .schema import Policy
from .telling import label_of, words_for
from .words import NOTHING, UNITS

LISTED_AT_MOST = 8
"""Values of one field that are listed; more are in the code."""


@dataclass(frozen=True)
class FieldTold:
    """One field of the schema."""

    path: str
    """`[]` stands for each entry of a list, `<…>` for each key of a mapping."""
    takes: str
    means: str


def fields_of(part: str) -> tuple[FieldTold, ...]:
    """The fields of one part of the policy, in their order."""
    return tuple(_fields(Policy, part, Policy.model_fields[part], ""))


def as_tables() -> str:
    """All parts in Markdown."""
    return "\n".join(_table(name) for name in Policy.model_fields)


def _table(part: str) -> str:
    rows = [f"| `{one.path}` | {one.takes} | {one.means} |" for one in fields_of(part)]
    head = [f"### {label_of(Policy, part)}: `{part}`", "", "| field | takes | meaning |", "|---|---|---|"]
    return "\n".join([*head, *(row.replace("\n", " ") for row in rows), ""])


def _fields(model: type[BaseModel], name: str, info: FieldInfo, within: str) -> Iterator[FieldTold]:
    path = f"{within}{name}"
    yield FieldTold(path, _takes(model, name, info), info.description or "")
    inner, suffix = _inside(info.annotation)
    if inner is not None:
        for field, found in inner.model_fields.items():
            yield from _fields(inner, field, found, f"{path}{suffix}.")


def _inside(annotation: Any) -> tuple[type[Part] | None, str]:
    """The part that a field holds, and how its entries are written."""
    kind, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation, ""
    if kind is list:
        return _inside(arguments[0])[0], "[]"
    if kind is dict:
        return _inside(arguments[1])[0], ".<…>"
    if arguments and kind is not Literal:
        return next(
            ((part, suffix) for one in arguments for part, suffix in [_inside(one)] if part), (None, "")
        )
    return None, ""


def _takes(model: type[BaseModel], name: str, info: FieldInfo) -> str:
    kind = f"{_kind(info.annotation)}{_limits(info)}"
    unit = next((one for one in reversed(name.split("_")) if one in UNITS), "")
    if unit and "number" in kind:
        kind += f", in {unit}"
    return f"{kind}; {_default(model, name, info)}"


def _kind(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation == PurposeName or (origin is Literal and len(arguments) <= LISTED_AT_MOST):
        return " or ".join(f"`{one}`" for one in arguments)
    if origin is list:
        return f"list of {_kind(arguments[0])}"
    if origin is dict:
        return f"for each of {_kind(arguments[0])}: {_kind(arguments[1])}"
    if NoneType in arguments:
        return _kind(next(one for one in arguments if one is not NoneType))
    if arguments and origin is not Literal:
        return _kind(arguments[0])
    names = {bool: "`true` or `false`", int: "whole number", float: "number", time: "time", date: "date"}
    return names.get(annotation, "words" if annotation is str else "fields")


def _limits(info: FieldInfo) -> str:
    found = {
        name: getattr(one, name)
        for one in info.metadata
        for name in ("ge", "le", "min_length")
        if hasattr(one, name)
    }
    if "ge" in found and "le" in found:
        return f", {found['ge']:,g} to {found['le']:,g}"
    if "ge" in found:
        return f", {found['ge']:,g} or more"
    return ", at least one" if get_origin(info.annotation) in (list, dict) and found.get("min_length") else ""


def _default(model: type[BaseModel], name: str, info: FieldInfo) -> str:
    default = info.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined:
        return "must be given"
    if isinstance(default, BaseModel) or _holds_parts(default):
        return "may be left out"
    if default in (None, "", [], {}) and not isinstance(default, bool | int | float):
        return f"otherwise {NOTHING.get(f'{model.__name__}.{name}', 'empty')}"
    if isinstance(default, list):
        return f"otherwise {words_for(default)}"
    return f"otherwise `{default if isinstance(default, str) else json.dumps(default)}`"


def _holds_parts(default: Any) -> bool:
    entries = default.values() if isinstance(default, dict) else default if isinstance(default, list) else ()
    return any(isinstance(one, BaseModel) for one in entries)
