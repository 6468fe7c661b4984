"""What counts as a difference between the database and `db.tables`: for `drift` and for alembic's own comparison.

The reader's own tables, columns, indexes and keys are none of ours; and the base tables may be as the reader made them,
as long as each column holds what we read from it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Dialect
from sqlalchemy.types import TypeEngine

# Not `alembic_version`: the reader's application may keep its own revisions there.
VERSION_TABLE = "partner_graph_version"

READABLE: tuple[tuple[Any, Any], ...] = (
    (sa.JSON, (sa.JSON, sa.Text)),
    (sa.Integer, (sa.Integer, sa.Numeric, sa.String)),
    (sa.DateTime, (sa.DateTime, sa.Date)),
    (sa.String, (sa.String, sa.Enum)),
    (sa.Numeric, (sa.Numeric, sa.Integer)),
    (sa.Date, sa.Date),
    (sa.Boolean, (sa.Boolean, sa.Integer)),
)

BaseColumns = Mapping[str, Collection[str]]

# How one type is spelled by the servers and by us: MariaDB's JSON is a LONGTEXT, its BOOL a TINYINT(1), and the display
# widths of the other integers say nothing.
SPELLINGS = (
    (r" (CHARACTER SET|CHARSET|COLLATE) \S+", ""),
    (r"\s+", " "),
    (r", ", ","),
    (r"^(BIGINT|INTEGER|INT|SMALLINT)\(\d+\)", r"\1"),
    (r"^TINYINT\((?!1\))\d+\)", "TINYINT"),
    (r"^INT\b", "INTEGER"),
    (r"^BOOL(EAN)?$", "TINYINT(1)"),
    (r"^JSON$", "LONGTEXT"),
    (r"^NUMERIC", "DECIMAL"),
)
DEFAULTS = (
    (r"^\((.*)\)$", r"\1"),
    (r"^'(.*)'$", r"\1"),
    (r"\(\)", ""),
    (r" on update .*$", ""),
    (r"^false$", "0"),
    (r"^true$", "1"),
)


def options(base: BaseColumns) -> dict[str, Any]:
    """For alembic's `configure`."""
    return {
        "version_table": VERSION_TABLE,
        "compare_type": _type_differs,
        "compare_server_default": _default_differs,
        "include_object": _ours(base),
    }


def _ours(base: BaseColumns) -> Callable[..., bool]:
    def include(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
        if kind == "table":
            return not reflected or compare_to is not None
        if reflected and compare_to is None:
            return False
        readers = base.get(item.table.name, ())
        if kind == "column":
            return item.name not in readers or compare_to is None or not _same_family(item.type, compare_to.type)
        return not (kind != "index" and all(column.name in readers for column in item.columns))

    return include


def _same_family(ours: TypeEngine[Any], theirs: TypeEngine[Any]) -> bool:
    """Whether what they store is read as what we take it for (see `db.types`)."""
    return any(
        issubclass(ours._type_affinity or sa.types.NullType, kind) and isinstance(theirs, readable)
        for kind, readable in READABLE
    )


def _type_differs(context: MigrationContext, inspected: Any, column: Any, theirs: Any, ours: Any) -> bool:
    return _spelled(theirs, context.dialect) != _spelled(ours, context.dialect)


def _spelled(kind: TypeEngine[Any], dialect: Dialect) -> str:
    return _rewritten(kind.compile(dialect), SPELLINGS)


def _default_differs(
    context: MigrationContext, inspected: Any, column: Any, theirs: str | None, clause: Any, ours: str | None
) -> bool:
    return _default(theirs) != _default(ours)


def _default(text: str | None) -> str | None:
    return None if text is None or text == "NULL" else _rewritten(text.lower(), DEFAULTS)


def _rewritten(text: str, rules: Iterable[tuple[str, str]]) -> str:
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text)
    return text


def described(difference: Any, dialect: Dialect) -> Iterable[str]:
    """Alembic's tuples (lists of them for one column) as sentences."""
    if isinstance(difference, list):
        for one in difference:
            yield from described(one, dialect)
        return
    kind, *rest = difference
    yield SENTENCES[kind](*(_spelled(part, dialect) if isinstance(part, TypeEngine) else part for part in rest))


def _lacks(what: str) -> Callable[[Any], str]:
    return lambda item: f"{item.table.name} lacks the {what} on {', '.join(column.name for column in item.columns)}"


def _other(what: str) -> Callable[[Any], str]:
    return lambda item: f"{item.table.name} has another {what} on {', '.join(column.name for column in item.columns)}"


def _modified(what: str) -> Callable[..., str]:
    return lambda schema, table, column, info, old, new: (
        f"{table}.{column} has {what} {_show(old)} instead of {_show(new)}"
    )


def _show(value: Any) -> str:
    return str(value.arg) if isinstance(value, sa.DefaultClause) else str(value)


SENTENCES: dict[str, Callable[..., str]] = {
    "add_table": lambda table: f"the table {table.name} is missing",
    "add_column": lambda schema, table, column: f"{table}.{column.name} is missing",
    "add_index": _lacks("index"),
    "add_constraint": _lacks("unique constraint"),
    "add_fk": _lacks("foreign key"),
    "remove_index": _other("index"),
    "remove_constraint": _other("unique constraint"),
    "remove_fk": _other("foreign key"),
    "modify_type": _modified("the type"),
    "modify_nullable": _modified("nullable"),
    "modify_default": _modified("the default"),
    "modify_comment": _modified("the comment"),
}
