"""What blocks a product, counted by hand."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from domain.reports import EXECUTED
from tests.actions.scene import rows

GRAVE = ("critical", "high")
SETTLED = ("verified", "waived")


async def recounted(engine: AsyncEngine, product_id: int) -> int:
    """What the newest look at each control of each type has found, and the open blockers. An item without a control is
    looked at again by the next report of its type."""
    reports = {row.id: row for row in await rows(engine, t.ComplianceReport) if row.product_id == product_id}
    newest: dict[Any, Any] = {}
    for item in await rows(engine, t.ComplianceReportItem):
        if item.compliance_report_id not in reports or item.result not in EXECUTED:
            continue
        kind = reports[item.compliance_report_id].report_type
        gone = [key for key, old in newest.items() if key[0] == kind and old.control_id is None
                and old.compliance_report_id != item.compliance_report_id]  # fmt: skip
        for key in gone:
            del newest[key]
        newest[kind, item.control_id or item.id] = item
    open_ = [row for row in newest.values() if row.result == "FAIL" and row.state not in SETTLED]
    return sum(row.severity in GRAVE for row in open_) + await _held(engine, product_id)


async def _held(engine: AsyncEngine, product_id: int) -> int:
    products = {row.id: row for row in await rows(engine, t.Product)}
    companies = {row.id: row for row in await rows(engine, t.Company)}
    entries = (companies[products[product_id].company_id].blockers or {}).values()
    found = [each for blockers in entries for each in blockers if each.get("product_id") == product_id]
    return sum(each["status"] == "open" and each["severity"] in GRAVE for each in found)
