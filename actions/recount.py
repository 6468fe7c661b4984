"""The door to `products.blocking_issues_count`: what stands of its reports, and of the company's blockers."""

from collections.abc import Iterable

from actions.perform import Work
from db import tables as t
from db.queries import findings, locked
from domain.blockers import is_open, read
from domain.reports import GRAVE


async def recount(work: Work, company: t.Company, product_ids: Iterable[int | None]) -> None:
    """To be called with the company locked and its blockers as they are to be."""
    keys = sorted(each for each in set(product_ids) if each is not None)
    found = await findings.open_grave(work.transaction.rows, company.id, work.scope) if keys else {}
    for key in keys:
        product = await locked.by_id(work.transaction, t.Product, key, work.scope)
        if product is None:
            continue
        held = [b for b in read(company.blockers) if b.product_id == key and is_open(b) and b.severity in GRAVE]
        count = len(held) + found.get(key, 0)
        if product.blocking_issues_count != count:
            product.blocking_issues_count = count
            product.updated_at = work.now
