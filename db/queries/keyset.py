"""Keyset paging: an order, a position in it, and the text form of that position (the cursor)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import orjson
from sqlalchemy import Column, ColumnElement, FromClause, Table, and_, bindparam, false, or_

from db.opaque import unwrap, wrap

VERSION = 1
LARGEST_ID = 2**63 - 1
PLAIN_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,10})?", re.ASCII)


class BadCursor(ValueError):
    """The text is not a cursor of this list in this order."""


@dataclass(frozen=True, slots=True)
class Order:
    """By `columns`, then by id, all in one direction. `name` ties a cursor to the order it was made for."""

    name: str
    columns: tuple[str, ...]
    descending: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.columns, "id")


@dataclass(frozen=True, slots=True)
class Slice:
    """`limit` rows from one end, or beyond `position` (one value per key of the order)."""

    limit: int
    backwards: bool = False
    position: tuple[Any, ...] | None = None

    @property
    def gaps(self) -> tuple[bool, ...] | None:
        """Which values of the position are NULL: that much of it shapes the statement."""
        return None if self.position is None else tuple(value is None for value in self.position)

    @property
    def parameters(self) -> dict[str, Any]:
        return {f"position_{n}": value for n, value in enumerate(self.position or ())}


def order_by(table: FromClause, order: Order, *, backwards: bool) -> list[ColumnElement[Any]]:
    down = order.descending != backwards
    return [table.c[key].desc() if down else table.c[key].asc() for key in order.keys]


def beyond(table: FromClause, order: Order, gaps: tuple[bool, ...], *, backwards: bool) -> ColumnElement[bool]:
    """Rows past the position: (a, b) > (x, y) spelled out, because NULLs (which sort lowest) must take part."""
    down = order.descending != backwards
    alternatives = []
    equal: list[ColumnElement[bool]] = []
    for n, (key, is_null) in enumerate(zip(order.keys, gaps, strict=True)):
        column: Any = table.c[key]
        value: Any = bindparam(f"position_{n}")
        alternatives.append(and_(*equal, _past(column, None if is_null else value, down=down)))
        equal.append(column.is_(None) if is_null else column == value)
    anything: ColumnElement[bool] = or_(*alternatives)
    return anything


def _past(column: Any, value: Any, *, down: bool) -> Any:
    if value is None:
        return false() if down else column.is_not(None)
    if down:
        return or_(column < value, column.is_(None)) if column.nullable else column < value
    return column > value


def encode(order: Order, list_name: str, values: Iterable[Any]) -> str:
    """`values` has one for each key of the order."""
    return wrap(orjson.dumps([VERSION, list_name, order.name, *map(_plain, values)]))


def decode(table: Table, order: Order, text: str) -> tuple[Any, ...]:
    try:
        version, list_name, name, *values = orjson.loads(unwrap(text))
    except (ValueError, TypeError):
        raise BadCursor("it is not a cursor of this API") from None
    if (version, list_name, name) != (VERSION, table.name, order.name) or len(values) != len(order.keys):
        raise BadCursor("it was made for another list or another orderBy")
    return tuple(_typed(table.c[key], value) for key, value in zip(order.keys, values, strict=True))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Decimal) else value


def _typed(column: Column[Any], value: Any) -> Any:
    """The value as the column's Python type, so that a forged cursor fails here and not in the driver."""
    if value is None:
        if column.nullable:
            return None
        raise BadCursor("it holds no value where one is needed")
    kind = column.type.python_type
    parse = PARSERS.get(kind, kind)
    try:
        return parse(value)
    except (ValueError, TypeError, OverflowError):
        raise BadCursor("it holds a value of another type") from None


def _integer(value: Any) -> int:
    if type(value) is not int or not -LARGEST_ID <= value <= LARGEST_ID:
        raise ValueError
    return value


def _instant(value: Any) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError
    return instant.astimezone(UTC)


def _decimal(value: Any) -> Decimal:
    if not isinstance(value, str) or not PLAIN_NUMBER.fullmatch(value):
        raise ValueError
    return Decimal(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


PARSERS: dict[type, Any] = {
    int: _integer,
    datetime: _instant,
    date: date.fromisoformat,
    Decimal: _decimal,
    str: _text,
}
