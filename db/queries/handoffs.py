"""The line of handoffs a session stands at the end of."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from db import tables as t
from db.base import table_of
from db.writing import Transaction
from domain.enums import AgentType, ChainStatus
from domain.handoffs import ENTITY, MOST_HOPS, Visit

HANDOFFS, SESSIONS = table_of(t.SessionHandoff), table_of(t.AgentSession)
EVENTS, CHAINS, WORKED = table_of(t.JourneyEvent), table_of(t.WorkflowChain), table_of(t.ChainSession)

LIVE = select(HANDOFFS.c.id).where(HANDOFFS.c.live_source_id == bindparam("session_id"))
BEFORE = (
    select(SESSIONS.c.id, SESSIONS.c.agent_type, SESSIONS.c.started_at)
    .join_from(SESSIONS, HANDOFFS, HANDOFFS.c.from_session_id == SESSIONS.c.id)
    .where(HANDOFFS.c.to_session_id == bindparam("session_id"))
)
# Handing a session over is not a move.
LAST_MOVE = (
    select(EVENTS.c.created_at)
    .where(
        EVENTS.c.company_id == bindparam("company_id"),
        (EVENTS.c.related_entity_type != ENTITY) | EVENTS.c.related_entity_type.is_(None),
    )
    .order_by(EVENTS.c.created_at.desc(), EVENTS.c.id.desc())
    .limit(1)
)
# Bounded: one session works on few.
OPEN_CHAINS = (
    select(CHAINS.c.id, CHAINS.c.chain_id, CHAINS.c.steps_config)
    .where(
        CHAINS.c.id.in_(select(WORKED.c.chain_id).where(WORKED.c.session_id == bindparam("session_id"))),
        CHAINS.c.status.in_((ChainStatus.IN_PROGRESS, ChainStatus.PAUSED)),
    )
    .order_by(CHAINS.c.id)
    .limit(20)
)


class OpenChain(NamedTuple):
    id: int
    chain_id: str
    steps_config: list[Any]


async def live_handoff(transaction: Transaction, session_id: int) -> int | None:
    found = await transaction.row(LIVE, {"session_id": session_id})
    return None if found is None else int(found[0])


async def line_of(transaction: Transaction, source: t.AgentSession) -> list[Visit]:
    """The sessions from the root to `source`. Bounded by the hop limit."""
    found: list[tuple[AgentType, datetime | None]] = [(source.agent_type, source.started_at)]
    current = source.id
    while len(found) <= MOST_HOPS:
        row = await transaction.row(BEFORE, {"session_id": current})
        if row is None:
            break
        current, agent_type, started_at = row
        found.append((agent_type, started_at))
    moved = None if source.company_id is None else await transaction.row(LAST_MOVE, {"company_id": source.company_id})
    last_event = None if moved is None else moved[0]
    return [
        Visit(agent_type, moved_since=last_event is not None and (at is None or last_event > at))
        for agent_type, at in reversed(found)
    ]


async def open_chains(transaction: Transaction, session_id: int) -> list[OpenChain]:
    """Chains the session worked on that are not finished."""
    return [OpenChain(*row) for row in await transaction.rows(OPEN_CHAINS, {"session_id": session_id})]
