"""What the demonstration programme has in its library besides the common pieces."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.people.permissions import Viewer
from shared.resources.editing import Written, add_piece, show_or_take_out

OPEN_DAY = Written(
    title="Our open evening in the laboratory",
    summary="What you can try out there, and three questions that nobody else will ask.",
    text="""\
Twice a year the laboratory opens its doors to everybody in the programme. You can break a piece of concrete,
look into a wind tunnel, and talk to people who have just begun.

## Before you come

- Say at the door that you come from the programme: somebody is there to show you round.
- You can bring one person. They need not be interested in engineering.
- There is a lift, and a quiet room.

## Questions worth asking

1. What went wrong last week?
2. What do you do when you are stuck?
3. Who here began with something quite different?

Afterwards, write to your mentor what surprised you. It is nearly always something small.
""",
    audience="both",
    checked_on="",
    tags=("Jobs in science and technology", "Choosing subjects"),
    strands=("career_insight",),
)
NOT_HERE = "money-for-studying"


def write_for_the_library(coordinator: Viewer, programme_id: str, *, at: datetime) -> None:
    """One piece of the programme's own; and a common one is taken out."""
    add_piece(coordinator, programme_id, OPEN_DAY, key="demo", now=at)
    show_or_take_out(coordinator, programme_id, NOT_HERE, is_shown=False, now=at + timedelta(minutes=5))
