"""What was known at a point in time."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import BigId, CreatedAt, Json, Pk, Timestamp, enum
from domain.enums import SnapshotType


class ContextSnapshot(Base):
    __tablename__ = "context_snapshots"
    __table_args__ = table_args(
        Index("idx_company_snapshots", "company_id", "snapshot_type", "created_at"),
        Index("idx_chain_snapshots", "workflow_chain_id"),
        Index("ix_context_snapshots_agent_session_id", "agent_session_id"),
        Index("ix_context_snapshots_company_id_created_at_id", "company_id", "created_at", "id"),
        Index("ix_context_snapshots_product_id_created_at_id", "product_id", "created_at", "id"),
    )

    id: Mapped[Pk]
    snapshot_id: Mapped[str] = mapped_column(String(100), unique=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    company_id: Mapped[int | None] = mapped_column(BigId)
    product_id: Mapped[int | None] = mapped_column(BigId)
    snapshot_type: Mapped[SnapshotType] = mapped_column(enum(SnapshotType))
    context_data: Mapped[dict[str, Any]] = mapped_column(Json)
    trigger_event: Mapped[str | None] = mapped_column(String(100))
    workflow_chain_id: Mapped[str | None] = mapped_column(String(100))
    agent_session_id: Mapped[str | None] = mapped_column(String(100))
    expires_at: Mapped[datetime | None] = mapped_column(Timestamp)
    created_at: Mapped[CreatedAt]
