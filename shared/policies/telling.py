"""A policy in words, field by field, and what differs between two of them.

Both follow the schema, so that a field that is added to it is told without being named here.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from itertools import groupby
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from .hours import Clock, WorkingTime
from .schema import Policy, Rank
from .words import LABELS, NOTHING, SAYS, UNITS
from .working_time import DAYS

SEVERITIES = ("immediate", "high", "medium", "low")
ONE_BY_ONE = frozenset(
    {
        *("GroundRules.mentee", "GroundRules.mentor", "GroundRules.staff", "Strand.topics"),
        *("Endings.mentee_review", "Endings.mentor_review", "Report.questions"),
    }
)
"""Lists whose entries are sentences: each is told, added and taken away by itself."""
KNOWN_BY = ("id", "organisation", "name", "asked_of")
"""What tells something in a list from the others, the first that it has."""
SHOWN_AS = ("name", "title", "organisation", "words", "mentee_words", "id", "asked_of")
"""What it is called for whoever reads, the first that it has."""

Path = tuple[str, ...]
Names = Mapping[str, str]
"""What to call people by their person_ids."""


@dataclass(frozen=True)
class Line:
    """One thing that a policy says."""

    path: Path
    item: Path
    """The path of what it is said of, where that stands in a list: a question, a place of help."""
    about: str
    """What that is called; empty where it is said of the part itself."""
    label: str
    words: str
    value: str
    """The value as it is stored; tells apart what is said in the same words."""


@dataclass(frozen=True)
class PartTold:
    """One part of a policy in words."""

    id: str
    name: str
    about: str
    """What the part is for, from the schema."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Difference:
    """One thing that two policies say differently. Empty words: it is not there."""

    path: str
    part: str
    label: str
    was: str
    now: str


def told(policy: Policy, names: Names | None = None) -> tuple[PartTold, ...]:
    """The whole policy, part by part."""
    return tuple(
        PartTold(
            id=name,
            name=label_of(Policy, name),
            about=Policy.model_fields[name].description or "",
            lines=tuple(_lines_of(Policy, name, getattr(policy, name), _Place(names=names or {}))),
        )
        for name in Policy.model_fields
    )


def label_of(model: type[BaseModel], field: str) -> str:
    """What a field is called."""
    return LABELS.get(f"{model.__name__}.{field}") or field.replace("_", " ").capitalize()


# ── What differs ───────────────────────────────────────────────────────────


def differences(before: Policy, after: Policy, names: Names | None = None) -> tuple[Difference, ...]:
    """What the second says otherwise than the first, in the order of the schema. Empty only if both say the
    same."""
    found: list[Difference] = []
    for was, now in zip(told(before, names), told(after, names), strict=True):
        found += _in_part(now.name, _by_path(was), _by_path(now))
    return tuple(found)


def _by_path(part: PartTold) -> dict[Path, Line]:
    return {line.path: line for line in part.lines}


def _in_part(part: str, was: dict[Path, Line], now: dict[Path, Line]) -> list[Difference]:
    told_whole: set[Path] = set()
    found = []
    for path in [*now, *(path for path in was if path not in now)]:
        line, other = now.get(path), was.get(path)
        one = line or other
        if one is None or (line and other and line.value == other.value):
            continue
        if _is_empty(one) and _has_entries(path, was if line else now):
            continue  # what was added to the list, or taken from it, says enough
        if one.item and not _has(one.item, was if line else now):
            if one.item not in told_whole:
                told_whole.add(one.item)
                found.append(_whole(part, one, now if line else was, is_new=bool(line)))
        else:
            label = " › ".join(filter(None, (one.about, one.label)))
            said = (other.words if other else "", line.words if line else "")
            found.append(Difference(".".join(path), part, label, *said))
    return found + _moved(part, [path for path in was if path in now], [path for path in now if path in was])


def _is_empty(line: Line) -> bool:
    return line.value in ("[]", "{}")


def _has_entries(path: Path, lines: Mapping[Path, Line]) -> bool:
    return any(other[: len(path)] == path != other for other in lines)


def _has(item: Path, lines: Mapping[Path, Line]) -> bool:
    return any(line.item == item for line in lines.values())


def _whole(part: str, one: Line, lines: Mapping[Path, Line], *, is_new: bool) -> Difference:
    """Something that was added to a list or taken from it, with all that is said of it."""
    said = "; ".join(
        f"{line.label}: {line.words}"
        for line in lines.values()
        if line.item == one.item and line.value != '""'
    )
    return Difference(".".join(one.item), part, one.about, "" if is_new else said, said if is_new else "")


def _moved(part: str, was: Sequence[Path], now: Sequence[Path]) -> list[Difference]:
    """The order counts, of help above all."""
    if was == now:
        return []
    path = next(one for one, other in zip(was, now, strict=True) if one != other)
    return [Difference(path[0], part, "In what order", "as it was", "another")]


# ── Line by line ───────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Place:
    """Where in the policy a field stands."""

    path: Path = ()
    item: Path = ()
    about: str = ""
    names: Names = field(default_factory=dict)

    def within(self, name: str) -> "_Place":
        return replace(self, path=(*self.path, name))

    def line(self, label: str, value: Any, key: str) -> Line:
        stored = json.dumps(to_jsonable_python(value), sort_keys=True)
        return Line(self.path, self.item, self.about, label, words_for(value, key, self.names), stored)


def _lines_of(model: type[BaseModel], name: str, value: Any, place: _Place) -> Iterator[Line]:
    key, label = f"{model.__name__}.{name}", label_of(model, name)
    here = place.within(name)
    if name == "id":
        return  # part of the path
    if key in ONE_BY_ONE:
        for said, one in _keyed([(one, one) for one in value]):
            yield here.within(said).line(label, one, "")
    elif isinstance(value, Mapping) and value:
        for said, one in _in_order(value):
            yield here.within(said).line(f"{label}, {_plain(said)}", one, key)
    elif isinstance(value, list) and value and isinstance(value[0], Rank):
        for number, one in enumerate(value, 1):
            yield here.within(str(number)).line(f"{label} {number}", one, key)
    elif isinstance(value, list) and value and isinstance(value[0], BaseModel):
        yield from _lines_of_list(value, label if place.path else "", here)
    elif isinstance(value, BaseModel) and not isinstance(value, Clock | Rank | WorkingTime):
        yield from _lines_within(value, here)
    else:
        yield here.line(label, value, key)


def _lines_within(value: BaseModel, place: _Place) -> Iterator[Line]:
    for name in type(value).model_fields:
        yield from _lines_of(type(value), name, getattr(value, name), place)


def _lines_of_list(values: Sequence[BaseModel], label: str, place: _Place) -> Iterator[Line]:
    for key, value in _keyed([(_first(value, KNOWN_BY), value) for value in values]):
        here = place.within(key)
        about = f"{label} “{_first(value, SHOWN_AS)}”".strip()
        yield from _lines_within(value, replace(here, item=here.path, about=about))


def _first(value: BaseModel, names: Sequence[str]) -> str:
    return str(next(getattr(value, name) for name in names if name in type(value).model_fields))


def _keyed(values: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Each with a key of its own, though two be called the same."""
    seen: dict[str, int] = {}
    for key, value in values:
        seen[key] = seen.get(key, 0) + 1
        yield key if seen[key] == 1 else f"{key} ({seen[key]})", value


def _in_order(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    order = {name: place for place, name in enumerate(SEVERITIES)}
    yield from sorted(values.items(), key=lambda one: (order.get(one[0], len(order)), one[0]))


# ── Values ─────────────────────────────────────────────────────────────────


def words_for(value: Any, key: str = "", names: Names | None = None) -> str:
    """A value in words. `key`: the model's and the field's name, for units and what emptiness means."""
    if value in (None, "", [], {}) and not isinstance(value, bool | int | float):
        return NOTHING.get(key, "none")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, WorkingTime):
        return working_time_words(value)
    if isinstance(value, Clock):
        return clock_words(value)
    if isinstance(value, Rank):
        people = [(names or {}).get(one, f"person {one}") for one in value.people]
        return _joined([*(role.replace("_", " ") for role in value.roles), *people])
    if isinstance(value, list):
        return _joined([words_for(one, key, names) for one in value])
    return _simple(value, key)


def _simple(value: Any, key: str) -> str:
    if isinstance(value, float):
        return f"{value * 100:.10g} %"
    if isinstance(value, int):
        return _counted(value, key)
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return _plain(str(value))


def _counted(number: int, key: str) -> str:
    unit = next((unit for unit in reversed(key.partition(".")[2].split("_")) if unit in UNITS), "")
    return _amount(number, unit) if unit else f"{number:,}"


def _amount(number: int, unit: str) -> str:
    return f"{number:,} {UNITS[unit][number != 1]}"


def _plain(said: str) -> str:
    """A word of the schema's own in plain words; what somebody wrote as it stands."""
    return SAYS.get(said) or (said.replace("_", " ") if said.islower() and " " not in said else said)


def _joined(words: Sequence[str]) -> str:
    if any("," in one or " and " in one for one in words):
        return "; ".join(words)
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def clock_words(clock: Clock) -> str:
    """ "30 minutes, at any hour"; "1 hour 30 minutes of working time"."""
    hours, minutes = divmod(clock.minutes, 60)
    length = _amount(clock.minutes, "minutes")
    if hours:
        length = f"{hours:,} {'hour' if hours == 1 else 'hours'}"
        length += f" {_amount(minutes, 'minutes')}" if minutes else ""
    return f"{length}, at any hour" if clock.counts == "always" else f"{length} of working time"


def working_time_words(working: WorkingTime) -> str:
    """ "Monday to Friday 09:00 to 17:00, not on bank holidays in Scotland"."""
    said = [
        _days_words(list(days), hours) for hours, days in groupby(_open_days(working), key=lambda one: one[1])
    ]
    holidays = "bank holidays too"
    if working.bank_holidays != "none":
        holidays = f"not on bank holidays in {where_holidays_are(working)}"
    closed = [f"not on {_joined([words_for(day) for day in working.closed_on])}"] if working.closed_on else []
    return ", ".join([*said, holidays, *closed])


def where_holidays_are(working: WorkingTime) -> str:
    """Whose bank holidays are not worked: “England and Wales”."""
    return _plain(working.bank_holidays).title().replace("And", "and")


def _open_days(working: WorkingTime) -> Iterator[tuple[int, tuple[str, str]]]:
    for place, day in enumerate(DAYS):
        if hours := working.days.get(day):
            yield place, (f"{hours.opens:%H:%M}", f"{hours.closes:%H:%M}")


def _days_words(days: Sequence[tuple[int, tuple[str, str]]], hours: tuple[str, str]) -> str:
    """Days that have the same hours; a day in between that is not worked parts them."""
    runs = [
        [place for _, place in run]
        for _, run in groupby(enumerate(place for place, _ in days), key=lambda one: one[1] - one[0])
    ]
    said = [
        DAYS[run[0]].capitalize()
        if len(run) == 1
        else f"{DAYS[run[0]].capitalize()} to {DAYS[run[-1]].capitalize()}"
        for run in runs
    ]
    return f"{' and '.join(said)} {hours[0]} to {hours[1]}"
