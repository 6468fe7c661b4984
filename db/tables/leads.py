"""Leads: the seed's `demo_requests`."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Index, Integer, Numeric, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import BigId, CreatedAt, Json, Pk, Timestamp, enum
from domain.enums import PartnerPotential


class DemoRequest(Base):
    __tablename__ = "demo_requests"
    __table_args__ = table_args(
        Index("ix_demo_requests_lead_score_id", "lead_score", "id"),
        Index("ix_demo_requests_company_id", "company_id"),
    )

    id: Mapped[Pk]
    name: Mapped[str | None] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(255))
    company_name: Mapped[str | None] = mapped_column(String(255))
    website: Mapped[str | None] = mapped_column(String(255))
    message: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(String(50))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime | None] = mapped_column(Timestamp)

    lead_score: Mapped[int | None] = mapped_column(Integer, default=0, server_default="0")
    lead_signals: Mapped[dict[str, Any] | None] = mapped_column(Json)
    recommended_plan_id: Mapped[int | None] = mapped_column(BigId)
    recommended_templates: Mapped[list[Any] | None] = mapped_column(Json)
    partner_potential: Mapped[PartnerPotential | None] = mapped_column(enum(PartnerPotential))
    estimated_arr: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    journey_started: Mapped[bool | None] = mapped_column(Boolean, default=False, server_default=false())

    # The company that a converted lead became.
    company_id: Mapped[int | None] = mapped_column(BigId)
