"""Statements as the driver takes them: what may stand in a parameter's place, and what comes back."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import BigInteger, Select, Table, bindparam, insert, literal, literal_column, select
from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from db.base import Base, table_of
from db.queries import lists
from db.queries.conditions import Test as Where
from db.queries.conditions import parameters
from db.queries.keyset import Order
from db.queries.lists import Listing, PageShape, Parents
from db.reader import Reader
from db.scope import RULES, SHARED
from db.statements import prepared
from tests.db.reading import Watched, read

COMPANIES, PRODUCTS = table_of(t.Company), table_of(t.Product)
BY_ID = Order("ID", ())


def page(parents: Parents, *tests: Where) -> Select[Any]:
    """From the position on, seen by a member: every kind of parameter that takes whole numbers."""
    listing = Listing(PRODUCTS, "company_id", where=tests)
    return lists.page(PageShape(listing, ("id", "name"), BY_ID, False, (False,), False, parents))


STATEMENTS = {
    "one parent": page("one"),
    "some parents": page("some"),
    "many parents": page("many"),
    "by key": lists.by_key(PRODUCTS, "id", ("name",), everything=False),
    "counts": lists.count(Listing(PRODUCTS, "company_id"), everything=False),
}
VALUES: dict[str, Any] = {"keys": [1, 2], "viewer": 1, "limit": 3, "position_0": 4}
PAGED = {"one parent", "some parents", "many parents"}


def asked_for(name: str) -> list[str]:
    return list(VALUES) if name in PAGED else ["keys", "viewer"]


class Index:
    """Python takes it for a whole number in many places."""

    def __index__(self) -> int:
        return 1

    __int__ = __index__


class Sly(int):
    def __repr__(self) -> str:
        return "1 OR 1=1"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "1 OR 1=1"


NO_NUMBERS = ["1 OR 1=1", "1", "", 1.0, float("inf"), None, Decimal(1), b"1", (1,), [1], Index()]


@pytest.mark.parametrize("name", STATEMENTS)
async def test_what_is_no_whole_number_reaches_no_database(demo_engine: AsyncEngine, name: str) -> None:
    watched = Watched(demo_engine)
    for parameter in asked_for(name):
        for value in NO_NUMBERS:
            bad = [1, value] if parameter == "keys" else value
            with pytest.raises(TypeError):
                await read(demo_engine, STATEMENTS[name], **{**VALUES, parameter: bad})
    assert (watched.sql, watched.acquired) == ([], 0)


@pytest.mark.parametrize("name", STATEMENTS)
async def test_without_a_value_nothing_is_run(demo_engine: AsyncEngine, name: str) -> None:
    watched = Watched(demo_engine)
    for parameter in asked_for(name):
        values = {each: value for each, value in VALUES.items() if each != parameter}
        with pytest.raises(KeyError, match=parameter):
            await read(demo_engine, STATEMENTS[name], **values)
    assert (watched.sql, watched.acquired) == ([], 0)
    await read(demo_engine, STATEMENTS[name], **VALUES)
    assert len(watched.selects) == 1


def _owned(table: Table) -> bool:
    return table.name in RULES or ("company_id" in table.c and table.name not in SHARED)


OWNED = [table for table in Base.metadata.sorted_tables if _owned(table) and "id" in table.c]


async def test_every_table_with_an_owner_asks_who_is_looking(demo_engine: AsyncEngine) -> None:
    watched = Watched(demo_engine)
    for table in OWNED:
        statements = [
            lists.by_key(table, "id", (), everything=False),
            lists.count(Listing(table), everything=False),
            lists.page(PageShape(Listing(table), ("id",), BY_ID, False, None, False, "one")),
        ]
        for statement in statements:
            with pytest.raises(KeyError, match="viewer"):
                await read(demo_engine, statement, keys=[1], limit=1)
    assert len(OWNED) > 10
    assert (watched.sql, watched.acquired) == ([], 0)


@pytest.mark.parametrize("name", STATEMENTS)
async def test_whole_numbers_are_written_as_digits(demo_engine: AsyncEngine, name: str) -> None:
    watched = Watched(demo_engine)
    values = {"keys": [Sly(11), 12], "viewer": Sly(13), "limit": Sly(14), "position_0": Sly(15)}
    await read(demo_engine, STATEMENTS[name], **values)
    [sql] = watched.selects
    assert "OR 1=1" not in sql
    assert all(str(number) in sql for number in (11, 12, 13))
    assert name not in PAGED or ("14" in sql and "15" in sql)


async def test_numbers_come_back_as_they_were_given(demo_engine: AsyncEngine) -> None:
    asked = select(bindparam("number", type_=BigInteger).label("n"))
    for number in (0, -1, 2**63 - 1, -(2**63), True, False):
        assert await read(demo_engine, select(literal(number))) == [(number,)]
        assert await read(demo_engine, asked, number=number) == [(number,)]


# A statement for some parents has a branch for each, and is asked for several.
@pytest.mark.parametrize("name", [name for name in STATEMENTS if name != "some parents"])
async def test_nothing_is_among_no_keys(demo_engine: AsyncEngine, name: str) -> None:
    assert await read(demo_engine, STATEMENTS[name], **{**VALUES, "keys": []}) == []


async def test_nothing_is_among_no_values(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(COMPANIES), [{"name": "a", "partner_tier": None}])
    for column in ("name", "version", "partner_tier", "created_at"):
        listing = Listing(COMPANIES, where=(Where("in", column),))
        assert await read(engine, lists.count(listing, everything=True), test_0=()) == [(None, 0)]
    constant = select(COMPANIES.c.id).where(COMPANIES.c.name.in_([]))
    assert await read(engine, constant) == []


async def test_constants_of_the_statement_are_filled_in(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(COMPANIES), [{"name": name} for name in ("a", "b", "it's 100%", "d")])
    listed = select(COMPANIES.c.name).where(COMPANIES.c.name.in_(["b", "it's 100%"]), COMPANIES.c.version == 1)
    # A text before each number and the other way round: neither may take the other's place.
    told = listed.add_columns(literal("50% of ?"), literal(7), literal(None), literal(2.5)).order_by(COMPANIES.c.name)
    assert await read(engine, told.limit(1).offset(1)) == [("it's 100%", "50% of ?", 7, None, 2.5)]
    assert [row[0] for row in await read(engine, told.limit(5))] == ["b", "it's 100%"]


async def test_a_per_cent_sign_in_the_text_stays_one(demo_engine: AsyncEngine) -> None:
    """Where the driver has something to fill in, and where it has not."""
    written = select(literal_column("'50% of it'").label("a"))
    assert await read(demo_engine, written) == [("50% of it",)]
    assert await read(demo_engine, written.add_columns(literal("b%"))) == [("50% of it", "b%")]


async def test_a_constant_and_a_value_do_not_meet(engine: AsyncEngine) -> None:
    """SQLite's LIMIT brings an OFFSET 0 along, which is a parameter nobody gives."""
    async with engine.begin() as connection:
        await connection.execute(insert(COMPANIES), [{"name": name} for name in "abc"])
    listing = Listing(COMPANIES, where=(Where("in", "name"),))
    statement = lists.page(PageShape(listing, ("name",), Order("NAME", ("name",)), False, None, True, "one"))
    for limit in (1, 2, 3):
        rows = await read(engine, statement, limit=limit, test_0=["a", "b", "c"])
        assert [name for _, name in rows] == list("abc")[:limit]


async def test_a_statement_is_compiled_once(demo_engine: AsyncEngine) -> None:
    statement = page("some", Where("in", "name"), Where("from", "created_at"))
    assert page("some", Where("in", "name"), Where("from", "created_at")) is statement
    known = prepared(statement, demo_engine.dialect)
    misses = prepared.cache_info().misses
    values = {**VALUES, **parameters((Where("in", "name"),), (("a", "b"),)), "test_1": None}
    for keys in ([1, 2], [3, 4, 5], list(range(150))):
        await read(demo_engine, statement, **{**values, "keys": keys})
    assert prepared(statement, demo_engine.dialect) is known
    assert prepared.cache_info().misses == misses


async def test_rows_and_fetched_rows_differ_by_the_values_only(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(COMPANIES), [{"name": "a", "gtm_goals": {"a": [1]}}])
    statement = select(COMPANIES.c.name, COMPANIES.c.gtm_goals, COMPANIES.c.version)
    async with Reader(engine) as reader:
        [row] = await reader.rows(statement, {})
        assert [tuple(row)] == [("a", '{"a":[1]}', 1)]
        assert await reader.fetch(statement, {}) == [("a", {"a": [1]}, 1)]
