"""Tiers of the AWS Partner Network: who changes them, and what is won and lost."""

from dataclasses import dataclass

from domain.actors import Actor
from domain.enums import JourneyStage, PartnerTier, TriggeredBy
from domain.policy import StagePolicy
from domain.refusals import FieldError, Forbidden, Refused, invalid
from domain.stages import LONGEST_REASON

TIERS = tuple(PartnerTier)
PREFIX = "tier_"
"""Of the milestones that tell which tiers a company has."""
LAPSED = "tier_lapsed"
"""The code of the blocker that a lapse opens."""


@dataclass(frozen=True, slots=True)
class TierChange:
    """`won` and `lost` are the tiers that a company has now and had not, and the other way round; lowest first."""

    before: PartnerTier | None
    after: PartnerTier
    reason: str | None
    won: tuple[PartnerTier, ...]
    lost: tuple[PartnerTier, ...]


def held(tier: PartnerTier | None) -> tuple[PartnerTier, ...]:
    """A tier comes with all below it."""
    return () if tier is None else TIERS[: TIERS.index(tier) + 1]


def following(tier: PartnerTier | None) -> PartnerTier | None:
    """The next tier; None after the last."""
    place = 0 if tier is None else TIERS.index(tier) + 1
    return TIERS[place] if place < len(TIERS) else None


def change(before: PartnerTier | None, after: PartnerTier, reason: str | None, actor: Actor) -> TierChange:
    """AWS decides on tiers; managers, and what AWS sends, tell us."""
    if not actor.is_manager and actor.kind not in (TriggeredBy.SYSTEM, TriggeredBy.WEBHOOK):
        message = "Only a person with the role manager or admin changes a tier: AWS decides on it."
        raise Refused(Forbidden(message, "MANAGER_REQUIRED", ("to",)))
    words = (reason or "").strip() or None
    had, has = held(before), held(after)
    lost = tuple(tier for tier in had if tier not in has)
    if lost and words is None:
        raise invalid(FieldError("reason", "REASON_REQUIRED", "A lower tier needs a reason: say why in `reason`."))
    if words is not None and len(words) > LONGEST_REASON:
        raise invalid(FieldError("reason", "TOO_LONG", f"`reason` takes at most {LONGEST_REASON} characters."))
    return TierChange(before, after, words, tuple(tier for tier in has if tier not in had), lost)


def co_sells(tier: PartnerTier | None, policy: StagePolicy) -> bool:
    return tier in policy.tiers_for_co_sell


def is_lapse(stage: JourneyStage, tier: PartnerTier | None, policy: StagePolicy) -> bool:
    """Whether a company co-sells without a tier for it. It stays where it is: people decide what follows."""
    return stage is JourneyStage.CO_SELL and not co_sells(tier, policy)
