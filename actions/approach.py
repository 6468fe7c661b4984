"""Asks for compliance checks of products whose launch comes nearer: once for each threshold and target date."""

from dataclasses import dataclass

from actions.access import check_expected, company_for_writing
from actions.perform import Facts, Work
from actions.record import record
from db.queries import events, products
from domain import approach as rules
from domain.enums import EventType


@dataclass(frozen=True, slots=True)
class RequestChecks:
    company_id: int
    expected_version: int | None = None


async def request_checks(work: Work, ask: RequestChecks) -> Facts:
    """Facts: company_id, event_id (of the last), due (of each product: product_id, threshold_days), changed."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    today, policy = work.now.date(), work.policy.launch
    found = [
        rules.due(id_, status, target, checked, policy, today)
        for id_, status, target, checked in await products.launches(work.transaction.rows, company.id, work.scope)
    ]
    told = await events.recorded(work.transaction.rows, company.id, (EventType.COMPLIANCE_CHECK,), work.scope)
    due = rules.unasked(found, rules.asked((each.product_id, each.data) for each in told))
    event = None
    for each in due:
        event = await record(work, EventType.COMPLIANCE_CHECK, company.id, each.data, product_id=each.product_id)
    return {
        "company_id": company.id,
        "event_id": None if event is None else event.id,
        "due": [{"product_id": each.product_id, "threshold_days": each.threshold_days} for each in due],
        "changed": bool(due),
    }
