"""What a plan may take: fragments that multiply, choices, refused documents, values in lists, cancelled readers."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.queries.lists import by_key
from db.reader import Reader
from db.tables import Company
from domain.actors import Actor
from graph import ids
from graph.documents import Documents
from graph.execution.compiler import MOST_FIELDS
from graph.execution.plans import LEAST_SIZE, MOST_CHARACTERS
from graph.schema import schema
from tests.db.reading import taken
from tests.execution.executors import Request, execute, plans
from tests.make import Make
from tests.support import ADMIN, Graph

ADMINISTRATOR = Actor(1, roles=ADMIN)


def multiplying(depth: int) -> str:
    """Each fragment spreads the next one twice."""
    fragments = [
        f"fragment F{n} on Product {{ a: company {{ products(first: 0) {{ nodes {{ ...F{n + 1} }} }} }} "
        f"b: company {{ products(first: 0) {{ nodes {{ ...F{n + 1} }} }} }} }}"
        for n in range(depth)
    ]
    last = f"fragment F{depth} on Product {{ id }}"
    return f"query Q($id: ID!) {{ product(id: $id) {{ ...F0 }} }} {' '.join(fragments)} {last}"


async def test_fragments_that_multiply_are_not_planned(demo_engine: AsyncEngine) -> None:
    request = Request(multiplying(20), {"id": ids.encode("Product", 10**6)})
    before = plans(demo_engine).unplanned
    answer = await execute(demo_engine, ADMINISTRATOR, request, stock=False)
    assert (answer.data, answer.errors) == ({"product": None}, None)
    assert plans(demo_engine).unplanned == before + 1
    await execute(demo_engine, ADMINISTRATOR, request, stock=False)
    assert plans(demo_engine).unplanned == before + 1


async def test_the_plans_of_one_document_have_a_bound(demo_engine: AsyncEngine) -> None:
    names = [f"$v{n}: Boolean!" for n in range(6)]
    fields = " ".join(
        f"f{n}: journeyEvents(first: 1) @skip(if: $v{n}) {{ nodes {{ id eventType }} }}" for n in range(6)
    )
    document = f"query Q({', '.join(names)}) {{ __typename {fields} }}"
    for choice in range(64):
        values = {f"v{n}": bool(choice >> n & 1) for n in range(6)}
        await execute(demo_engine, ADMINISTRATOR, Request(document, values), stock=False)
    kept = plans(demo_engine)._operations
    assert kept.currsize == sum(planned.size for planned in kept.values()) <= MOST_CHARACTERS
    assert all(sum(plan.fields for plan in planned.plans.values()) < 8 * MOST_FIELDS for planned in kept.values())


def test_short_documents_count_too() -> None:
    documents = Documents(schema)
    for n in range(1100):
        documents.read(f"{{ a{n} }}")
    assert len(documents._kept) == MOST_CHARACTERS // LEAST_SIZE


async def test_a_value_in_a_list_has_a_longest_form(demo_graph: Graph) -> None:
    document = "query Q($names: [String!]) { companies(filter: {industry: $names}) { totalCount } }"
    assert await demo_graph.code(document, names=["x" * 256]) == "INVALID_ARGUMENT"
    assert (await demo_graph.data(document, names=["x" * 255]))["companies"]["totalCount"] == 0


EVENTS = (
    "{ journeyEvents { nodes { %s } } }",
    "query Q($id: ID!) { node(id: $id) { ... on JourneyEvent { %s } } }",
)


@pytest.mark.parametrize("selection", ["id", "company { id }", "createdAt"])
async def test_an_event_of_no_known_type_is_told_even_where_its_type_is_not_shown(
    graph: Graph, make: Make, selection: str
) -> None:
    company, user = await make.company(), await make.user()
    async with graph.engine.begin() as connection:
        if graph.engine.dialect.name != "sqlite":
            # As a server that is not strict stores what it does not know.
            await connection.execute(text("SET SESSION sql_mode = ''"))
        insert = "INSERT INTO partner_journey_events (company_id, user_id, event_type)"
        found = await connection.execute(text(f"{insert} VALUES ({company.id}, {user.id}, 'x')"))
        key = found.lastrowid
    for document in (
        "{ journeyEvents { nodes { %s } } }",
        "query Q($id: ID!) { node(id: $id) { ... on JourneyEvent { %s } } }",
    ):
        values: dict[str, Any] = {"id": ids.encode("JourneyEvent", key)}
        ours = await graph(document % selection, **values)
        stock = await Graph(graph.engine, stock=True)(document % selection, **values)
        assert ours["data"] == stock["data"]
        assert [each["path"] for each in ours["errors"]] == [each["path"] for each in stock["errors"]]


async def test_cancelling_twice_gives_the_connection_back(demo_engine: AsyncEngine) -> None:

    async def read() -> None:
        async with Reader(demo_engine) as reader:
            select = by_key(Company.__table__, "id", ("id", "name"), everything=True)  # type: ignore[arg-type]
            await asyncio.gather(*(reader.fetch(select, {"keys": [1]}) for _ in range(5)))

    for waits in range(30):
        task = asyncio.create_task(read())
        for _ in range(waits % 6):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    for _ in range(100):
        await asyncio.sleep(0.01)
        if not taken(demo_engine):
            break
    assert taken(demo_engine) == 0
