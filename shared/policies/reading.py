"""Reading a policy that somebody wrote: the policy, or every field that is to be put right, by its path.

A path names the way to a field: `vetting.training.mentor_training.minutes`. What stands in a list is named by
its id or, where it has none, by its number counted from 1: `help.2.url`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from shared.platform.errors import Invalid, all_of

from .schema import Policy

LONGEST_TEXT = 60_000
"""Characters in a policy's YAML. The presets have eight thousand."""
DEEPEST = 12
"""How deep parts may stand within parts; the schema has seven."""
MOST_FAULTS = 20
"""How many are told at once; putting these right mends others."""


@dataclass(frozen=True)
class Fault:
    """One field to be put right."""

    path: str
    """Empty when it is about the whole text."""
    problem: str
    line: int | None = None
    """In the text, counted from 1, where there is one."""

    @property
    def sentence(self) -> str:
        where = f"{self.path}: " if self.path else ""
        line = (
            f"Line {self.line}, " if self.line and self.path else f"Line {self.line}: " if self.line else ""
        )
        return f"{line}{where}{self.problem}"


class PolicyFaulty(ValueError):
    """A policy that cannot be taken, and all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(one.sentence for one in faults))
        self.faults = tuple(faults)

    def for_field(self, field: str) -> Invalid:
        """The same for a form with the whole policy in one field."""
        return all_of(Invalid(one.sentence, field=field, code="policy_faulty") for one in self.faults)


def policy_from(data: object) -> Policy:
    """The policy that plain values say. Raises PolicyFaulty."""
    try:
        return Policy.model_validate(data)
    except ValidationError as error:
        raise PolicyFaulty(_told(error, data)) from None


def policy_from_yaml(text: str) -> Policy:
    """The policy that a YAML text says. Raises PolicyFaulty, with the lines of what is wrong."""
    if len(text) > LONGEST_TEXT:
        raise PolicyFaulty(
            [Fault("", f"This is too long for a policy. Keep to {LONGEST_TEXT:,} characters.")]
        )
    try:
        root = _compose(text)
        data = _Loader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PolicyFaulty([_unreadable(error.problem, mark)]) from None
    except PolicyFaulty:
        raise
    except (yaml.YAMLError, ValueError, TypeError, OverflowError):
        raise PolicyFaulty([Fault("", "This cannot be read as YAML.")]) from None
    try:
        return Policy.model_validate(data)
    except ValidationError as error:
        raise PolicyFaulty(_told(error, data, root)) from None


def as_yaml(policy: Policy) -> str:
    """The whole policy as a text that reads back as the same."""
    values = policy.model_dump(mode="json")
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110)


# ── YAML ───────────────────────────────────────────────────────────────────


# libyaml is ten times as fast, where it is there
_Loader: Any = type("_Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})
"""Reads plain words as they stand: `09:00` is a time of day and not 540, and `no` is a word."""

_NOT_READ = {f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "timestamp")}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag not in _NOT_READ]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?[0-9]{1,18}$"), list("-0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^-?[0-9]{1,18}\.[0-9]{1,18}$"), list("-0123456789")
)


def _compose(text: str) -> yaml.Node | None:
    """The text's nodes, for their lines. References are refused, with which a short text can be endless, and
    so is what is said twice, of which all but the last would be lost."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise PolicyFaulty([_unreadable("references with & and * are not read here", event.start_mark)])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise PolicyFaulty([_unreadable("this stands too deep", event.start_mark)])
    root = yaml.compose(text, Loader=_Loader)
    for key in _said_twice(root):
        raise PolicyFaulty([_unreadable(f"“{key.value}” is there twice", key.start_mark)])
    return root


def _said_twice(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    yield key
                seen.add(key.value)
            yield from _said_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _said_twice(value)


def _unreadable(problem: str | None, mark: Any) -> Fault:
    line = mark.line + 1 if mark else None
    return Fault("", f"This cannot be read as YAML: {problem or 'it ends too soon'}.", line)


# ── What is wrong, in words ────────────────────────────────────────────────


def _told(error: ValidationError, data: object, root: yaml.Node | None = None) -> list[Fault]:
    found = error.errors(include_url=False)
    return [
        Fault(path_in(data, one["loc"]), _problem(one), _line(root, one["loc"]))
        for one in found[:MOST_FAULTS]
    ]


def path_in(data: object, places: Sequence[str | int]) -> str:
    """The path of a field, as whoever wrote the policy would look for it."""
    words: list[str] = []
    for place in places:
        if place == "[key]":
            continue
        item = _at(data, place)
        if isinstance(place, int):
            name = item.get("id") if isinstance(item, Mapping) else None
            words.append(name if isinstance(name, str) and name else str(place + 1))
        else:
            words.append(place)
        data = item
    return ".".join(words)


def _at(data: object, place: str | int) -> object:
    if isinstance(data, BaseModel):
        return getattr(data, str(place), None)
    if isinstance(data, Mapping):
        return data.get(place)
    if isinstance(data, list) and isinstance(place, int) and place < len(data):
        return data[place]
    return None


def _line(node: yaml.Node | None, places: Sequence[str | int]) -> int | None:
    """The line of a field or, where it is missing, of what it is missing in."""
    if node is None:
        return None
    line = node.start_mark.line + 1
    for place in places:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(place)]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(place, int) and place < len(node.value):
            node = node.value[place]
            line = node.start_mark.line + 1
    return line


_PROBLEMS: Mapping[str, str] = {
    "missing": "this is missing.",
    "extra_forbidden": "there is no such field. Look for a slip of the pen, or take it out.",
    "bool_parsing": "say true or false.",
    "bool_type": "say true or false.",
    "int_parsing": "give a whole number.",
    "int_type": "give a whole number.",
    "int_from_float": "give a whole number.",
    "float_parsing": "give a number.",
    "float_type": "give a number.",
    "string_type": "give words. A number or a date that is meant as words goes into quotation marks.",
    "list_type": "give a list.",
    "dict_type": "give fields with their values.",
    "model_type": "give fields with their values.",
    "model_attributes_type": "give fields with their values.",
    "time_parsing": "give a time of day, for example “09:00”.",
    "time_type": "give a time of day, for example “09:00”.",
    "date_parsing": "give a date, for example 2026-12-24.",
    "date_from_datetime_parsing": "give a date, for example 2026-12-24.",
    "date_type": "give a date, for example 2026-12-24.",
}
_LIMITS: Mapping[str, str] = {
    "greater_than_equal": "give a number of {ge} or more.",
    "less_than_equal": "give a number of {le} or less.",
    "greater_than": "give a number of more than {gt}.",
    "less_than": "give a number of less than {lt}.",
    "string_too_short": "this cannot be empty.",
    "string_too_long": "shorten this to {max_length} characters or fewer.",
    "too_short": "give at least {min_length}.",
    "too_long": "give {max_length} at the most.",
    "literal_error": "choose one of these: {expected}.",
}


def _problem(error: Mapping[str, Any]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _LIMITS:
        words = {
            name: (f"{value:g}" if isinstance(value, float) else str(value))
            .replace("'", "")
            .replace(" or ", ", ")
            for name, value in context.items()
        }
        return _LIMITS[kind].format_map(words)
    if kind == "string_pattern_mismatch":
        joiner = "-" if "-[" in context["pattern"] else "_"
        how = (
            "begin with https://"
            if "https" in context["pattern"]
            else f"small letters, digits and {joiner} only"
        )
        return f"this is not written as it must be: {how}."
    if kind == "value_error":
        return f"{str(context['error']).rstrip('.')}."
    return _PROBLEMS.get(kind, "this cannot be taken as it is.")
