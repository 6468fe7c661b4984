"""What usually happens in each stage, in the order in which it happens."""

from dataclasses import dataclass
from enum import StrEnum

from domain.enums import BlockerSource, ChainType, ContentPurpose, JourneyStage, Severity


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


@dataclass(frozen=True, slots=True)
class Trouble:
    code: str
    title: str
    severity: Severity
    source: BlockerSource
    resolution: str
    about_product: bool = True


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
        Beat(K.REVIEW, chance=0.95),
        Beat(K.CHAIN, C.CO_SELL_PREP, 0.95),
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

S, B = Severity, BlockerSource
TROUBLES: dict[JourneyStage, tuple[Trouble, ...]] = {
    JourneyStage.DISCOVERY: (
        Trouble("goals_unclear", "No agreed go-to-market goals yet", S.MEDIUM, B.USER, "Workshop held, goals signed off.", False),
        Trouble("no_sponsor", "No executive sponsor named", S.HIGH, B.USER, "The chief product officer took it on.", False),
    ),
    JourneyStage.PRE_LIST: (
        Trouble("tax_profile", "Seller tax and banking profile rejected", S.HIGH, B.WEBHOOK, "Corrected W-8BEN-E accepted.", False),
        Trouble("metering_missing", "Metering API calls are not integrated", S.CRITICAL, B.AGENT, "BatchMeterUsage runs hourly in staging."),
        Trouble("eula_review", "Legal review of the EULA is pending", S.MEDIUM, B.USER, "Legal chose the standard contract."),
        Trouble("pricing_open", "Pricing dimensions are not decided", S.HIGH, B.USER, "Three tiers agreed with finance."),
    ),
    JourneyStage.LAUNCH: (
        Trouble("cve_in_image", "Container image has an open critical CVE", S.CRITICAL, B.SYSTEM, "Rebuilt on a patched base image."),
        Trouble("support_contact", "No 24x7 support contact on the listing", S.MEDIUM, B.AGENT, "Support rota and e-mail added."),
        Trouble("landing_page", "Registration landing page returns an error", S.HIGH, B.WEBHOOK, "Token exchange fixed and retested."),
        Trouble("logo_quality", "Product logo does not meet the size rules", S.LOW, B.AGENT, "Vector logo uploaded."),
        Trouble("launch_date", "Launch date collides with a code freeze", S.MEDIUM, B.USER, "Launch moved by one week."),
    ),
    JourneyStage.POST_LAUNCH: (
        Trouble("no_reviews", "The listing has no customer reviews", S.LOW, B.AGENT, "Three verified reviews collected."),
        Trouble("metering_gap", "Usage records missed for two days", S.HIGH, B.SYSTEM, "Records resent within the six-hour window."),
        Trouble("mdf_evidence", "Proof of performance is missing", S.MEDIUM, B.USER, "Invoices and screenshots uploaded.", False),
    ),
    JourneyStage.SCALE: (
        Trouble("ftr_gap", "FTR evidence for backups is incomplete", S.HIGH, B.COMPLIANCE, "Restore test documented."),
        Trouble("certifications", "Two AWS certifications short of the next tier", S.MEDIUM, B.USER, "Two engineers certified.", False),
        Trouble("private_offers", "Private offers take eleven days to approve", S.MEDIUM, B.AGENT, "Approval limits raised.", False),
    ),
    JourneyStage.CO_SELL: (
        Trouble("ace_validation", "ACE opportunities rejected for missing details", S.HIGH, B.WEBHOOK, "Customer need added, resubmitted.", False),
        Trouble("seller_feedback", "AWS sellers do not find the battlecard", S.LOW, B.USER, "Published on the field portal.", False),
        Trouble("tier_lapsed", "Partner tier is up for re-evaluation", S.MEDIUM, B.SYSTEM, "Launched opportunities updated.", False),
    ),
}  # fmt: skip
