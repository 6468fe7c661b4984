"""What an error leaves behind: no connection, no other list's cursor taken, no blame on the caller."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import literal, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from db.engine import engine_for, reading
from db.reader import Reader, ReaderClosed
from graph.schema import schema
from tests.db.reading import taken
from tests.make import Make
from tests.support import Graph

COUNTING = (
    "{ companies { nodes { name products { totalCount nodes { id } } events { totalCount } chains { totalCount } } } }"
)


async def test_a_reader_does_not_connect_again_after_the_operation(engine: AsyncEngine) -> None:
    async with Reader(engine) as reader:
        pass
    with pytest.raises(ReaderClosed):
        await reader.fetch(select(literal(1)), {})


async def test_an_error_with_loads_still_to_come_gives_every_connection_back(
    graph: Graph, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await make.product(await make.company())

    async def fails(page: Any) -> int:
        raise ZeroDivisionError

    field = schema._schema.type_map["ProductConnection"].fields["totalCount"]
    monkeypatch.setattr(field, "resolve", lambda source, info, **kwargs: fails(source))
    for _ in range(8):
        answer = await graph(COUNTING)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"INTERNAL"}
    await asyncio.sleep(0)
    assert taken(graph.engine) == 0


async def test_a_cursor_of_another_list_is_refused(demo_graph: Graph) -> None:
    page = await demo_graph.data("{ companies(first: 1, orderBy: CREATED_ASC) { pageInfo { endCursor } } }")
    cursor = page["companies"]["pageInfo"]["endCursor"]
    document = "query Q($after: String) { products(orderBy: CREATED_ASC, after: $after) { nodes { id } } }"
    assert await demo_graph.code(document, after=cursor) == "MALFORMED_CURSOR"


async def test_public_ids_are_exact(graph: Graph, make: Make) -> None:
    user, company = await make.user(), await make.company()
    chain = await make.chain(company, user, chain_id="abc-1")
    await make.row(t.GeneratedContent(user_id=user.id, company_id=company.id, workflow_chain_id="ABC-1"))
    content = await make.row(t.GeneratedContent(user_id=user.id, company_id=company.id, workflow_chain_id="abc-1"))
    await make.chain(company, user, chain_id="abc-2")
    document = "{ workflowChains(orderBy: CREATED_ASC) { nodes { chainId contents { nodes { id } } } } }"
    nodes = (await graph.data(document))["workflowChains"]["nodes"]
    found = {node["chainId"]: len(node["contents"]["nodes"]) for node in nodes}
    assert (found[chain.chain_id], content.id > 0) == (1, True)


async def test_a_value_that_does_not_fit_its_field_is_our_fault(graph: Graph, make: Make) -> None:
    product = await make.product(await make.company())
    async with graph.engine.begin() as connection:
        await connection.execute(update(t.Product).where(t.Product.id == product.id).values(aws_product_code="p"))
    graph_type = schema._schema.type_map["Product"].fields["version"]
    original = graph_type.resolve
    graph_type.resolve = lambda source, info: "not a number"
    try:
        answer = await graph("{ products { nodes { version } } }")
    finally:
        graph_type.resolve = original
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "not a number" not in str(answer)


async def test_a_full_pool_says_that_it_is_full(database_url: str) -> None:
    async with engine_for(database_url, pool_size=1, pool_timeout=0.05) as engine:
        taken = await reading(engine).acquire()
        answer = await Graph(engine)("{ companies { nodes { id } } }")
        await reading(engine).release(taken)
    assert answer["errors"][0]["extensions"]["code"] == "OVERLOADED"


async def test_a_nul_in_a_search_is_refused(demo_graph: Graph) -> None:
    document = "query Q($s: String) { companies(filter: {search: $s}) { totalCount } }"
    assert await demo_graph.code(document, s="a\0b") == "INVALID_ARGUMENT"
    assert (await demo_graph.data(document, s="%"))["companies"]["totalCount"] == 0
    assert (await demo_graph.data(document, s="_"))["companies"]["totalCount"] == 0
    assert (await demo_graph.data(document, s="TIDEWREN"))["companies"]["totalCount"] == 1
