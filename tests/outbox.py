"""What was written to be sent, as tests look for it."""

from shared.notices.items import Notice, lane_due
from shared.platform.tables import OutboxItem


def notices(template: str = "") -> list[Notice]:
    """What waits to be sent, of one kind or all."""
    waiting = [one for lane in ("alert", "bulk") for one in OutboxItem.by_due.query(lane_due(lane))]
    return [one for one in waiting if isinstance(one, Notice) and template in ("", one.template)]


def written(template: str = "") -> list[Notice]:
    """Whatever became of it, the oldest first."""
    found = [one for one in OutboxItem.scan() if isinstance(one, Notice) and template in ("", one.template)]
    return sorted(found, key=lambda one: one.queued_at)


def mailed_to(template: str) -> set[str]:
    """The addresses to which an e-mail of this kind was written."""
    return {one.address for one in written(template)}
