"""Column types and defaults that only migrations spell out."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler, SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from db.types import BigId, Timestamp

STORAGE: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mariadb_engine": "InnoDB",
    "mariadb_charset": "utf8mb4",
}


class now_and_on_update(FunctionElement[Any]):  # noqa: N801
    """The seed's DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP; SQLite's half is a trigger."""

    inherit_cache = True


@compiles(now_and_on_update)
def _now(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return "CURRENT_TIMESTAMP"


@compiles(now_and_on_update, "mysql", "mariadb")
def _now_on_mysql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"


# MySQL keeps no names of primary keys, and MariaDB warns about each it is given.
@compiles(sa.PrimaryKeyConstraint, "mysql", "mariadb")
def _nameless(constraint: sa.PrimaryKeyConstraint, compiler: DDLCompiler, **kw: Any) -> str:
    text = compiler.visit_primary_key_constraint(constraint)
    return text[text.find("PRIMARY KEY") :] if text else ""


def enum(*values: str) -> sa.Enum:
    return sa.Enum(*values, length=50)


def pk() -> sa.Column[Any]:
    return sa.Column("id", BigId, primary_key=True, autoincrement=True)


def ref(name: str, parent: str, ondelete: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, BigId, sa.ForeignKey(f"{parent}.id", ondelete=ondelete), **options)


def created_at(name: str = "created_at") -> sa.Column[Any]:
    return sa.Column(name, Timestamp, server_default=sa.func.current_timestamp())
