"""What compliance checks have found and is not settled yet."""

from collections import Counter
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from db.queries import fact_statements as s
from db.queries.facts import Fetch
from db.queries.lists import KEPT
from db.scope import Scope, within


async def open_grave(fetch: Fetch, company_id: int, scope: Scope) -> Counter[int | None]:
    """By product: the critical and high failed items that stand."""
    values = {"keys": [company_id], "viewer": scope.user_id}
    found: Counter[int | None] = Counter()
    for _, product_id, _, _, _, grave in await fetch(s.open_items(everything=scope.everything), values):
        found[product_id] += int(grave)
    return found


@lru_cache(KEPT)
def _open_before(*, of_product: bool, everything: bool) -> Select[Any]:
    r, i = s.REPORTS.c, s.ITEMS.c
    about = r.product_id == bindparam("product") if of_product else r.product_id.is_(None)
    reports = select(r.id).where(
        r.company_id == bindparam("company"), r.report_type == bindparam("type"), r.id != bindparam("report"), about
    )
    statement = select(i.id, i.control_id).where(
        i.compliance_report_id.in_(reports), i.result == "FAIL", or_(i.state.is_(None), i.state.not_in(s.SETTLED))
    )
    return within(statement, s.ITEMS, everything=everything)


async def open_before(
    fetch: Fetch, company_id: int, product_id: int | None, report_type: str, report_id: int, scope: Scope
) -> list[tuple[int, str | None]]:
    """Failed items that are not settled, of all other reports of the same subject and type: id and control."""
    values = {
        "company": company_id, "type": report_type, "report": report_id, "product": product_id,
        "viewer": scope.user_id,
    }  # fmt: skip
    of_product = product_id is not None
    found = await fetch(_open_before(of_product=of_product, everything=scope.everything), values)
    return [(row[0], row[1]) for row in found]
