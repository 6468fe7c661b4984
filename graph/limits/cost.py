"""What an operation may cost at most, in points, before it is executed: about one for each object that it may read.

Page sizes may come from variables, so a cost is a number or, where it depends on them, a sum that is worked out for
each call.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
)

from graph.relay import DEFAULT_PAGE, MOST

BOUNDED = 10
"""Rows that a list counts for which has no page: most hold fewer."""
MUTATION = 10
INTROSPECTION = {"__schema": 4000, "__type": 100}
"""For the whole of it, and as much again for each alias in it: its lists are long, and other names multiply them."""

COUNTED = {"totalCount": 1}
"""Fields without a selection that cost something."""

Variables = Mapping[str, Any]


class Page(NamedTuple):
    """Rows of a page: each of the two is a number, the name of a variable, or None."""

    first: int | str | None
    last: int | str | None

    def rows(self, variables: Variables) -> int:
        for given in self:
            value = variables.get(given) if isinstance(given, str) else given
            # GraphQL takes 100.0 for 100.
            if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
                # What lies beyond is refused when it is executed.
                return int(min(max(value, 0), MOST))
        return DEFAULT_PAGE

    @property
    def varies(self) -> bool:
        return any(isinstance(each, str) for each in self)


class Length(NamedTuple):
    """Rows of a list that a variable names one by one."""

    variable: str

    def rows(self, variables: Variables) -> int:
        value = variables.get(self.variable)
        return len(value) if isinstance(value, list) else 1


Factor = int | Page | Length


@dataclass(slots=True, eq=False)
class Varying:
    own: int = 0
    parts: list[tuple[Factor, "Cost"]] = field(default_factory=list)


Cost = int | Varying


def times(factor: Factor, cost: Cost) -> Cost:
    if isinstance(factor, Page) and not factor.varies:
        factor = factor.rows({})
    if isinstance(factor, int) and isinstance(cost, int):
        return factor * cost
    return Varying(0, [(factor, cost)])


def plus(one: Cost, other: Cost) -> Cost:
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    if isinstance(one, int):
        one, other = other, one
    assert isinstance(one, Varying)
    if isinstance(other, int):
        return Varying(one.own + other, one.parts)
    # As one part, whatever it is made of: a fragment that is spread twice must not be as long as what it grows to.
    return Varying(one.own, [*one.parts, (1, other)])


def points(cost: Cost, variables: Variables) -> int:
    """A part that stands in several places is worked out once."""
    return cost if isinstance(cost, int) else _points(cost, variables, {})


def _points(cost: Cost, variables: Variables, known: dict[int, int]) -> int:
    if isinstance(cost, int):
        return cost
    if id(cost) not in known:
        parts = (
            (factor if isinstance(factor, int) else factor.rows(variables)) * _points(part, variables, known)
            for factor, part in cost.parts
        )
        known[id(cost)] = cost.own + sum(parts)
    return known[id(cost)]


def values_in(variables: Variables) -> int:
    """The values of the variables and all that is in them."""
    number, rest = 0, list(variables.values())
    while rest:
        value = rest.pop()
        number += 1
        if isinstance(value, dict):
            rest += value.values()
        elif isinstance(value, list):
            rest += value
    return number


def page_of(node: FieldNode) -> Page:
    return Page(_number(_argument(node, "first")), _number(_argument(node, "last")))


def length_of(node: FieldNode) -> Factor | None:
    """How many are named by an argument `ids`; None where there is none."""
    value = _argument(node, "ids")
    if isinstance(value, VariableNode):
        return Length(value.name.value)
    if value is None:
        return None
    return len(value.values) if isinstance(value, ListValueNode) else 1


def defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """The variables' default values, as far as costs depend on them."""
    found: dict[str, Any] = {}
    for each in operation.variable_definitions or ():
        value = each.default_value
        if isinstance(value, IntValueNode):
            found[each.variable.name.value] = _number(value)
        elif isinstance(value, ListValueNode):
            found[each.variable.name.value] = [None] * len(value.values)
    return found


def _argument(node: FieldNode, name: str) -> ValueNode | None:
    return next((each.value for each in node.arguments or () if each.name.value == name), None)


def _number(value: ValueNode | None) -> int | str | None:
    if isinstance(value, VariableNode):
        return value.name.value
    if isinstance(value, IntValueNode):
        # Of more digits it is no page in any case, and Python refuses to read the longest.
        return int(value.value) if len(value.value) < 10 else MOST
    return None
