"""What is asked of all products, whoever's they are."""

from sqlalchemy import bindparam, select

from db import tables as t
from db.base import table_of
from db.writing import Transaction

PRODUCTS = table_of(t.Product)
# Over all tenants, as the code is AWS's: that there is one is all that is told.
TAKEN = (
    select(PRODUCTS.c.id)
    .where(PRODUCTS.c.aws_product_code == bindparam("code"), PRODUCTS.c.id != bindparam("id"))
    .limit(1)
)


async def code_is_taken(transaction: Transaction, code: str, product_id: int) -> bool:
    return await transaction.row(TAKEN, {"code": code, "id": product_id}) is not None
