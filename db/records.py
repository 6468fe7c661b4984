"""Rows as resolvers see them: named tuples that know their table and hold only the columns that were asked for."""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Table


@lru_cache(maxsize=2048)
def record_type(table: Table, columns: tuple[str, ...]) -> type[tuple[Any, ...]]:
    """The tuple class for these columns; its class attribute `table_name` says where a record came from."""
    shape = NamedTuple(table.name, [(column, Any) for column in columns])  # type: ignore[misc]
    return type(table.name, (shape,), {"__slots__": (), "table_name": table.name})
