"""Companies and their products."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import BigId, CreatedAt, Json, Pk, Timestamp, enum
from domain.enums import JourneyStage, LaunchStatus, PartnerTier


class Company(Base):
    __tablename__ = "companies"
    __table_args__ = table_args(Index("ix_companies_partner_journey_stage", "partner_journey_stage"))

    id: Mapped[Pk]
    user_id: Mapped[int | None] = mapped_column(BigId)
    name: Mapped[str] = mapped_column(String(255), nullable=True)  # an adopted table may hold NULL
    website: Mapped[str | None] = mapped_column(String(255))
    industry: Mapped[str | None] = mapped_column(String(255))
    country: Mapped[str | None] = mapped_column(String(2))
    description: Mapped[str | None] = mapped_column(Text)
    gtm_goals: Mapped[Any | None] = mapped_column(Json)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime | None] = mapped_column(Timestamp)

    partner_journey_stage: Mapped[JourneyStage | None] = mapped_column(
        enum(JourneyStage), default=JourneyStage.DISCOVERY, server_default="discovery"
    )
    journey_started_at: Mapped[datetime | None] = mapped_column(Timestamp)
    journey_milestones: Mapped[dict[str, Any] | None] = mapped_column(Json)
    next_recommended_actions: Mapped[Any | None] = mapped_column(Json)
    blockers: Mapped[dict[str, Any] | None] = mapped_column(Json)
    partner_tier: Mapped[PartnerTier | None] = mapped_column(enum(PartnerTier))
    aws_partner_id: Mapped[str | None] = mapped_column(String(100))

    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Product(Base):
    __tablename__ = "products"
    __table_args__ = table_args(
        Index("ix_products_company_id_launch_status", "company_id", "launch_status"),
        Index("uq_products_aws_product_code", "aws_product_code", unique=True),
    )

    id: Mapped[Pk]
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("companies.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255), nullable=True)  # an adopted table may hold NULL
    description: Mapped[str | None] = mapped_column(Text)
    marketplace_type: Mapped[str | None] = mapped_column(String(50))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime | None] = mapped_column(Timestamp)

    launch_status: Mapped[LaunchStatus | None] = mapped_column(
        enum(LaunchStatus), default=LaunchStatus.IDEATION, server_default="ideation"
    )
    launch_readiness_score: Mapped[int | None] = mapped_column(Integer, server_default="0")
    last_compliance_check_at: Mapped[datetime | None] = mapped_column(Timestamp)
    blocking_issues_count: Mapped[int | None] = mapped_column(Integer, server_default="0")
    aws_product_code: Mapped[str | None] = mapped_column(String(100))
    listing_live_date: Mapped[date | None] = mapped_column(Date)
    target_launch_date: Mapped[date | None] = mapped_column(Date)
    prerequisite_tasks: Mapped[list[Any] | None] = mapped_column(Json)

    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
