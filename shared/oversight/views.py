"""What the page of the audit record shows.

It says nothing of how many records there are: who may not know of some could tell by counting.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.audit.checking import check_step, checks_of
from shared.audit.items import Check, Link, Linked, linked_key, links_of_person
from shared.audit.verifying import SENTENCES, link_key
from shared.people.permissions import Viewer, may_see_audit, programme_name, require
from shared.platform.errors import BrokenLink
from shared.platform.tables import find

from .naming import Names, Thing

PAGE = 40
RECORD_ID = re.compile(r"[0-9a-f]{32}")
PERSON_ID = re.compile(r"[0-9a-z]{1,40}")

VERBS: Mapping[str, str] = {
    "read_conversation": "Read a conversation",
    "read_held_message": "Read a held message",
    "read_trial": "Read messages in a trial of the filter",
    "read_concern": "Read a concern",
    "looked_through_concerns": "Looked through the concerns",
    "read_file": "Opened a file",
    "asked_parent": "Sent a parent or carer their link",
    "changed_birthday": "Put a date of birth right",
    "entered_message": "Entered a message for a mentee",
    "entered_agreement": "Entered what a mentee agreed to",
    "read_reflections": "Read a diary or a logbook",
    "read_answers": "Read what people wrote in an evaluation",
    "decided_on_message": "Decided on a held message",
    "undid_decision": "Undid a decision on a message",
    "handed_over": "Handed over to a colleague",
    "raised_concern": "Raised a concern",
    "acknowledged_concern": "Is dealing with a concern",
    "changed_concern": "Changed a concern",
    "closed_concern": "Closed a concern",
    "second_read_concern": "Was second reader of a concern",
    "reopened_concern": "Opened a concern again",
    "recorded_action": "Recorded what was done about a concern",
    "changed_school_contact": "Changed whom to turn to at a mentee’s school",
    "changed_policy": "Changed the programme’s policy",
    "planned_policy": "Planned a change of the programme’s policy",
    "took_back_policy": "Took back a planned change of the programme’s policy",
    "changed_role": "Changed who is on the staff",
    "changed_standing": "Suspended or reinstated somebody",
    "changed_vetting": "Recorded what a mentor has shown",
    "took_down": "Took down what a mentor told of themselves",
    "paired": "Brought two people together",
    "ended_pair": "Ended a conversation",
    "forbade_last_message": "Said that no last message may pass after the end",
    "settled_talk": "Noted what came of a talk with a pair",
    "ran_meeting": "Arranged a meeting of a pair, took it on, or let somebody in",
    "read_endings": "Read what two wrote at the end",
    "introduced": "Noted what came of an introduction",
    "noted_payment": "Noted an honorarium",
    "exported_payments": "Downloaded the list of payments",
    "asked_after": "Asked after one of a pair",
    "settled_denial": "Looked at a pair that does not agree on having been in touch",
    "changed_match": "Said whether two people may be brought together",
    "changed_wishes": "Entered for somebody what they would like in being matched",
    "made_programme": "Made the programme",
    "changed_cohort": "Planned a cohort",
    "named_supporter": "Named who supports mentors",
    "changed_library": "Changed the library",
    "changed_absence": "Changed who is away",
    "tested_chain": "Tested who is told of concerns",
    "spot_checked": "Did a spot check",
    "checked_decision": "Looked over a colleague’s decision",
    "followed_up": "Looked after a mentee who had gone quiet",
    "exported": "Downloaded what became of held messages",
    "exported_progress": "Downloaded how pairs are getting on",
    "removed_conversation": "Removed what was written in a conversation whose time was over",
}
"""What was done, in plain words."""


@dataclass(frozen=True)
class Row:
    """Who did what, when and why."""

    record_id: str
    at: datetime
    by_id: str
    by_name: str
    what: str
    about: str
    """Whom or what it was done to; empty where the viewer may not know."""
    page: str
    """Where that is to be seen; empty where the viewer may not."""
    why: str


@dataclass(frozen=True)
class CheckView:
    """The latest check of the whole record."""

    state: str
    """`under_way`, `whole` or `broken`."""
    by_name: str
    began_at: datetime
    at: datetime
    percent: int
    broken_seq: int | None
    broken: str
    """What is wrong with the first broken record; empty when nothing is."""
    has_late: bool
    """Some records have waited too long to become part of the chain."""


@dataclass(frozen=True)
class AuditPage:
    """A programme's audit record, the latest first."""

    programme_id: str
    programme_name: str
    person_id: str
    """Whose deeds are shown; empty for everybody's."""
    records: tuple[Row, ...]
    older: str
    """The `before` of the page of older records; empty on the last."""
    is_newest: bool
    is_readable: bool
    """False when something is stored among the records that cannot be read."""
    check: CheckView | None


def audit_page(viewer: Viewer, programme_id: str, *, before: str = "", person_id: str = "") -> AuditPage:
    """The records that the viewer may know of: two Queries, and a BatchGetItem for each table in which names
    of what they are about are looked up; one GetItem more for an older page. Raises NotFound, and Invalid for
    a link that is not one of ours."""
    require(may_see_audit(viewer, programme_id))
    found = _records(viewer, programme_id, _place_before(programme_id, before), person_id)
    links = (found or [])[:PAGE]
    names = Names(viewer, programme_id, (one.on for one in links))
    things = [(one, names.thing(one.what, one.on)) for one in links]
    check = _to_show(checks_of(programme_id))
    return AuditPage(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        person_id=person_id,
        records=tuple(_row(one, thing) for one, thing in things if not thing.is_hidden),
        older=links[-1].record_id if found and len(found) > PAGE else "",
        is_newest=not before,
        is_readable=found is not None,
        check=_check(check) if check else None,
    )


def check_audit(viewer: Viewer, programme_id: str, *, now: datetime) -> AuditPage:
    """Checks some more of the programme's record, from its beginning when no check is under way. Raises
    NotFound."""
    require(may_see_audit(viewer, programme_id))
    check_step(programme_id, by_name=viewer.name, now=now)
    return audit_page(viewer, programme_id)


def _place_before(programme_id: str, record_id: str) -> int | None:
    """The place of the record that the page before ended with."""
    if not record_id:
        return None
    marker = None
    if RECORD_ID.fullmatch(record_id):
        marker = find(Linked, *linked_key(programme_id, record_id), consistent=False)
    if marker is None:
        raise BrokenLink
    return int(marker.seq)


def _records(viewer: Viewer, programme_id: str, before: int | None, person_id: str) -> list[Link] | None:
    """The latest, with one more than a page holds. None when they cannot be read."""
    if person_id and not PERSON_ID.fullmatch(person_id):
        raise BrokenLink
    known = ~Link.hidden_from.contains(viewer.person_id)
    more = {"filter_condition": known, "scan_index_forward": False, "limit": PAGE + 1, "page_size": PAGE + 1}
    if person_id:
        place = Link.listing_order < f"{before:012}" if before else None
        found: Iterable[object] = Link.by_listing.query(
            links_of_person(programme_id, person_id), place, **more
        )
    else:
        pk, sk = link_key(programme_id, before or 1)
        found = Link.query(pk, Link.sk < sk if before else None, **more)
    try:
        return [one for one in found if isinstance(one, Link)]
    except (ValueError, TypeError):
        return None  # somebody has altered a record beyond reading; the check says which


def _row(link: Link, thing: Thing) -> Row:
    return Row(
        record_id=link.record_id,
        at=link.at,
        by_id=link.by_id,
        by_name=link.by_name,
        what=VERBS.get(link.what, "Did something that this page has no words for"),
        about=thing.name,
        page=thing.page,
        why=(link.why or "") if thing.says_why else "",
    )


def _to_show(checks: Iterable[Check]) -> Check | None:
    """The one that found something broken, or else the latest."""
    return max(checks, key=lambda one: (one.state == "broken", one.at), default=None)


def _check(check: Check) -> CheckView:
    total = max(1, int(check.total), int(check.seq))
    return CheckView(
        state=check.state,
        by_name=check.by_name,
        began_at=check.began_at,
        at=check.at,
        percent=100 if check.state != "under_way" else min(99, int(check.seq) * 100 // total),
        broken_seq=int(check.broken_seq) if check.broken_seq is not None else None,
        broken=SENTENCES[check.broken_what] if check.broken_what else "",
        has_late=bool(check.late),
    )
