"""Leaf values as expressions of generated code: the usual value passes a test in line, any other goes the exact way.

The exact way is SQLAlchemy's conversion, then GraphQL's. Where it fails, or gives null in a non-null place, the whole
operation is left to graphql-core, which words the error.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from graphql import GraphQLLeafType, GraphQLOutputType, get_nullable_type, is_non_null_type
from sqlalchemy import JSON, Boolean, Column, Dialect
from sqlalchemy import Enum as SqlEnum

from db.statements import converter
from db.types import MYSQL
from graph.execution.unplanned import Unplanned

Function = Callable[[Any], Any]
# GraphQL type -> the class of the values that it writes as they are, and what else must hold of them.
UNCHANGED: dict[str, tuple[type, str]] = {
    "String": (str, ""),
    "ID": (str, ""),
    "Int": (int, " and -2147483649 < {v} < 2147483648"),
    "Boolean": (bool, ""),
}
# GraphQL type -> the class of the drivers' values, and what of them orjson writes as the scalar would (naive times are
# UTC to both).
FROM_DRIVER: dict[str, tuple[type, str]] = {
    "DateTime": (datetime, "{v}"),
    "Date": (date, "{v}"),
    "Decimal": (Decimal, "format({v}, 'f')"),
}
# What JSON text begins with that is surely not null; such text goes into the answer as it is.
OPENING = frozenset("{[")


class Names:
    """The values that generated code refers to, and names for its variables."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def of(self, value: Any) -> str:
        name = f"n{len(self.values)}"
        self.values[name] = value
        return name

    def guarded(self, source: str, type_: type, exact: "Exact", *, also: str = "", result: str = "{v}") -> str:
        """`result` where the value is of exactly this class, what `exact` makes of it otherwise."""
        v = f"v{len(self.values)}"
        test = f"({v} := {source}).__class__ is {self.of(type_)}{also.format(v=v)}"
        otherwise = f"{self.of(exact.complete)}({v})"
        if exact.nullable:
            otherwise = f"None if {v} is None else {otherwise}"
        return f"({result.format(v=v)} if {test} else {otherwise})"


def object_leaf(source: str, return_type: GraphQLOutputType, names: Names, convert: Function | None = None) -> str:
    """The expression for a value of Python's; `convert` comes before GraphQL's conversion."""
    exact = Exact(return_type, convert)
    type_, also = UNCHANGED.get(exact.type_name, (None, ""))
    if type_ is None or convert is not None:
        return f"{names.of(exact.complete)}({source})"
    return names.guarded(source, type_, exact, also=also)


def column_leaf(
    source: str, column: Column[Any], return_type: GraphQLOutputType, names: Names, dialect: Dialect
) -> str:
    """The expression for a column's value as the driver gives it."""
    convert = converter(column, dialect)
    exact = Exact(return_type, convert)
    if known := _all_values(column, exact):
        return f"{names.of(known)}[{source}]"
    if exact.type_name in FROM_DRIVER:
        type_, result = FROM_DRIVER[exact.type_name]
        return names.guarded(source, type_, exact, result=result)
    if type(column.type) is JSON and dialect.name in MYSQL:
        # Read, though only its text is used: MariaDB takes {"a": 1.} for JSON, and that would spoil the whole answer.
        also = f" and {{v}}[:1] in {names.of(OPENING)} and {names.of(orjson.loads)}({{v}}) is not None"
        return names.guarded(source, str, exact, also=also, result=f"{names.of(orjson.Fragment)}({{v}})")
    return object_leaf(source, return_type, names, convert)


class Exact:
    """Completes a leaf field's value as graphql-core does; raises where it would report an error."""

    def __init__(self, return_type: GraphQLOutputType, convert: Function | None = None) -> None:
        self.nullable = not is_non_null_type(return_type)
        named: GraphQLLeafType = get_nullable_type(return_type)  # type: ignore[assignment]
        self.type_name, self._write, self._convert = named.name, named.coerce_output_value, convert

    def complete(self, value: Any) -> Any:
        if self._convert is not None:
            value = self._convert(value)
        written = None if value is None else self._write(value)
        if (written is None and not self.nullable) or isinstance(value, Exception):
            raise Unplanned
        return written


def _all_values(column: Column[Any], exact: Exact) -> dict[Any, Any]:
    """Every value that the driver may give, and what it is written as; empty where there are too many."""
    if isinstance(column.type, SqlEnum):
        values: list[Any] = list(column.type.enums)
    elif isinstance(column.type, Boolean):
        values = [0, 1]
    else:
        return {}
    return {value: exact.complete(value) for value in values} | ({None: None} if exact.nullable else {})
