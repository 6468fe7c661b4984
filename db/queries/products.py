"""What is asked of all products, whoever's they are, and of a company's on their way to launch."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from db import tables as t
from db.base import table_of
from db.queries.facts import Fetch
from db.queries.lists import KEPT
from db.scope import Scope, within
from db.writing import Transaction
from domain.enums import LaunchStatus

PRODUCTS = table_of(t.Product)
# Over all tenants, as the code is AWS's: that there is one is all that is told.
TAKEN = (
    select(PRODUCTS.c.id)
    .where(PRODUCTS.c.aws_product_code == bindparam("code"), PRODUCTS.c.id != bindparam("id"))
    .limit(1)
)


async def code_is_taken(transaction: Transaction, code: str, product_id: int) -> bool:
    return await transaction.row(TAKEN, {"code": code, "id": product_id}) is not None


@lru_cache(KEPT)
def _launches(*, everything: bool) -> Select[Any]:
    c = PRODUCTS.c
    statement = (
        select(c.id, c.launch_status, c.target_launch_date, c.last_compliance_check_at)
        .where(c.company_id == bindparam("company"), c.target_launch_date.is_not(None))
        .order_by(c.id)
    )
    return within(statement, PRODUCTS, everything=everything)


async def launches(
    fetch: Fetch, company_id: int, scope: Scope
) -> list[tuple[int, LaunchStatus | None, date | None, datetime | None]]:
    """(id, status, target date, last check) of a company's products that have a target date."""
    values = {"company": company_id, "viewer": scope.user_id}
    found = await fetch(_launches(everything=scope.everything), values)
    return [(row[0], row[1], row[2], row[3]) for row in found]
