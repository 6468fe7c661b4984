"""Indexes, and what InnoDB does behind them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from db.ddl import facts
from db.ddl.refusal import MigrationRefused


def index_name(table: str, columns: Sequence[str]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"


def add_index(table: str, name: str, columns: Sequence[str]) -> None:
    if name not in facts.index_columns(table):
        op.create_index(name, table, list(columns))
    _drop_stand_in(table, columns[0])


def unique_name(table: str, column: str) -> str:
    return f"uq_{table}_{column}"


def add_unique(table: str, columns: Sequence[str]) -> None:
    for column in columns:
        if unique_name(table, column) in facts.index_columns(table):
            continue
        held = sa.table(table, sa.column(column))
        twice = sa.select(held.c[column]).where(held.c[column].is_not(None)).group_by(held.c[column])
        found = op.get_bind().execute(twice.having(sa.func.count() > 1).limit(5)).scalars().all()
        if found:
            raise MigrationRefused(
                f"{table}.{column} names one row, but some values are there more than once "
                f"({', '.join(map(repr, found))}): keep one of each, and set the others to NULL"
            )
        op.create_index(unique_name(table, column), table, [column], unique=True)


def drop_index(table: str, name: str) -> None:
    columns = facts.index_columns(table).get(name)
    if columns is None:
        return
    _add_stand_in(table, name, str(columns[0]))
    op.drop_index(name, table)


def _add_stand_in(table: str, leaving: str, column: str) -> None:
    """InnoDB wants an index behind every foreign key. It drops its own once ours serves, but will not let ours go."""
    key = facts.foreign_key(table, column) if facts.on_mysql() else None
    others = (columns[0] for name, columns in facts.index_columns(table).items() if name != leaving)
    if key and column not in others:
        op.create_index(str(key["name"]), table, [column])


def _drop_stand_in(table: str, column: str) -> None:
    key = facts.foreign_key(table, column) if facts.on_mysql() else None
    if key and facts.index_columns(table).get(str(key["name"])) == [column]:
        op.drop_index(str(key["name"]), table)
