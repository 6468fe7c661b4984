"""INSERTs and UPDATEs as the driver takes them: compiled once for a table and its columns, then run with any values."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, Dialect, Table, bindparam, insert, update
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from db.base import Base, table_of
from db.statements import KEPT, Convert

OLD = "old_"
"""Before the name of a column: its value in the row that is updated."""
Values = Mapping[str, Any]


class Shape(NamedTuple):
    """What writing has to know of a mapped class, whose attributes are named as the columns are."""

    table: Table
    columns: tuple[str, ...]
    key: tuple[str, ...]
    number: str | None
    """The key that the database counts up."""
    version: str | None
    documents: frozenset[str]
    defaults: Values
    left_out: frozenset[str]
    """Where there is no value, the database has one."""

    def complete(self, given: Values) -> dict[str, Any]:
        """A new row's values, with our defaults where none is given. None where the database's own applies."""
        values = {name: given.get(name) for name in self.columns if name != self.number or name in given}
        return values | {name: value for name, value in self.defaults.items() if values[name] is None}


@lru_cache(KEPT)
def shape(row: type[Base]) -> Shape:
    table = table_of(row)
    version = row.__mapper__.version_id_col
    number = table.autoincrement_column
    return Shape(
        table,
        columns=tuple(table.c.keys()),
        key=tuple(table.primary_key.c.keys()),
        number=None if number is None else number.name,
        version=None if version is None else version.name,
        documents=frozenset(column.name for column in table.c if isinstance(column.type, JSON)),
        defaults={column.name: _constant(column) for column in table.c if column.default is not None},
        left_out=frozenset(column.name for column in table.c if column.server_default is not None),
    )


def _constant(column: Column[Any]) -> Any:
    if not isinstance(column.default, ScalarElementColumnDefault):
        raise TypeError(f"{column}: only constants are defaults; time, ids and chance are passed in")
    return column.default.arg


class Change:
    def __init__(self, statement: Any, columns: tuple[str, ...], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        assert isinstance(compiled, SQLCompiler)
        self.sql = compiled.string
        self._slots = [(name, _process(compiled, name, dialect)) for name in compiled.positiontup or ()]

    def arguments(self, values: Values) -> list[Any]:
        return [values[name] if process is None else process(values[name]) for name, process in self._slots]


def _process(compiled: SQLCompiler, name: str, dialect: Dialect) -> Convert | None:
    return compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(KEPT)
def insertion(table: Table, columns: tuple[str, ...], dialect: Dialect) -> Change:
    # Inline: the number that the database gives is the driver's to tell, and nothing else of the row is read back.
    return Change(insert(table).inline(), columns, dialect)


@lru_cache(KEPT)
def updating(table: Table, columns: tuple[str, ...], where: tuple[str, ...], dialect: Dialect) -> Change:
    """`where`: columns that must have the values given under their names after `OLD`."""
    old = (table.c[name] == bindparam(f"{OLD}{name}", type_=table.c[name].type) for name in where)
    return Change(update(table).where(*old), columns, dialect)
