"""Content templates: what chains are made of, who writes with them, in which order, and what is written besides."""

from dataclasses import dataclass

from domain.enums import AgentType, ChainType, ContentPurpose

CS, VC, CO = AgentType.CONTENT_STRATEGIST, AgentType.VISUAL_CREATOR, AgentType.CONTENT_OPTIMIZER
MA, TB, SA = AgentType.MARKET_ANALYST, AgentType.TECHNICAL_BUILDER, AgentType.SOLUTION_ADVISOR
MDF, COSELL = AgentType.MDF_ASSISTANT, AgentType.CO_SELL_ADVISOR


@dataclass(frozen=True, slots=True)
class Template:
    slug: str
    title: str
    agent: AgentType
    minutes: int
    required: bool = True
    approval: bool = False
    after: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    name: str
    purpose: ContentPurpose
    steps: tuple[Template, ...]
    days: tuple[float, float]


PLANS = {
    ChainType.LISTING_CREATION: Plan(
        "AWS Marketplace listing for {product}",
        ContentPurpose.LISTING_CONTENT,
        (
            Template("listing-positioning-brief", "Positioning brief", MA, 45),
            Template("listing-title-and-highlights", "Listing title and highlights", CS, 40),
            Template("listing-long-description", "Long description", CS, 60),
            Template("listing-architecture-diagram", "Architecture diagram", VC, 90, required=False, after=(1,)),
            Template("listing-usage-instructions", "Usage instructions", TB, 75, after=(1,)),
            Template("listing-seo-review", "Search keywords and final review", CO, 30, approval=True, after=(2, 3, 5)),
        ),
        (6, 20),
    ),
    ChainType.MDF_APPLICATION: Plan(
        "MDF application for {product}",
        ContentPurpose.MDF_APPLICATION,
        (
            Template("mdf-campaign-brief", "Campaign brief", MDF, 45),
            Template("mdf-audience-and-market", "Audience and market sizing", MA, 60),
            Template("mdf-budget-justification", "Budget justification", MDF, 50, after=(1, 2)),
            Template("mdf-application-form", "Application answers", MDF, 40, approval=True, after=(3,)),
        ),
        (4, 14),
    ),
    ChainType.CO_SELL_PREP: Plan(
        "Co-sell kit for {product}",
        ContentPurpose.CO_SELL_MATERIALS,
        (
            Template("co-sell-value-statement", "Better-together value statement", COSELL, 40),
            Template("co-sell-customer-story", "Customer reference story", CS, 70),
            Template("co-sell-battlecard", "Field battlecard", COSELL, 50, after=(1,)),
            Template("co-sell-pitch-deck", "First-call pitch deck", VC, 120, after=(1, 2)),
            Template("co-sell-ace-opportunity-brief", "ACE opportunity brief", COSELL, 30, required=False, after=(3,)),
        ),
        (7, 24),
    ),
    ChainType.CONTENT_CAMPAIGN: Plan(
        "Launch campaign for {product}",
        ContentPurpose.CUSTOMER_FACING,
        (
            Template("campaign-messaging-house", "Messaging house", CS, 50),
            Template("campaign-landing-page", "Landing page", CS, 60),
            Template("campaign-social-visuals", "Social visuals", VC, 80, required=False, after=(1,)),
            Template("campaign-email-sequence", "E-mail sequence", CO, 45, after=(1,)),
            Template("campaign-results-review", "Results review", MA, 40, after=(2, 4)),
        ),
        (8, 28),
    ),
    ChainType.CUSTOM: Plan(
        "Partner onboarding plan",
        ContentPurpose.INTERNAL_PLANNING,
        (
            Template("onboarding-gtm-goals", "Go-to-market goals worksheet", SA, 35),
            Template("onboarding-ideal-customer", "Ideal customer profile", MA, 50),
            Template("onboarding-90-day-plan", "90-day joint plan", SA, 45, after=(1, 2)),
        ),
        (3, 12),
    ),
    ChainType.COMPLIANCE_REMEDIATION: Plan("Remediation for {product}", ContentPurpose.COMPLIANCE, (), (3, 10)),
}

# Content that people and agents write outside of any chain.
LOOSE = {
    ContentPurpose.LISTING_CONTENT: Template("listing-refresh", "Listing refresh", CO, 40),
    ContentPurpose.MDF_APPLICATION: Template("mdf-proof-of-performance", "Proof of performance", MDF, 40),
    ContentPurpose.CO_SELL_MATERIALS: Template("co-sell-one-pager", "Co-sell one-pager", COSELL, 35),
    ContentPurpose.CUSTOMER_FACING: Template("customer-solution-brief", "Solution brief", CS, 60),
    ContentPurpose.INTERNAL_PLANNING: Template("quarterly-business-review", "Quarterly business review", SA, 45),
    ContentPurpose.COMPLIANCE: Template("security-questionnaire", "Security questionnaire", TB, 90),
    ContentPurpose.OTHER: Template("meeting-summary", "Summary of the partner call", SA, 15),
}

OUTCOMES = {
    CS: "content_published",
    VC: "visuals_delivered",
    CO: "content_improved",
    MA: "market_brief_delivered",
    TB: "technical_guide_delivered",
    SA: "plan_agreed",
    MDF: "mdf_application_ready",
    COSELL: "co_sell_kit_ready",
}

CHAIN_OF_PURPOSE = {plan.purpose: chain_type for chain_type, plan in PLANS.items()}
CATALOGUE: dict[str, tuple[Template, ChainType]] = {
    **{step.slug: (step, chain_type) for chain_type, plan in PLANS.items() for step in plan.steps},
    **{each.slug: (each, CHAIN_OF_PURPOSE.get(purpose, ChainType.CUSTOM)) for purpose, each in LOOSE.items()},
}
"""Every template by its slug, with the type of chain whose prerequisites it shares."""
