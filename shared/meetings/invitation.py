"""A meeting as an entry for somebody's calendar. Calendars are shared, and shown on locked screens: the entry
names nobody, and holds neither link nor password."""

from datetime import datetime, timedelta

from shared.people.permissions import Viewer
from shared.platform.errors import Conflict
from shared.platform.settings import settings

from .loading import meeting_at
from .plan import DATED

TITLE = "Mentoring session"
REMINDED = timedelta(minutes=15)
NO_TIME = "This meeting has no time yet, so there is nothing to put into a calendar."


def calendar_entry(viewer: Viewer, pair_id: str, meeting_id: str, *, now: datetime) -> str:
    """The entry as an iCalendar text; of a meeting that does not take place, one that takes it out again.
    Raises NotFound, and Conflict while it has no time."""
    from icalendar import Alarm, Calendar, Event  # here: no other page is to wait 70 ms for it

    at = meeting_at(viewer, pair_id, meeting_id, now=now)
    begins, ends = at.plan.begins, at.plan.ends
    if begins is None or ends is None:
        raise Conflict(NO_TIME, code="no_time")
    is_on = at.item.state in DATED
    page = f"{settings().site_url}/pairs/{pair_id}/meetings/{meeting_id}"
    event = Event()
    event.add("uid", f"{meeting_id}@signpost")
    event.add("sequence", at.plan.moves)
    event.add("dtstamp", now)
    event.add("dtstart", begins)
    event.add("dtend", ends)
    event.add("summary", TITLE)
    event.add("description", f"Everything about it is on its page, for those who take part: {page}")
    event.add(
        "status", "CONFIRMED" if at.item.state == "scheduled" else "TENTATIVE" if is_on else "CANCELLED"
    )
    event.add("class", "PRIVATE")
    if is_on:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", TITLE)
        alarm.add("trigger", -REMINDED)
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Signpost//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH" if is_on else "CANCEL")
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")
