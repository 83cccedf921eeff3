"""Pure decisions about meetings: which times can be taken, what speaks against one, what a link must be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from shared.people.participation import Facts, open_methods, why_paused
from shared.platform.clock import LONDON
from shared.policies import Policy
from shared.policies.bank_holidays import bank_holidays
from shared.policies.hours import WorkingTime
from shared.policies.meetings import BY_STAFF, WITH_STAFF, MeetingKind, Meetings
from shared.policies.people import Purpose, Side
from shared.policies.telling import where_holidays_are
from shared.policies.working_time import DAYS, why_outside

from .link_shapes import problem_with_shape

MOST_TIMES = 3
"""Times that are proposed at once."""
MOST_OPEN = 4
"""Meetings of one pair that are proposed or ahead."""
SHORTEST = 5
"""Minutes."""
FURTHEST = timedelta(days=180)
"""How far ahead one is arranged; what lies further off is a slip of the keyboard."""
OVERTIME = timedelta(minutes=30)
"""How long after a meeting was to end one can still get into it: whoever was cut off comes back."""
LONGEST_LINK = 500
PASSWORD = re.compile(r"[A-Za-z0-9!#$%*+._-]{4,10}")
MOST_DIGITS = 8
"""Digits in a password. A telephone number has more."""

KIND_WORDS: dict[str, str] = {
    "video": "Video call",
    "audio": "Voice call",
    "chat": "Live chat",
    "telephone": "Telephone call",
    "face_to_face": "Face to face",
}
CHOOSE_ANOTHER = {
    "weekday": "Please choose another day.",
    "closed": "Please choose another day.",
    "hours": "Please choose another time.",
}
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


# ── Times ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Typed:
    """A time as somebody typed it, by the clock of the United Kingdom: `2026-11-30`, `14:00`."""

    day: str
    clock: str

    @property
    def is_empty(self) -> bool:
        return not (self.day.strip() or self.clock.strip())


@dataclass(frozen=True)
class Time:
    """A typed time that was read: either a moment, or what is wrong with it and where (`day` or `time`)."""

    starts_at: datetime | None = None
    problem: str = ""
    field: str = "day"
    is_outside: bool = False
    """Whether it is outside the policy's window; only where a reason makes up for that."""
    why_outside: str = ""
    """In a sentence."""


def read_time(typed: Typed, minutes: int, meetings: Meetings, *, now: datetime) -> Time:
    """The moment that is meant, in UTC, or why it cannot be one of a meeting of so many minutes."""
    try:
        day = date.fromisoformat(typed.day.strip())
    except ValueError:
        return Time(problem="Please give the day, as in 2026-11-30.")
    clock = _clock(typed.clock.strip())
    if clock is None:
        return Time(problem="Please give the time, as in 14:00.", field="time")
    moment = _moment(day, clock)
    if isinstance(moment, str):
        return Time(problem=moment, field="time")
    if problem := _wrong_with(moment, meetings, now):
        return Time(problem=problem)
    return _within(moment, minutes, meetings)


def _clock(text: str) -> time | None:
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(:00)?", text)
    return time(int(found[1]), int(found[2])) if found else None


def _moment(day: date, clock: time) -> datetime | str:
    """What the clocks of the United Kingdom show once only; or why this is no such time. When they go
    forward an hour is left out, and when they go back one comes twice."""
    wall = datetime.combine(day, clock)
    first, second = (wall.replace(tzinfo=LONDON, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    said = f"{clock:%H:%M} on {_day(day)}"
    if first.astimezone(LONDON).replace(tzinfo=None, fold=0) != wall:
        return f"There is no {said}: the clocks go forward in that night. Please choose a time from 02:00 on."
    return f"{said} comes twice: the clocks go back in that night. Please choose a time from 02:00 on."


def _wrong_with(moment: datetime, meetings: Meetings, now: datetime) -> str:
    if moment <= now:
        return "This time has passed already. Please choose one that is still to come."
    if moment < now + timedelta(hours=meetings.notice_hours):
        return _too_soon(meetings)
    if moment > now + FURTHEST:
        return "This is very far off. Please check the year, or choose a time in the next six months."
    return ""


def _too_soon(meetings: Meetings) -> str:
    return f"{_ahead(meetings)}. Please choose a later time."


def _ahead(meetings: Meetings) -> str:
    hours = meetings.notice_hours
    ahead = f"{hours // 24} days" if hours % 24 == 0 and hours > 24 else f"{hours} hours"
    return f"Meetings are arranged at least {ahead} ahead"


def _within(moment: datetime, minutes: int, meetings: Meetings) -> Time:
    if meetings.window is None:
        return Time(moment)
    end = moment + timedelta(minutes=minutes)
    why = why_outside(moment, end, meetings.window)
    if not why:
        return Time(moment)
    said = _said_outside(why, moment, end, meetings.window)
    if meetings.outside_window_with_reason:
        return Time(moment, is_outside=True, why_outside=said)
    return Time(problem=f"{said} {CHOOSE_ANOTHER[why]}", field="time" if why == "hours" else "day")


def problem_with_accepting(start: datetime, minutes: int, meetings: Meetings, *, now: datetime) -> str:
    """Why a time that was proposed cannot be accepted any more; empty when it can. What was asked for
    outside the usual hours was asked with a reason, where that is enough."""
    if start <= now:
        return "This time has passed already. You can propose another one."
    if start < now + timedelta(hours=meetings.notice_hours):
        return f"{_ahead(meetings)}, and this time is nearer by now. You can propose another one."
    if problem := problem_with_length(str(minutes), meetings):
        return problem
    return _within(start, minutes, meetings).problem


def _said_outside(why: str, moment: datetime, end: datetime, window: WorkingTime) -> str:
    local = moment.astimezone(LONDON)
    day = local.date()
    if why == "weekday":
        return f"{_day(day)} is a day without meetings: there are none on {WEEKDAYS[day.weekday()]}."
    if why == "closed" and day in bank_holidays(window.bank_holidays, day.year):
        return f"{_day(day)} is a bank holiday in {where_holidays_are(window)}."
    if why == "closed":
        return f"{_day(day)} is a day on which nobody is there."
    hours = window.days[DAYS[day.weekday()]]
    until = end.astimezone(LONDON)
    this = f"begins at {local:%H:%M}" if local.time() < hours.opens else f"would last until {until:%H:%M}"
    return f"Meetings are between {hours.opens:%H:%M} and {hours.closes:%H:%M}, and this one {this}."


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def problem_with_length(minutes: str, meetings: Meetings) -> str:
    """Why a meeting cannot last so long; empty when it can."""
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 4):
        return "Please say how many minutes it lasts, as a number."
    if int(minutes) < SHORTEST:
        return f"A meeting lasts {SHORTEST} minutes at least."
    if int(minutes) > meetings.longest_minutes:
        return f"A meeting lasts {meetings.longest_minutes} minutes at the most. This one would be {minutes}."
    return ""


def overlap(one: datetime, its_minutes: int, other: datetime, others_minutes: int) -> bool:
    return one < other + timedelta(minutes=others_minutes) and other < one + timedelta(minutes=its_minutes)


# ── What speaks against a meeting ──────────────────────────────────────────


@dataclass(frozen=True)
class Bar:
    """One thing that is missing before the two may meet."""

    side: str
    """`mentor` or `mentee`; empty where it is of both."""
    for_staff: str
    for_oneself: str = ""
    """To the one whom it is of. The other is never told it."""


def kinds_for(part: str, meetings: Meetings) -> list[MeetingKind]:
    """Which kinds somebody may propose."""
    return [one for one in meetings.kinds if part == "staff" or one not in BY_STAFF]


def needs_coordinator(kind: str, meetings: Meetings) -> bool:
    """Whether there is no meeting of this kind without a coordinator."""
    return meetings.coordinator_required or kind in WITH_STAFF


def bars(
    kind: str, mentor: Facts | None, mentee: Facts | None, policy: Policy, today: date
) -> tuple[Bar, ...]:
    """Everything that stands against a meeting of this kind today; empty when nothing does. None stands for
    somebody who has left."""
    found = [Bar(one.side, one.sentence) for one in why_paused(mentor, mentee, policy, today)]
    if mentor is None or mentee is None:
        return tuple(found)
    if kind not in policy.meetings.kinds:
        found.append(Bar("", f"There are no meetings of this kind here: {_said(kind)}."))
    for purpose in policy.consents.purposes:
        if purpose.needed_for == "first_meeting":
            found += _without_yes(purpose, {"mentor": mentor, "mentee": mentee}, today)
    if kind in policy.delivery.methods and kind not in open_methods(policy, mentor, mentee, today):
        found += _not_chosen(kind, {"mentor": mentor, "mentee": mentee})
    return tuple(found)


def _without_yes(purpose: Purpose, both: dict[Side, Facts], today: date) -> list[Bar]:
    found = []
    for side, facts in both.items():
        given = facts.leave.for_purpose(purpose, side, today) if side in purpose.asked_of else "yes"
        if given == "asked":
            told = f"Your parent or carer has not said yes to “{purpose.title}” yet."
            found.append(
                Bar(side, f"A parent or carer of {facts.first_name} has not agreed: “{purpose.title}”.", told)
            )
        elif given != "yes":
            told = f"You have not said yes to “{purpose.title}”. You can do that at any time, or leave it."
            found.append(Bar(side, f"{facts.first_name} has not agreed: “{purpose.title}”.", told))
    return found


def _not_chosen(kind: str, both: dict[Side, Facts]) -> list[Bar]:
    said = _said(kind)
    return [
        Bar(
            side,
            f"{facts.first_name} has not chosen this way of being in touch: {said}.",
            f"You have not chosen this way of being in touch: {said}.",
        )
        for side, facts in both.items()
        if kind not in (facts.methods or {"message"})
    ]


def _said(kind: str) -> str:
    return KIND_WORDS.get(kind, kind).lower()


def recording_bars(mentor: Facts | None, mentee: Facts | None, policy: Policy, today: date) -> bool:
    """Whether it may not even be asked to record a session: where nothing is recorded, or one of the two does
    not want to be asked."""
    if not policy.meetings.recording.purposes or mentor is None or mentee is None:
        return True
    both: dict[Side, Facts] = {"mentor": mentor, "mentee": mentee}
    return any(
        facts.leave.for_purpose(purpose, side, today) != "yes"
        for purpose in policy.consents.purposes
        if purpose.id == "recording"
        for side, facts in both.items()
        if side in purpose.asked_of
    )


# ── Getting in ─────────────────────────────────────────────────────────────


def opens_at(begins: datetime, meetings: Meetings) -> datetime:
    """From when on the link can be opened."""
    return begins - timedelta(minutes=meetings.link_shown_minutes)


def is_near(begins: datetime, minutes: int, meetings: Meetings, now: datetime) -> bool:
    """Whether the link can be opened now."""
    return opens_at(begins, meetings) <= now < begins + timedelta(minutes=minutes) + OVERTIME


def problem_with_link(link: str, hosts: Sequence[str], *, by_staff: bool = False) -> str:
    """Why this link is not taken; empty when it is. Of an allowed host, or of one below it, by https and
    with nothing in it that two programs could read differently, or that says something to a person."""
    if not link:
        return "Please paste the link of the meeting."
    if len(link) > LONGEST_LINK:
        return "This link is too long for one of a meeting. Please copy it once more."
    if not link.startswith("https://"):
        return "The link must begin with https://. Please copy the whole of it."
    if re.search(r"[^!-~]|[\\\"'<>`{}|^]", link):
        return "There is something in this link that does not belong there. Please copy it once more."
    if "#" in link:
        return "The link of a meeting has no # in it. Please leave that out, with all that comes after it."
    try:
        parts = urlsplit(link)
        host, port, user = parts.hostname or "", parts.port, parts.username
    except ValueError:
        return "This is not a whole link. Please copy it once more."
    if port is not None or user is not None or "@" in parts.netloc:
        return "There is something in this link that does not belong there. Please copy it once more."
    if not any(host == one or host.endswith(f".{one}") for one in hosts):
        allowed = ", ".join(hosts)
        return f"Links of {host or 'this kind'} are not used here. These are: {allowed}."
    return problem_with_shape(parts, is_listed=host in hosts, by_staff=by_staff)


def problem_with_secret(password: str, has_waiting_room: bool, meetings: Meetings) -> str:
    """Why a link with this password, and a waiting room or none, is not taken; empty when it is."""
    if password and (
        not PASSWORD.fullmatch(password) or sum(one.isdigit() for one in password) > MOST_DIGITS
    ):
        return (
            f"A password here has 4 to 10 letters, digits or signs, no spaces, and {MOST_DIGITS} digits at "
            "the most. Please give the meeting another one."
        )
    if meetings.link_secret and not (password or has_waiting_room):
        return (
            "Without a password or a waiting room anybody with the link can come in, so it was not taken. "
            "Please give the password, or say that there is a waiting room."
        )
    return ""
