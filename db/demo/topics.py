"""What people ask the knowledge bases, and which texts were tried against one another."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Base:
    name: str
    description: str
    queries: tuple[str, ...]
    gaps: tuple[tuple[str, tuple[str, ...], str], ...]
    additions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Experiment:
    """Arms are (variant, predicted value, exposures, conversions); the first one is the control."""

    key: str
    metric: str
    days: int
    worth: float | None
    arms: tuple[tuple[str, str, int | None, int], ...]


BASES = (
    Base(
        "AWS Marketplace seller guide",
        "Listing, pricing, metering and private offers.",
        (
            "How do I create a private offer?",
            "Which pricing models can a SaaS listing have?",
            "How often must metering records be sent?",
            "What is a limited listing?",
            "How do I change the price of a live listing?",
        ),
        (
            ("Channel partner private offers", ("How does CPPO tax work?", "Who signs in a CPPO?"), "open"),
            ("Selling AI agents and tools", ("How is an agent metered?", "Can an agent be listed as SaaS?"), "planned"),
        ),
        (
            ("Channel partner private offers", "listing-usage-instructions"),
            ("AI agent pricing", "listing-long-description"),
        ),
    ),
    Base(
        "Partner programme handbook",
        "Tiers, funding, reviews and what each of them asks for.",
        (
            "What do I need for the Select tier?",
            "How long does an MDF approval take?",
            "Which evidence does the FTR ask for?",
            "Can MDF pay for travel?",
        ),
        (("Tier re-evaluation dates", ("When is my tier checked again?", "Is there a grace period?"), "open"),),
        (
            ("Calendar of tier re-evaluations", "quarterly-business-review"),
            ("Proof of performance examples", "mdf-proof-of-performance"),
        ),
    ),
    Base(
        "Co-sell playbook",
        "Working with AWS sellers, from the first opportunity to the deal.",
        (
            "How do I submit an opportunity in ACE?",
            "Why was my opportunity rejected?",
            "What belongs in a battlecard?",
        ),
        (("Public-sector co-selling", ("Who is my public-sector contact?", "Do GovCloud deals count?"), "closed"),),
        (("Public-sector contact map", "co-sell-one-pager"),),
    ),
)

EXPERIMENTS = (
    Experiment(
        "listing-title-2",
        "conversion_rate",
        28,
        120.0,
        (("control", "0.11", 200, 20), ("benefit-first", "0.15", 200, 34)),
    ),
    Experiment(
        "landing-page-hero", "signup_rate", 21, None, (("control", "0.05", 1840, 88), ("short-video", "0.06", 1815, 91))
    ),
    Experiment(
        "email-subject",
        "open_rate",
        14,
        None,
        (("control", "0.30", 940, 271), ("question", "0.34", 951, 340), ("number", "0.33", 936, 296)),
    ),
    Experiment(
        "free-trial-length",
        "paid_conversion_rate",
        35,
        450.0,
        (("control", "0.08", 410, 33), ("30-days", "0.10", 402, 29)),
    ),
    Experiment("battlecard-layout", "meeting_rate", 9, None, (("control", "0.12", 64, 7), ("one-page", "0.14", 61, 9))),
    Experiment(
        "pricing-table", "conversion_rate", 4, None, (("control", "0.07", None, 0), ("three-tiers", "0.09", None, 0))
    ),
)
