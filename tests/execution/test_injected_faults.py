"""Faults at random places: both executors give the same nulls, and the same errors at the same places."""

from contextlib import ExitStack
from pkgutil import resolve_name
from random import Random
from typing import Any

import pytest
from graphql import GraphQLObjectType
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor
from graph import ids
from tests.execution.answers import answer
from tests.execution.compare import asking, must_agree
from tests.execution.executors import Request
from tests.execution.faults import (
    Fault,
    Injection,
    failing_statements,
    faults_of,
    injected,
    lost_connection,
    table_of,
)
from tests.execution.generate import generate
from tests.execution.known import ACTORS, ADMINISTRATOR, Known
from tests.execution.routes import fields_below
from tests.graph.shape import core
from tests.sampling import in_turn
from tests.support import recorded

pytestmark = pytest.mark.slow

SLICES, SIZE = 8, 60
FIELDS = [pair for pair in fields_below() if isinstance(core.type_map[pair[0]], GraphQLObjectType)]
PARTS = [(type_, name) for type_, name in FIELDS if type_.endswith(("Connection", "Edge")) or type_ == "PageInfo"]


def slices(number: int) -> pytest.MarkDecorator:
    """In turn on the two databases; the first is part of the quick part."""
    return in_turn("slice_", range(number), slow=range(1, number))


def injection(rng: Random, number: int) -> Injection:
    """Every second one hits a part of a page: they are few, and everything goes through them."""
    type_, name = rng.choice(PARTS if number % 2 else FIELDS)
    faults = faults_of(core.type_map[type_].fields[name])  # type: ignore[attr-defined]
    return Injection(type_, name, rng.choice(list(faults)), half=rng.random() < 0.4)


@pytest.mark.usefixtures("seldom_collecting")
@slices(SLICES)
async def test_resolvers_that_fail(demo_engine: AsyncEngine, known: dict[Actor, Known], slice_: int) -> None:
    met = 0
    for number in range(slice_ * SIZE, (slice_ + 1) * SIZE):
        rng = Random(number)
        found = [injection(rng, number) for _ in range(rng.choice((1, 1, 1, 2)))]
        request = generate(number, known[ADMINISTRATOR], (found[0].type_name, found[0].field_name)).request
        # As a document of its own: what replaces a resolver later on is tried below.
        document = f"{request.document}\n# {number}: {', '.join(map(str, found))}"
        with ExitStack() as stack:
            hit = [stack.enter_context(injected(each)) for each in found]
            await must_agree(
                asking(demo_engine, ADMINISTRATOR), Request(document, request.variables, request.operation)
            )
            met += any(hit)
    assert met >= 0.6 * SIZE


PLANNED = """
{ companies(first: 3) { totalCount edges { cursor node { id name blockers { id title } owner { name } } }
  pageInfo { endCursor } nodes { version products(first: 2) { totalCount nodes { id name company { id } } } } } }
"""
REPLACED = [
    "Query.companies", "CompanyConnection.edges", "CompanyConnection.nodes", "CompanyConnection.totalCount",
    "CompanyConnection.pageInfo", "CompanyEdge.node", "CompanyEdge.cursor", "PageInfo.endCursor", "Company.id",
    "Company.name", "Company.version", "Company.blockers", "Company.owner", "Blocker.title", "Product.company",
    "Product.name", "ProductConnection.totalCount",
]  # fmt: skip


@in_turn("field", REPLACED)
async def test_a_resolver_that_is_replaced_later_counts_from_then_on(demo_engine: AsyncEngine, field: str) -> None:
    """The document is known already, and is asked again when the resolver is back in its place."""
    type_, name = field.split(".")
    ask, request = asking(demo_engine, ADMINISTRATOR), Request(PLANNED)
    before = await must_agree(ask, request)
    for fault in ("raises", "returns null", "is late"):
        with injected(Injection(type_, name, fault, half=False)) as hit:
            await must_agree(ask, request)
            assert hit
        assert await must_agree(ask, request) == before


INNER = [
    "domain.documents.read", "domain.documents.read_list", "domain.documents.mapping", "domain.blockers.listed",
    "domain.blockers.read", "graph.types.event.read_event_data", "graph.ids.decode",
]  # fmt: skip
INSIDE = """
query Q($ids: [ID!]!) { companies(first: 3) { nodes { name blockers { title } journeyMilestones { stage }
    nextRecommendedActions { version } products(first: 2) { nodes { prerequisiteTasks { task } company { id } } } } }
  journeyEvents(first: 5) { edges { cursor node { __typename ... on StageTransitionEvent { data { kind } }
    ... on ContentGeneratedEvent { data { title } } company { id } } } }
  knowledgeBases { nodes { gapTopics { topic } } }
  workflowChains(first: 2) { nodes { steps { stepNum } } } nodes(ids: $ids) { ... on Company { website } } }
"""


@in_turn("function", INNER)
async def test_what_resolvers_call_fails(
    demo_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    request = Request(INSIDE, {"ids": [ids.encode("Company", key) for key in (1, 2)]})
    await must_agree(asking(demo_engine, ADMINISTRATOR), request)
    proper = resolve_name(function)

    def fails(*args: Any, **kwargs: Any) -> Any:
        """Now and then, by what it is called with."""
        if len(repr(args)) % 3:
            return proper(*args, **kwargs)
        raise Fault("inner")

    for replacement in (fails, lambda *args, **kwargs: None, lambda *args, **kwargs: Fault("returned")):
        monkeypatch.setattr(function, replacement)
        for actor in ACTORS:
            await must_agree(asking(demo_engine, actor), request)


@pytest.mark.usefixtures("seldom_collecting")
@slices(4)
async def test_statements_that_fail(demo_engine: AsyncEngine, known: dict[Actor, Known], slice_: int) -> None:
    """One of the tables that an operation reads cannot be read."""
    errors: list[Any] = [lost_connection, lambda: Fault("driver"), lambda: ConnectionResetError("reset"), TimeoutError]
    failures = 0
    for seed in range(slice_ * 40, (slice_ + 1) * 40):
        rng = Random(seed)
        actor = rng.choice(ACTORS)
        request = generate(10_000 + seed, known[actor], rng.choice(FIELDS)).request
        # Of those that both read: of a list of which nothing is asked for, levels read no page.
        with recorded(demo_engine) as statements:
            await answer(demo_engine, actor, request, stock=False)
        if statements:
            table = table_of(rng.choice(statements))
            with failing_statements(demo_engine, table, rng.choice(errors)()) as failed:
                await must_agree(asking(demo_engine, actor), request)
            failures += bool(failed)
            await must_agree(asking(demo_engine, actor), request)
    assert failures >= 25
