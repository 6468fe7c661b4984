"""Rows at random under a few parents: NULLs, ties, parents without rows, rows of other companies. And a plain Python
idea of which of them make a page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from db.base import table_of
from db.queries.keyset import Order, Slice
from db.queries.lists import Listing
from domain.enums import AgentType, ChainType, ChurnRisk, EventType, LaunchStatus, SessionStatus, SnapshotType
from tests.support import NOW

PARENTS = range(1, 9)
OWN_COMPANIES = (1, 2, 3)
MEMBER, OTHER = 1, 2
Row = dict[str, Any]


@dataclass
class Scattered:
    """An engine, and what is in its database, as SQLAlchemy's own execution reads it."""

    engine: AsyncEngine
    rows: dict[str, list[Row]] = field(default_factory=dict)

    async def learn(self) -> None:
        async with self.engine.connect() as connection:
            for table in (*MADE, t.CompanyMember, t.User, t.Company):
                found = (await connection.execute(select(table_of(table)))).mappings()
                self.rows[table.__tablename__] = [dict(row) for row in found]

    def visible(self, table: Table, row: Row) -> bool:
        """Whether the member may see it."""
        if table.name == "launch_readiness_scores":
            [product] = [each for each in self.rows["products"] if each["id"] == row["product_id"]]
            return product["company_id"] in OWN_COMPANIES
        if row["company_id"] is None:
            return bool(row.get("user_id") == MEMBER)
        return row["company_id"] in OWN_COMPANIES

    def children(self, listing: Listing, parent: Any, *, everything: bool) -> list[Row]:
        """All rows of a parent, in no order and without filters."""
        rows = self.rows[listing.table.name]
        if listing.through is not None:
            link = listing.through
            linked = {each[link.child] for each in self.rows[link.table.name] if each[link.parent] == parent}
            rows = [row for row in rows if row["id"] in linked]
        else:
            rows = [row for row in rows if row[listing.by or ""] == parent]
        return [row for row in rows if everything or self.visible(listing.table, row)]


def page_of(rows: list[Row], order: Order, slice_: Slice) -> list[int]:
    """The ids of the page, in the order that a statement gives them in: away from the position."""
    down = order.descending != slice_.backwards
    rows = sorted(rows, key=partial(_place, order), reverse=down)
    if slice_.position is not None:
        start = _place(order, dict(zip(order.keys, slice_.position, strict=True)))
        rows = [row for row in rows if (_place(order, row) < start if down else _place(order, row) > start)]
    return [row["id"] for row in rows[: slice_.limit]]


def _place(order: Order, row: Row) -> tuple[Any, ...]:
    """NULL is lowest, whatever the direction."""
    return tuple((row[key] is not None, row[key] if row[key] is not None else 0) for key in order.keys)


MADE = [
    t.Product, t.WorkflowChain, t.JourneyEvent, t.AgentSession, t.ContextSnapshot, t.DemoRequest,
    t.MarketplaceEntitlement, t.LaunchReadinessScore, t.GeneratedContent, t.EventChain, t.ChainSession,
]  # fmt: skip


async def scatter(engine: AsyncEngine, seed: int = 7) -> None:
    random = Random(seed)
    async with engine.begin() as connection:
        people = [{"id": n, "name": f"user {n}", "email": f"{n}@test.example"} for n in (MEMBER, OTHER)]
        await connection.execute(insert(t.User), people)
        await connection.execute(insert(t.Company), [{"id": n, "name": f"company {n}"} for n in PARENTS])
        memberships = [{"company_id": n, "user_id": MEMBER} for n in OWN_COMPANIES]
        await connection.execute(insert(t.CompanyMember), [*memberships, {"company_id": 4, "user_id": OTHER}])
        for table in MADE:
            await connection.execute(insert(table_of(table)), _rows(random, table))


def _rows(random: Random, table: type) -> list[Row]:
    if table is t.EventChain:
        pairs = {(random.randint(1, 60), random.randint(1, 12)) for _ in range(90)}
        return [{"event_id": event, "chain_id": chain, "relation": "mentions"} for event, chain in sorted(pairs)]
    if table is t.ChainSession:
        # Often the same session for several steps of a chain: it is to be listed once.
        steps = {(random.randint(1, 12), random.randint(1, 20), random.randint(1, 4)) for _ in range(120)}
        return [{"chain_id": chain, "session_id": session, "step_num": step} for chain, session, step in sorted(steps)]
    count = 40 if table in (t.Product, t.WorkflowChain) else 60
    return [{"id": n, **MAKERS[table](Chance(random, n))} for n in range(1, count + 1)]


AMOUNTS = (None, Decimal("0.50"), Decimal("7.25"), Decimal("7.25"), Decimal("10.00"))


class Chance:
    """Values for the row of this number. The last parent has no rows; a product's rows belong to any company."""

    def __init__(self, random: Random, n: int) -> None:
        self.n, self._random = n, random
        self.of, self.company = random.choice, random.randint(1, 7)
        self.name = f"{self.of('abc')} {self.of('xy')}"
        self.dated: Row = {"company_id": self.company, "created_at": self.instant}
        self.placed: Row = {**self.dated, "product_id": self.of([None, *range(1, 8), 1, 1])}
        # Of no company, perhaps: then it is its user's.
        self.loose: Row = {**self.placed, "user_id": self.of([MEMBER, OTHER]), "company_id": self.maybe(self.company)}

    @property
    def instant(self) -> datetime | None:
        return self.of([None, *(NOW - timedelta(hours=hours) for hours in range(8))])

    @property
    def day(self) -> date | None:
        return self.of([None, *(NOW.date() + timedelta(days=days) for days in range(6))])

    def maybe(self, value: Any) -> Any:
        return self.of([None, value])


MAKERS: dict[type, Callable[[Chance], Row]] = {
    t.Product: lambda a: {
        **a.dated, "name": a.name, "target_launch_date": a.day, "launch_status": a.of(list(LaunchStatus)),
        "launch_readiness_score": a.of([None, 0, 50, 50, 100]),
    },
    t.WorkflowChain: lambda a: {
        **a.loose, "chain_id": f"chain-{a.n}", "name": a.name, "chain_type": ChainType.CUSTOM, "total_steps": 1,
        "steps_config": [], "updated_at": a.instant, "estimated_completion": a.instant,
    },
    t.JourneyEvent: lambda a: {**a.placed, "user_id": MEMBER, "event_type": a.of(list(EventType))},
    t.AgentSession: lambda a: {
        **{key: a.loose[key] for key in ("user_id", "company_id", "product_id")}, "session_id": f"session-{a.n}",
        "agent_type": a.of(list(AgentType)), "status": a.of([None, *SessionStatus]), "started_at": a.instant,
        "tokens_used": a.of([None, 0, 5, 5]), "messages_count": a.of([None, 1, 2]), "ended_at": a.instant,
    },
    t.ContextSnapshot: lambda a: {
        **a.loose, "snapshot_id": f"snapshot-{a.n}", "snapshot_type": SnapshotType.MANUAL, "context_data": {},
        "workflow_chain_id": a.of([None, *(f"chain-{n}" for n in range(1, 8))]),
    },
    t.DemoRequest: lambda a: {
        **a.dated, "company_id": a.maybe(a.company), "name": a.maybe(a.name), "lead_score": a.of([None, 0, 7, 7]),
        "estimated_arr": a.of(AMOUNTS),
    },
    t.MarketplaceEntitlement: lambda a: {
        **a.placed, "expires_at": a.instant, "health_score": a.of([None, 1, 1, 2]),
        "churn_risk": a.of([None, *ChurnRisk]),
    },
    t.LaunchReadinessScore: lambda a: {"product_id": a.of(range(1, 8)), "created_at": a.instant},
    t.GeneratedContent: lambda a: {**a.loose, "quality_score": a.of(AMOUNTS), "title": a.maybe(a.name)},
}  # fmt: skip
