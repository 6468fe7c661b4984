"""Filters as data: `(operator, column, value)`, hashable, so that equal filters share a loader."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from sqlalchemy import Column, ColumnElement, Table

Operator = Literal["in", "equals", "from", "before", "contains", "is_set"]


class Condition(NamedTuple):
    operator: Operator
    column: str
    value: Any


OPERATORS: dict[Operator, Callable[[Column[Any], Any], ColumnElement[bool]]] = {
    "in": lambda column, value: column.in_(value),
    "equals": lambda column, value: column == value,
    "from": lambda column, value: column >= value,
    "before": lambda column, value: column < value,
    "contains": lambda column, value: column.icontains(value, autoescape=True),
    "is_set": lambda column, value: column.is_not(None) if value else column.is_(None),
}


def clause(table: Table, condition: Condition) -> ColumnElement[bool]:
    return OPERATORS[condition.operator](table.c[condition.column], condition.value)
