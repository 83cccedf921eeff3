"""A programme's first page for its staff: who waits for whom, and where to go from here.

It costs the same number of requests whatever the number of people: of each thing there is one Query of one
page, which says how many there are, or at least how many.
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from shared.cohorts.views import CohortRow, row_of
from shared.meetings.ahead import meetings_from
from shared.meetings.rules import KIND_WORDS
from shared.moderation.queue import queue
from shared.people.invitation_views import unanswered_invitations
from shared.people.permissions import (
    Viewer,
    may_make_programmes,
    may_manage_people,
    may_moderate,
    may_see_people,
    programme_name,
    require,
)
from shared.programmes.desk import Desk, desk_of
from shared.programmes.rules import day_of, spoken
from shared.safeguarding.chain.checking import last_faults
from shared.safeguarding.concerns.lists import MOST_STEPS, ConcernRow, concern_list
from shared.silence.views import silences
from shared.spot_checks.views import checks_to_do

FIRST = 3
"""How many of each are named."""
MOST_COHORTS = 6


@dataclass(frozen=True)
class WaitingOne:
    """One of those that wait."""

    name: str
    page: str
    since: datetime | None = None
    until: date | None = None
    """The last day of what ends."""
    severity: str = ""


@dataclass(frozen=True)
class WaitingLine:
    """One kind of thing that waits for the staff, or somebody who waits for somebody."""

    what: str
    """One of those in ORDER."""
    count: int
    has_more: bool
    """There are more than `count`."""
    page: str
    """Where all of them are."""
    first: tuple[WaitingOne, ...] = ()


@dataclass(frozen=True)
class ProgrammeHome:
    """A programme's first page."""

    programme_id: str
    programme_name: str
    lines: tuple[WaitingLine, ...]
    """Those of which there is something, the most pressing first."""
    cohorts: tuple[CohortRow, ...]
    """Those not over, the one that ends first before the others."""
    has_more_cohorts: bool
    may_manage: bool
    may_make_programmes: bool


def programme_home(viewer: Viewer, programme_id: str, *, now: datetime) -> ProgrammeHome:
    """Four requests for what all of the staff see (two for the desk; the invitations, the chain), and seven
    more for those who read conversations (held messages and whose they are, concerns, their next steps,
    silences, spot checks, meetings ahead). Raises NotFound."""
    require(may_see_people(viewer, programme_id))
    desk = desk_of(programme_id, day_of(now))
    found = [
        *(_of_writing(viewer, programme_id, now) if may_moderate(viewer, programme_id) else ()),
        *_of_people(viewer, programme_id, desk, now),
    ]
    coming = [one for one in (row_of(each, now) for each in desk.cohorts) if one.state != "over"]
    coming.sort(key=lambda one: (one.ends_on is None, one.ends_on or one.starts_on, one.cohort_id))
    return ProgrammeHome(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        lines=tuple(sorted((one for one in found if one.count), key=_most_pressing)),
        cohorts=tuple(coming[:MOST_COHORTS]),
        has_more_cohorts=len(coming) > MOST_COHORTS,
        may_manage=may_manage_people(viewer, programme_id),
        may_make_programmes=may_make_programmes(viewer, programme_id),
    )


ORDER = (
    *("concerns", "held", "chain", "closing", "steps", "quiet", "spot_checks"),
    *("meetings", "talks", "denied", "seldom", "nominees", "needs", "checks", "unpaired", "invitations"),
)


def _most_pressing(line: WaitingLine) -> int:
    return ORDER.index(line.what)


def _of_writing(viewer: Viewer, programme_id: str, now: datetime) -> list[WaitingLine]:
    """What only those see who read conversations."""
    here = f"/programmes/{programme_id}"
    held = queue(viewer, programme_id, now=now)
    quiet = silences(viewer, programme_id)
    to_read, has_more_to_read = checks_to_do(viewer, programme_id)
    return [
        *_of_concerns(viewer, programme_id, now),
        WaitingLine(
            "held",
            held.count,
            not held.count_is_whole,
            f"{here}/moderation",
            tuple(
                WaitingOne(
                    one.writer_name,
                    f"/moderation/{one.pair_id}/{one.message_id}",
                    one.held_at,
                    None,
                    one.severity,
                )
                for one in held.messages[:FIRST]
            ),
        ),
        WaitingLine(
            "quiet",
            len(quiet.mentees),
            quiet.has_more,
            f"{here}/silences",
            tuple(
                WaitingOne(one.name, f"{here}/silences/{one.person_id}", one.since)
                for one in quiet.mentees[:FIRST]
            ),
        ),
        WaitingLine(
            "spot_checks",
            len(to_read),
            has_more_to_read,
            f"{here}/spot-checks",
            tuple(WaitingOne(one.title, one.page) for one in to_read[:FIRST]),
        ),
        _meetings(programme_id, now),
    ]


def _meetings(programme_id: str, now: datetime) -> WaitingLine:
    """Those that two people have agreed on, and that take place only with a coordinator."""
    found = [one for one in meetings_from(programme_id, now) if one.state == "accepted"]
    named = tuple(
        WaitingOne(
            f"{KIND_WORDS.get(one.kind, one.kind)} on {spoken(day_of(one.starts_at))}",
            f"/pairs/{one.pair_id}/meetings/{one.meeting_id}",
        )
        for one in found[:FIRST]
    )
    return WaitingLine("meetings", len(found), False, f"/programmes/{programme_id}/meetings", named)


def _of_concerns(viewer: Viewer, programme_id: str, now: datetime) -> list[WaitingLine]:
    page = f"/programmes/{programme_id}/concerns"
    concerns = concern_list(viewer, programme_id, now=now)
    rows = concerns.concerns
    unanswered = [one for one in rows if one.state == "open"]
    closing = [one for one in rows if one.state == "closing"]
    is_whole = not concerns.next
    return [
        # Those that nobody has answered come first in the list.
        WaitingLine(
            "concerns",
            len(unanswered),
            not is_whole and len(unanswered) == len(rows),
            page,
            tuple(_one_concern(one, one.severity) for one in unanswered[:FIRST]),
        ),
        WaitingLine(
            "closing", len(closing), not is_whole, page, tuple(_one_concern(one) for one in closing[:FIRST])
        ),
        WaitingLine(
            "steps",
            len(concerns.overdue),
            len(concerns.overdue) >= MOST_STEPS,
            page,
            tuple(
                WaitingOne(one.about_name, f"/concerns/{one.concern_id}") for one in concerns.overdue[:FIRST]
            ),
        ),
    ]


def _one_concern(row: ConcernRow, severity: str = "") -> WaitingOne:
    return WaitingOne(row.about_name, f"/concerns/{row.concern_id}", row.raised_at, None, severity)


def _of_people(viewer: Viewer, programme_id: str, desk: Desk, now: datetime) -> list[WaitingLine]:
    here = f"/programmes/{programme_id}"
    invited = unanswered_invitations(viewer, programme_id, now=now)
    return [
        WaitingLine("chain", len(last_faults(programme_id)), False, f"{here}/chain"),
        _of_pairs("talks", viewer, desk, "talk", f"{here}/pairs", "not-working"),
        _of_pairs("denied", viewer, desk, "denied", f"{here}/pairs", "in-touch"),
        _seldom(desk, f"{here}/cohorts"),
        _on_desk("nominees", desk, "nominee", f"{here}/nominations"),
        _on_desk("needs", desk, "need", f"{here}/needs"),
        _on_desk("checks", desk, "until", f"{here}/people?show=mentor&vetting=due"),
        _on_desk("unpaired", desk, "unpaired", f"{here}/people", has_more=not desk.is_whole),
        WaitingLine(
            "invitations",
            len(invited.names),
            invited.has_more,
            f"{here}/people/invitations",
            tuple(
                WaitingOne(name, f"{here}/people/invitations", since)
                for name, since in islice(invited.names, FIRST)
            ),
        ),
    ]


def _seldom(desk: Desk, page: str) -> WaitingLine:
    """Pairs that were in touch too seldom, cohort by cohort, the most first."""
    found = sorted(desk.of("seldom"), key=lambda one: -int(one.how_many or 0))
    named = tuple(
        WaitingOne(f"{one.name}: {int(one.how_many or 0)}", f"{page}/{one.of}/progress?show=seldom")
        for one in found[:FIRST]
    )
    return WaitingLine("seldom", sum(int(one.how_many or 0) for one in found), False, page, named)


def _of_pairs(line: str, viewer: Viewer, desk: Desk, what: str, page: str, leads_to: str) -> WaitingLine:
    """What waits of pairs, without those that the viewer must not learn of."""
    theirs = [one for one in desk.of(what) if viewer.person_id not in (one.hidden_from or ())]
    found = sorted(theirs, key=lambda one: str(one.since or ""))
    named = tuple(
        WaitingOne(one.name or "", f"/pairs/{one.of}/{leads_to}", one.since) for one in found[:FIRST]
    )
    return WaitingLine(line, len(found), False, page, named)


def _on_desk(line: str, desk: Desk, what: str, page: str, *, has_more: bool = False) -> WaitingLine:
    found = sorted(desk.of(what), key=lambda one: (one.until or "", str(one.since or ""), one.name or ""))
    named = tuple(
        WaitingOne(
            one.name or "",
            f"/programmes/{one.programme_id}/people/{one.person_id}" if one.person_id else page,
            one.since,
            date.fromisoformat(one.until) if one.until else None,
        )
        for one in found[:FIRST]
    )
    return WaitingLine(line, len(found), has_more, page, named)
