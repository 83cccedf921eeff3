"""DynamoDB's conditions and updates as PynamoDB writes them, read once and then asked of many items.

Only what Signpost uses; anything else is an AssertionError, so that nothing passes unread.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

Value = Mapping[str, Any]
"""An attribute with its type: `{"S": "held"}`."""
Stored = dict[str, Value]
"""An item as DynamoDB holds it."""
Given = Mapping[str, Value]
"""What the placeholders `:0`, `:1` … stand for."""
Asked = Callable[[Stored, Given], bool]
Worth = Callable[[Stored, Given], Value | None]

TOKEN = re.compile(r"\s*([#:]\w+|\w+|<=|>=|<>|[=<>(),+-])")
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def plain(value: Value) -> tuple[str, Any]:
    """A value that compares as DynamoDB compares it: by its type first, numbers as numbers."""
    [(kind, held)] = value.items()
    return kind, Decimal(held) if kind == "N" else set(held) if kind == "SS" else held


class _Reading:
    """An expression, token by token."""

    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self.left = TOKEN.findall(text)
        assert "".join(self.left) == re.sub(r"\s", "", text), f"cannot be read: {text}"
        self.names = names

    @property
    def next(self) -> str:
        return self.left[0] if self.left else ""

    def take(self, wanted: str = "") -> str:
        token: str = self.left.pop(0)
        assert wanted in ("", token), f"{wanted} was expected, not {token}"
        return token

    def name(self) -> str:
        token = self.take()
        return self.names[token] if token.startswith("#") else token

    # Conditions

    def any_of(self) -> Asked:
        one = self.all_of()
        while self.next == "OR":
            self.take()
            one = _either(one, self.all_of())
        return one

    def all_of(self) -> Asked:
        one = self.condition()
        while self.next == "AND":
            self.take()
            one = _both(one, self.condition())
        return one

    def condition(self) -> Asked:
        if self.next == "NOT":
            self.take()
            asked = self.condition()
            return lambda item, given: not asked(item, given)
        if self.next == "(":
            self.take()
            asked = self.any_of()
            self.take(")")
            return asked
        if self.next in ("attribute_exists", "attribute_not_exists"):
            exists = self.take() == "attribute_exists"
            self.take("(")
            name = self.name()
            self.take(")")
            return lambda item, _given: (name in item) is exists
        if self.next in ("begins_with", "contains"):
            return self.about_text()
        return self.comparison()

    def about_text(self) -> Asked:
        begins = self.take() == "begins_with"
        self.take("(")
        whole, part = self.worth(",")
        self.take(")")

        def asked(item: Stored, given: Given) -> bool:
            text, wanted = whole(item, given), part(item, given)
            if text is None or wanted is None:
                return False
            if "SS" in text and not begins:
                return wanted.get("S") in text["SS"]
            if text.keys() != wanted.keys():
                return False
            return str(text["S"]).startswith(wanted["S"]) if begins else wanted["S"] in text["S"]

        return asked

    def worth(self, between: str) -> tuple[Worth, Worth]:
        one = self.operand()
        self.take(between)
        return one, self.operand()

    def comparison(self) -> Asked:
        one = self.operand()
        operator = self.take()
        if operator == "BETWEEN":
            low, high = self.worth("AND")
            at_least, at_most = _compared(one, ">=", low), _compared(one, "<=", high)
            return _both(at_least, at_most)
        if operator == "IN":
            self.take("(")
            asked = _compared(one, "=", self.operand())
            while self.take() == ",":
                asked = _either(asked, _compared(one, "=", self.operand()))
            return asked
        return _compared(one, operator, self.operand())

    # What things are worth

    def operand(self) -> Worth:
        if self.next == "if_not_exists":
            self.take()
            self.take("(")
            stored, otherwise = self.worth(",")
            self.take(")")
            return lambda item, given: stored(item, given) or otherwise(item, given)
        if self.next.startswith(":"):
            placeholder = self.take()
            return lambda _item, given: given[placeholder]
        name = self.name()
        return lambda item, _given: item.get(name)

    def sum(self) -> Worth:
        one = self.operand()
        if self.next not in ("+", "-"):
            return one
        sign = 1 if self.take() == "+" else -1
        other = self.operand()
        return lambda item, given: _added(one(item, given), other(item, given), sign)

    # Updates

    def changes(self) -> list[tuple[str, str, Worth]]:
        found: list[tuple[str, str, Worth]] = []
        while self.left:
            clause = self.take()
            assert clause in ("SET", "ADD", "REMOVE", "DELETE"), clause
            while True:
                found.append(self.change(clause))
                if self.next != ",":
                    break
                self.take()
        return found

    def change(self, clause: str) -> tuple[str, str, Worth]:
        name = self.name()
        if clause == "REMOVE":
            return clause, name, _nothing
        if clause in ("ADD", "DELETE"):
            by, sign = self.operand(), 1 if clause == "ADD" else -1
            return clause, name, lambda item, given: _added(item.get(name), by(item, given), sign)
        self.take("=")
        return clause, name, self.sum()


def _nothing(_item: Stored, _given: Given) -> None:
    return None


def _both(one: Asked, other: Asked) -> Asked:
    return lambda item, given: one(item, given) and other(item, given)


def _either(one: Asked, other: Asked) -> Asked:
    return lambda item, given: one(item, given) or other(item, given)


def _compared(one: Worth, operator: str, other: Worth) -> Asked:
    compare = COMPARE[operator]

    def asked(item: Stored, given: Given) -> bool:
        left, right = one(item, given), other(item, given)
        if left is None or right is None:
            return operator == "<>"
        (kind, first), (other_kind, second) = plain(left), plain(right)
        if kind != other_kind:
            return operator == "<>"
        return compare(first, second)

    return asked


def _added(one: Value | None, other: Value | None, sign: int) -> Value | None:
    """A number and a number, or a set with or without another; None for an empty set, which there is not."""
    assert other, "nothing can be added"
    if "SS" in other:
        before, named = set((one or {"SS": []})["SS"]), set(other["SS"])
        after = before | named if sign > 0 else before - named
        return {"SS": sorted(after)} if after else None
    return {"N": str(Decimal((one or {"N": "0"})["N"]) + sign * Decimal(other["N"]))}


Names = tuple[tuple[str, str], ...]


@cache
def condition(text: str, names: Names) -> Asked:
    """What a condition, filter or key condition asks of an item."""
    reading = _Reading(text, dict(names))
    asked = reading.any_of()
    assert not reading.left, f"not read to its end: {text}"
    return asked


@cache
def changes(text: str, names: Names) -> list[tuple[str, str, Worth]]:
    """Clause, attribute and new worth of each change of an update, all taken from the item before it."""
    return _Reading(text, dict(names)).changes()
