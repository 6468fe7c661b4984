"""What the database holds at this moment. Asked afresh each time, because the answers change between two steps."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint

from db.types import MYSQL


def inspector() -> sa.Inspector:
    return sa.inspect(op.get_bind())


def on_mysql() -> bool:
    return op.get_bind().dialect.name in MYSQL


def has_table(name: str) -> bool:
    return inspector().has_table(name)


def column_types(table: str) -> dict[str, Any]:
    return {column["name"]: column["type"] for column in inspector().get_columns(table)}


def column_names(table: str) -> list[str]:
    return list(column_types(table))


def index_columns(table: str) -> dict[str, list[str | None]]:
    """By name; on MySQL the ones that stand behind unique and foreign keys too."""
    return {str(index["name"]): index["column_names"] for index in inspector().get_indexes(table)}


def foreign_key(table: str, column: str) -> ReflectedForeignKeyConstraint | None:
    """Found by its column: keys that were made by hand carry other names than ours."""
    keys = inspector().get_foreign_keys(table)
    return next((key for key in keys if key["constrained_columns"] == [column]), None)


def has_rows(table: str) -> bool:
    rows: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(sa.table(table)).limit(1)
    return op.get_bind().execute(rows).first() is not None


def is_referenced(table: str) -> bool:
    """Whether a foreign key of another table points here."""
    keys = inspector().get_multi_foreign_keys().items()
    return any(key["referred_table"] == table for (_, other), found in keys if other != table for key in found)
