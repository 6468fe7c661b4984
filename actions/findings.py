"""The door to `compliance_report_items.state`: what becomes of a finding after its report."""

from collections.abc import Iterable

from actions.perform import Work
from db import tables as t
from db.queries import findings, locked
from db.queries.fact_statements import SETTLED
from domain import reports as rules
from domain.blockers import found_before
from domain.documents import Blocker
from domain.enums import BlockerSource, BlockerStatus, JourneyStage

VERIFIED = rules.STATES[rules.ControlResult.PASS]
WAIVED = rules.STATES[rules.ControlResult.EXEMPTION]
OPEN = rules.STATES[rules.ControlResult.FAIL]
LONGEST_NUMBER = 18


async def verify(work: Work, item_ids: Iterable[int]) -> None:
    await _mark(work, item_ids, VERIFIED)


def state(known: Iterable[Blocker], control: rules.Control, source: tuple[str, str], stage: JourneyStage) -> str:
    """Of a finding that is reported. What a manager has waived stays waived, in later reports too."""
    before = found_before(known, source, BlockerSource.COMPLIANCE, stage)
    if control.result is rules.ControlResult.FAIL and before is not None and before.status is BlockerStatus.WAIVED:
        return WAIVED
    return rules.STATES[control.result]


async def waive(work: Work, blocker: Blocker, company_id: int) -> None:
    """With the blocker that a check has opened goes what the check found."""
    found = await _failed(work, blocker, company_id)
    await _mark(work, (each.item_id for each in found if each.state not in SETTLED), WAIVED)
    await work.transaction.flush()  # They are counted in the database next.


async def open_again(work: Work, blocker: Blocker, company_id: int) -> None:
    found = await _failed(work, blocker, company_id)
    await _mark(work, (each.item_id for each in found if each.state == WAIVED), OPEN)
    await work.transaction.flush()  # They are counted in the database next.


async def _mark(work: Work, item_ids: Iterable[int], state: str) -> None:
    for item_id in item_ids:
        item = await locked.by_id(work.transaction, t.ComplianceReportItem, item_id, work.scope)
        assert item is not None
        item.state = state


async def _failed(work: Work, blocker: Blocker, company_id: int) -> list[findings.Finding]:
    """What failed of the blocker's control in the newest report that looked at it; nothing, where none found it."""
    control = await _control(work, blocker, company_id)
    if control is None:
        return []
    product_id, name = control
    rows = await findings.found_of_control(work.transaction.rows, company_id, product_id, name, work.scope)
    looked = (each for each in rows if each.result in rules.EXECUTED)
    same = [each for each in looked if f"{each.report_type}:{each.control_id}" == name]
    return [each for each in same if each.report_id == same[0].report_id and each.result == rules.ControlResult.FAIL]


async def _control(work: Work, blocker: Blocker, company_id: int) -> tuple[int | None, str] | None:
    """Product, report type and control, whether the blocker points to the control or to an item of a report."""
    ref = blocker.source_ref
    if ref is None or blocker.source not in work.policy.blockers.recheck_sources:
        return None
    if ref.type == rules.CONTROL:
        return blocker.product_id, ref.id.partition(":")[2]
    if ref.type != rules.ITEM or not ref.id.isdecimal() or len(ref.id) > LONGEST_NUMBER:
        return None
    item = await findings.found_in_item(work.transaction.rows, company_id, int(ref.id), work.scope)
    return None if item is None else (item.product_id, f"{item.report_type}:{item.control_id}")
