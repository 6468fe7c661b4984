"""A company's events of some types."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from db import tables as t
from db.base import table_of
from db.queries.facts import Fetch
from db.queries.lists import KEPT
from db.scope import Scope, within
from db.writing import Transaction
from domain.enums import EventType

EVENTS, SEALS, SOURCES = table_of(t.JourneyEvent), table_of(t.EventSeal), table_of(t.EventSource)
LAST = (
    select(SEALS.c.position, SEALS.c.seal)
    .where(SEALS.c.company_id == bindparam("company"))
    .order_by(SEALS.c.position.desc())
    .limit(1)
)
NAMED = select(SOURCES.c.event_id, SOURCES.c.said).where(
    SOURCES.c.source == bindparam("source"), SOURCES.c.source_event_id == bindparam("name")
)


class Recorded(NamedTuple):
    id: int
    product_id: int | None
    event_type: EventType
    data: Any
    created_at: datetime


@lru_cache(KEPT)
def _recorded(types: tuple[EventType, ...], *, everything: bool) -> Select[Any]:
    c = EVENTS.c
    statement = (
        select(c.company_id, c.id, c.product_id, c.event_type, c.event_data, c.created_at)
        .where(c.company_id.in_(bindparam("keys", expanding=True)), c.event_type.in_(types))
        .order_by(c.created_at, c.id)
    )
    return within(statement, EVENTS, everything=everything)


async def recorded_of(
    fetch: Fetch, keys: Sequence[int], types: tuple[EventType, ...], scope: Scope
) -> dict[int, list[Recorded]]:
    """By company, oldest first."""
    found: defaultdict[int, list[Recorded]] = defaultdict(list)
    for row in await fetch(
        _recorded(types, everything=scope.everything), {"keys": list(keys), "viewer": scope.user_id}
    ):
        found[row[0]].append(Recorded(*row[1:]))
    return found


async def recorded(fetch: Fetch, company_id: int, types: tuple[EventType, ...], scope: Scope) -> list[Recorded]:
    """Of one company, oldest first."""
    return (await recorded_of(fetch, (company_id,), types, scope)).get(company_id, [])


async def last_seal(transaction: Transaction, company_id: int) -> tuple[int, str] | None:
    """(position, seal)"""
    found = await transaction.row(LAST, {"company": company_id})
    return None if found is None else (found[0], found[1])


class Named(NamedTuple):
    event_id: int
    said: str


async def named(transaction: Transaction, source: str, name: str) -> Named | None:
    """The event that a source has told of under this name, and what it said: a source is a user's own."""
    found = await transaction.row(NAMED, {"source": source, "name": name})
    return None if found is None else Named(*found)
