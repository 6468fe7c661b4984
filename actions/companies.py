"""What is said of a company: its words, goals and AWS partner id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.access import check_expected, company_for_writing
from actions.perform import Facts, Work
from domain.companies import check
from domain.enums import JourneyStage


@dataclass(frozen=True, slots=True)
class UpdateCompany:
    """`changes` holds what was named, by the names of the columns."""

    company_id: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


async def update_company(work: Work, ask: UpdateCompany) -> Facts:
    """Facts: company_id, changed."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    check(ask.changes, company.partner_journey_stage or JourneyStage.DISCOVERY, work.policy.stages)
    changed = {name: value for name, value in ask.changes.items() if getattr(company, name) != value}
    for name, value in changed.items():
        setattr(company, name, value)
    if changed:
        company.updated_at = work.now
    return {"company_id": company.id, "changed": bool(changed)}
