"""Rows as others may have left them: columns with values that no type of ours allows, documents of other shapes."""

import json
from collections.abc import AsyncIterator, Iterator
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import engine_for
from graph.kinds import KINDS
from tests.conftest import Databases
from tests.db.rows import fill
from tests.execution.compare import asking, must_agree
from tests.execution.executors import Request
from tests.execution.known import ADMINISTRATOR
from tests.execution.odd import loosen, odd_values, reading, run, spoilt
from tests.graph.shape import EDGES, ROOTS
from tests.sampling import in_turn

pytestmark = pytest.mark.slow
LOOSENED: set[str] = set()
VARIANTS, SAMPLES = 12, 3
INSTEAD = (None, 2**31, -1, 1.5, "", "nonsense", [], {}, [None], {"id": None}, True, "2026-01-01", 10**30)
JSON_COLUMNS = [
    (name, column.name)
    for name, kind in KINDS.items()
    for column in kind.table.columns
    if isinstance(column.type, sa.JSON)
]


@pytest.fixture
def odd_url(databases: Databases) -> str:
    return databases.get("odd", with_demo=False)


@pytest.fixture
async def odd_engine(odd_url: str) -> AsyncIterator[AsyncEngine]:
    """Three rows of each kind, the last with nothing in it that may be left out. Whoever changes a row puts it back."""
    async with engine_for(odd_url) as engine:
        if str(engine.url) not in LOOSENED:
            await fill(engine)
            await loosen(engine)
            LOOSENED.add(str(engine.url))
        yield engine


@pytest.mark.usefixtures("seldom_collecting")
@in_turn("kind", KINDS)
async def test_odd_values_in_every_column(odd_engine: AsyncEngine, kind: str) -> None:
    ask, tried = asking(odd_engine, ADMINISTRATOR), 0
    for column in KINDS[kind].table.columns:
        for value in [] if column.primary_key else odd_values(column):
            async with spoilt(odd_engine, column, value) as took:
                if took:
                    await must_agree(ask, Request(reading(kind)))
                    tried += 1
    assert tried >= 2 * len(KINDS[kind].table.columns)


@pytest.mark.usefixtures("seldom_collecting")
@in_turn("place", JSON_COLUMNS, ids=".".join)
async def test_documents_of_other_shapes(
    odd_engine: AsyncEngine, demo_engine: AsyncEngine, place: tuple[str, str]
) -> None:
    kind, column = place
    stored: Any = KINDS[kind].table.columns[column]
    sample = f"SELECT {column} FROM {stored.table.name} WHERE {column} IS NOT NULL ORDER BY id LIMIT {SAMPLES}"
    documents = [json.loads(found) for [found] in await run(demo_engine, sample)]
    for number in range(VARIANTS):
        document = documents[number % len(documents)]
        changed = document if number < SAMPLES else _with_one_part_changed(document, Random(number))
        async with spoilt(odd_engine, stored, json.dumps(changed)):
            await must_agree(asking(odd_engine, ADMINISTRATOR), Request(reading(kind)))


def _parts(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in it."""
    pairs = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in pairs:
        yield document, key
        yield from _parts(value)


def _with_one_part_changed(document: Any, rng: Random) -> Any:
    changed = json.loads(json.dumps(document))
    container, key = rng.choice(list(_parts(changed)) or [([changed], 0)])
    container[key] = rng.choice(INSTEAD)
    return changed


async def test_rows_without_anything_that_may_be_left_out(odd_engine: AsyncEngine) -> None:
    for kind in KINDS:
        await must_agree(asking(odd_engine, ADMINISTRATOR), Request(reading(kind)))


@pytest.mark.parametrize("kind", ["Company", "Product", "JourneyEvent", "User"])
async def test_a_table_that_is_gone(odd_engine: AsyncEngine, kind: str) -> None:
    name = KINDS[kind].table.name
    await run(odd_engine, f"ALTER TABLE {name} RENAME TO gone")
    try:
        for other in ("Company", "Product", "JourneyEvent", "WorkflowChain"):
            await must_agree(asking(odd_engine, ADMINISTRATOR), Request(reading(other)))
    finally:
        await run(odd_engine, f"ALTER TABLE gone RENAME TO {name}")


async def test_lists_in_odd_orders(odd_engine: AsyncEngine) -> None:
    """Cursors and ties are made of what is stored."""
    page = "edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount"
    for edge in ROOTS:
        await must_agree(asking(odd_engine, ADMINISTRATOR), Request(f"{{ {edge.field}(first: 2) {{ {page} }} }}"))
    nested = {edge.kind for edge in EDGES if edge.paged}
    for kind in nested:
        lists = " ".join(f"{edge.field}(first: 2) {{ {page} }}" for edge in EDGES if edge.paged and edge.kind == kind)
        root = next((edge.field for edge in ROOTS if edge.target == kind), None)
        if root is not None:
            await must_agree(asking(odd_engine, ADMINISTRATOR), Request(f"{{ {root} {{ nodes {{ {lists} }} }} }}"))
