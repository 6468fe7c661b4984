"""Agent sessions, and how one hands over to the next."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import BigId, CreatedAt, Json, Pk, Timestamp, TinyInt, enum
from domain.enums import AgentType, HandoffStatus, SessionStatus


class AgentSession(Base):
    __tablename__ = "agent_sessions"
    __table_args__ = table_args(
        Index("idx_user_sessions", "user_id", "agent_type", "status"),
        Index("idx_journey_sessions", "journey_stage", "agent_type"),
        Index("ix_agent_sessions_company_id_started_at_id", "company_id", "started_at", "id"),
        Index("ix_agent_sessions_product_id_started_at_id", "product_id", "started_at", "id"),
    )

    id: Mapped[Pk]
    session_id: Mapped[str] = mapped_column(String(100), unique=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    company_id: Mapped[int | None] = mapped_column(BigId)
    product_id: Mapped[int | None] = mapped_column(BigId)
    journey_stage: Mapped[str | None] = mapped_column(String(50))
    agent_type: Mapped[AgentType] = mapped_column(enum(AgentType))
    status: Mapped[SessionStatus | None] = mapped_column(
        enum(SessionStatus), default=SessionStatus.ACTIVE, server_default="active"
    )
    messages_count: Mapped[int | None] = mapped_column(Integer, default=0, server_default="0")
    tokens_used: Mapped[int | None] = mapped_column(Integer, default=0, server_default="0")
    user_satisfaction: Mapped[int | None] = mapped_column(TinyInt)
    successful_outcome: Mapped[bool | None] = mapped_column(Boolean)
    outcome_type: Mapped[str | None] = mapped_column(String(100))
    session_context: Mapped[dict[str, Any] | None] = mapped_column(Json)
    handoff_to_agent: Mapped[str | None] = mapped_column(String(100))
    started_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None] = mapped_column(Timestamp)

    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class SessionHandoff(Base):
    __tablename__ = "session_handoffs"
    __table_args__ = table_args(
        Index("ix_session_handoffs_from_session_id", "from_session_id"),
        Index("ix_session_handoffs_to_session_id", "to_session_id"),
    )

    id: Mapped[Pk]
    from_session_id: Mapped[int] = mapped_column(BigId, ForeignKey("agent_sessions.id", ondelete="CASCADE"))
    to_session_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agent_sessions.id", ondelete="SET NULL"))
    # Equals from_session_id while the handoff is pending or accepted, else NULL: at most one live handoff per source.
    live_source_id: Mapped[int | None] = mapped_column(BigId, unique=True)
    to_agent_type: Mapped[AgentType] = mapped_column(enum(AgentType))
    status: Mapped[HandoffStatus] = mapped_column(enum(HandoffStatus))
    snapshot_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("context_snapshots.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text)
    policy: Mapped[Any] = mapped_column(Json)
    redactions: Mapped[list[str] | None] = mapped_column(Json)
    open_questions: Mapped[list[str] | None] = mapped_column(Json)
    hop: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime | None] = mapped_column(Timestamp)
    decided_at: Mapped[datetime | None] = mapped_column(Timestamp)
    decided_by: Mapped[int | None] = mapped_column(BigId)
