"""What staff see of what a mentor has shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from shared.policies.people import Vetting
from shared.programmes.rules import spoken

from .actions.vetting import load_mentor, shown_of
from .items import VettingRecord
from .permissions import Viewer, may_manage_people, programme_name, require
from .vetting import (
    FOR_EVER,
    Asked,
    Kind,
    Standing,
    State,
    everything_asked,
    in_force,
    standings,
    state_of,
    vetted_until,
)


@dataclass(frozen=True)
class RecordLine:
    """One record, as it stands in the history."""

    record_id: str
    what: str
    kind: Kind
    name: str
    on: str
    """ISO date."""
    ends_on: str
    minutes: int
    number: str
    seen_by: str
    recorded_by_name: str
    recorded_at: datetime
    became: str
    """`counts`, `put right`, `withdrawn`, or `withdrawal` for the record that withdraws another."""
    reason: str
    """Why it was put right or withdrawn."""


@dataclass(frozen=True)
class AskedLine:
    """One thing that is asked of mentors, and how this one stands with it."""

    what: str
    kind: Kind
    name: str
    counts: bool
    until: str
    """Until when, in words; empty where it has no end, or there is nothing."""
    has_record: bool


@dataclass(frozen=True)
class VettingPanel:
    """What a mentor has shown, and until when they are cleared with it."""

    state: State
    until: str
    """The last day in words; empty where there is no end or no clearing."""
    asked: tuple[AskedLine, ...]
    any_check: bool
    """Whether one of several checks is enough."""
    history: tuple[RecordLine, ...]
    """Newest first."""


def panel_of(records: Iterable[VettingRecord], vetting: Vetting, today: date) -> VettingPanel:
    """By the records of one mentor in one programme."""
    known = sorted(records, key=lambda one: one.recorded_at, reverse=True)
    shown = [shown_of(one) for one in known]
    until = vetted_until(vetting, shown)
    return VettingPanel(
        state=state_of(until, vetting, today),
        until=_day(until),
        asked=tuple(_asked_line(one, today) for one in standings(vetting, shown)),
        any_check=len(vetting.checks) > 1,
        history=_history(known),
    )


def _asked_line(one: Standing, today: date) -> AskedLine:
    return AskedLine(
        what=one.asked.what,
        kind=one.asked.kind,
        name=one.asked.name,
        counts=one.counts(today),
        until=_day(one.until),
        has_record=one.shown is not None,
    )


def _day(iso: str) -> str:
    return spoken(date.fromisoformat(iso)) if iso and iso != FOR_EVER else ""


def _history(records: list[VettingRecord]) -> tuple[RecordLine, ...]:
    counting = {one.record_id for one in in_force(shown_of(one) for one in records)}
    after = {one.follows: one for one in records if one.follows}
    return tuple(_record_line(one, one.record_id in counting, after.get(one.record_id)) for one in records)


def _record_line(one: VettingRecord, counts: bool, after: VettingRecord | None) -> RecordLine:
    became = "withdrawal" if one.is_withdrawal else "counts" if counts else "put right"
    if after is not None and after.is_withdrawal:
        became = "withdrawn"
    return RecordLine(
        record_id=one.record_id,
        what=one.what,
        kind=shown_of(one).kind,
        name=one.name,
        on=one.on,
        ends_on=one.ends_on or "",
        minutes=int(one.minutes),
        number=one.number or "",
        seen_by=one.seen_by or "",
        recorded_by_name=one.recorded_by_name,
        recorded_at=one.recorded_at,
        became=became,
        reason=(after.reason or "") if after is not None else "",
    )


@dataclass(frozen=True)
class Choice:
    """One thing that can be recorded."""

    what: str
    name: str


@dataclass(frozen=True)
class VettingForm:
    """What is to be filled in about one thing a mentor has shown."""

    programme_id: str
    programme_name: str
    person_id: str
    first_name: str
    surname: str
    what: str
    kind: Kind
    name: str
    asks: str
    """What is asked of it, in a sentence; empty for nothing more than that it is."""
    others: tuple[Choice, ...]
    """What else can be recorded."""
    today: str
    record: RecordLine | None
    """The record that is to be put right or withdrawn."""
    is_open: bool
    """Whether it still can be."""


def vetting_form(
    viewer: Viewer, programme_id: str, person_id: str, *, what: str = "", record_id: str = "", today: date
) -> VettingForm:
    """For recording `what`, or for putting a record right: two GetItems and a Query. Raises NotFound for who
    may not, and where nothing is asked."""
    require(may_manage_people(viewer, programme_id))
    mentor = load_mentor(programme_id, person_id)
    record = next((one for one in _history(list(mentor.records)) if one.record_id == record_id), None)
    require(record is not None or not record_id)
    asked = everything_asked(mentor.vetting)
    require(bool(asked))
    wanted = what or (record.what if record else "")
    chosen = next((one for one in asked if one.what == wanted), asked[0])
    return VettingForm(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        person_id=person_id,
        first_name=mentor.membership.first_name,
        surname=mentor.membership.surname,
        what=chosen.what,
        kind=chosen.kind,
        name=chosen.name,
        asks=_asks(chosen),
        others=tuple(Choice(one.what, one.name) for one in asked if one.what != chosen.what),
        today=today.isoformat(),
        record=record,
        is_open=record is not None and record.became == "counts",
    )


def _asks(asked: Asked) -> str:
    sentences = []
    if asked.minutes:
        sentences.append(f"It lasts {asked.minutes} minutes at least.")
    if asked.valid_months:
        without = " where it names no end" if asked.kind == "check" else ""
        sentences.append(f"It counts for {asked.valid_months} months{without}.")
    return " ".join(sentences)
