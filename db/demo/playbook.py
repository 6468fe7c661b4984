"""What usually happens in each stage, in the order in which it happens."""

from dataclasses import dataclass
from enum import StrEnum

from domain.enums import ChainType, ContentPurpose, JourneyStage


class Kind(StrEnum):
    MILESTONE = "milestone"
    CONTENT = "content"
    BLOCKER = "blocker"
    CHECK = "check"
    REVIEW = "review"
    CHAIN = "chain"
    MDF_SUBMIT = "mdf_submit"
    MDF_DECIDE = "mdf_decide"
    CO_SELL = "co_sell"
    DEAL = "deal"


@dataclass(frozen=True, slots=True)
class Beat:
    kind: Kind
    what: str = ""
    chance: float = 1.0


K, P, C = Kind, ContentPurpose, ChainType

BEATS: dict[JourneyStage, tuple[Beat, ...]] = {
    JourneyStage.DISCOVERY: (
        Beat(K.MILESTONE, "intro_call", 0.95),
        Beat(K.CONTENT, P.OTHER, 0.6),
        Beat(K.MILESTONE, "gtm_workshop", 0.8),
        Beat(K.CONTENT, P.INTERNAL_PLANNING, 0.7),
        Beat(K.BLOCKER, chance=0.5),
        Beat(K.MILESTONE, "goals_agreed", 0.9),
        Beat(K.MILESTONE, "apn_registered", 0.7),
    ),
    JourneyStage.PRE_LIST: (
        Beat(K.MILESTONE, "seller_registered", 0.95),
        Beat(K.CHAIN, C.CUSTOM, 0.55),
        Beat(K.CHAIN, C.LISTING_CREATION),
        Beat(K.BLOCKER, chance=0.85),
        Beat(K.CHECK, chance=0.7),
        Beat(K.CONTENT, P.COMPLIANCE, 0.4),
        Beat(K.MILESTONE, "pricing_agreed", 0.8),
        Beat(K.BLOCKER, chance=0.5),
        Beat(K.CONTENT, P.LISTING_CONTENT, 0.7),
        Beat(K.MILESTONE, "architecture_reviewed", 0.7),
    ),
    JourneyStage.LAUNCH: (
        Beat(K.MILESTONE, "launch_plan_agreed", 0.9),
        Beat(K.CHECK, chance=0.9),
        Beat(K.CHAIN, C.MDF_APPLICATION, 0.5),
        Beat(K.BLOCKER, chance=0.9),
        Beat(K.MDF_SUBMIT, chance=0.6),
        Beat(K.CHAIN, C.LISTING_CREATION, 0.35),
        Beat(K.CONTENT, P.LISTING_CONTENT, 0.6),
        Beat(K.MDF_DECIDE, chance=0.8),
        Beat(K.BLOCKER, chance=0.6),
        Beat(K.MILESTONE, "limited_release_tested", 0.7),
        Beat(K.MILESTONE, "private_offer_tested", 0.5),
    ),
    JourneyStage.POST_LAUNCH: (
        Beat(K.CHAIN, C.CONTENT_CAMPAIGN, 0.7),
        Beat(K.CONTENT, P.CUSTOMER_FACING, 0.8),
        Beat(K.BLOCKER, chance=0.7),
        Beat(K.MDF_SUBMIT, chance=0.5),
        Beat(K.MILESTONE, "first_campaign_live", 0.8),
        Beat(K.CHECK, chance=0.7),
        Beat(K.MDF_DECIDE, chance=0.8),
        Beat(K.CONTENT, P.OTHER, 0.4),
        Beat(K.MILESTONE, "reference_customer", 0.6),
    ),
    JourneyStage.SCALE: (
        Beat(K.REVIEW),
        Beat(K.CHAIN, C.CO_SELL_PREP),
        Beat(K.MILESTONE, "ten_active_customers", 0.7),
        Beat(K.CONTENT, P.CO_SELL_MATERIALS, 0.8),
        Beat(K.BLOCKER, chance=0.7),
        Beat(K.CHECK, chance=0.6),
        Beat(K.CONTENT, P.MDF_APPLICATION, 0.4),
        Beat(K.CO_SELL, chance=0.4),
        Beat(K.MILESTONE, "sellers_enabled", 0.8),
    ),
    JourneyStage.CO_SELL: (
        Beat(K.CO_SELL),
        Beat(K.CONTENT, P.CO_SELL_MATERIALS, 0.9),
        Beat(K.BLOCKER, chance=0.7),
        Beat(K.DEAL, chance=0.95),
        Beat(K.CO_SELL, chance=0.8),
        Beat(K.CHAIN, C.CONTENT_CAMPAIGN, 0.5),
        Beat(K.CHECK, chance=0.5),
        Beat(K.DEAL, chance=0.7),
        Beat(K.MILESTONE, "joint_business_plan", 0.8),
        Beat(K.CO_SELL, chance=0.6),
    ),
}

# What the showcase company does on top in its current stage.
ENCORE = (
    Beat(K.CHECK),
    Beat(K.CHAIN, C.CUSTOM),
    Beat(K.BLOCKER),
    Beat(K.CHAIN, C.LISTING_CREATION),
    Beat(K.CONTENT, P.CUSTOMER_FACING),
    Beat(K.BLOCKER),
)

MILESTONES = {
    "intro_call": "Introductory call held",
    "gtm_workshop": "Go-to-market workshop held",
    "goals_agreed": "Go-to-market goals agreed",
    "apn_registered": "Registered in the AWS Partner Network",
    "seller_registered": "AWS Marketplace seller registration complete",
    "pricing_agreed": "Pricing dimensions agreed",
    "architecture_reviewed": "Architecture reviewed with a partner solutions architect",
    "launch_plan_agreed": "Launch plan agreed",
    "limited_release_tested": "Limited listing tested end to end",
    "private_offer_tested": "Private offer accepted by a test account",
    "first_campaign_live": "First joint campaign live",
    "reference_customer": "First public reference customer",
    "ten_active_customers": "Ten active Marketplace customers",
    "sellers_enabled": "AWS field sellers enabled",
    "joint_business_plan": "Joint business plan signed",
}
