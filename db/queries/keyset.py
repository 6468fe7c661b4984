"""Keyset paging: an order, a position in it, and the text form of that position (the cursor)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import orjson
from sqlalchemy import Column, ColumnElement, Table, and_, false, or_

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


def order_by(table: Table, order: Order, *, backwards: bool) -> list[ColumnElement[Any]]:
    down = order.descending != backwards
    return [table.c[key].desc() if down else table.c[key].asc() for key in order.keys]


def beyond(table: Table, order: Order, slice_: Slice) -> ColumnElement[bool]:
    """Rows past the position: (a, b) > (x, y) spelled out, because NULLs (which sort lowest) must take part."""
    assert slice_.position is not None
    down = order.descending != slice_.backwards
    alternatives = []
    equal: list[ColumnElement[bool]] = []
    for key, value in zip(order.keys, slice_.position, strict=True):
        column = table.c[key]
        alternatives.append(and_(*equal, _past(column, value, down=down)))
        equal.append(column.is_(None) if value is None else column == value)
    anything: ColumnElement[bool] = or_(*alternatives)
    return anything


def _past(column: Column[Any], value: Any, *, down: bool) -> Any:
    if value is None:
        return false() if down else column.is_not(None)
    if down:
        return or_(column < value, column.is_(None)) if column.nullable else column < value
    return column > value


def encode(order: Order, record: Any) -> str:
    values = [_plain(getattr(record, key)) for key in order.keys]
    return wrap(orjson.dumps([VERSION, record.table_name, order.name, *values]))


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
