"""What was counted of a partner towards a tier."""

from dataclasses import dataclass
from datetime import date

from actions.access import check_expected, company_for_writing
from actions.perform import Facts, Work
from db import tables as t
from db.queries import tiers
from domain import tier_gap as rules
from domain.enums import TierRequirement


@dataclass(frozen=True, slots=True)
class RecordProgress:
    company_id: int
    figures: tuple[tuple[TierRequirement, int], ...]
    as_of: date | None = None
    note: str | None = None
    expected_version: int | None = None


async def record_progress(work: Work, ask: RecordProgress) -> Facts:
    """Facts: company_id, changed. Figures are added, never overwritten: of one day, the last one counts."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    as_of = ask.as_of or work.now.date()
    said = rules.check(ask.figures, as_of, ask.note, work.now.date())
    known = await tiers.of_day(work.transaction.rows, company.id, as_of, work.scope)
    new = {name: value for name, value in said.items() if known.get(name) != value}
    for requirement, value in new.items():
        work.transaction.add(
            t.TierProgress(
                company_id=company.id,
                user_id=work.actor.user_id,
                requirement=requirement,
                value=value,
                as_of=as_of,
                note=ask.note,
                created_at=work.now,
            )
        )
    return {"company_id": company.id, "changed": bool(new)}
