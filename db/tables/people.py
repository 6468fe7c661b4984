"""People, and which companies they may see."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import BigId, CreatedAt, Pk, Timestamp, enum
from domain.enums import MemberRole


class User(Base):
    __tablename__ = "users"

    id: Mapped[Pk]
    # Written by us always; an adopted table may hold NULL.
    name: Mapped[str] = mapped_column(String(255), nullable=True)
    email: Mapped[str] = mapped_column(String(255), unique=True, nullable=True)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime | None] = mapped_column(Timestamp)


class CompanyMember(Base):
    __tablename__ = "company_members"
    __table_args__ = table_args(
        UniqueConstraint("company_id", "user_id"),
        Index("ix_company_members_user_id_company_id", "user_id", "company_id"),
    )

    id: Mapped[Pk]
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("companies.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    role: Mapped[MemberRole] = mapped_column(enum(MemberRole), default=MemberRole.VIEWER, server_default="viewer")
    created_at: Mapped[CreatedAt]
