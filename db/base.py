"""The declarative base. Constraint names are fixed here, so that every migration can name what it changes."""

from typing import Any

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    __table_args__: Any = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4"}  # noqa: RUF012

    def __init__(self, **values: Any) -> None:
        """Without SQLAlchemy's bookkeeping of each attribute, which nobody asks: see `db.writing`."""
        for name in values:
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no column {name}")
        vars(self).update(values)


APPEND_ONLY = "append_only"
"""In a table's `info`: its rows are never changed or removed."""


def append_only(*items: Any) -> tuple[Any, ...]:
    """As `table_args`, for a table whose rows are never changed or removed."""
    return (*items, {**Base.__table_args__, "info": {APPEND_ONLY: True}})


def never_changed(mapper: Any, connection: Any, target: Base) -> None:
    """For the ORM's `before_update` and `before_delete`."""
    raise TypeError(f"rows of {table_of(type(target)).name} are never changed or removed")


def table_args(*items: Any) -> tuple[Any, ...]:
    """A table's indexes and constraints, with the storage options that every table shares."""
    return (*items, Base.__table_args__)


def table_of(row: type[Base]) -> Table:
    """The table of a mapped class, which SQLAlchemy types as whatever one can select from."""
    table = row.__table__
    assert isinstance(table, Table)
    return table
