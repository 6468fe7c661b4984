"""Taking in the base tables: as the reader has them, or made as the first migration lists them."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from db.ddl import facts
from db.ddl.columns import STORAGE
from db.ddl.fit import check_tables
from db.ddl.steps import Columns, add_columns, add_foreign_key

# The seed's own foreign keys lead to these, whatever the base tables among themselves need.
SEED_PARENTS = {"users", "companies", "products"}


def check_base(tables: Mapping[str, Columns]) -> None:
    added = [column for table, columns in tables.items() for column in _missing(table, columns)]
    parents = {key.target_fullname.partition(".")[0] for column in added for key in column.foreign_keys}
    check_tables(tables, referenced=SEED_PARENTS | parents)


def adopt(table: str, columns: Columns) -> None:
    if not facts.has_table(table):
        op.create_table(table, *columns, **STORAGE)
        return
    missing = [_lenient(column) for column in _missing(table, columns)]
    add_columns(table, missing)
    for column in missing:
        add_foreign_key(table, column)


def _missing(table: str, columns: Columns) -> Columns:
    held = facts.column_names(table) if facts.has_table(table) else []
    return [column for column in columns if column.name not in held]


def _lenient(column: sa.Column[Any]) -> sa.Column[Any]:
    """Rows that are there already have no value for it: an empty text where the API promises one, NULL elsewhere."""
    if column.nullable:
        return column
    if isinstance(column.type, sa.String):
        return sa.Column(column.name, column.type, nullable=False, server_default="")
    keys = [sa.ForeignKey(key.target_fullname, ondelete=key.ondelete) for key in column.foreign_keys]
    return sa.Column(column.name, column.type, *keys)
