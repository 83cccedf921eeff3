"""The four tables, one per life cycle, and how they are written.

Every item has `pk`, `sk`, a `kind` and a `version`. Keys are built in each area's `items.py` and nowhere
else. Two sparse indexes serve every table: `listing` (what a page lists, in its order) and `due` (what the
sweep must look at, by when). Conversations also has the local index `thread`: one pair's conversation as its
readers see it. An item is in an index while it carries the index's two attributes, and leaves it when they
are removed. Conversations has a third, `group`, for what is listed together in two ways.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from pynamodb.attributes import (
    Attribute,
    DiscriminatorAttribute,
    TTLAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.connection import Connection, TableConnection
from pynamodb.constants import STRING
from pynamodb.exceptions import PutError, PynamoDBException, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, LocalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from .clock import order

REGION = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "eu-west-2"


class MomentAttribute(Attribute[datetime]):
    """A moment in UTC, stored as text that sorts as time does."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        return order(value)

    def deserialize(self, value: str) -> datetime:
        return datetime.fromisoformat(value)


class ListingIndex(GlobalSecondaryIndex["Item"]):
    """What a page lists, in its order."""

    class Meta:
        index_name = "listing"
        projection = AllProjection()

    listing = UnicodeAttribute(hash_key=True)
    listing_order = UnicodeAttribute(range_key=True)


class DueIndex(GlobalSecondaryIndex["Item"]):
    """What the sweep must look at, by when."""

    class Meta:
        index_name = "due"
        projection = AllProjection()

    due = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class GroupIndex(GlobalSecondaryIndex["Item"]):
    """What stands together on a page beside the one of `listing`."""

    class Meta:
        index_name = "group"
        projection = AllProjection()

    group = UnicodeAttribute(hash_key=True)
    group_order = UnicodeAttribute(range_key=True)


class ThreadIndex(LocalSecondaryIndex["Item"]):
    """One pair's conversation in the order in which it is read."""

    class Meta:
        index_name = "thread"
        projection = AllProjection()

    pk = UnicodeAttribute(hash_key=True)
    thread_at = UnicodeAttribute(range_key=True)


@cache
def connection() -> Connection:
    """The process's one client of DynamoDB."""
    # PynamoDB would wait half a minute for an answer, and asks four times in all. A page has 25 seconds.
    return Connection(region=REGION, connect_timeout_seconds=2, read_timeout_seconds=4)


class Item(Model):
    """What every stored thing has."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute()
    listing = UnicodeAttribute(null=True)
    listing_order = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)

    def _handle_version_attribute(
        self, *, attributes: dict[str, Any] | None = None, actions: list[Action] | None = None
    ) -> Condition | None:
        """An update counts the version up, whether the item was loaded or not.

        Of one that was not loaded, PynamoDB would put the version back to 1. Whoever loaded it earlier at
        version 1 could then write over what was changed since.
        """
        condition: Condition | None = super()._handle_version_attribute(
            attributes=attributes, actions=actions
        )
        if actions is not None and self.version is None:
            actions[-1] = Item.version.add(1)
        return condition

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """The process's one client, for every kind of every table.

        Of itself PynamoDB gives each kind a client of its own, and making one costs a cold start some 60 ms.
        """
        made = super()._get_connection()
        one = connection()
        if made.connection is not one:
            with suppress(ValueError):  # another kind has described this table already
                one.add_meta_table(made.get_meta_table())
            made.connection = one
        return made


class DirectoryItem(Item):
    """Organisations, programmes, cohorts, people, roles, invitations, sessions."""

    class Meta:
        table_name = os.environ.get("DIRECTORY_TABLE", "directory")
        region = REGION

    kind = DiscriminatorAttribute()
    expires_at = TTLAttribute(null=True)
    by_listing = ListingIndex()
    by_due = DueIndex()


class ConversationsItem(Item):
    """Pairs and what they write to each other."""

    class Meta:
        table_name = os.environ.get("CONVERSATIONS_TABLE", "conversations")
        region = REGION

    kind = DiscriminatorAttribute()
    thread_at = UnicodeAttribute(null=True)
    group = UnicodeAttribute(null=True)
    group_order = UnicodeAttribute(null=True)
    by_listing = ListingIndex()
    by_due = DueIndex()
    by_group = GroupIndex()
    thread = ThreadIndex()


class SafeguardingItem(Item):
    """Concerns and their chronology."""

    class Meta:
        table_name = os.environ.get("SAFEGUARDING_TABLE", "safeguarding")
        region = REGION

    kind = DiscriminatorAttribute()
    by_listing = ListingIndex()
    by_due = DueIndex()


class OutboxItem(Item):
    """Every e-mail, from queued to its receipt."""

    class Meta:
        table_name = os.environ.get("OUTBOX_TABLE", "outbox")
        region = REGION

    kind = DiscriminatorAttribute()
    expires_at = TTLAttribute(null=True)
    by_listing = ListingIndex()
    by_due = DueIndex()


TABLES: tuple[type[Item], ...] = (DirectoryItem, ConversationsItem, SafeguardingItem, OutboxItem)

T = TypeVar("T", bound=Item)


class Lost(Exception):
    """A condition did not hold: somebody else wrote first, or this was written already.

    `failed` holds the place of each failed item in the transaction, in the order checks, deletes, puts,
    updates (PynamoDB's own order, not that of the calls). Load again and decide again.
    """

    def __init__(self, failed: tuple[int, ...] = ()) -> None:
        super().__init__("a condition of the write did not hold")
        self.failed = failed


@contextmanager
def transaction() -> Iterator[TransactWrite]:
    """All of it or nothing. Raises Lost when a condition does not hold; any other fault as it is."""
    try:
        with TransactWrite(connection=connection()) as write:
            yield write
    except TransactWriteError as error:
        reasons = error.cancellation_reasons
        failed = tuple(
            n for n, reason in enumerate(reasons) if reason and reason.code == "ConditionalCheckFailed"
        )
        conflict = any(reason and reason.code == "TransactionConflict" for reason in reasons)
        if failed or conflict:
            raise Lost(failed) from error
        raise


@contextmanager
def conditional() -> Iterator[None]:
    """Around one conditional save or update: Lost when the condition does not hold, or (then nothing is said
    to have `failed`) when a transaction that may yet fail is writing the same item."""
    try:
        yield
    except (PutError, UpdateError) as error:
        code = _code(error)
        if code == "ConditionalCheckFailedException":
            raise Lost((0,)) from error
        if code == "TransactionConflictException":
            raise Lost from error  # a transaction is at the same item
        raise


def _code(error: PynamoDBException) -> str:
    """DynamoDB's name for what went wrong; empty when its answer never came. (PynamoDB's own way of asking
    fails then.)"""
    response = getattr(error.cause, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def is_new(model: type[Item]) -> Any:
    """The condition of a first writing: there is no such item yet."""
    return model.pk.does_not_exist()


def find(model: type[T], pk: str, sk: str, *, consistent: bool = True) -> T | None:
    """The item, or None."""
    try:
        return model.get(pk, sk, consistent_read=consistent)
    except model.DoesNotExist:
        return None


def stored_items(
    table: type[Item], pk: str, *, after: str = "", last_first: bool = False, page_size: int | None = None
) -> Iterator[dict[str, Any]]:
    """All items of a partition whose sk comes after `after`, in order, as DynamoDB holds them: attribute by
    attribute with its type, whatever kind they are. Read page by page, each when it is wanted."""
    start = {"pk": {"S": pk}, "sk": {"S": after}} if after else None
    while True:
        page = table._get_connection().query(
            pk,
            consistent_read=True,
            exclusive_start_key=start,
            scan_index_forward=not last_first,
            limit=page_size,
        )
        yield from page["Items"]
        start = page.get("LastEvaluatedKey")
        if start is None:
            return


def stored_item(table: type[Item], pk: str, sk: str) -> dict[str, Any] | None:
    """One item as DynamoDB holds it, or None."""
    found: dict[str, Any] = table._get_connection().get_item(pk, sk, consistent_read=True)
    return found.get("Item")
