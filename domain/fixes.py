"""Calls that open a gate, where several gates offer the same."""

from collections.abc import Sequence

from domain.blockers import is_open
from domain.documents import Blocker
from domain.policy import Policy
from domain.refusals import Fix


def recheck(company_ref: str, product_ref: str | None = None, report_type: str | None = None) -> Fix:
    """A new compliance check of a product, or of the company itself."""
    args = {"companyId": company_ref, "productId": product_ref, "reportType": report_type}
    return Fix("complianceCheckRecord", {name: value for name, value in args.items() if value is not None})


def blocker_fix(blocker: Blocker, company_ref: str, product_ref: str | None, policy: Policy) -> Fix:
    """What removes it: a recheck for what a check has found, its resolution otherwise."""
    if blocker.source in policy.blockers.recheck_sources:
        return recheck(company_ref, product_ref)
    return Fix("blockerResolve", {"companyId": company_ref, "blockerId": blocker.id})


def first_to_go(blocker: Blocker, known: Sequence[Blocker]) -> Blocker:
    """The blocker itself, or the open one that has to go first, as deep as it takes."""
    still_open = {each.id: each for each in known if is_open(each)}
    seen = {blocker.id}
    while True:
        before = next((still_open[id_] for id_ in blocker.blocked_by if id_ in still_open and id_ not in seen), None)
        if before is None:
            return blocker
        seen.add(before.id)
        blocker = before
