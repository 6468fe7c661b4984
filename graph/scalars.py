"""Scalars: what the built-in ones leave open (offsets, specifiedBy, clear refusals) is settled here."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition


def _write_instant(value: datetime) -> str:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_instant(value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        pass
    raise GraphQLError("a DateTime reads like 2026-01-31T09:30:00Z, with an offset or Z")


def _read_date(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise GraphQLError("a Date reads like 2026-01-31") from None


# Digits before and after the point: more than any column or amount holds, and nothing that takes long to work with.
DECIMAL = re.compile(r"[+-]?[0-9]{1,50}(\.[0-9]{1,50})?")
MOST = 10**50


def _write_decimal(value: Decimal) -> str:
    return f"{value:f}"


def _in_digits(value: Any) -> str:
    if isinstance(value, str):
        return value
    # What a number in JSON was written like is gone, an exponent included.
    if isinstance(value, float) or (type(value) is int and abs(value) < MOST):
        return f"{Decimal(str(value)):f}"
    return ""


def _read_decimal(value: Any) -> Decimal:
    text = _in_digits(value)
    if DECIMAL.fullmatch(text):
        return Decimal(text)
    raise GraphQLError('a Decimal reads like "1234.50"')


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant in ISO 8601, in UTC: 2026-01-31T09:30:00Z. Input may have any offset.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_write_instant,
        parse_value=_read_instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day in ISO 8601: 2026-01-31.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=date.isoformat,
        parse_value=_read_date,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description='An exact decimal number, as text: "1234.50". At most 50 digits before the point, and 50 after it.',
        specified_by_url="https://en.wikipedia.org/wiki/Decimal_data_type",
        serialize=_write_decimal,
        parse_value=_read_decimal,
    ),
}
