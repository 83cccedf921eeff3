"""What something costs in requests to the tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.platform.tables import TABLES, connection


@contextmanager
def requests_made() -> Iterator[list[str]]:
    """The operations asked of DynamoDB inside the block, in their order."""
    made: list[str] = []

    def note(event_name: str, **_: Any) -> None:
        made.append(event_name.rpartition(".")[2])

    kinds = [kind for table in TABLES for kind in (table, *table.__subclasses__())]
    clients = {id(client): client for client in (kind._get_connection().connection.client for kind in kinds)}
    clients[id(connection().client)] = connection().client
    for client in clients.values():
        client.meta.events.register("before-call.dynamodb", note)
    try:
        yield made
    finally:
        for client in clients.values():
            client.meta.events.unregister("before-call.dynamodb", note)
