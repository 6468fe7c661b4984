"""How far a partner has come towards a tier of the AWS Partner Network, as it was counted."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import BigId, CreatedAt, Pk, enum
from domain.enums import TierRequirement


class TierProgress(Base):
    __tablename__ = "partner_tier_progress"
    __table_args__ = table_args(
        Index("ix_partner_tier_progress_company_id_created_at_id", "company_id", "created_at", "id"),
        Index("ix_partner_tier_progress_company_id_requirement_as_of_id", "company_id", "requirement", "as_of", "id"),
    )

    id: Mapped[Pk]
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("companies.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    requirement: Mapped[TierRequirement] = mapped_column(enum(TierRequirement))
    value: Mapped[int] = mapped_column(Integer)
    as_of: Mapped[date] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
