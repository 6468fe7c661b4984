"""The approval that a call may pass with, or waits for; and what an agent has been granted."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from db import tables as t
from db.base import table_of
from db.queries.facts import Fetch
from db.queries.lists import KEPT
from db.scope import Scope, within
from db.types import Timestamp
from db.writing import Transaction
from domain.approvals import Granted
from domain.enums import ApprovalDecision

APPROVALS = table_of(t.Approval)
LIVE = select(APPROVALS).where(APPROVALS.c.live_key == bindparam("live_key")).with_for_update()


async def live(transaction: Transaction, live_key: str) -> t.Approval | None:
    """Locked until the transaction ends. The key names whose it is, so that nobody else's can be found."""
    return await transaction.load(t.Approval, LIVE, {"live_key": live_key})


@lru_cache(KEPT)
def _granted(*, everything: bool) -> Select[Any]:
    c = APPROVALS.c
    statement = select(c.company_id, c.operation, c.request).where(
        c.company_id.in_(bindparam("keys", expanding=True)), c.user_id == bindparam("user"),
        c.agent_id == bindparam("agent"), c.decision == ApprovalDecision.APPROVED, c.live_key.is_not(None),
        c.used_at.is_(None), c.expires_at > bindparam("now", type_=Timestamp),
    )  # fmt: skip
    return within(statement, APPROVALS, everything=everything)


async def granted(
    fetch: Fetch, keys: Sequence[int], agent_id: str, scope: Scope, now: datetime
) -> dict[int, tuple[Granted, ...]]:
    """By company: what this agent of the viewer may do once."""
    values = {"keys": list(keys), "user": scope.user_id, "agent": agent_id, "now": now, "viewer": scope.user_id}
    found: defaultdict[int, tuple[Granted, ...]] = defaultdict(tuple)
    for company_id, operation, request in await fetch(_granted(everything=scope.everything), values):
        found[company_id] += (Granted(operation, request or {}),)
    return found
