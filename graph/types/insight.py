"""What was measured or foreseen: entitlements, readiness, knowledge, predictions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry

from db import tables as t
from domain import documents
from domain.enums import ChurnRisk, ScoreTrend, UsageTrend
from graph.fields import column, derived, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs
from graph.types.documents import ActualPerformance, GapTopic, PopularQuery, Signal, SuggestedAddition, signals


@entity(t.MarketplaceEntitlement, "What a customer bought in AWS Marketplace.")
class MarketplaceEntitlement(Node):
    customer_identifier: str | None = column("The customer, as AWS Marketplace names it.")
    dimension: str | None = column("What is counted.")
    value: int | None = column("How much was bought.")
    status: str | None = column("active, pending, unsubscribe_pending, expired or cancelled.")
    expires_at: datetime | None = column("When it ends.")
    created_at: datetime | None = column("When it was bought.")
    updated_at: datetime | None = column("When it last changed.")
    usage_trend: UsageTrend | None = column("Where usage goes; null with less than four full weeks.")
    recommended_upgrade: str | None = column("The plan to offer next.")
    churn_risk: ChurnRisk | None = column("How likely the customer is to leave.")
    last_engagement_at: datetime | None = column("When the customer was last active.")
    health_score: int | None = column("0 to 100.")

    @derived("upsell_signals", description="Why to offer more, 0 to 1 each. Bounded: one document per entitlement.")
    def upsell_signals(self, record: strawberry.Parent[Any]) -> list[Signal]:
        return signals(record.upsell_signals)

    company = to_one(refs.Company, t.Company, "company_id", "The company that sold it.")
    product = to_one(refs.Product, t.Product, "product_id", "The product.")


@entity(t.LaunchReadinessScore, "How ready a product was to launch, at one time.")
class LaunchReadinessScore(Node):
    score: int | None = column("0 to 100.")
    previous_score: int | None = column("The score before.")
    score_trend: ScoreTrend | None = column("Where the score goes; null for the first one.")
    days_until_target: int | None = column("Days to the target launch date then; negative when overdue.")
    predicted_ready_date: date | None = column("When 80 was expected to be reached; null when the data did not say.")
    created_at: datetime | None = column("When it was taken.")

    product = to_one(refs.Product, t.Product, "product_id", "The product.")


@entity(t.KnowledgeBase, "A body of knowledge that users query.")
class KnowledgeBase(Node):
    name: str | None = column("What it is called.")
    description: str | None = column("What is in it.")
    created_at: datetime | None = column("When it was made.")
    updated_at: datetime | None = column("When it last changed.")

    @derived("popular_queries", description="What is asked most, at most 20.")
    def popular_queries(self, record: strawberry.Parent[Any]) -> list[PopularQuery]:
        return documents.read_list(documents.PopularQuery, record.popular_queries)  # type: ignore[return-value]

    @derived("gap_topics", description="What is asked without a good answer. Bounded: one document holds them all.")
    def gap_topics(self, record: strawberry.Parent[Any]) -> list[GapTopic]:
        return documents.read_list(documents.GapTopic, record.gap_topics)  # type: ignore[return-value]

    @derived("suggested_additions", description="What to add, most useful first. Bounded: one document holds them all.")
    def suggested_additions(self, record: strawberry.Parent[Any]) -> list[SuggestedAddition]:
        return documents.read_list(documents.SuggestedAddition, record.suggested_additions)  # type: ignore[return-value]


@entity(t.PerformancePrediction, "How content was expected to perform, and how it did.")
class PerformancePrediction(Node):
    experiment_key: str | None = column("The experiment it is an arm of.")
    metric: str | None = column("What is measured.")
    predicted_value: Decimal | None = column("The prediction.")
    variant_id: str | None = column("The arm.")
    is_control: bool | None = column("Whether it is the control arm.")
    created_at: datetime | None = column("When it was predicted.")

    @derived("actual_performance", description="What was measured after launch.")
    def actual_performance(self, record: strawberry.Parent[Any]) -> ActualPerformance | None:
        return documents.read(documents.ActualPerformance, record.actual_performance)  # type: ignore[return-value]

    company = to_one(refs.Company, t.Company, "company_id", "The company.")
    content = to_one(refs.GeneratedContent, t.GeneratedContent, "content_id", "The content.")
