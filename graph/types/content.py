"""Generated content and its lineage."""

from datetime import datetime
from decimal import Decimal

from db import tables as t
from domain.enums import ContentPurpose, JourneyStage
from domain.stages import stage_or_none
from graph.fields import column, computed, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs
from graph.types.lists import many


@entity(t.GeneratedContent, "Content that was generated for a company or product.")
class GeneratedContent(Node):
    title: str | None = column("Its title.")
    slug: str | None = column("The template that made it.")
    input: str | None = column("What was asked for.")
    output: str | None = column("The content.")
    created_at: datetime | None = column("When it was made.")
    updated_at: datetime | None = column("When it last changed.")
    content_purpose: ContentPurpose | None = column("What it is for.")
    workflow_chain_id: str | None = column("Public id of the chain it was made in.")
    quality_score: Decimal | None = column("0 to 100, as the maker judged itself.")
    used_in_submission: bool | None = column("Whether it went into a submission.")

    journey_stage = computed(
        "journey_stage", JourneyStage | None, stage_or_none, "The company's stage when it was made."
    )

    user = to_one(refs.User, t.User, "user_id", "Who made it.")
    company = to_one(refs.Company, t.Company, "company_id", "The company it is for.")
    product = to_one(refs.Product, t.Product, "product_id", "The product it is for, if one.")
    chain = to_one(
        refs.WorkflowChain, t.WorkflowChain, "workflow_chain_id", "The chain it was made in.", key="chain_id"
    )
    parent = to_one(refs.GeneratedContent, t.GeneratedContent, "parent_generation_id", "The version it was made from.")
    iterations = many(t.GeneratedContent, "Versions that were made from it.", by="parent_generation_id")
    predictions = many(t.PerformancePrediction, "How it was expected to perform.", by="content_id")
