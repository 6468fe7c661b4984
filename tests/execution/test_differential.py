"""Generated operations over the demo data: both executors give the same answers, to every actor."""

import asyncio
import re
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from typing import Any

import pytest
from graphql import parse, validate
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor
from tests.conftest import KINDS
from tests.execution.answers import Answer, answer
from tests.execution.compare import asking, must_agree
from tests.execution.executors import Request, not_ours
from tests.execution.generate import Operation, generate
from tests.execution.known import ACTORS, ADMINISTRATOR, Known
from tests.execution.routes import fields_below
from tests.execution.shrink import smallest
from tests.graph.shape import core

pytestmark = pytest.mark.slow

SLICES, SIZE = 10, 200
MOST_INVALID, LEAST_ANSWERED, MOST_LEFT = 0.05, 0.75, 0.02
# Every (type, field) in turn, so that none is left out.
TARGETS = Random(1).sample(fields_below(), len(fields_below()))
KnownTo = dict[Actor, Known]
NUMBERS = count(1)
# The embedded database answers them all, the other every second slice.
CASES = [
    pytest.param(kind, number, id=f"{kind}-{number}", marks=pytest.mark.slow if number else ())
    for kind in KINDS
    for number in range(0, SLICES, 1 if kind == "sqlite" else 2)
]


@dataclass(frozen=True)
class Left:
    """A request that has no plan."""

    request: Request


def operation(seed: int, known: Known) -> Operation:
    return generate(seed, known, TARGETS[seed % len(TARGETS)])


def has_values(data: Any) -> bool:
    if isinstance(data, (dict, list)):
        return any(has_values(each) for each in (data.values() if isinstance(data, dict) else data))
    return data is not None


def is_invalid(found: Answer) -> bool:
    """Whether the document is at fault, and not a variable's value."""
    return found.is_refusal and not any(error["shown"]["message"].startswith("Variable") for error in found.errors)


@pytest.mark.usefixtures("seldom_collecting")
@pytest.mark.parametrize(("databases", "slice_"), CASES, indirect=["databases"])
async def test_generated_operations(demo_engine: AsyncEngine, known: KnownTo, slice_: int) -> None:
    invalid = answered = 0
    for seed in range(slice_ * SIZE, (slice_ + 1) * SIZE):
        actor, another = Random(seed).sample(ACTORS, 2)
        generated = operation(seed, known[actor])
        found = await must_agree(asking(demo_engine, actor), generated.request)
        invalid += is_invalid(found)
        answered += has_values(found.data)
        if seed % 3 == 0:
            # The document is known now. Whoever asks it again gets what is theirs, for their values.
            await must_agree(asking(demo_engine, another), generated.again or generated.request)
    assert invalid <= MOST_INVALID * SIZE
    assert answered >= LEAST_ANSWERED * SIZE


@pytest.mark.slow
async def test_what_has_no_errors_is_answered_by_a_plan(demo_engine: AsyncEngine, known: KnownTo) -> None:
    """What graphql-core answers in the end is alike without proving anything. Only the schema itself is left to it."""

    async def is_left(request: Request) -> Left | None:
        # As a document that is not known yet: its plan is made, or not made, now.
        fresh = replace(request, document=f"{request.document}\n# {next(NUMBERS)}")
        before = not_ours(demo_engine)
        found = await answer(demo_engine, ADMINISTRATOR, fresh, stock=False)
        is_other = found.errors or not found.statements or re.search(r"__(schema|type)\b", request.document)
        return None if is_other or not_ours(demo_engine) == before else Left(request)

    requests = [operation(seed, known[ADMINISTRATOR]).request for seed in range(SIZE)]
    left = [found for request in requests if (found := await is_left(request)) is not None]
    # An argument that cannot be used has no plan, though it is no error where no row asks for it.
    if len(left) > MOST_LEFT * SIZE:
        shown = [str((await smallest(each, is_left)).request) for each in left[:5]]
        pytest.fail("\n".join([f"{len(left)} of {SIZE} operations have no plan, for example", *shown]), pytrace=False)


async def test_operations_at_the_same_time(demo_engine: AsyncEngine, known: KnownTo) -> None:
    """What is worked out for a document and kept belongs to nobody."""
    generated = [operation(seed, known[ADMINISTRATOR]).request for seed in range(12)]
    asked = [(Random(n).choice(ACTORS), request) for n, request in enumerate(generated * 3)]
    alone = [await answer(demo_engine, actor, request, stock=True) for actor, request in asked]
    together = await asyncio.gather(*(answer(demo_engine, actor, request, stock=False) for actor, request in asked))
    assert [found.data for found in together] == [found.data for found in alone]


def test_every_field_and_argument_is_asked_for(known: KnownTo) -> None:
    used = frozenset().union(*(operation(seed, known[ADMINISTRATOR]).uses for seed in range(2 * SLICES * SIZE)))
    fields = {f"{type_}.{name}" for type_, name in TARGETS}
    taking = ((name, core.type_map[type_].fields[name].args) for type_, name in TARGETS)
    arguments = {f"{name}({argument})" for name, taken in taking for argument in taken}
    assert used >= fields | arguments


def test_generated_operations_are_valid(known: KnownTo) -> None:
    """By graphql-core's own rules; the test above counts all that are refused."""
    wrong = [
        errors[0].message
        for seed in range(SIZE)
        if (errors := validate(core, parse(operation(seed, known[ADMINISTRATOR]).request.document)))
    ]
    assert len(wrong) <= MOST_INVALID * SIZE, wrong
