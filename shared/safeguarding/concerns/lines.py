"""What the lines of a chronology say, and in which words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from shared.platform.clock import LONDON

from ..items import Entry
from ..rules import clock_time

Act = Literal[
    "spoke_to_young_person",
    "contacted_school",
    "contacted_parent",
    "contacted_services",
    "emergency_services",
    "other",
    "no_further_action",
]
"""What staff can have done about a concern."""

ACTS: Mapping[str, str] = {
    "spoke_to_young_person": "Spoke to the young person",
    "contacted_school": "Contacted the school or college",
    "contacted_parent": "Contacted a parent or carer",
    "contacted_services": "Contacted children’s services (MASH)",
    "emergency_services": "Called the emergency services",
    "other": "Did something else",
    "no_further_action": "Decided that nothing more is to be done",
}

How = Literal["telephone", "email", "in_person", "video", "letter", "other", ""]
"""By what means somebody was spoken to, or told us."""

HOW: Mapping[str, str] = {
    "telephone": "By telephone",
    "email": "By e-mail",
    "in_person": "In person",
    "video": "By video call",
    "letter": "By letter",
    "other": "Otherwise",
}

Outcome = Literal["well_founded", "partly_founded", "not_founded", "unclear"]
"""What a concern turned out to be."""

OUTCOMES: Mapping[str, str] = {
    "well_founded": "Well founded",
    "partly_founded": "Partly founded",
    "not_founded": "Not founded",
    "unclear": "Unclear",
}

_WHAT: Mapping[str, str] = {
    "raised": "Raised",
    "told": "Told by e-mail",
    "not_told": "The e-mail did not reach them",
    "moved_on": "No e-mail reached them, so the next were told at once",
    "passed_on": "Nobody had answered, so the next were told",
    "acknowledged": "Is dealing with this",
    "seen": "Looked at this",
    "note": "Noted",
    "step_done": "Did what was to be done next",
    "changed": "Changed how this is judged",
    "handed_over": "Handed this over",
    "taken_over": "Took this over",
    "kept_from": "Keeps this from somebody",
    "let_in": "Opened this to a colleague",
    "given_back": "Who dealt with this is not there, so it was passed on",
    "stood_in": "Who deals with this is away, so it was handed to who stands in",
    "file": "Added a file",
    "read_file": "Opened a file",
    "referral": "Made a referral form",
    "closing": "Asked a second person to read this before it is closed",
    "closed": "Closed",
    "agreed": "Read this as the second person, agreed, and closed it",
    "sent_back": "Read this as the second person, and sent it back",
    "reopened": "Opened this again",
}

_DETAILS: Mapping[str, str] = {
    "when": "When",
    "how": "How",
    "whom": "With",
    "told_by": "Told us by",
    "reference": "Their reference",
    "outcome": "What came of it",
    "next_step": "Next step",
    "next_step_on": "By",
    "step": "The step was",
    "severity": "How urgent",
    "category": "What",
    "to": "To",
    "from": "From",
    "from_whom": "From whom",
    "about": "It is about",
    "file": "File",
    "service": "For",
    "summary": "Summary",
    "action_taken": "Action taken",
    "decision": "Decision",
    "finding": "Outcome",
    "reasons": "Reasons",
}
"""The words for each detail, in the order in which they are shown."""


@dataclass(frozen=True)
class Detail:
    """Something that belongs to a line, and what it is."""

    name: str
    words: str


@dataclass(frozen=True)
class Line:
    """One line of a chronology. `link` leads to the file or form that it is about, where there is one."""

    at: datetime
    who: str
    what: str
    why: str
    details: tuple[Detail, ...] = ()
    link: str = ""
    kind: str = ""


def line_of(entry: Entry, *, concern_id: str) -> Line:
    """A stored line in words."""
    if entry.what in ("told", "passed_on", "moved_on") and not entry.note:
        words = "Nobody on the staff could be told. Those who run the site were."
        return Line(entry.at, "", words, "", kind=entry.what)
    details = entry.details or {}
    what = ACTS.get(details.get("act", ""), "") if entry.what == "action" else ""
    return Line(
        entry.at,
        entry.by_name or "",
        what or _WHAT.get(entry.what, entry.what.replace("_", " ").capitalize()),
        entry.note or "",
        _details(details),
        _link(entry, details, concern_id),
        entry.what,
    )


def lines_of(entries: Iterable[Entry], *, concern_id: str) -> tuple[Line, ...]:
    """The chronology, oldest first."""
    return tuple(
        line_of(one, concern_id=concern_id) for one in sorted(entries, key=lambda one: (one.at, one.sk))
    )


def _details(stored: Mapping[str, str]) -> tuple[Detail, ...]:
    return tuple(
        Detail(words, _said(name, stored[name])) for name, words in _DETAILS.items() if stored.get(name)
    )


def _said(name: str, value: str) -> str:
    if name == "how":
        return HOW.get(value, value)
    if name == "finding":
        return OUTCOMES.get(value, value)
    if name == "when":
        return long_moment(datetime.fromisoformat(value))
    if name == "next_step_on":
        return long_day(date.fromisoformat(value))
    return value


def _link(entry: Entry, details: Mapping[str, str], concern_id: str) -> str:
    if entry.what == "file":
        return f"/concerns/{concern_id}/files/{details['file_id']}"
    if entry.what == "referral":
        return f"/concerns/{concern_id}/referrals/{details['referral_id']}"
    return ""


def long_day(day: date) -> str:
    """A day as a record says it: `Friday 20 November 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def long_moment(moment: datetime) -> str:
    """A moment as a record says it, by the clock of the United Kingdom."""
    return f"{long_day(moment.astimezone(LONDON).date())} at {clock_time(moment)}"
