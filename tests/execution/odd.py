"""Values that no writer of ours would leave behind, in every column, and documents that read all of a row."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import sqlalchemy as sa
from graphql import get_named_type, is_abstract_type, is_leaf_type
from sqlalchemy.ext.asyncio import AsyncEngine

from db.base import APPEND_ONLY
from db.types import AdoptedInteger, Timestamp
from graph import ids
from graph.kinds import KINDS
from tests.graph.shape import core

JSON_TEXTS = (
    "null", "{}", "[]", '""', '"text"', "5", "true", "1e400", "12345678901234567890123", '{"a": 1, "a": 2}', "[null]",
    '[{"id": 1}]', '{"discovery": [null, {"id": "x"}]}', " [1.0, -0, 1E5] ", '{"a": "\\ud83e\\udd8a \\u0000"}',
    '["a", null, 5]', '{"a": 1e400}', '{"a": -}', '{"a": 1.}', '{"a": "\\x41"}',
)  # fmt: skip
NO_JSON = ("", "{broken", "NaN", "{'a': 1}", "\x00")
ODD: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (sa.Enum, ("", "nonsense", "DISCOVERY", 0, 5)),
    (Timestamp, ("2024-02-03", "2024-02-03 04:05:06.789", "0000-00-00 00:00:00", "not a time", 5, "")),
    (sa.Date, ("2024-02-03 04:05:06", "0000-00-00", "tomorrow", 5)),
    (sa.JSON, (*JSON_TEXTS, *NO_JSON)),
    (sa.Boolean, (2, -1, "yes", "")),
    (sa.Numeric, (0, -1.5, "1e3", "much", 1e20, "")),
    (AdoptedInteger, (1.5, "7", "7.5", "many", 2**31, 2**63 - 1, "")),
    (sa.Integer, (-1, 2**31, 2**40, 2**63 - 1, -(2**31) - 1, 1.5, "7", "many", "")),
    (sa.String, ("", " ", 5, 1.5, "a\x00b", "🦊", "x" * 40, b"\xff\xfe")),
)  # fmt: skip


LOOSE = ("SET foreign_key_checks = 0", "SET check_constraint_checks = 0", "SET sql_mode = ''")


def odd_values(column: sa.Column[Any]) -> list[Any]:
    if column.foreign_keys or (column.name.endswith("_id") and isinstance(column.type, sa.Integer)):
        return [None, 999_999, 0, -1]
    return [None, *next(values for kind, values in ODD if isinstance(column.type, kind))]


def everything(type_name: str, *, nodes: bool = True) -> str:
    """All leaves, all documents down to their leaves, and of linked nodes which they are; no lists of nodes."""
    type_: Any = core.type_map[type_name]
    parts = ["__typename"]
    for name, field in type_.fields.items():
        inner: Any = get_named_type(field.type)
        if is_leaf_type(inner):
            parts.append(name)
        elif "Node" in {each.name for each in inner.interfaces} or inner.name == "Node":
            parts += [f"{name} {{ __typename id }}"] if nodes else []
        elif not inner.name.endswith("Connection"):
            parts.append(f"{name} {everything(inner.name, nodes=nodes)}")
    if is_abstract_type(type_):
        parts += [f"... on {each.name} {{ data {everything(_data(each))} }}" for each in core.get_possible_types(type_)]
    return f"{{ {' '.join(parts)} }}"


def _data(event: Any) -> str:
    return get_named_type(event.fields["data"].type).name


def reading(kind: str) -> str:
    """A document that reads the first rows of a kind."""
    known = ", ".join(f'"{ids.encode(kind, key)}"' for key in (1, 2, 3, 4))
    return f"{{ nodes(ids: [{known}]) {{ __typename ... on {kind} {everything(kind)} }} }}"


async def loosen(engine: AsyncEngine) -> None:
    """Takes away what keeps odd values out: NOT NULL, CHECK and guards, as far as the database lets go of them."""
    for table in (kind.table for kind in KINDS.values()):
        if table.info.get(APPEND_ONLY):
            await run(engine, f"DROP TRIGGER IF EXISTS {table.name}_no_update")
        if engine.dialect.name == "sqlite":
            stripped = f"UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE name = '{table.name}'"
            await run(engine, "PRAGMA writable_schema = ON", stripped)
        else:
            await _loosen_mysql(engine, table)


async def _loosen_mysql(engine: AsyncEngine, table: sa.Table) -> None:
    found = await run(
        engine,
        "SELECT column_name, column_type FROM information_schema.columns WHERE table_schema = database() "
        f"AND table_name = '{table.name}' AND column_key <> 'PRI'",
    )
    bound = {column.name for column in table.columns if column.foreign_keys}
    changes = [f"MODIFY `{name}` {type_} NULL" for name, type_ in found if name not in bound]
    await run(engine, f"ALTER TABLE `{table.name}` {', '.join(changes)}")


@asynccontextmanager
async def spoilt(engine: AsyncEngine, column: sa.Column[Any], value: Any) -> AsyncIterator[bool]:
    """The first row has that value while the block runs; False where the database does not take it."""
    [[was]] = await run(engine, f"SELECT {column.name} FROM {column.table.name} WHERE id = 1")
    setting = f"UPDATE {column.table.name} SET {column.name} = :value WHERE id = 1"
    try:
        await run(engine, setting, value=value)
    except (sqlite3.Error, sa.exc.DBAPIError):
        yield False
        return
    try:
        yield True
    finally:
        await run(engine, setting, value=was)


async def run(engine: AsyncEngine, *statements: str, **values: Any) -> list[Any]:
    """The last statement's rows. Nothing is checked that can be left unchecked."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(engine.url.database, isolation_level=None)) as file:
            found = [file.execute(statement, values).fetchall() for statement in statements]
        return found[-1]
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for setting in LOOSE:
            await connection.exec_driver_sql(setting)
        try:
            for statement in statements:
                result = await connection.execute(sa.text(statement), values)
            return list(result.all()) if result.returns_rows else []
        finally:
            await connection.invalidate()
