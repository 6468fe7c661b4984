"""The newest figure of each requirement; and what was said last of one day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from db import tables as t
from db.base import table_of
from db.queries.facts import Fetch
from db.queries.lists import KEPT
from db.scope import Scope, within
from domain.enums import TierRequirement
from domain.tier_gap import Figure

PROGRESS = table_of(t.TierProgress)
Figures = dict[TierRequirement, Figure]


@lru_cache(KEPT)
def _newest(*, everything: bool) -> Select[Any]:
    c = PROGRESS.c
    place = func.row_number().over(partition_by=(c.company_id, c.requirement), order_by=(c.as_of.desc(), c.id.desc()))
    ranked = select(c.company_id, c.requirement, c.value, c.as_of, place.label("place"))
    ranked = ranked.where(c.company_id.in_(bindparam("keys", expanding=True)))
    found = within(ranked, PROGRESS, everything=everything).subquery()
    return select(found.c.company_id, found.c.requirement, found.c.value, found.c.as_of).where(found.c.place == 1)


async def figures(fetch: Fetch, keys: Sequence[int], scope: Scope) -> dict[int, Figures]:
    """By company."""
    found: defaultdict[int, Figures] = defaultdict(dict)
    values = {"keys": list(keys), "viewer": scope.user_id}
    for company_id, requirement, value, as_of in await fetch(_newest(everything=scope.everything), values):
        found[company_id][requirement] = Figure(value, as_of)
    return found


@lru_cache(KEPT)
def _of_day(*, everything: bool) -> Select[Any]:
    c = PROGRESS.c
    found = select(c.requirement, c.value).where(c.company_id == bindparam("company"), c.as_of == bindparam("day"))
    return within(found.order_by(c.id), PROGRESS, everything=everything)


async def of_day(fetch: Fetch, company_id: int, day: date, scope: Scope) -> dict[TierRequirement, int]:
    values = {"company": company_id, "day": day, "viewer": scope.user_id}
    return dict(await fetch(_of_day(everything=scope.everything), values))
