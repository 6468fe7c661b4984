"""Tiers of the AWS Partner Network: what was counted, and what is missing."""

from datetime import date, datetime
from typing import Any

import strawberry

from db import tables as t
from db.opaque import global_id
from domain import tier_gap, tiers
from domain.enums import PartnerTier, TierRequirement
from graph.fields import Info, column, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs
from graph.types.gates import Fix


@entity(t.TierProgress, "Something that was counted of a partner towards a tier. Never changed: a later one counts.")
class TierProgress(Node):
    requirement: TierRequirement = column("What was counted.")
    value: int = column("How many; of revenue, US dollars.")
    as_of: date = column("The day for which it was counted.")
    note: str | None = column("Where the figure comes from.")
    created_at: datetime | None = column("When it was recorded.")

    company = to_one(refs.Company, t.Company, "company_id", "The company.")
    user = to_one(refs.User, t.User, "user_id", "Who recorded it, or whom the agent acted for.")


@strawberry.type(description="One thing that a tier needs.")
class TierNeed:
    requirement: TierRequirement = strawberry.field(description="What is counted.")
    needed: int = strawberry.field(description="How many the tier needs.")
    value: int | None = strawberry.field(description="How many were counted last; null when nobody has.")
    missing: int | None = strawberry.field(description="How many are missing; null when nobody has counted.")
    as_of: date | None = strawberry.field(description="The day for which it was counted.")
    stale: bool = strawberry.field(description="Whether that is too long ago by `policy { tiers { progressMonths } }`.")
    met: bool = strawberry.field(description="Whether there are enough. What is unknown or stale is not met.")


def _policy_version(info: Info) -> str:
    return info.context.writer.policy.version


@strawberry.type(description="How far a company is from a tier.")
class TierGap:
    tier: PartnerTier = strawberry.field(description="The tier.")
    met: bool = strawberry.field(description="Whether everything it needs is there. AWS decides, not this.")
    policy_version: str = strawberry.field(
        resolver=_policy_version, description="Version of the policy that says what the tier needs."
    )
    requirements: list[TierNeed] = strawberry.field(description="What it needs. At most six.")
    fix: Fix | None = strawberry.field(description="The call that records what is unknown or stale.")


async def gap_of(info: Info, record: Any, to: PartnerTier | None) -> tier_gap.TierGap | None:
    tier = to or tiers.following(record.partner_tier)
    if tier is None:
        return None
    writer = info.context.writer
    known = await info.context.loaders.tier_figures().load(record.id)
    ref = global_id("Company", record.id)
    return tier_gap.gap(tier, known, writer.policy.tiers, writer.clock().date(), ref)
