"""Leads: people who asked for a demo."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import strawberry

from db import tables as t
from domain.enums import PartnerPotential
from graph.fields import column, derived, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs
from graph.types.documents import Signal, signals


@entity(t.DemoRequest, "A request for a demo, seen as a possible partner.")
class PartnerLead(Node):
    name: str | None = column("Who asked.")
    email: str | None = column("Where to reach them.")
    company_name: str | None = column("For which company.")
    website: str | None = column("The company's web site.")
    message: str | None = column("What they wrote.")
    status: str | None = column(
        "How far contact has come, for example new, contacted, qualified, disqualified or converted."
    )
    created_at: datetime | None = column("When they asked.")
    updated_at: datetime | None = column("When it last changed.")
    lead_score: int | None = column("0 to 100.")
    recommended_plan_id: strawberry.ID | None = column("Key of the plan that suits them, in your plan catalogue.")
    partner_potential: PartnerPotential | None = column("How promising they are; null when too little is known.")
    estimated_arr: Decimal | None = column("Expected annual recurring revenue in US dollars.")
    journey_started: bool | None = column("Whether they became a company of the programme.")

    @derived("lead_signals", description="What the score rests on. Bounded: one document per lead holds them all.")
    def lead_signals(self, record: strawberry.Parent[Any]) -> list[Signal]:
        return signals(record.lead_signals)

    @derived(
        "recommended_templates", description="Templates for onboarding, best first. Bounded: one document per lead."
    )
    def recommended_templates(self, record: strawberry.Parent[Any]) -> list[str]:
        raw = record.recommended_templates
        return [slug for slug in raw if isinstance(slug, str)] if isinstance(raw, list) else []

    company = to_one(refs.Company, t.Company, "company_id", "The company they became.")
