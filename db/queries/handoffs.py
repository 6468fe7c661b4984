"""The line of handoffs a session stands at the end of."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import tables as t
from domain.enums import AgentType, ChainStatus
from domain.handoffs import ENTITY, MOST_HOPS, Visit


async def live_handoff(session: AsyncSession, session_id: int) -> int | None:
    row = t.SessionHandoff
    return await session.scalar(select(row.id).where(row.live_source_id == session_id))


async def line_of(session: AsyncSession, source: t.AgentSession) -> list[Visit]:
    """The sessions from the root to `source`. Bounded by the hop limit."""
    found: list[tuple[AgentType, datetime | None]] = [(source.agent_type, source.started_at)]
    current = source.id
    while len(found) <= MOST_HOPS:
        row = (
            await session.execute(
                select(t.AgentSession.id, t.AgentSession.agent_type, t.AgentSession.started_at)
                .join(t.SessionHandoff, t.SessionHandoff.from_session_id == t.AgentSession.id)
                .where(t.SessionHandoff.to_session_id == current)
            )
        ).first()
        if row is None:
            break
        current = row.id
        found.append((row.agent_type, row.started_at))
    last_event = await _last_event(session, source.company_id)
    return [
        Visit(agent_type, moved_since=last_event is not None and (at is None or last_event > at))
        for agent_type, at in reversed(found)
    ]


async def _last_event(session: AsyncSession, company_id: int | None) -> datetime | None:
    """When the company's journey last moved; handing a session over is not a move."""
    if company_id is None:
        return None
    event = t.JourneyEvent
    return await session.scalar(
        select(event.created_at)
        .where(
            event.company_id == company_id,
            (event.related_entity_type != ENTITY) | event.related_entity_type.is_(None),
        )
        .order_by(event.created_at.desc(), event.id.desc())
        .limit(1)
    )


async def open_chains(session: AsyncSession, session_id: int) -> list[t.WorkflowChain]:
    """Chains the session worked on that are not finished. Bounded: one session works on few."""
    worked = select(t.ChainSession.chain_id).where(t.ChainSession.session_id == session_id)
    chain = t.WorkflowChain
    unfinished = (ChainStatus.IN_PROGRESS, ChainStatus.PAUSED)
    rows = await session.scalars(
        select(chain).where(chain.id.in_(worked), chain.status.in_(unfinished)).order_by(chain.id).limit(20)
    )
    return list(rows)
