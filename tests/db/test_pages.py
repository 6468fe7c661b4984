"""Pages of the rows of each parent: three statements, one answer, and it is plain Python's."""

from collections.abc import AsyncIterator, Iterator
from random import Random
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select

from db import tables as t
from db.base import Base, table_of
from db.engine import engine_for
from db.queries import lists
from db.queries.conditions import Test as Where
from db.queries.conditions import parameters
from db.queries.keyset import Order, Slice, decode, encode
from db.queries.lists import Listing, PageShape, Parents, Through
from db.reader import Reader
from domain.enums import ChurnRisk, EventType, LaunchStatus, SessionStatus
from graph.types import orders
from tests.conftest import Databases
from tests.db.scattered import MEMBER, PARENTS, Row, Scattered, page_of, scatter

Filter = tuple[Where, Any]


class Case(NamedTuple):
    """A list under parents, its orders, and one filter with the rows that it lets through."""

    row: type[Base]
    orders: Any
    filter: Filter
    passes: Any
    by: str | None = None
    through: Through | None = None
    keys: list[Any] = list(PARENTS)  # noqa: RUF012

    def listing(self, *tests: Where) -> Listing:
        return Listing(table_of(self.row), self.by, self.through, tests)


CHAIN_SESSIONS = Through(table_of(t.ChainSession), "chain_id", "session_id")
CHAIN_EVENTS = Through(table_of(t.EventChain), "chain_id", "event_id")
EVENT_CHAINS = Through(table_of(t.EventChain), "event_id", "chain_id")
LAUNCHING = (LaunchStatus.IDEATION, LaunchStatus.GA, LaunchStatus.GROWTH, LaunchStatus.MATURE)
MOVES = (EventType.STAGE_TRANSITION, EventType.MDF_SUBMITTED, EventType.MDF_APPROVED, EventType.FIRST_CUSTOMER)

ENDED = (Where("is_set", "ended_at"), None), lambda row: row["ended_at"] is not None
RUNNING = (Where("in", "status"), (SessionStatus.ACTIVE,)), lambda row: row["status"] is SessionStatus.ACTIVE
X = (Where("contains", "name"), "X"), lambda row: "x" in (row["name"] or "")
MOVED = (Where("in", "event_type"), MOVES), lambda row: row["event_type"] in MOVES
LOW = (Where("equals", "churn_risk"), ChurnRisk.LOW), lambda row: row["churn_risk"] is ChurnRisk.LOW
NEW = (Where("in", "launch_status"), LAUNCHING), lambda row: row["launch_status"] in LAUNCHING
UNTITLED = (Where("is_unset", "title"), None), lambda row: row["title"] is None
SECOND = (Where("before", "id"), 30), lambda row: row["id"] < 30

CASES = {
    "company's products": Case(t.Product, orders.ProductOrder, *NEW, by="company_id"),
    "company's leads": Case(t.DemoRequest, orders.PartnerLeadOrder, *X, by="company_id"),
    "company's sessions": Case(t.AgentSession, orders.AgentSessionOrder, *ENDED, by="company_id"),
    "product's events": Case(t.JourneyEvent, orders.JourneyEventOrder, *MOVED, by="product_id"),
    "product's sessions": Case(t.AgentSession, orders.AgentSessionOrder, *RUNNING, by="product_id"),
    "product's chains": Case(t.WorkflowChain, orders.WorkflowChainOrder, *X, by="product_id"),
    "product's entitlements": Case(t.MarketplaceEntitlement, orders.MarketplaceEntitlementOrder, *LOW, by="product_id"),
    "product's scores": Case(t.LaunchReadinessScore, orders.LaunchReadinessScoreOrder, *SECOND, by="product_id"),
    "product's contents": Case(t.GeneratedContent, orders.GeneratedContentOrder, *UNTITLED, by="product_id"),
    "chain's snapshots": Case(
        t.ContextSnapshot, orders.ContextSnapshotOrder, *SECOND, by="workflow_chain_id",
        keys=[f"chain-{n}" for n in PARENTS],
    ),
    "chain's sessions": Case(t.AgentSession, orders.AgentSessionOrder, *ENDED, through=CHAIN_SESSIONS),
    "chain's events": Case(t.JourneyEvent, orders.JourneyEventOrder, *MOVED, through=CHAIN_EVENTS),
    "event's chains": Case(t.WorkflowChain, orders.WorkflowChainOrder, *X, through=EVENT_CHAINS),
}  # fmt: skip
# These belong to their parent's company: all of a parent's are seen, or none.
OF_ONE_COMPANY = {"company's products", "company's leads", "company's sessions", "product's scores"}


@pytest.fixture
def scattered_url(databases: Databases) -> str:
    """For reading only, as all tests here share it."""
    return databases.get("scattered", with_demo=False)


@pytest.fixture
async def scattered(scattered_url: str) -> AsyncIterator[Scattered]:
    async with engine_for(scattered_url) as engine:
        async with engine.connect() as connection:
            is_empty = not await connection.scalar(select(func.count(t.User.id)))
        if is_empty:
            await scatter(engine)
        data = Scattered(engine)
        await data.learn()
        yield data


def positions(random: Random, table: Any, order: Order, rows: list[Row]) -> Iterator[tuple[Any, ...] | None]:
    """From the end, beyond any row (there may be one with a NULL), and beyond none of them; each as a cursor has it."""
    yield None
    gone = [row for row in rows if any(row[key] is None for key in order.keys)]
    chosen = [*random.sample(rows, min(2, len(rows))), *random.sample(gone, min(1, len(gone)))]
    # A row that is not there any more, too: a position is no row.
    moved = [{**row, "id": row["id"] * 10 + 5} for row in chosen[-1:]]
    for row in chosen + moved:
        yield decode(table, order, encode(order, table.name, [row[key] for key in order.keys]))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
async def test_three_statements_give_the_page_of_each_parent(scattered: Scattered, name: str) -> None:
    case, random = CASES[name], Random(name)
    table = table_of(case.row)
    tried = found = 0
    async with Reader(scattered.engine) as reader:
        for order in (member.value for member in case.orders):
            for position in positions(random, table, order, scattered.rows[table.name]):
                for backwards in (False, True):
                    slice_ = Slice(random.choice([1, 2, 3, 100]), backwards, position)
                    everything, filtered = random.random() < 0.4, random.random() < 0.4
                    found += await _compared(
                        scattered, reader, case, order, slice_, everything=everything, filtered=filtered
                    )
                    tried += 1
    assert found > tried


async def _compared(
    data: Scattered, reader: Reader, case: Case, order: Order, slice_: Slice, *, everything: bool, filtered: bool
) -> int:
    tests, values = ((case.filter[0],), (case.filter[1],)) if filtered else ((), ())
    listing = case.listing(*tests)
    children = {key: data.children(listing, key, everything=everything) for key in case.keys}
    rows = {key: [row for row in kept if not filtered or case.passes(row)] for key, kept in children.items()}
    expected = {key: page_of(kept, order, slice_) for key, kept in rows.items()}
    given = {"viewer": MEMBER, "limit": slice_.limit, **slice_.parameters, **parameters(tests, values)}
    asked: list[tuple[Parents, list[Any]]] = [("some", case.keys), ("many", case.keys)]
    asked += [("one", [key]) for key in (case.keys[0], case.keys[-1])]
    for parents, keys in asked:
        columns = tuple(sorted({"id", *order.keys}))
        shape = PageShape(listing, columns, order, slice_.backwards, slice_.gaps, everything, parents)
        found = await reader.fetch(lists.page(shape), {**given, "keys": keys})
        told = {key: [row[1 + columns.index("id")] for row in found if row[0] == key] for key in keys}
        assert told == {key: expected[key] for key in keys}, (shape, slice_)
        assert len(found) == sum(map(len, told.values())), "rows of a parent that was not asked for"
    return sum(map(len, expected.values()))


async def test_the_member_sees_some_rows_and_not_others(scattered: Scattered) -> None:
    """Or the comparison above would prove nothing: under one parent there are rows of several companies."""
    for name, case in CASES.items():
        split = []
        for key in case.keys:
            everything = scattered.children(case.listing(), key, everything=True)
            split.append(0 < len(scattered.children(case.listing(), key, everything=False)) < len(everything))
        assert any(split) != (name in OF_ONE_COMPANY), name


async def test_counts_are_those_of_the_rows(scattered: Scattered) -> None:
    async with Reader(scattered.engine) as reader:
        for case in CASES.values():
            for everything in (False, True):
                assert await _counts(reader, case, everything=everything) == {
                    key: len(rows)
                    for key in case.keys
                    if (rows := scattered.children(case.listing(), key, everything=everything))
                }


async def _counts(reader: Reader, case: Case, *, everything: bool) -> dict[Any, int]:
    statement = lists.count(case.listing(), everything=everything)
    return dict(await reader.fetch(statement, {"keys": case.keys, "viewer": MEMBER}))


async def test_filtered_counts_are_those_of_the_rows(scattered: Scattered) -> None:
    async with Reader(scattered.engine) as reader:
        for case in CASES.values():
            listing = case.listing(case.filter[0])
            given = {"keys": case.keys, "viewer": MEMBER, **parameters((case.filter[0],), (case.filter[1],))}
            found = dict(await reader.fetch(lists.count(listing, everything=False), given))
            kept = {key: scattered.children(listing, key, everything=False) for key in case.keys}
            passed = {key: len(list(filter(case.passes, rows))) for key, rows in kept.items()}
            assert found == {key: count for key, count in passed.items() if count}
