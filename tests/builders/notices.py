"""E-mails as their area stores them."""

from datetime import datetime, timedelta
from typing import Any

from shared.notices.items import Notice, lane_due, notice_key
from shared.notices.rules import LANES, Template
from shared.platform.clock import order
from shared.platform.ids import new_id
from tests.builders.clock import MONDAY
from tests.builders.people import Someone
from tests.builders.storing import store_new


def a_notice(
    template: Template = "new_message",
    *,
    to: Someone | None = None,
    state: str = "queued",
    notice_id: str = "",
    now: datetime = MONDAY,
    **more: Any,
) -> Notice:
    """An e-mail in any state, due at once while it is queued or being sent."""
    notice_id = notice_id or new_id(now)
    lane = LANES[template]
    values: dict[str, Any] = {
        "address": to.address if to else "amina.yusuf@example.org",
        "first_name": to.first_name if to else "Amina",
        "person_id": to.person_id if to else None,
        "programme_name": to.programme_name if to else "Career Ladders",
        "path": "/pairs/01jd3y",
        "expires_at": now + timedelta(days=30),
    }
    if state == "queued":
        values |= {"due": lane_due(lane), "due_at": order(now)}
    notice = Notice(
        *notice_key(notice_id),
        notice_id=notice_id,
        template=template,
        lane=lane,
        state=state,
        queued_at=now,
        **(values | more),
    )
    store_new(notice)
    return notice
