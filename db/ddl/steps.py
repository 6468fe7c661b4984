"""The steps a migration is made of.

MySQL commits every DDL statement on its own, so a crash leaves a migration half done; and a reader may have applied the
seed's statements by hand. Each step therefore looks first and does only what is missing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from db.ddl import facts, parking
from db.ddl.columns import STORAGE
from db.ddl.fit import check_reference
from db.ddl.indexes import add_index, add_unique, drop_index, index_name, unique_name
from db.ddl.refusal import MigrationRefused
from db.ddl.sqlite import triggers_aside

Items = Sequence[SchemaItem]
Columns = Sequence[sa.Column[Any]]


class Backfill(NamedTuple):
    """What a new table holds from the start, taken from what is there."""

    columns: Sequence[str]
    select: str


class Fill(NamedTuple):
    """As a Backfill, where SQL alone cannot tell what: `fill` writes it, from the rows of the table `of`."""

    of: str
    fill: Callable[[], None]


@dataclass(frozen=True)
class Plan:
    """One migration as data."""

    revision: str
    columns: Mapping[str, Columns] = field(default_factory=dict)
    tables: Mapping[str, Items] = field(default_factory=dict)
    indexes: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    backfills: Mapping[str, Backfill] = field(default_factory=dict)
    unique: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fills: Mapping[str, Fill] = field(default_factory=dict)

    def upgrade(self) -> None:
        for table, columns in self.columns.items():
            extend(table, columns, self.revision)
        restored = {table for table, items in self.tables.items() if ensure_table(table, items)}
        for table, name, names in self._indexes():
            add_index(table, name, names)
        for table, keys in self.unique.items():
            add_unique(table, keys)
        # What was restored is as its readers left it, even where they removed a row or all of them.
        new = [table for table in self.tables if table not in restored and not facts.has_rows(table)]
        for table, backfill in self.backfills.items():
            if table in new:
                op.execute(f"INSERT INTO {table} ({', '.join(backfill.columns)}) {backfill.select}")
        for table, (_, fill) in self.fills.items():
            if table in new:
                fill()

    def downgrade(self) -> None:
        for table in reversed(list(self.tables)):
            parking.park_table(table, even_empty=self._would_refill(table))
        for table, name, _ in self._indexes():
            if table not in self.tables:
                drop_index(table, name)
        for table, keys in self.unique.items():
            for key in keys:
                drop_index(table, unique_name(table, key))
        for table, columns in self.columns.items():
            parking.park_columns(table, [column.name for column in columns], self.revision)

    def _would_refill(self, table: str) -> bool:
        """If the table was emptied on purpose, that is data too."""
        if (fill := self.fills.get(table)) is not None:
            return facts.has_rows(fill.of)
        backfill = self.backfills.get(table)
        return backfill is not None and op.get_bind().execute(sa.text(backfill.select)).first() is not None

    def _indexes(self) -> Iterable[tuple[str, str, Sequence[str]]]:
        return ((table, index_name(table, c), c) for table, lists in self.indexes.items() for c in lists)


def extend(table: str, columns: Columns, revision: str) -> None:
    add_columns(table, columns)
    parking.restore_columns(table, columns, revision)
    for column in columns:
        add_foreign_key(table, column)


def ensure_table(table: str, items: Items) -> bool:
    """True if a parked table was put back."""
    restored = parking.restore_table(table)
    if not facts.has_table(table):
        op.create_table(table, *items, **STORAGE)
        return False
    columns = [item for item in items if isinstance(item, sa.Column)]
    _refuse_stranger(table, columns)
    add_columns(table, columns)
    for column in columns:
        add_foreign_key(table, column)
    for names in _unique_columns(items):
        _ensure_unique(table, names)
    for item in items:
        if isinstance(item, sa.Index):
            add_index(table, str(item.name), [str(e) for e in item.expressions])
    return restored


def add_columns(table: str, columns: Columns) -> None:
    held = facts.column_names(table)
    missing = [column for column in columns if column.name not in held]
    with triggers_aside(table), op.batch_alter_table(table) as batch:
        for column in missing:
            batch.add_column(_bare(column))


def _bare(column: sa.Column[Any]) -> sa.Column[Any]:
    default = column.server_default
    clause = sa.DefaultClause(default.arg) if isinstance(default, sa.DefaultClause) else None
    return sa.Column(column.name, column.type, nullable=column.nullable, server_default=clause)


def add_foreign_key(table: str, column: sa.Column[Any]) -> None:
    for key in column.foreign_keys:
        if facts.foreign_key(table, column.name):
            continue
        parent = key.target_fullname.partition(".")[0]
        check_reference(table, column.name, parent)
        name = f"fk_{table}_{column.name}_{parent}"
        with triggers_aside(table), op.batch_alter_table(table) as batch:
            batch.create_foreign_key(name, parent, [column.name], ["id"], ondelete=key.ondelete)


def _refuse_stranger(table: str, columns: Columns) -> None:
    held = facts.column_names(table)
    lacking = [c.name for c in columns if c.name not in held and not c.nullable and c.server_default is None]
    if lacking:
        raise MigrationRefused(
            f"{table} exists but is another table of that name (it lacks {', '.join(lacking)}): "
            f"rename it first, for example ALTER TABLE {table} RENAME TO own_{table}"
        )


def _unique_columns(items: Items) -> Iterable[list[str]]:
    for item in items:
        if isinstance(item, sa.Column) and item.unique:
            yield [item.name]
        elif isinstance(item, sa.UniqueConstraint):
            yield [str(column) for column in item._pending_colargs or item.columns.keys()]


def _ensure_unique(table: str, columns: list[str]) -> None:
    """MySQL names an unnamed UNIQUE after its column; ours are named, so that later migrations can speak of them."""
    name = f"uq_{table}_{'_'.join(columns)}"
    found = {str(u["name"]): u["column_names"] for u in facts.inspector().get_unique_constraints(table)}
    if name in found:
        return
    same = next((other for other, names in found.items() if names == columns), None)
    if same and facts.on_mysql():
        op.execute(f"ALTER TABLE {table} RENAME INDEX `{same}` TO {name}")
    elif not same:
        with triggers_aside(table), op.batch_alter_table(table) as batch:
            batch.create_unique_constraint(name, columns)
