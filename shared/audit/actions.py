"""Recording who did or read what. Linking the records into a chain is in `linking.py`."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, is_new

from .items import WAITING_DUE, Waiting, waiting_key
from .rules import READ_AGAIN_AFTER, What, reading_window, record_id


def record(
    write: TransactWrite,
    programme_id: str,
    what: What,
    on: str,
    *,
    by_id: str,
    by_name: str,
    now: datetime,
    why: str = "",
    hidden_from: Iterable[str] = (),
) -> None:
    """Adds to a running transaction that somebody did this. One put; no other item is looked at.

    `on` is `<kind>:<id>`, such as `concern:<id>`; `why` the reason they gave, never words of a conversation.
    `hidden_from` are the person_ids of those who must not learn of it from the record: of a concern its
    `hidden_from`, of a message the two of the pair.
    """
    made = _waiting(programme_id, what, on, by_id, by_name, why, hidden_from, at=now, cause=(order(now),))
    write.save(made, condition=is_new(Waiting))


def record_reading(
    programme_id: str,
    what: What,
    on: str,
    *,
    by_id: str,
    by_name: str,
    now: datetime,
    why: str = "",
    hidden_from: Iterable[str] = (),
) -> None:
    """Records that somebody looked at this, once in ten minutes: one conditional write.

    Call it before what was read is handed out: where it cannot be recorded nothing is shown. Otherwise as
    `record`.
    """
    window = reading_window(now)
    began = datetime.fromtimestamp(int(window) * READ_AGAIN_AFTER.total_seconds(), tz=now.tzinfo)
    made = _waiting(programme_id, what, on, by_id, by_name, why, hidden_from, at=now, cause=(window,))
    made.pk, made.sk = waiting_key(programme_id, order(began), made.record_id)
    # Lost means that it is recorded: it waits already, or is being linked at this moment.
    with suppress(Lost), conditional():
        made.save(condition=is_new(Waiting))


def _waiting(
    programme_id: str,
    what: What,
    on: str,
    by_id: str,
    by_name: str,
    why: str,
    hidden_from: Iterable[str],
    *,
    at: datetime,
    cause: tuple[str, ...],
) -> Waiting:
    made = record_id(by_id, what, on, *cause)
    return Waiting(
        *waiting_key(programme_id, order(at), made),
        programme_id=programme_id,
        record_id=made,
        at=at,
        by_id=by_id,
        by_name=by_name,
        what=what,
        on=on,
        why=why or None,
        hidden_from=sorted(set(hidden_from) - {""}) or None,
        due=WAITING_DUE,
        due_at=order(at),
    )
