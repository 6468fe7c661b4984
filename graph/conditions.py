"""Filter inputs and orders as data: each input field carries the condition it stands for."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

import strawberry
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from db.queries.conditions import Operator, Test
from db.queries.keyset import Order
from graph import ids
from graph.errors import InvalidInput

MOST_VALUES = 100
LONGEST_TEXT = 255


def where(operator: Operator, column: str, description: str, *, of: str | None = None) -> Any:
    """A filter field. `of` names the node type whose id the field takes."""
    return strawberry.field(
        default=strawberry.UNSET, description=description, metadata={"where": (operator, column), "of": of}
    )


def conditions(filter_: Any) -> tuple[tuple[Test, ...], tuple[Any, ...]]:
    """The tests of the fields that were given, and their values; null and absent mean no test."""
    if filter_ is None or filter_ is strawberry.UNSET:
        return (), ()
    found = list(_conditions(filter_))
    return tuple(test for test, _ in found), tuple(value for _, value in found)


def _conditions(filter_: Any) -> Iterable[tuple[Test, Any]]:
    for field in get_object_definition(type(filter_), strict=True).fields:
        value = getattr(filter_, field.python_name)
        if value is None or value is strawberry.UNSET:
            continue
        operator, column = field.metadata["where"]
        if operator == "is_set":
            yield Test("is_set" if value else "is_unset", column), None
        else:
            argument = f"filter.{to_camel_case(field.python_name)}"
            yield Test(operator, column), _value(value, field.metadata["of"], argument)


def _value(value: Any, of: str | None, argument: str) -> Any:
    if isinstance(value, list):
        if len(value) > MOST_VALUES:
            raise InvalidInput("INVALID_ARGUMENT", f"`{argument}` takes at most {MOST_VALUES} values.", argument)
        return tuple(_value(each, of, argument) for each in value)
    if isinstance(value, str) and ("\0" in value or len(value) > LONGEST_TEXT):
        message = f"`{argument}` takes at most {LONGEST_TEXT} characters, none of them NUL."
        raise InvalidInput("INVALID_ARGUMENT", message, argument)
    if of is not None:
        return ids.decode_as(of, value, argument=argument)
    return value


def orders(name: str, subject: str, /, **columns: tuple[str, str]) -> Any:
    """An enum of `<KEY>_ASC` and `<KEY>_DESC`; each keyword is a key with its column and its meaning in words."""
    members = {
        f"{key.upper()}_{direction}": strawberry.enum_value(
            Order(f"{key.upper()}_{direction}", () if column == "id" else (column,), descending=direction == "DESC"),
            description=f"By {meaning}, {'highest or newest' if direction == 'DESC' else 'lowest or oldest'} first.",
        )
        for key, (column, meaning) in columns.items()
        for direction in ("ASC", "DESC")
    }
    made: Any = Enum(name, members)  # type: ignore[misc]
    return strawberry.enum(made, description=f"Orders of {subject}.")  # type: ignore[misc]
