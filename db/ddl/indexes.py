"""Indexes, and what InnoDB does behind them."""

from collections.abc import Sequence

from alembic import op

from db.ddl import facts


def index_name(table: str, columns: Sequence[str]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"


def add_index(table: str, name: str, columns: Sequence[str]) -> None:
    if name not in facts.index_columns(table):
        op.create_index(name, table, list(columns))
    _drop_stand_in(table, columns[0])


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
