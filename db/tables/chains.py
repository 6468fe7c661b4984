"""Workflow chains, and the sessions that worked on their steps."""

from datetime import datetime
from typing import Any

from sqlalchemy import FetchedValue, ForeignKey, Index, Integer, String, func
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import BigId, CreatedAt, Json, Pk, Timestamp, enum
from domain.enums import ChainStatus, ChainType


class WorkflowChain(Base):
    __tablename__ = "workflow_chains"
    __table_args__ = table_args(
        Index("idx_user_chains", "user_id", "status", "chain_type"),
        Index("idx_company_chains", "company_id", "chain_type"),
        Index("ix_workflow_chains_company_id_created_at_id", "company_id", "created_at", "id"),
        Index("ix_workflow_chains_product_id_created_at_id", "product_id", "created_at", "id"),
    )

    id: Mapped[Pk]
    chain_id: Mapped[str] = mapped_column(String(100), unique=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    company_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("companies.id", ondelete="SET NULL"))
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(255))
    chain_type: Mapped[ChainType] = mapped_column(enum(ChainType))
    status: Mapped[ChainStatus | None] = mapped_column(
        enum(ChainStatus), default=ChainStatus.DRAFT, server_default="draft"
    )
    current_step: Mapped[int | None] = mapped_column(Integer, default=0, server_default="0")
    total_steps: Mapped[int] = mapped_column(Integer)
    steps_config: Mapped[list[Any]] = mapped_column(Json)
    chain_context: Mapped[dict[str, Any] | None] = mapped_column(Json)
    started_at: Mapped[datetime | None] = mapped_column(Timestamp)
    completed_at: Mapped[datetime | None] = mapped_column(Timestamp)
    estimated_completion: Mapped[datetime | None] = mapped_column(Timestamp)
    created_at: Mapped[CreatedAt]
    # The database keeps it on every update, as the seed asks: ON UPDATE on MySQL, a trigger on SQLite.
    updated_at: Mapped[datetime | None] = mapped_column(
        Timestamp, server_default=func.current_timestamp(), server_onupdate=FetchedValue()
    )

    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ChainSession(Base):
    __tablename__ = "workflow_chain_sessions"
    __table_args__ = table_args(Index("ix_workflow_chain_sessions_session_id_chain_id", "session_id", "chain_id"))

    chain_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("workflow_chains.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    session_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("agent_sessions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    step_num: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    created_at: Mapped[CreatedAt]
