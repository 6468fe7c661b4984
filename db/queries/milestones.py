"""Events that tell of named milestones."""

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
from domain.enums import EventType

EVENTS = table_of(t.JourneyEvent)


class Told(NamedTuple):
    event_id: int
    product_id: int | None
    data: Any
    created_at: datetime


@lru_cache(KEPT)
def _told(*, everything: bool) -> Select[Any]:
    c = EVENTS.c
    statement = (
        select(c.company_id, c.id, c.product_id, c.event_data, c.created_at)
        .where(c.company_id.in_(bindparam("keys", expanding=True)), c.event_type == EventType.MILESTONE_ACHIEVED)
        .order_by(c.created_at, c.id)
    )
    return within(statement, EVENTS, everything=everything)


async def of_companies(fetch: Fetch, keys: Sequence[int], scope: Scope) -> dict[int, list[Told]]:
    """Oldest first."""
    found: defaultdict[int, list[Told]] = defaultdict(list)
    for row in await fetch(_told(everything=scope.everything), {"keys": list(keys), "viewer": scope.user_id}):
        found[row[0]].append(Told(*row[1:]))
    return found


async def told(fetch: Fetch, company_id: int, scope: Scope) -> list[tuple[int, int | None, Any]]:
    """Of one company: (event, product, data), oldest first."""
    found = await of_companies(fetch, (company_id,), scope)
    return [(each.event_id, each.product_id, each.data) for each in found.get(company_id, ())]
