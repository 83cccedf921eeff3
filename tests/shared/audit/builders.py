"""Records that wait, and chains of them."""

from datetime import datetime, timedelta
from typing import Any

from shared.audit.actions import record
from shared.audit.items import Head, Link, Waiting
from shared.platform.tables import SafeguardingItem, transaction
from tests.builders.clock import MONDAY

PROGRAMME = "01jd0000000000000000000000"
MORAG = {"by_id": "morag", "by_name": "Morag Sinclair"}


def recorded(
    on: str = "message:m-1",
    *,
    programme_id: str = PROGRAMME,
    why: str = "Delivered",
    now: datetime = MONDAY,
    **more: Any,
) -> None:
    """Somebody decided on a message."""
    with transaction() as write:
        record(
            write,
            programme_id,
            "decided_on_message",
            on,
            now=now,
            why=why,
            **{"hidden_from": (), **MORAG, **more},
        )


def several_recorded(count: int, *, programme_id: str = PROGRAMME, now: datetime = MONDAY) -> list[str]:
    """So many decisions, a second apart; on what, in their order."""
    done = [f"message:{number:04}" for number in range(count)]
    for number, on in enumerate(done):
        recorded(on, programme_id=programme_id, now=now + timedelta(seconds=number))
    return done


def waiting() -> list[Waiting]:
    return [one for one in SafeguardingItem.scan() if isinstance(one, Waiting)]


def links(programme_id: str = PROGRAMME) -> list[Link]:
    """A programme's links in their order."""
    found = [one for one in SafeguardingItem.scan() if isinstance(one, Link)]
    return sorted((one for one in found if one.programme_id == programme_id), key=lambda one: str(one.sk))


def heads() -> list[Head]:
    return [one for one in SafeguardingItem.scan() if isinstance(one, Head)]
