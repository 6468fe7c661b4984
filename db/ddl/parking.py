"""A downgrade drops no data: tables are renamed, columns are copied aside, and the upgrade puts them back."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from db.ddl import facts
from db.ddl.columns import STORAGE
from db.ddl.refusal import MigrationRefused
from db.ddl.sqlite import triggers_aside


def parked_name(table: str, revision: str | None = None) -> str:
    return f"parked_{table}__{revision}" if revision else f"parked_{table}"


def park_table(table: str, *, even_empty: bool) -> None:
    if not facts.has_table(table):
        return
    # A parked table may still refer to this one, which would then be missing for it.
    if even_empty or facts.has_rows(table) or facts.is_referenced(table):
        op.rename_table(table, parked_name(table))
    else:
        op.drop_table(table)


def restore_table(table: str) -> bool:
    parked = parked_name(table)
    if not facts.has_table(parked):
        return False
    if facts.has_table(table):
        raise MigrationRefused(
            f"{table} and {parked} both exist, but only one can be {table}: DROP TABLE or rename the other"
        )
    op.rename_table(parked, table)
    return True


def park_columns(table: str, columns: Sequence[str], revision: str) -> None:
    held = facts.column_names(table)
    present = [name for name in columns if name in held]
    copy = parked_name(table, revision)
    # Left by an attempt that stopped before it dropped anything: it may be empty or out of date.
    if facts.has_table(copy) and (len(present) == len(columns) or not facts.has_rows(copy)):
        op.drop_table(copy)
    if not facts.has_table(copy) and facts.has_rows(table):
        _copy_aside(table, copy, present)
    _drop_columns(table, present)


def _copy_aside(table: str, copy: str, names: Sequence[str]) -> None:
    """Not CREATE TABLE AS SELECT: servers that want a primary key everywhere, or GTIDs, refuse it."""
    types = facts.column_types(table)
    columns = [sa.Column(name, types[name]) for name in names]
    op.create_table(copy, sa.Column("id", types["id"], primary_key=True, autoincrement=False), *columns, **STORAGE)
    kept = ["id", *names]
    source, target = (sa.table(name, *map(sa.column, kept)) for name in (table, copy))
    op.execute(sa.insert(target).from_select(kept, sa.select(source)))


def _drop_columns(table: str, names: Sequence[str]) -> None:
    for name in names if facts.on_mysql() else ():
        if key := facts.foreign_key(table, name):
            op.drop_constraint(str(key["name"]), table, type_="foreignkey")
    with triggers_aside(table), op.batch_alter_table(table) as batch:
        for name in names:
            batch.drop_column(name)


def restore_columns(table: str, columns: Sequence[sa.Column[Any]], revision: str) -> None:
    copy = parked_name(table, revision)
    if not facts.has_table(copy):
        return
    held = facts.column_names(copy)
    target = sa.table(table, *map(sa.column, facts.column_names(table)))
    source = sa.table(copy, *map(sa.column, held))
    values = {c.name: _parked_value(c, target, source) for c in columns if c.name in held}
    known = target.c.id.in_(sa.select(source.c.id))
    with triggers_aside(table):
        op.execute(sa.update(target).values(values | _untouched(table, target)).where(known))
    op.drop_table(copy)


def _parked_value(column: sa.Column[Any], target: sa.TableClause, source: sa.TableClause) -> sa.ScalarSelect[Any]:
    value = sa.select(source.c[column.name]).where(source.c.id == target.c.id)
    for key in column.foreign_keys:
        # A parent may have been deleted meanwhile; the foreign key, had it been there, would have cleared the value.
        parent = sa.table(key.target_fullname.partition(".")[0], sa.column("id"))
        value = value.where(source.c[column.name].in_(sa.select(parent.c.id)))
    return value.scalar_subquery()


def _untouched(table: str, target: sa.TableClause) -> dict[str, Any]:
    """ON UPDATE columns are set to what they are: putting values back is not a change of the row."""
    if not facts.on_mysql():
        return {}
    touched = sa.text(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = DATABASE() AND table_name = :table AND extra LIKE '%on update%'"
    )
    return {name: target.c[name] for name in op.get_bind().execute(touched, {"table": table}).scalars()}
