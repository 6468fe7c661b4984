"""What has been recorded since: ids of a company's events, for those who follow it."""

from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, select

from db import tables as t
from db.base import table_of
from db.queries.lists import KEPT
from db.scope import within

EVENTS = table_of(t.JourneyEvent)

# Of all companies: a number from which to look, and nothing that anyone is shown.
TOP = select(func.max(EVENTS.c.id))


@lru_cache(KEPT)
def following(*, everything: bool) -> Select[Any]:
    """Ids of the company's events beyond `floor`, in order, `limit` of them."""
    statement = (
        select(EVENTS.c.id)
        .where(EVENTS.c.company_id == bindparam("company"), EVENTS.c.id > bindparam("floor"))
        .order_by(EVENTS.c.id)
        .limit(bindparam("limit", type_=BigInteger))
    )
    return within(statement, EVENTS, everything=everything)
