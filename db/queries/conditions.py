"""Filters as data: tests are part of a statement's shape, the values they compare with are its parameters."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, FromClause, bindparam

Operator = Literal["in", "equals", "from", "before", "contains", "is_set", "is_unset"]
ESCAPE = "/"


class Test(NamedTuple):
    operator: Operator
    column: str


OPERATORS: dict[Operator, Callable[[ColumnElement[Any], BindParameter[Any]], ColumnElement[bool]]] = {
    "in": lambda column, value: column.in_(value),
    "equals": lambda column, value: column == value,
    "from": lambda column, value: column >= value,
    "before": lambda column, value: column < value,
    "contains": lambda column, value: column.icontains(value, escape=ESCAPE),
    "is_set": lambda column, value: column.is_not(None),
    "is_unset": lambda column, value: column.is_(None),
}


def clauses(table: FromClause, tests: tuple[Test, ...]) -> list[ColumnElement[bool]]:
    """Their values are the parameters that `parameters` names."""
    return [
        OPERATORS[test.operator](table.c[test.column], bindparam(f"test_{n}", expanding=test.operator == "in"))
        for n, test in enumerate(tests)
    ]


def parameters(tests: tuple[Test, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    """`values` has one for each test; where the operator takes none, None."""
    return {
        f"test_{n}": _escaped(value) if test.operator == "contains" else value
        for n, (test, value) in enumerate(zip(tests, values, strict=True))
    }


def _escaped(text: str) -> str:
    """So that % and _ stand for themselves."""
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return text
