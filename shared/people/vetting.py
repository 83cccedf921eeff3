"""What a mentor has shown, held against what the policy asks: until when they are cleared.

Pure. Records are only ever added: one that puts another right names it, and so does one that withdraws it.
What counts follows from all of them together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from dateutil.relativedelta import relativedelta

from shared.platform.errors import Invalid, require_none
from shared.policies.people import Vetting

from .rules import tidy_name

FOR_EVER = "9999-12-31"
"""The last day of what has no end."""

Kind = Literal["step", "check", "training"]
State = Literal["cleared", "ends_soon", "ended", "not_cleared"]

LONGEST_LINE = 80
LONGEST_REASON = 500
OLDEST = timedelta(days=30 * 366)
FURTHEST = timedelta(days=20 * 366)
"""What was issued longer ago, or ends later, is a slip of the keyboard."""


@dataclass(frozen=True)
class Asked:
    """One thing that the policy asks of mentors."""

    what: str
    """Its id in the policy."""
    kind: Kind
    name: str
    minutes: int = 0
    """How long a training must have lasted."""
    valid_months: int | None = None


@dataclass(frozen=True)
class Shown:
    """One record: that something was shown, or that an earlier record no longer counts."""

    record_id: str
    what: str
    kind: Kind
    on: date
    """When a step was passed, a check issued, a training held."""
    ends_on: date | None = None
    """The last day of a check that names one."""
    minutes: int = 0
    number: str = ""
    seen_by: str = ""
    """Who saw the paper."""
    follows: str = ""
    """The record that this one takes the place of."""
    is_withdrawal: bool = False


@dataclass(frozen=True)
class Given:
    """What was filled in about one thing, as typed."""

    what: str
    on: str
    ends_on: str = ""
    minutes: str = ""
    number: str = ""
    seen_by: str = ""


@dataclass(frozen=True)
class Standing:
    """How a mentor stands with one thing that is asked."""

    asked: Asked
    shown: Shown | None
    """The record that counts longest; None where there is none."""
    until: str
    """ISO date, the last day on which it counts; FOR_EVER without an end; empty without a record."""

    def counts(self, today: date) -> bool:
        return self.until >= today.isoformat()


# ── What counts ────────────────────────────────────────────────────────────


def everything_asked(vetting: Vetting) -> tuple[Asked, ...]:
    """In the order in which it is usually shown."""
    return (
        *(Asked(one.id, "step", one.name) for one in vetting.steps),
        *(Asked(one.id, "check", one.name, valid_months=one.valid_months) for one in vetting.checks),
        *(Asked(one.id, "training", one.name, one.minutes, one.valid_months) for one in vetting.training),
    )


def in_force(records: Iterable[Shown]) -> list[Shown]:
    """The records that were neither put right nor withdrawn."""
    known = list(records)
    followed = {one.follows for one in known if one.follows}
    return [one for one in known if not one.is_withdrawal and one.record_id not in followed]


def standings(vetting: Vetting, records: Iterable[Shown]) -> tuple[Standing, ...]:
    """How a mentor stands with each thing that is asked."""
    counting = in_force(records)
    return tuple(_standing(asked, counting) for asked in everything_asked(vetting))


def _standing(asked: Asked, counting: Sequence[Shown]) -> Standing:
    good = [
        one
        for one in counting
        if (one.what, one.kind) == (asked.what, asked.kind) and one.minutes >= asked.minutes
    ]
    best = max(good, key=lambda one: (last_day(asked, one), one.on), default=None)
    return Standing(asked, best, last_day(asked, best) if best else "")


def last_day(asked: Asked, shown: Shown) -> str:
    """ISO date, the last day on which a record counts."""
    if shown.ends_on is not None:
        return shown.ends_on.isoformat()
    if asked.valid_months is None:
        return FOR_EVER
    return (shown.on + relativedelta(months=asked.valid_months)).isoformat()


def vetted_until(vetting: Vetting, records: Iterable[Shown]) -> str:
    """ISO date, the last day on which all that is asked counts; empty where something was never shown. Every
    step and training is needed, and any one of the checks."""
    found = standings(vetting, records)
    needed = [one.until for one in found if one.asked.kind != "check"]
    checks = [one.until for one in found if one.asked.kind == "check"]
    return min([*needed, max(checks)] if checks else needed, default=FOR_EVER)


def as_kept(records: Iterable[Shown]) -> list[dict[str, Any]]:
    """The records that count, with as much of each as `vetted_until` asks for."""
    return [
        {
            "what": one.what,
            "kind": one.kind,
            "on": one.on.isoformat(),
            "ends_on": one.ends_on.isoformat() if one.ends_on else "",
            "minutes": one.minutes,
        }
        for one in in_force(records)
    ]


def kept(values: Iterable[Mapping[str, Any]]) -> tuple[Shown, ...]:
    """From what `as_kept` made."""
    return tuple(
        Shown(
            record_id="",
            what=one["what"],
            kind=one["kind"],
            on=date.fromisoformat(one["on"]),
            ends_on=date.fromisoformat(one["ends_on"]) if one["ends_on"] else None,
            minutes=int(one["minutes"]),
        )
        for one in values
    )


def state_of(until: str, vetting: Vetting, today: date) -> State:
    """How a mentor stands, in one word."""
    if not until:
        return "not_cleared"
    if until < today.isoformat():
        return "ended"
    return "ends_soon" if stage_of(until, vetting, today) else "cleared"


def stage_of(until: str, vetting: Vetting, today: date) -> str:
    """Of what staff and mentor are to be told today: `ended`, or the number of days before the end on which
    they are reminded; empty for nothing."""
    if not until or until == FOR_EVER:
        return ""
    left = (date.fromisoformat(until) - today).days
    if left < 0:
        return "ended"
    return next((str(days) for days in sorted(vetting.remind_days_before) if left <= days), "")


# ── What is filled in ──────────────────────────────────────────────────────


@dataclass
class _Problems:
    found: list[Invalid] = field(default_factory=list)

    def add(self, sentence: str, name: str, code: str) -> None:
        self.found.append(Invalid(sentence, field=name, code=code))

    def none(self) -> None:
        require_none(self.found)


def read_shown(given: Given, vetting: Vetting, *, record_id: str, follows: str = "", today: date) -> Shown:
    """What was filled in, as it is kept. Raises Invalid with everything that needs another look."""
    asked = next((one for one in everything_asked(vetting) if one.what == given.what.strip()), None)
    if asked is None:
        raise Invalid(
            "This programme asks for nothing of this kind. Please choose from the list.",
            field="what",
            code="unknown_kind",
        )
    wrong = _Problems()
    on = _day(given.on, "on", wrong)
    ends_on = (
        _day(given.ends_on, "ends_on", wrong) if asked.kind == "check" and given.ends_on.strip() else None
    )
    minutes = _minutes(given.minutes, asked, wrong) if asked.kind == "training" else 0
    number = tidy_name(given.number) if asked.kind == "check" else ""
    seen_by = tidy_name(given.seen_by) if asked.kind == "check" else ""
    if on is not None:
        for sentence, name, code in _wrong_with_days(asked, on, ends_on, today):
            wrong.add(sentence, name, code)
    if asked.kind == "check":
        _require_line(number, "number", "Please give the number that stands on it.", wrong)
        _require_line(seen_by, "seen_by", "Please say who saw it.", wrong)
    wrong.none()
    assert on is not None
    return Shown(record_id, asked.what, asked.kind, on, ends_on, minutes, number, seen_by, follows)


def _day(text: str, name: str, wrong: _Problems) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        wrong.add("Please give a date, for example 2026-11-30.", name, "no_date")
        return None


def _wrong_with_days(
    asked: Asked, on: date, ends_on: date | None, today: date
) -> Iterator[tuple[str, str, str]]:
    if on > today:
        sentence = {
            "step": "This day is still to come. Please record it once it has been passed.",
            "check": "This day is still to come, so it cannot have been issued then. Please check the date.",
            "training": "This training is still to come. Please record it once it has been held.",
        }[asked.kind]
        yield sentence, "on", "in_the_future"
    elif on < today - OLDEST:
        yield "This is very long ago. Please check the year.", "on", "long_ago"
    if ends_on is not None and ends_on < on:
        yield "It would end before it was issued. Please check both dates.", "ends_on", "ends_first"
    elif ends_on is not None and ends_on > today + FURTHEST:
        yield "This is very far off. Please check the year.", "ends_on", "far_off"


def _minutes(text: str, asked: Asked, wrong: _Problems) -> int:
    if not (text.strip().isascii() and text.strip().isdigit()) or len(text.strip()) > 5:
        wrong.add("Please say how many minutes it lasted, as a number.", "minutes", "no_number")
        return 0
    minutes = int(text)
    if minutes < asked.minutes:
        wrong.add(
            f"{asked.name} lasts {asked.minutes} minutes at least, and this was {minutes}. "
            "It cannot be recorded as passed.",
            "minutes",
            "too_short",
        )
    return minutes


def _require_line(text: str, name: str, missing: str, wrong: _Problems) -> None:
    if not text or not text.isprintable():
        wrong.add(missing, name, "missing")
    elif len(text) > LONGEST_LINE:
        wrong.add(f"Please keep this to {LONGEST_LINE} characters.", name, "too_long")


def read_reason(text: str) -> str:
    """Why something is put right or withdrawn. Raises Invalid."""
    reason = " ".join(text.split())
    if not reason or any(not (one.isprintable()) for one in reason):
        raise Invalid(
            "Please say why, in a sentence. It stays in the record.", field="reason", code="missing"
        )
    if len(reason) > LONGEST_REASON:
        sentence = f"Please keep this to {LONGEST_REASON} characters. It has {len(reason)} now."
        raise Invalid(sentence, field="reason", code="too_long")
    return reason
