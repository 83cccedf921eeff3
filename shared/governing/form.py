"""The parts of a policy that are changed most often, as fields of a form. Everything else is changed in the
policy's own text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.platform.errors import Invalid, all_of
from shared.policies.hours import WorkingTime
from shared.policies.reading import Fault, PolicyFaulty, policy_from
from shared.policies.schema import Policy
from shared.policies.telling import label_of
from shared.policies.working_time import DAYS

Kind = Literal["line", "lines", "whole", "wholes", "share"]
WINDOWS = ("always", "hours", "as_it_is")
NO_SHARE = "Please give a number from 0 to 100."
NO_DAY = "Please tick a day at least, or choose “At any time”."


@dataclass(frozen=True)
class Place:
    """One field of the form, and where in the policy it stands."""

    name: str
    path: tuple[str, ...]
    kind: Kind


def _place(path: str, kind: Kind) -> Place:
    return Place(path.replace(".", "_"), tuple(path.split(".")), kind)


PLACES: tuple[Place, ...] = (
    _place("about", "line"),
    _place("ground_rules.mentee", "lines"),
    _place("ground_rules.mentor", "lines"),
    _place("ground_rules.staff", "lines"),
    _place("reply_promise", "line"),
    _place("privacy.ask", "line"),
    _place("cohort.weeks", "whole"),
    _place("cohort.capacity", "whole"),
    _place("matching.mentees_per_mentor", "whole"),
    _place("nudges.unanswered_days", "whole"),
    _place("nudges.silent_days", "whole"),
    _place("nudges.ending_days", "whole"),
    _place("invitations.usable_days", "whole"),
    _place("invitations.remind_after_days", "wholes"),
    _place("invitations.most_each_minute", "whole"),
    _place("spot_checks.share_each_week", "share"),
    _place("spot_checks.share_of_decisions", "share"),
    _place("escalation.quiet_days", "whole"),
    _place("needs.follow_up_days", "whole"),
    _place("retention_months", "whole"),
)


@dataclass(frozen=True)
class FormField:
    """A field as the form shows it."""

    name: str
    label: str
    hint: str
    kind: Kind
    value: str


@dataclass(frozen=True)
class FormGroup:
    """The fields of one part."""

    name: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class Window:
    """When messages are passed on, as the form shows it."""

    chosen: str
    days: tuple[str, ...]
    opens: str
    closes: str
    bank_holidays: str


@dataclass(frozen=True)
class WrittenForm:
    """What was filled in; None for a field that was not sent, which stays as it is."""

    values: Mapping[str, str | None]
    """By the field's name."""
    mode: str | None = None
    window: str | None = None
    """One of WINDOWS."""
    days: Sequence[str] = ()
    opens: str = ""
    closes: str = ""
    bank_holidays: str = ""


# ── Showing it ─────────────────────────────────────────────────────────────


def form_groups(policy: Policy) -> tuple[FormGroup, ...]:
    """The form's fields, filled in with what the policy says."""
    groups: dict[str, list[FormField]] = {}
    for place in PLACES:
        part, *rest = place.path
        name = label_of(Policy, part) if rest else "In general"
        groups.setdefault(name, []).append(_shown(policy, place))
    return tuple(FormGroup(name, tuple(fields)) for name, fields in groups.items())


def _shown(policy: Policy, place: Place) -> FormField:
    model: Any = policy
    for name in place.path[:-1]:
        model = getattr(model, name)
    last = place.path[-1]
    hint = type(model).model_fields[last].description or ""
    value = _as_typed(getattr(model, last), place.kind)
    return FormField(place.name, label_of(type(model), last), hint, place.kind, value)


def _as_typed(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    if kind == "lines":
        return "\n".join(value)
    if kind == "wholes":
        return ", ".join(str(one) for one in value)
    return f"{value * 100:.10g}" if kind == "share" else str(value)


def window_shown(policy: Policy) -> Window:
    window = policy.delivery.window
    if window is None:
        return Window("always", DAYS[:5], "09:00", "17:00", policy.working_time.bank_holidays)
    (first, *_), chosen = window.days.values(), "hours" if _is_plain(window) else "as_it_is"
    days = tuple(day for day in DAYS if day in window.days)
    return Window(chosen, days, f"{first.opens:%H:%M}", f"{first.closes:%H:%M}", window.bank_holidays)


def _is_plain(window: WorkingTime) -> bool:
    """Whether the form can say it: the same hours on each of its days."""
    return len({(one.opens, one.closes) for one in window.days.values()}) == 1


# ── Reading it ─────────────────────────────────────────────────────────────


def read_form(policy: Policy, written: WrittenForm) -> Policy:
    """The policy with what was filled in. Raises Invalid with everything that is to be put right."""
    values = policy.model_dump(mode="json")
    for place in PLACES:
        said = written.values.get(place.name)
        if said is not None:
            _set(values, place.path, _read(said, place.kind))
    if written.mode is not None:
        _set(values, ("moderation", "mode"), written.mode)
    _set_window(values, written)
    try:
        return policy_from(values)
    except PolicyFaulty as faulty:
        raise all_of(_invalid(one) for one in faulty.faults) from None


def _read(said: str, kind: Kind) -> Any:
    """What cannot be read stays as it was typed, and is refused with the rest."""
    said = said.strip()
    if kind == "lines":
        return [line.strip() for line in said.splitlines() if line.strip()]
    if kind == "wholes":
        return [one.strip() for one in said.split(",") if one.strip()]
    if kind == "whole":
        return said or None
    if kind == "share":
        try:
            return round(float(said.removesuffix("%").strip()) / 100, 6)
        except ValueError:
            return said
    return said


def _set(values: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        values = values[name]
    values[path[-1]] = value


def _set_window(values: dict[str, Any], written: WrittenForm) -> None:
    if written.window == "always":
        values["delivery"]["window"] = None
    if written.window != "hours":
        return
    if not written.days:
        raise Invalid(NO_DAY, field="window_days", code="no_days")
    hours = {"opens": written.opens, "closes": written.closes}
    closed_on = (values["delivery"]["window"] or {}).get("closed_on", [])
    values["delivery"]["window"] = {
        "days": {day: hours for day in DAYS if day in written.days},
        "bank_holidays": written.bank_holidays,
        "closed_on": closed_on,
    }


def _invalid(fault: Fault) -> Invalid:
    path = tuple(fault.path.split("."))
    place = next((one for one in PLACES if path[: len(one.path)] == one.path), None)
    if place and place.kind == "share":
        return Invalid(NO_SHARE, field=place.name, code="policy_faulty")
    field = place.name if place else _field_of(path)
    return Invalid(fault.problem.capitalize() if field else fault.sentence, field=field, code="policy_faulty")


def _field_of(path: tuple[str, ...]) -> str:
    if path[:2] == ("delivery", "window"):
        last = next((name for name in ("closes", "bank_holidays") if name in path), "opens")
        return f"window_{last}"
    return "moderation_mode" if path[:2] == ("moderation", "mode") else ""
