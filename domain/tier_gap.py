"""How far a partner is from a tier of the AWS Partner Network: what it needs, what was counted, and how long ago."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.enums import PartnerTier, TierRequirement
from domain.policy import TierNeeds, TierPolicy
from domain.refusals import FieldError, Fix, invalid

LONGEST_NOTE, LARGEST = 2000, 2_000_000_000


class Figure(NamedTuple):
    value: int
    as_of: date


@dataclass(frozen=True, slots=True)
class Need:
    """`value` and `missing` are None where nothing was counted; what is stale or unknown is not met."""

    requirement: TierRequirement
    needed: int
    value: int | None
    as_of: date | None
    stale: bool

    @property
    def missing(self) -> int | None:
        return None if self.value is None else max(0, self.needed - self.value)

    @property
    def met(self) -> bool:
        return self.needed == 0 or (self.missing == 0 and not self.stale)


@dataclass(frozen=True, slots=True)
class TierGap:
    tier: PartnerTier
    requirements: tuple[Need, ...]
    fix: Fix | None

    @property
    def met(self) -> bool:
        return all(each.met for each in self.requirements)


def gap(
    to: PartnerTier, known: Mapping[TierRequirement, Figure], policy: TierPolicy, today: date, company_ref: str
) -> TierGap:
    needs: TierNeeds | None = getattr(policy, to, None)
    if needs is None:
        return TierGap(to, (), None)
    found = tuple(_need(each, getattr(needs, each), known.get(each), policy, today) for each in TierRequirement)
    to_count = [each.requirement.name for each in found if each.needed and (each.value is None or each.stale)]
    args = {"companyId": company_ref, "figures": [{"requirement": name} for name in to_count]}
    return TierGap(to, found, Fix("partnerTierProgressRecord", args) if to_count else None)


def _need(requirement: TierRequirement, needed: int, figure: Figure | None, policy: TierPolicy, today: date) -> Need:
    if figure is None:
        return Need(requirement, needed, None, None, stale=False)
    return Need(requirement, needed, figure.value, figure.as_of, _is_stale(figure.as_of, policy, today))


def _is_stale(as_of: date, policy: TierPolicy, today: date) -> bool:
    months = (today.year - as_of.year) * 12 + today.month - as_of.month - (today.day < as_of.day)
    return months >= policy.progress_months


def check(
    figures: Sequence[tuple[TierRequirement, int]], as_of: date, note: str | None, today: date
) -> dict[TierRequirement, int]:
    """What is to be recorded, or Refused."""
    errors = []
    if not figures:
        errors.append(FieldError("figures", "REQUIRED", "`figures` takes one to six figures."))
    if len({requirement for requirement, _ in figures}) < len(figures):
        errors.append(FieldError("figures", "REPEATED", "`figures` takes each requirement once."))
    errors += [
        FieldError(f"figures.{place}.value", "OUT_OF_RANGE", f"`value` is 0 to {LARGEST}.")
        for place, (_, value) in enumerate(figures)
        if not 0 <= value <= LARGEST
    ]
    if as_of > today:
        errors.append(FieldError("asOf", "IN_THE_FUTURE", "`asOf` is in the future."))
    if note is not None and len(note) > LONGEST_NOTE:
        errors.append(FieldError("note", "TOO_LONG", f"`note` takes at most {LONGEST_NOTE} characters."))
    if errors:
        raise invalid(*errors)
    return dict(figures)
