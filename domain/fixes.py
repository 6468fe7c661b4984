"""Calls that open a gate, where several gates offer the same."""

from domain.documents import Blocker
from domain.policy import Policy
from domain.refusals import Fix
from domain.reports import subject_of


def recheck(company_ref: str, product_ref: str | None = None, report_type: str | None = None) -> Fix:
    """A new compliance check of a product, or of the company itself."""
    args = {"companyId": company_ref, "productId": product_ref, "reportType": report_type}
    return Fix("complianceCheckRecord", {name: value for name, value in args.items() if value is not None})


def blocker_fix(blocker: Blocker, company_ref: str, product_ref: str | None, policy: Policy) -> Fix:
    """What removes it: a recheck for what a check has found, its resolution otherwise."""
    if blocker.source in policy.blockers.recheck_sources:
        checked = subject_of(blocker.source_ref)
        if checked is None:
            return recheck(company_ref, product_ref)
        return recheck(company_ref, None if checked.product_id is None else product_ref, checked.report_type)
    return Fix("blockerResolve", {"companyId": company_ref, "blockerId": blocker.id})
