"""What a company should do next: the only door to `companies.next_recommended_actions`.

`react` follows every change of a company, whatever made it; dismissals are kept in the same document.
"""

from dataclasses import dataclass
from typing import Any

from actions.access import check_expected, company_for_writing
from actions.perform import Facts, Work
from db import tables as t
from db.queries.facts import company_facts
from db.queries.waiting import advice_for_writing, waiting
from db.scope import Scope
from domain import dismissals, next_actions
from domain.documents import Dismissal, NextActions, read
from domain.facts import CompanyFacts
from domain.waiting import Waiting


@dataclass(frozen=True, slots=True)
class DismissAction:
    company_id: int
    action_id: str
    until_hours: int
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class RestoreAction:
    company_id: int
    action_id: str
    expected_version: int | None = None


LookedAt = tuple[CompanyFacts, Waiting]
# What is stored is the same whoever's write it follows from.
ANYONE = Scope(0, everything=True)


async def react(work: Work, company_id: int) -> None:
    """Stores the advice anew where what it rests on has changed. To others the company stays as they have read it."""
    found = await advice_for_writing(work.transaction, company_id)
    if found is not None:
        [raw] = found
        await _store(work, company_id, raw, await _facts(work, company_id), _dismissed(raw))


async def dismiss(work: Work, ask: DismissAction) -> Facts:
    """Facts: company_id, action_id, changed."""
    company, facts = await _looked_at(work, ask)
    kept, changed = dismissals.dismiss(
        _dismissed(company.next_recommended_actions),
        ask.action_id,
        known=_known(work, facts),
        hours=ask.until_hours,
        reason=ask.reason,
        actor=work.actor,
        policy=work.policy.actions,
        now=work.now,
    )
    if changed:
        await _store(work, company.id, company.next_recommended_actions, facts, kept)
    return {"company_id": company.id, "action_id": ask.action_id, "changed": changed}


async def restore(work: Work, ask: RestoreAction) -> Facts:
    """Facts: company_id, action_id, changed."""
    company, facts = await _looked_at(work, ask)
    kept, changed = dismissals.restore(
        _dismissed(company.next_recommended_actions), ask.action_id, known=_known(work, facts), now=work.now
    )
    if changed:
        await _store(work, company.id, company.next_recommended_actions, facts, kept)
    return {"company_id": company.id, "action_id": ask.action_id, "changed": changed}


async def _looked_at(work: Work, ask: DismissAction | RestoreAction) -> tuple[t.Company, LookedAt]:
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    return company, await _facts(work, company.id)


async def _facts(work: Work, company_id: int) -> LookedAt:
    """Of a company that is there."""
    fetch = work.transaction.rows
    facts = await company_facts(fetch, (company_id,), ANYONE, work.now)
    return facts[company_id], (await waiting(fetch, (company_id,), ANYONE))[company_id]


def _known(work: Work, facts: LookedAt) -> list[str]:
    return next_actions.known(*facts, work.policy, work.now)


def _dismissed(raw: Any) -> tuple[Dismissal, ...]:
    document = read(NextActions, raw)
    return () if document is None else document.dismissed


async def _store(work: Work, company_id: int, raw: Any, facts: LookedAt, dismissed: tuple[Dismissal, ...]) -> None:
    new = next_actions.recommend(*facts, work.policy, work.now, dismissed)
    document = next_actions.stored(raw, new)
    if document is not None:
        await work.transaction.overwrite(t.Company, company_id, next_recommended_actions=document)
