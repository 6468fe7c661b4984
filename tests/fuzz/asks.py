"""Operations that schemathesis makes of the schema, as a Hypothesis strategy of what is sent."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

import schemathesis
from graphql import introspection_from_schema, parse, print_ast
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.graphql import nodes

from tests.fuzz.realia import Realia, with_realia, with_variables
from tests.graph.shape import core

WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 1e308, float("nan"), 2**31, 2**63, 2**70, "", "x", "\x00", "\ud800", "é" * 300, [], [None],
    [[[]]], {}, {"a": 1}, {"__proto__": {}}, "2026-13-45T99:99:99Z", "9999-12-31T23:59:59-23:59", "NaN", "1e999999",
    "%' OR 1=1 --",
)  # fmt: skip

schemathesis.graphql.scalar("JSON", st.text(max_size=5).map(nodes.String))
schemathesis.graphql.scalar(
    "Decimal", st.sampled_from(["1", "0.00", "-12.5", "1e400", "NaN", "x"]).map(nodes.String)
)  # fmt: skip
SCHEMA = schemathesis.graphql.from_dict(introspection_from_schema(core))


@dataclass(frozen=True)
class Sent:
    """`who` is an index into the callers."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    who: int = 0

    @property
    def body(self) -> bytes:
        """In ASCII, so that lone surrogates and NaN can be sent."""
        return json.dumps({"query": self.query, "variables": self.variables}).encode()


def sent(type_name: str, name: str, realia: Realia) -> st.SearchStrategy[Sent]:
    """Calls of one root field, two of three with values that fit the schema."""
    operation = SCHEMA[type_name][name]
    good, bad = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)
    return st.builds(_made, st.one_of(good, good, bad), st.integers(0, 2**32), st.just(realia))


def _made(case: Any, seed: int, realia: Realia) -> Sent:
    random = Random(seed)
    document, variables = with_realia(parse(case.body), realia, random), {}
    if random.random() < 0.5:
        document, variables = with_variables(document, random)
    if variables and random.random() < 0.4:
        spoiled = random.choice(list(variables))
        variables[spoiled] = _spoiled(variables[spoiled], random)
    return Sent(print_ast(document), variables, random.randrange(4))


def _spoiled(value: Any, random: Random) -> Any:
    """With something wrong somewhere in it."""
    if isinstance(value, dict) and value and random.random() < 0.8:
        name = random.choice(list(value))
        return {**value, name: _spoiled(value[name], random)}
    if isinstance(value, list) and value and random.random() < 0.8:
        return [_spoiled(value[0], random), *value[1:]]
    return random.choice(WRONG)
