"""Numbers as text: what is read, and that each is written without an exponent."""

from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError

from graph.mutations.told import plain
from graph.schema import schema

DECIMAL: Any = schema._schema.type_map["Decimal"]


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("1234.50", "1234.50"), ("+5", "5"), ("-0.5", "-0.5"), ("007", "7"), (5, "5"), (0.1, "0.1"), (1e5, "100000"),
        (1.5e-7, "0.00000015"), ("9" * 50, "9" * 50), (1e22, "1" + "0" * 22),
    ],
)  # fmt: skip
def test_a_number_is_read(sent: Any, number: str) -> None:
    assert DECIMAL.coerce_input_value(sent) == Decimal(number)


@pytest.mark.parametrize(
    "sent",
    ["", " 5", "5 ", "5\n", "1_000", "1,000", "٣", "５", "1E-400", "1e5", "0x10", ".5", "5.", "--5", "NaN", "Infinity",
     "9" * 51, "0." + "1" * 51, 1e300, 1e-300, float("inf"), float("nan"), 10**50, True, None, [], {}],
)  # fmt: skip
def test_what_is_no_plain_number_is_refused(sent: Any) -> None:
    with pytest.raises(GraphQLError, match="a Decimal reads like"):
        DECIMAL.coerce_input_value(sent)


@pytest.mark.parametrize(
    ("number", "written", "kept"),
    [
        ("1E+11", "100000000000", "100000000000"), ("5.00", "5.00", "5"), ("1E-8", "0.00000001", "0.00000001"),
        ("100", "100", "100"), ("-0.0", "-0.0", "0"), ("81.250", "81.250", "81.25"),
    ],
)  # fmt: skip
def test_a_number_is_written_in_digits(number: str, written: str, kept: str) -> None:
    assert (DECIMAL.coerce_output_value(Decimal(number)), plain(Decimal(number))) == (written, kept)
