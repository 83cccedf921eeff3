"""DynamoDB as moto plays it, with the four tables in it, at a cost that thousands of tests can bear.

What is asked and refused is moto's, unchanged. Two things that it does over and over are done once, or not.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from typing import Any

from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.serialize import SERVICE_SPECIFIC_SERIALIZERS, JSONSerializer
from moto.dynamodb.models import dynamodb_backends

from shared.platform.tables import REGION, TABLES

IN_PARTS = {"B", "BS", "L", "M"}
"""Types of attributes that go over the wire in another form than moto keeps them in, or may hold such."""


class ItemsAsTheyAre(JSONSerializer):
    """Writes moto's answers down.

    Moto looks for each type an attribute might have (`S`, `N`, `BOOL` …) under ten names, in every attribute
    of every item, which took most of the time of these tests. Its items are already as they go over the wire.
    """

    def _serialize_type_map(self, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.value.name == "AttributeValue" and not any(one.keys() & IN_PARTS for one in value.values()):
            self._default_serialize(serialized, value, shape, key)
        else:
            super()._serialize_type_map(serialized, value, shape, key)


SERVICE_SPECIFIC_SERIALIZERS["dynamodb"] = {"json": ItemsAsTheyAre}


@contextmanager
def four_tables() -> Iterator[None]:
    """AWS as moto plays it, with the four tables, empty.

    PynamoDB's client is kept from one to the next: making one reads the whole description of DynamoDB.
    """
    with mock_aws(), empty_tables():
        yield


@contextmanager
def empty_tables() -> Iterator[None]:
    """Tables without anything in them, for each example of a property test inside `four_tables`."""
    _tables().update(deepcopy(_empty()))
    yield


def everything() -> list[dict[str, Any]]:
    """All that is stored, attribute by attribute with its type: for looking without asking."""
    return [item.to_json()["Attributes"] for table in _tables().values() for item in table.all_items()]


@cache
def _empty() -> dict[str, Any]:
    """The tables as they are when they have been made, which takes 30 ms."""
    for table in TABLES:
        table.create_table(billing_mode="PAY_PER_REQUEST", wait=True)
    return deepcopy(dict(_tables()))


def _tables() -> dict[str, Any]:
    """Where moto keeps the tables."""
    kept: dict[str, Any] = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
    return kept
