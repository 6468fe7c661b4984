"""What agents ask managers to approve."""

from datetime import datetime
from typing import Any

from sqlalchemy import CHAR, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import BigId, CreatedAt, Json, Pk, Timestamp, enum
from domain.enums import AgentType, ApprovalDecision


class Approval(Base):
    __tablename__ = "approvals"
    __table_args__ = table_args(
        Index("ix_approvals_company_id_created_at_id", "company_id", "created_at", "id"),
        Index("ix_approvals_decision_expires_at", "decision", "expires_at"),
    )

    id: Mapped[Pk]
    public_id: Mapped[str] = mapped_column(String(100), unique=True)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("companies.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    agent_id: Mapped[str] = mapped_column(String(100))
    agent_type: Mapped[AgentType | None] = mapped_column(enum(AgentType))
    operation: Mapped[str] = mapped_column(String(100))
    request: Mapped[dict[str, Any]] = mapped_column(Json)
    request_hash: Mapped[str] = mapped_column(CHAR(64))
    # Names the agent, its user and the request until the approval is used up or a new one takes its place: at most one
    # live approval for each of them.
    live_key: Mapped[str | None] = mapped_column(CHAR(64), unique=True)
    summary: Mapped[str] = mapped_column(Text)
    decision: Mapped[ApprovalDecision] = mapped_column(
        enum(ApprovalDecision), default=ApprovalDecision.PENDING, server_default="pending"
    )
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime | None] = mapped_column(Timestamp)
    decided_at: Mapped[datetime | None] = mapped_column(Timestamp)
    decided_by: Mapped[int | None] = mapped_column(BigId)
    note: Mapped[str | None] = mapped_column(Text)
    used_at: Mapped[datetime | None] = mapped_column(Timestamp)

    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
