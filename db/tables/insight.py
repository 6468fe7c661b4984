"""What was measured or foreseen: entitlements, readiness scores, the knowledge base, predictions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, Numeric, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import AdoptedInteger, BigId, CreatedAt, Json, Pk, Timestamp, enum
from domain.enums import ChurnRisk, ScoreTrend, UsageTrend


class MarketplaceEntitlement(Base):
    __tablename__ = "marketplace_entitlements"
    __table_args__ = table_args(
        Index("ix_marketplace_entitlements_company_id_created_at_id", "company_id", "created_at", "id"),
        Index("ix_marketplace_entitlements_product_id_created_at_id", "product_id", "created_at", "id"),
    )

    id: Mapped[Pk]
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("companies.id", ondelete="CASCADE"))
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="CASCADE"))
    customer_identifier: Mapped[str | None] = mapped_column(String(255))
    dimension: Mapped[str | None] = mapped_column(String(255))
    value: Mapped[int | None] = mapped_column(AdoptedInteger)
    status: Mapped[str | None] = mapped_column(String(50))
    expires_at: Mapped[datetime | None] = mapped_column(Timestamp)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime | None] = mapped_column(Timestamp)

    usage_trend: Mapped[UsageTrend | None] = mapped_column(enum(UsageTrend))
    upsell_signals: Mapped[dict[str, Any] | None] = mapped_column(Json)
    recommended_upgrade: Mapped[str | None] = mapped_column(String(100))
    churn_risk: Mapped[ChurnRisk | None] = mapped_column(enum(ChurnRisk))
    last_engagement_at: Mapped[datetime | None] = mapped_column(Timestamp)
    health_score: Mapped[int | None] = mapped_column(Integer, default=100, server_default="100")


class LaunchReadinessScore(Base):
    __tablename__ = "launch_readiness_scores"
    __table_args__ = table_args(
        Index("ix_launch_readiness_scores_product_id_created_at_id", "product_id", "created_at", "id")
    )

    id: Mapped[Pk]
    product_id: Mapped[int] = mapped_column(BigId, ForeignKey("products.id", ondelete="CASCADE"))
    score: Mapped[int | None] = mapped_column(AdoptedInteger)
    created_at: Mapped[CreatedAt]

    previous_score: Mapped[int | None] = mapped_column(Integer)
    score_trend: Mapped[ScoreTrend | None] = mapped_column(enum(ScoreTrend))
    days_until_target: Mapped[int | None] = mapped_column(Integer)
    predicted_ready_date: Mapped[date | None] = mapped_column(Date)


class KnowledgeBase(Base):
    __tablename__ = "platform_knowledge_bases"

    id: Mapped[Pk]
    name: Mapped[str | None] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime | None] = mapped_column(Timestamp)

    popular_queries: Mapped[list[Any] | None] = mapped_column(Json)
    gap_topics: Mapped[list[Any] | None] = mapped_column(Json)
    suggested_additions: Mapped[list[Any] | None] = mapped_column(Json)


class PerformancePrediction(Base):
    __tablename__ = "performance_predictions"
    __table_args__ = table_args(
        Index("ix_performance_predictions_company_id_created_at_id", "company_id", "created_at", "id"),
        Index("ix_performance_predictions_content_id", "content_id"),
        Index("ix_performance_predictions_experiment_key", "experiment_key"),
    )

    id: Mapped[Pk]
    company_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("companies.id", ondelete="CASCADE"))
    content_id: Mapped[int | None] = mapped_column(BigId)
    experiment_key: Mapped[str | None] = mapped_column(String(100))
    metric: Mapped[str | None] = mapped_column(String(100))
    predicted_value: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    created_at: Mapped[CreatedAt]

    variant_id: Mapped[str | None] = mapped_column(String(100))
    is_control: Mapped[bool | None] = mapped_column(Boolean, default=True, server_default=true())
    actual_performance: Mapped[dict[str, Any] | None] = mapped_column(Json)
