"""What compliance checks have found and is not settled yet."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from db.queries import fact_statements as s
from db.queries.facts import Fetch
from db.queries.lists import KEPT
from db.scope import Scope, within


@lru_cache(KEPT)
def _latest(*, everything: bool) -> Select[Any]:
    c = s.REPORTS.c
    statement = (
        select(c.id).where(c.product_id == bindparam("product")).order_by(c.created_at.desc(), c.id.desc()).limit(1)
    )
    return within(statement, s.REPORTS, everything=everything)


async def open_grave(fetch: Fetch, product_id: int, scope: Scope) -> int:
    """Open critical and high items of the product's latest report."""
    latest = await fetch(_latest(everything=scope.everything), {"product": product_id, "viewer": scope.user_id})
    if not latest:
        return 0
    values = {"keys": [latest[0][0]], "viewer": scope.user_id}
    found = await fetch(s.open_items(everything=scope.everything), values)
    return int(found[0][3]) if found else 0
