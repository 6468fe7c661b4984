"""Compliance reports and their findings."""

from datetime import date, datetime
from typing import Any

import strawberry

from db import tables as t
from domain import documents
from graph.fields import column, derived, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs
from graph.types.documents import AutoFixResult
from graph.types.lists import many


@entity(t.ComplianceReport, "One assessment of a company or product.")
class ComplianceReport(Node):
    report_type: str | None = column("What was assessed: ftr, listing, …")
    status: str | None = column("How it ended: passed, failed, incomplete, pending, expired.")
    score: int | None = column("0 to 100, of the controls that were executed; null where none was.")
    valid_until: date | None = column("The last day it counts.")
    created_at: datetime | None = column("When it was made.")
    updated_at: datetime | None = column("When it last changed.")
    remediation_chain_id: str | None = column("Public id of the chain that fixes its findings.")
    auto_fix_attempted: bool | None = column("Whether an automatic fix was tried.")
    next_check_scheduled_at: datetime | None = column("When it is to be checked again.")

    @derived("auto_fix_results", description="What automatic fixes came to. Bounded: at most one per finding.")
    def auto_fix_results(self, record: strawberry.Parent[Any]) -> list[AutoFixResult]:
        return documents.read_list(documents.AutoFixResult, record.auto_fix_results)  # type: ignore[return-value]

    company = to_one(refs.Company, t.Company, "company_id", "The company.")
    product = to_one(refs.Product, t.Product, "product_id", "The product, if one was assessed.")
    assigned_to = to_one(refs.User, t.User, "assigned_to", "Who fixes by hand what cannot be fixed automatically.")
    remediation_chain = to_one(
        refs.WorkflowChain,
        t.WorkflowChain,
        "remediation_chain_id",
        "The chain that fixes its findings.",
        key="chain_id",
    )
    items = many(t.ComplianceReportItem, "Its findings.", by="compliance_report_id")


@entity(t.ComplianceReportItem, "What a report found on one control.")
class ComplianceReportItem(Node):
    control_id: str | None = column("The control.")
    title: str | None = column("What the control asks for.")
    result: str | None = column("PASS, FAIL, NOT_EXECUTED or EXEMPTION.")
    severity: str | None = column("critical, high, medium or low.")
    state: str | None = column("open, remediating, awaiting_recheck, verified or waived.")
    detail: str | None = column("What was seen.")
    created_at: datetime | None = column("When it was found.")
    remediation_template_slug: str | None = column("The template that can fix it.")

    report = to_one(refs.ComplianceReport, t.ComplianceReport, "compliance_report_id", "The report.")
    remediation_generation = to_one(
        refs.GeneratedContent, t.GeneratedContent, "remediation_generation_id", "Content that was generated to fix it."
    )
