"""Rows for every table, made from the metadata: whatever column is added next is filled too."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from db.tables import Company
from db.types import AdoptedInteger, Timestamp

TABLES = Company.metadata.sorted_tables
COUNT = 3
NEVER_NULL = {"users.name", "users.email", "companies.name", "products.name"}

MAKERS = (
    (sa.Enum, lambda column, n: column.type.enums[n % len(column.type.enums)]),
    (Timestamp, lambda column, n: datetime(2024, n, 2, 3, 4, 5, tzinfo=UTC)),
    (sa.Date, lambda column, n: date(2025, n, 28)),
    (sa.JSON, lambda column, n: {"number": n, "text": "Zürich 🦊", "list": [1.5, None, {"deep": True}]}),
    (sa.Boolean, lambda column, n: n % 2 == 0),
    (sa.Numeric, lambda column, n: Decimal(n) + Decimal("0.25")),
    ((sa.Integer, AdoptedInteger), lambda column, n: n),
    (sa.String, lambda column, n: f"{n}{column.name} ñ"[: column.type.length]),
)


Content = dict[str, list[dict[str, Any]]]


async def fill(engine: AsyncEngine) -> None:
    """Each row refers to those of its own number. The last has no optional values."""
    async with engine.begin() as connection:
        for table, columns in await connection.run_sync(_held):
            # Not the table itself: it would add the defaults of columns that are not there yet.
            bare = sa.table(table.name, *(sa.column(column.name, column.type) for column in columns))
            await connection.execute(bare.insert(), [_row(columns, n) for n in range(1, COUNT + 1)])


async def content(engine: AsyncEngine) -> Content:
    async with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in (await connection.execute(_ordered(table, columns))).mappings()]
            for table, columns in await connection.run_sync(_held)
        }


def of_those_columns(later: Content, before: Content) -> Content:
    """What the later content says about the tables and columns that there were before."""
    return {
        table: [{name: row[name] for name in held[0]} if held else row for row in later[table]]
        for table, held in before.items()
    }


def _held(connection: sa.Connection) -> list[tuple[sa.Table, list[sa.Column[Any]]]]:
    names = {table: {c["name"] for c in columns} for (_, table), columns in _columns(connection)}
    return [(t, [c for c in t.columns if c.name in names[t.name]]) for t in TABLES if t.name in names]


def _columns(connection: sa.Connection) -> Any:
    return sa.inspect(connection).get_multi_columns().items()


def _ordered(table: sa.Table, columns: list[sa.Column[Any]]) -> sa.Select[Any]:
    return sa.select(*columns).order_by(*table.primary_key)


def _row(columns: list[sa.Column[Any]], n: int) -> dict[str, Any]:
    return {column.name: None if n == COUNT and _may_be_null(column) else _value(column, n) for column in columns}


def _may_be_null(column: sa.Column[Any]) -> bool:
    # Nullable to our readers, because an adopted table may hold NULL there; a table that we made does not.
    return bool(column.nullable) and f"{column.table.name}.{column.name}" not in NEVER_NULL


def _value(column: sa.Column[Any], n: int) -> Any:
    make = next(make for kind, make in MAKERS if isinstance(column.type, kind))
    return make(column, n)
