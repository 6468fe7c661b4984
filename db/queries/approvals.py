"""The approval that a call may pass with, or waits for."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from db import tables as t
from db.base import table_of
from db.queries.lists import KEPT
from db.scope import Scope, within
from db.writing import Transaction

APPROVALS = table_of(t.Approval)
LIVE = select(APPROVALS).where(APPROVALS.c.live_key == bindparam("live_key")).with_for_update()


async def live(transaction: Transaction, live_key: str) -> t.Approval | None:
    """Locked until the transaction ends. The key names whose it is, so that nobody else's can be found."""
    return await transaction.load(t.Approval, LIVE, {"live_key": live_key})


async def company_of(transaction: Transaction, approval_id: int, scope: Scope) -> int | None:
    """Not locked."""
    found = await transaction.row(
        _company_of(everything=scope.everything), {"id": approval_id, "viewer": scope.user_id}
    )
    return None if found is None else int(found[0])


@lru_cache(KEPT)
def _company_of(*, everything: bool) -> Select[Any]:
    statement = select(APPROVALS.c.company_id).where(APPROVALS.c.id == bindparam("id"))
    return within(statement, APPROVALS, everything=everything)
