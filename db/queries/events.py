"""A company's events of some types."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from db import tables as t
from db.base import table_of
from db.queries.facts import Fetch
from db.queries.lists import KEPT
from db.scope import Scope, within
from domain.enums import EventType

EVENTS = table_of(t.JourneyEvent)


@lru_cache(KEPT)
def _recorded(types: tuple[EventType, ...], *, everything: bool) -> Select[Any]:
    c = EVENTS.c
    statement = (
        select(c.id, c.product_id, c.event_type, c.event_data)
        .where(c.company_id == bindparam("company"), c.event_type.in_(types))
        .order_by(c.created_at, c.id)
    )
    return within(statement, EVENTS, everything=everything)


async def recorded(
    fetch: Fetch, company_id: int, types: tuple[EventType, ...], scope: Scope
) -> list[tuple[int, int | None, EventType, Any]]:
    """(id, product, type, data), oldest first."""
    values = {"company": company_id, "viewer": scope.user_id}
    found = await fetch(_recorded(types, everything=scope.everything), values)
    return [(row[0], row[1], row[2], row[3]) for row in found]
