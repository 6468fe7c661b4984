"""Whether what the reader already has can carry what is added. Asked before anything is changed."""

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from db.ddl import facts
from db.ddl.refusal import MigrationRefused

ID = "BIGINT UNSIGNED NOT NULL AUTO_INCREMENT"


def check_tables(tables: Collection[str], referenced: Collection[str]) -> None:
    existing = [table for table in tables if facts.has_table(table)]
    problems = [problem for table in existing for problem in _misfits(table, table in referenced)]
    if problems:
        raise MigrationRefused("; ".join(problems))


def _misfits(table: str, referenced: bool) -> Iterable[str]:
    types = facts.column_types(table)
    if "id" not in types:
        yield f"{table} has no column id: ALTER TABLE {table} ADD COLUMN id {ID} PRIMARY KEY"
        return
    if facts.inspector().get_pk_constraint(table)["constrained_columns"] != ["id"]:
        yield f"{table}.id is not the primary key: ALTER TABLE {table} DROP PRIMARY KEY, ADD PRIMARY KEY (id)"
    if not facts.on_mysql():
        return
    engine = facts.inspector().get_table_options(table).get(f"{op.get_bind().dialect.name}_engine")
    if engine != "InnoDB":
        yield f"{table} is stored by {engine}, which keeps no foreign keys: ALTER TABLE {table} ENGINE=InnoDB"
    if referenced and not _is_big_id(types["id"]):
        kind = types["id"].compile(op.get_bind().dialect)
        yield f"{table}.id is {kind}, but foreign keys will refer to it: ALTER TABLE {table} MODIFY id {ID}"


def check_reference(table: str, column: str, parent: str) -> None:
    """A foreign key over a column that was there before us: its type and its values may not allow one."""
    kind = facts.column_types(table)[column]
    if facts.on_mysql() and not _is_big_id(kind):
        raise MigrationRefused(
            f"{table}.{column} is {kind.compile(op.get_bind().dialect)}, but refers to {parent}.id: "
            f"ALTER TABLE {table} MODIFY {column} BIGINT UNSIGNED"
        )
    child: sa.ColumnElement[Any] = sa.column(column)
    other = sa.table(parent, sa.column("id"))
    orphans = (
        sa.select(sa.func.count())
        .select_from(sa.table(table))
        .where(child.is_not(None), child.not_in(sa.select(other.c.id)))
    )
    if count := op.get_bind().execute(orphans).scalar():
        # Advice: nothing here runs it.
        remedy = f"UPDATE {table} SET {column} = NULL WHERE {column} NOT IN (SELECT id FROM {parent})"  # noqa: S608
        raise MigrationRefused(f"{table}.{column} holds {count} ids that {parent} does not: {remedy}")


def _is_big_id(kind: Any) -> bool:
    return isinstance(kind, mysql.BIGINT) and bool(kind.unsigned)
