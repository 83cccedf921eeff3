"""The four tables in memory, for tests that live through thousands of histories.

A client of DynamoDB that keeps what PynamoDB hands it: conditions, transactions, indexes and streams as
DynamoDB has them, some fifty times as fast as an emulator. What the index shows is never late here. That it
answers as the emulator does is itself tested (test_fake_tables.py). Faults reach it as they reach the others.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from shared.platform.tables import TABLES, connection
from tests import expressions, faults
from tests.expressions import Stored

Request = dict[str, Any]
RANGE_OF = {"listing": "listing_order", "due": "due_at", "thread": "thread_at", "group": "group_order"}
HASH_OF = {"listing": "listing", "due": "due", "thread": "pk", "group": "group"}
MOST_IN_TRANSACTION = 100
LARGEST_ANSWER = 1_000_000
"""Characters, for DynamoDB's megabyte: a little less than it would give."""
FEW = 200


@dataclass(frozen=True)
class Kept:
    """All that was stored at some moment."""

    items: dict[str, dict[tuple[str, str], Stored]]


class FakeTables:
    """What answers instead of DynamoDB."""

    _request_signer = None
    """PynamoDB looks here for credentials."""

    def __init__(self) -> None:
        self.items: dict[str, dict[tuple[str, str], Stored]] = {table.Meta.table_name: {} for table in TABLES}
        self.streams: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.number = 0

    # Keeping and bringing back

    def keep(self) -> Kept:
        return Kept({name: dict(table) for name, table in self.items.items()})

    def bring_back(self, kept: Kept) -> None:
        """As it was then, with nothing in the streams."""
        self.items = {name: dict(table) for name, table in kept.items.items()}
        self.streams.clear()

    def stored(self, table: str, kind: str) -> list[Stored]:
        """What is stored of a kind, as DynamoDB holds it: for looking without asking."""
        return [item for item in self.items[table].values() if item["kind"]["S"] == kind]

    # What PynamoDB calls

    def _make_api_call(self, operation: str, request: Request) -> dict[str, Any]:
        carry_out = {
            "GetItem": self.get_item,
            "BatchGetItem": self.batch_get_item,
            "PutItem": self.put_item,
            "UpdateItem": self.update_item,
            "DeleteItem": self.delete_item,
            "TransactWriteItems": self.transact_write_items,
            "Query": self.query,
            "Scan": self.scan,
        }[operation]
        return faults.reached(operation, request, carry_out)

    def get_item(self, request: Request) -> dict[str, Any]:
        found = self.items[request["TableName"]].get(_key(request["Key"]))
        return {} if found is None else {"Item": dict(found)}

    def batch_get_item(self, request: Request) -> dict[str, Any]:
        answers = {}
        for table, asked in request["RequestItems"].items():
            keys = [_key(one) for one in asked["Keys"]]
            assert len(set(keys)) == len(keys) <= MOST_IN_TRANSACTION, "a BatchGetItem that DynamoDB refuses"
            answers[table] = [dict(self.items[table][key]) for key in keys if key in self.items[table]]
        return {"Responses": answers, "UnprocessedKeys": {}}

    def put_item(self, request: Request) -> dict[str, Any]:
        self._require("PutItem", request, _key(request["Item"]))
        self._put(request["TableName"], request["Item"])
        return {}

    def update_item(self, request: Request) -> dict[str, Any]:
        self._require("UpdateItem", request, _key(request["Key"]))
        return {"Attributes": dict(self._update(request))}

    def delete_item(self, request: Request) -> dict[str, Any]:
        self._require("DeleteItem", request, _key(request["Key"]))
        self._delete(request)
        return {}

    def transact_write_items(self, request: Request) -> dict[str, Any]:
        steps = [next(iter(one.items())) for one in request["TransactItems"]]
        keys = [(step["TableName"], _key(step.get("Key") or step["Item"])) for _, step in steps]
        if len(set(keys)) != len(keys) or len(keys) > MOST_IN_TRANSACTION:
            raise _refusal("TransactWriteItems", "ValidationException")
        holds = [self._holds(step, key) for (_, step), (_, key) in zip(steps, keys, strict=True)]
        if not all(holds):
            reasons = [{"Code": "None" if held else "ConditionalCheckFailed"} for held in holds]
            raise _refusal("TransactWriteItems", "TransactionCanceledException", CancellationReasons=reasons)
        for what, step in steps:
            if what == "Put":
                self._put(step["TableName"], step["Item"])
            elif what == "Update":
                self._update(step)
            elif what == "Delete":
                self._delete(step)
        return {}

    def query(self, request: Request) -> dict[str, Any]:
        return self._page(request, self._matching(request))

    def scan(self, request: Request) -> dict[str, Any]:
        return self._page(request, sorted(self.items[request["TableName"]].values(), key=_place(None)))

    # How it is done

    def _matching(self, request: Request) -> list[Stored]:
        index = request.get("IndexName")
        in_index = HASH_OF[index] if index else "pk"
        asked = _condition(request, "KeyConditionExpression")
        given = request["ExpressionAttributeValues"]
        candidates = self.items[request["TableName"]].values()
        there = (one for one in candidates if in_index in one and (not index or RANGE_OF[index] in one))
        found = [one for one in there if asked(one, given)]
        return sorted(found, key=_place(index), reverse=request.get("ScanIndexForward") is False)

    def _page(self, request: Request, found: list[Stored]) -> dict[str, Any]:
        index = request.get("IndexName")
        if start := request.get("ExclusiveStartKey"):
            after, is_back = _place(index)(start), request.get("ScanIndexForward") is False
            place = _place(index)
            found = [one for one in found if (place(one) < after if is_back else place(one) > after)]
        limit = request.get("Limit") or len(found)
        fits = min(limit, _fitting(found))
        page, rest = found[:fits], found[fits:]
        answer: dict[str, Any] = {"ScannedCount": len(page)}
        if rest and page:
            names = {"pk", "sk"} | ({HASH_OF[index], RANGE_OF[index]} if index else set())
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in names}
        if "FilterExpression" in request:
            asked = _condition(request, "FilterExpression")
            page = [one for one in page if asked(one, request["ExpressionAttributeValues"])]
        return answer | {"Items": [dict(one) for one in page], "Count": len(page)}

    def _holds(self, request: Request, key: tuple[str, str]) -> bool:
        if "ConditionExpression" not in request:
            return True
        item = self.items[request["TableName"]].get(key, {})
        given = request.get("ExpressionAttributeValues", {})
        return _condition(request, "ConditionExpression")(item, given)

    def _require(self, operation: str, request: Request, key: tuple[str, str]) -> None:
        if not self._holds(request, key):
            raise _refusal(operation, "ConditionalCheckFailedException")

    def _put(self, table: str, item: Stored) -> None:
        assert all(item[name]["S"] for name in ("pk", "sk")), "a key that DynamoDB refuses"
        key = _key(item)
        before = self.items[table].get(key)
        self.items[table][key] = dict(item)
        self._tell(table, before, self.items[table][key])

    def _update(self, request: Request) -> Stored:
        table, key = request["TableName"], _key(request["Key"])
        before = self.items[table].get(key)
        after = dict(before or request["Key"])
        given = request.get("ExpressionAttributeValues", {})
        for clause, name, worth in expressions.changes(request["UpdateExpression"], _names(request)):
            value = worth(before or {}, given)
            assert value or clause != "SET", f"{name} is set to what is not there"
            if value:
                after[name] = value
            else:
                after.pop(name, None)
        self.items[table][key] = after
        self._tell(table, before, after)
        return after

    def _delete(self, request: Request) -> None:
        before = self.items[request["TableName"]].pop(_key(request["Key"]), None)
        self._tell(request["TableName"], before, None)

    def _tell(self, table: str, before: Stored | None, after: Stored | None) -> None:
        """Into the stream; a change that changes nothing leaves no record."""
        if before == after:
            return
        self.number += 1
        one = after or before or {}
        change: dict[str, Any] = {
            "Keys": {"pk": one["pk"], "sk": one["sk"]},
            "SequenceNumber": f"{self.number:021}",
            "ApproximateCreationDateTime": 1_764_000_000,
        }
        change |= {name: image for name, image in (("OldImage", before), ("NewImage", after)) if image}
        name = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
        self.streams[table].append(
            {
                "eventID": str(self.number),
                "eventName": name,
                "eventSource": "aws:dynamodb",
                "dynamodb": change,
            }
        )

    def stream(self, table: str) -> "FakeStream":
        return FakeStream(self, table)


class FakeStream:
    """One table's stream, read once from where it begins."""

    def __init__(self, tables: FakeTables, table: str) -> None:
        self.tables, self.table, self.read = tables, table, 0

    def new_records(self) -> list[dict[str, Any]]:
        records = self.tables.streams[self.table][self.read :]
        self.read += len(records)
        return records


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _place(index: str | None) -> Any:
    """What an item is ordered by: in an index, those that have the same place by their keys."""
    if index is None:
        return _key
    order = RANGE_OF[index]
    return lambda item: (item[order]["S"], *_key(item))


def _fitting(found: list[Stored]) -> int:
    """How many items one answer holds. So few as tests usually have always fit."""
    if len(found) <= FEW:
        return len(found)
    left = LARGEST_ANSWER
    for place, item in enumerate(found):
        left -= sum(len(name) + len(str(value)) for name, value in item.items())
        if left < 0:
            return max(1, place)
    return len(found)


def _names(request: Request) -> expressions.Names:
    return tuple(request.get("ExpressionAttributeNames", {}).items())


def _condition(request: Request, which: str) -> expressions.Asked:
    return expressions.condition(request[which], _names(request))


def _refusal(operation: str, code: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}, **more}, operation)


@contextmanager
def fake_tables() -> Iterator[FakeTables]:
    """In the place of DynamoDB as long as the block lasts."""
    tables, one = FakeTables(), connection()
    before, one._client = one._client, tables
    try:
        yield tables
    finally:
        one._client = before
