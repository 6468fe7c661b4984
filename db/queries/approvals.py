"""The approval that a call may pass with, or waits for."""

from sqlalchemy import bindparam, select

from db import tables as t
from db.base import table_of
from db.writing import Transaction

APPROVALS = table_of(t.Approval)
LIVE = select(APPROVALS).where(APPROVALS.c.live_key == bindparam("live_key")).with_for_update()


async def live(transaction: Transaction, live_key: str) -> t.Approval | None:
    """Locked until the transaction ends. The key names whose it is, so that nobody else's can be found."""
    return await transaction.load(t.Approval, LIVE, {"live_key": live_key})
