"""What compliance checks have found and is not settled yet."""

from collections import Counter
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, String, bindparam, or_, select

from db.queries import fact_statements as s
from db.queries.facts import Fetch
from db.queries.lists import KEPT
from db.scope import Scope, within
from domain.reports import MOST


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


class Finding(NamedTuple):
    item_id: int
    report_id: int
    product_id: int | None
    report_type: str | None
    control_id: str | None
    result: str | None
    state: str | None


def _findings(*, everything: bool) -> Select[Any]:
    """Items of a company's reports, those of the newest report first."""
    r, i = s.REPORTS.c, s.ITEMS.c
    statement = (
        select(i.id, r.id, r.product_id, r.report_type, i.control_id, i.result, i.state)
        .join_from(s.ITEMS, s.REPORTS, i.compliance_report_id == r.id)
        .where(r.company_id == bindparam("company"))
        .order_by(r.created_at.desc(), r.id.desc(), i.id)
    )
    return within(statement, s.ITEMS, everything=everything)


@lru_cache(KEPT)
def _of_item(*, everything: bool) -> Select[Any]:
    return _findings(everything=everything).where(s.ITEMS.c.id == bindparam("item"))


@lru_cache(KEPT)
def _of_control(*, of_product: bool, everything: bool) -> Select[Any]:
    r, i = s.REPORTS.c, s.ITEMS.c
    about = r.product_id == bindparam("product") if of_product else r.product_id.is_(None)
    name = r.report_type + ":" + i.control_id
    statement = _findings(everything=everything).where(about, name == bindparam("name", type_=String))
    return statement.limit(MOST)


async def found_in_item(fetch: Fetch, company_id: int, item_id: int, scope: Scope) -> Finding | None:
    values = {"company": company_id, "item": item_id, "viewer": scope.user_id}
    rows = await fetch(_of_item(everything=scope.everything), values)
    return Finding(*rows[0]) if rows else None


async def found_of_control(
    fetch: Fetch, company_id: int, product_id: int | None, name: str, scope: Scope
) -> list[Finding]:
    """What reports say of a control, the newest first, and all that the newest says. `name` is the report type, a colon
    and the control: to MySQL, letters of either case are the same."""
    values = {"company": company_id, "product": product_id, "name": name, "viewer": scope.user_id}
    rows = await fetch(_of_control(of_product=product_id is not None, everything=scope.everything), values)
    return [Finding(*row) for row in rows]
