"""Values on their way into statements and out of rows: as they were, and as SQLAlchemy's own execution has them."""

from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from db.base import Base, table_of
from db.queries import lists
from db.queries.conditions import Operator, parameters
from db.queries.conditions import Test as Where
from db.queries.keyset import Order
from db.queries.lists import Listing, PageShape, Parents
from tests.db.reading import read
from tests.db.rows import fill

COMPANIES, PRODUCTS, SNAPSHOTS = table_of(t.Company), table_of(t.Product), table_of(t.ContextSnapshot)
# Each has words of its own, so that no collation takes one for another.
TEXTS = [
    "apostrophe O'Brien", 'quoted "so"', "both '\"", "doubled ''", "back\\slash", "at the end\\", "escaped \\'",
    "injected ' OR 1=1 -- ", "injected \\' OR 1=1 #", "per cent 100%", "mark %s", "two marks %s %s", "%% doubled mark",
    "named %(name)s", "named :name", "question?", "questions ? and ??", "under_score", "slash / and /% and /_",
    "__[POSTCOMPILE_keys]", "the key __[POSTCOMPILE_key]", "before __[POSTCOMPILE_test_0]", "braces {0} {name} {{",
    "new\nline", "return\rs", "tab\tbed", "control \x1a Z", "Zürich ñ ß", "emoji 🦊🏳️‍🌈", "日本語",
    "/* comment", "-- comment", "semicolon; SELECT 1", "`backtick`", "NUL a\0b",
]  # fmt: skip
SPECIAL = ["%", "_", "/", "\\", "'", '"', "?", "%s", "%%", "''", "\\'", ";", "--", "__[POSTCOMPILE_", "{", "\n"]


async def _found(engine: AsyncEngine, operator: Operator, value: Any) -> list[str]:
    tests = (Where(operator, "name"),)
    listing = Listing(COMPANIES, where=tests)
    statement = lists.page(PageShape(listing, ("name",), Order("ID", ()), False, None, True, "one"))
    return [name for _, name in await read(engine, statement, limit=1000, **parameters(tests, (value,)))]


@pytest.fixture
async def named(engine: AsyncEngine) -> AsyncEngine:
    """A company of each name."""
    async with engine.begin() as connection:
        await connection.execute(insert(COMPANIES), [{"name": name} for name in TEXTS])
    return engine


async def test_texts_are_found_and_come_back_unchanged(named: AsyncEngine) -> None:
    for each in TEXTS:
        assert await _found(named, "equals", each) == [each]
        assert await _found(named, "in", (each,)) == [each]
        # SQLite's LIKE ends at a NUL; the API takes none.
        assert "\0" in each or await _found(named, "contains", each) == [each]
    assert await _found(named, "in", tuple(TEXTS)) == TEXTS


@pytest.mark.parametrize("special", SPECIAL)
async def test_what_is_special_to_sql_stands_for_itself(named: AsyncEngine, special: str) -> None:
    expected = [each for each in TEXTS if special in each and "\0" not in each]
    assert expected
    assert await _found(named, "contains", special) == expected
    assert await _found(named, "equals", special) == []
    assert await _found(named, "in", (special,)) == []


@pytest.mark.parametrize("parents", ["one", "some", "many"])
async def test_a_text_may_be_the_parents_key(engine: AsyncEngine, parents: Parents) -> None:
    keys = [each[:100] for each in TEXTS]
    base = {"user_id": 1, "snapshot_type": "manual", "context_data": {}}
    async with engine.begin() as connection:
        await connection.execute(insert(table_of(t.User)), [{"id": 1, "name": "a", "email": "a@test.example"}])
        rows = [{**base, "snapshot_id": str(n), "workflow_chain_id": key} for n, key in enumerate(keys)]
        await connection.execute(insert(SNAPSHOTS), rows)
    listing = Listing(SNAPSHOTS, "workflow_chain_id", where=(Where("in", "workflow_chain_id"),))
    shape = PageShape(listing, ("snapshot_id",), Order("ID", ()), False, None, True, parents)
    asked = [[key] for key in keys] if parents == "one" else [keys]
    for several in asked:
        rows = await read(engine, lists.page(shape), keys=several, limit=2, test_0=[*several, "another"])
        assert sorted((key, keys[int(number)]) for key, number in rows) == sorted((key, key) for key in several)


async def test_values_of_the_demo_data_are_sqlalchemys(demo_engine: AsyncEngine) -> None:
    assert await _compared(demo_engine) > 1000


async def test_values_of_every_column_are_sqlalchemys(engine: AsyncEngine) -> None:
    await fill(engine)
    await _odd_values(engine)
    assert await _compared(engine) > 60


async def _compared(engine: AsyncEngine) -> int:
    """Every column of every table: what a reader fetches, and what SQLAlchemy's own execution gives."""
    seen = 0
    for table in Base.metadata.sorted_tables:
        statement = select(table).order_by(*table.primary_key)
        async with engine.connect() as connection:
            expected = [tuple(row) for row in await connection.execute(statement)]
        found = await read(engine, statement)
        assert found == expected, table.name
        assert [_types(row) for row in found] == [_types(row) for row in expected], table.name
        seen += len(found)
    return seen


def _types(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_types(each) for each in value]
    return {key: _types(each) for key, each in value.items()} if isinstance(value, dict) else type(value)


async def _odd_values(engine: AsyncEngine) -> None:
    """JSON that is no document, as adopted tables may hold it (SQLite makes numbers of some), and scores in words."""
    async with engine.begin() as connection:
        for n, stored in enumerate(["5", "1.5", "true", '"text"', "null", "[]", ' {"a": 1} ', "1e3"]):
            written = {"id": 100 + n, "stored": stored}
            company = "INSERT INTO companies (id, name, gtm_goals) VALUES (:id, 'odd', :stored)"
            await connection.execute(text(company), written)
        if engine.dialect.name == "sqlite":
            scores = "UPDATE compliance_reports SET score = CASE id WHEN 1 THEN 'high' ELSE '12.6' END"
            await connection.execute(text(scores))


async def test_a_statement_may_serve_several_databases(engine: AsyncEngine, demo_engine: AsyncEngine) -> None:
    """Each has a form of it, with its own conversions."""
    await fill(engine)
    statement = select(COMPANIES.c.id, COMPANIES.c.created_at, COMPANIES.c.gtm_goals).order_by(COMPANIES.c.id).limit(3)
    for each in (engine, demo_engine, engine):
        async with each.connect() as connection:
            expected = [tuple(row) for row in await connection.execute(statement)]
        assert len(expected) == 3
        assert await read(each, statement) == expected
