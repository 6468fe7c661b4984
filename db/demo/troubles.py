"""What goes wrong in each stage, and how it usually ends."""

from dataclasses import dataclass

from domain.enums import BlockerSource, JourneyStage, Severity


@dataclass(frozen=True, slots=True)
class Trouble:
    code: str
    title: str
    severity: Severity
    source: BlockerSource
    resolution: str
    about_product: bool = True


S, B = Severity, BlockerSource
TROUBLES: dict[JourneyStage, tuple[Trouble, ...]] = {
    JourneyStage.DISCOVERY: (
        Trouble(
            "goals_unclear",
            "No agreed go-to-market goals yet",
            S.MEDIUM,
            B.USER,
            "Workshop held, goals signed off.",
            False,
        ),
        Trouble(
            "no_sponsor", "No executive sponsor named", S.HIGH, B.USER, "The chief product officer took it on.", False
        ),
    ),
    JourneyStage.PRE_LIST: (
        Trouble(
            "tax_profile",
            "Seller tax and banking profile rejected",
            S.HIGH,
            B.WEBHOOK,
            "Corrected W-8BEN-E accepted.",
            False,
        ),
        Trouble(
            "metering_missing",
            "Metering API calls are not integrated",
            S.CRITICAL,
            B.AGENT,
            "BatchMeterUsage runs hourly in staging.",
        ),
        Trouble(
            "eula_review", "Legal review of the EULA is pending", S.MEDIUM, B.USER, "Legal chose the standard contract."
        ),
        Trouble(
            "pricing_open", "Pricing dimensions are not decided", S.HIGH, B.USER, "Three tiers agreed with finance."
        ),
    ),
    JourneyStage.LAUNCH: (
        Trouble(
            "cve_in_image",
            "Container image has an open critical CVE",
            S.CRITICAL,
            B.SYSTEM,
            "Rebuilt on a patched base image.",
        ),
        Trouble(
            "support_contact",
            "No 24x7 support contact on the listing",
            S.MEDIUM,
            B.AGENT,
            "Support rota and e-mail added.",
        ),
        Trouble(
            "landing_page",
            "Registration landing page returns an error",
            S.HIGH,
            B.WEBHOOK,
            "Token exchange fixed and retested.",
        ),
        Trouble("logo_quality", "Product logo does not meet the size rules", S.LOW, B.AGENT, "Vector logo uploaded."),
        Trouble(
            "launch_date", "Launch date collides with a code freeze", S.MEDIUM, B.USER, "Launch moved by one week."
        ),
    ),
    JourneyStage.POST_LAUNCH: (
        Trouble(
            "no_reviews", "The listing has no customer reviews", S.LOW, B.AGENT, "Three verified reviews collected."
        ),
        Trouble(
            "metering_gap",
            "Usage records missed for two days",
            S.HIGH,
            B.SYSTEM,
            "Records resent within the six-hour window.",
        ),
        Trouble(
            "mdf_evidence",
            "Proof of performance is missing",
            S.MEDIUM,
            B.USER,
            "Invoices and screenshots uploaded.",
            False,
        ),
    ),
    JourneyStage.SCALE: (
        Trouble("ftr_gap", "FTR evidence for backups is incomplete", S.HIGH, B.USER, "Restore test documented."),
        Trouble(
            "certifications",
            "Two AWS certifications short of the next tier",
            S.MEDIUM,
            B.USER,
            "Two engineers certified.",
            False,
        ),
        Trouble(
            "private_offers",
            "Private offers take eleven days to approve",
            S.MEDIUM,
            B.AGENT,
            "Approval limits raised.",
            False,
        ),
    ),
    JourneyStage.CO_SELL: (
        Trouble(
            "ace_validation",
            "ACE opportunities rejected for missing details",
            S.HIGH,
            B.WEBHOOK,
            "Customer need added, resubmitted.",
            False,
        ),
        Trouble(
            "seller_feedback",
            "AWS sellers do not find the battlecard",
            S.LOW,
            B.USER,
            "Published on the field portal.",
            False,
        ),
        Trouble(
            "tier_review",
            "Partner tier is up for re-evaluation",
            S.MEDIUM,
            B.SYSTEM,
            "Launched opportunities updated.",
            False,
        ),
    ),
}
