"""What a company should do next: worked out by the rules from the rows that were told, as after every write."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.base import table_of
from db.demo.world import Row
from db.queries.facts import company_facts
from db.queries.waiting import waiting
from db.scope import Scope
from db.tables import Company
from domain.actors import Actor
from domain.dismissals import dismiss
from domain.documents import Dismissal
from domain.facts import CompanyFacts
from domain.next_actions import known, recommend
from domain.policy import DEFAULT
from domain.waiting import Waiting

AT_A_TIME = 200
COMPANIES = table_of(Company)
STORE = (
    update(COMPANIES).where(COMPANIES.c.id == bindparam("key")).values(next_recommended_actions=bindparam("document"))
)
# In rotation: what was put off, and how many hours ago.
REASONS: tuple[tuple[str, int] | None, ...] = (
    ("The partner's legal department is on holiday.", 20), None, ("We wait for the new price list.", 5), None, None,
)  # fmt: skip


async def advise(connection: AsyncConnection, companies: Sequence[Row], now: datetime) -> None:
    async def fetch(select: Select[Any], values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await connection.execute(select, values)]

    everyone = Scope(0, everything=True)
    for start in range(0, len(companies), AT_A_TIME):
        some = {row["id"]: row for row in companies[start : start + AT_A_TIME]}
        facts = await company_facts(fetch, list(some), everyone, now)
        waits = await waiting(fetch, list(some), everyone)
        stored = [
            {"key": key, "document": _advice(row, facts[key], waits[key], now)} for key, row in some.items()
        ]  # fmt: skip
        await connection.execute(STORE, stored)


def _advice(company: Row, facts: CompanyFacts, waits: Waiting, now: datetime) -> Row:
    return recommend(facts, waits, DEFAULT, now, _dismissed(company, facts, waits, now)).stored()


def _dismissed(company: Row, facts: CompanyFacts, waits: Waiting, now: datetime) -> tuple[Dismissal, ...]:
    """The last of what the company was advised, put off by whoever entered it."""
    chosen, ids = REASONS[company["id"] % len(REASONS)], known(facts, waits, DEFAULT, now)
    if chosen is None or not ids:
        return ()
    reason, hours = chosen
    kept, _ = dismiss(
        (),
        ids[-1],
        known=ids,
        hours=72,
        reason=reason,
        actor=Actor(company["user_id"]),
        policy=DEFAULT.actions,
        now=now - timedelta(hours=hours),
    )
    return kept
