"""Loading what an action writes: locked, in the actor's scope, by someone who may write it, in the expected state."""

from typing import Any

from actions.perform import Work
from db import tables as t
from db.queries import locked
from domain.actors import NO_EDITOR, may_write
from domain.refusals import Conflict, Forbidden, Refused, not_found


async def company_for_writing(work: Work, company_id: int) -> t.Company:
    company = await locked.by_id(work.transaction, t.Company, company_id, work.scope)
    if company is None:
        raise not_found("companyId", "company")
    await check_may_write(work, company_id, "companyId")
    return company


async def product_for_writing(work: Work, product_id: int) -> tuple[t.Company, t.Product]:
    """The company is locked first, as by all who write: what its gates rest on does not change meanwhile."""
    company_id = await locked.company_of(work.transaction, t.Product, product_id, work.scope)
    company = None if company_id is None else await locked.by_id(work.transaction, t.Company, company_id, work.scope)
    if company is None:
        raise not_found("productId", "product")
    await check_may_write(work, company.id, "productId")
    product = await locked.by_id(work.transaction, t.Product, product_id, work.scope)
    if product is None:
        raise not_found("productId", "product")
    return company, product


async def session_for_writing(work: Work, session_id: int) -> t.AgentSession:
    """Its own user may write a session, and whoever may write the company it is about."""
    found = await locked.by_id(work.transaction, t.AgentSession, session_id, work.scope)
    if found is None:
        raise not_found("sessionId", "session")
    if found.user_id != work.actor.user_id:
        await check_may_write(work, found.company_id, "sessionId")
    return found


async def check_may_write(work: Work, company_id: int | None, path: str) -> None:
    rank = work.actor.rank
    if may_write(rank, None):
        return
    role = None if company_id is None else await locked.role_in(work.transaction, company_id, work.actor.user_id)
    if not may_write(rank, role):
        raise Refused(Forbidden(NO_EDITOR, "EDITOR_REQUIRED", (path,)))


async def check_product_of(work: Work, company_id: int, product_id: int | None) -> None:
    """Nothing is wrong with naming no product."""
    if product_id is not None and not await locked.is_visible(
        work.transaction, t.Product, product_id, work.scope, company_id=company_id
    ):
        raise not_found("productId", "product of this company")


async def product_of(work: Work, company_id: int, product_id: int | None) -> t.Product | None:
    """Locked, where one is named."""
    if product_id is None:
        return None
    product = await locked.by_id(work.transaction, t.Product, product_id, work.scope)
    if product is None or product.company_id != company_id:
        raise not_found("productId", "product of this company")
    return product


def check_expected(field: str, expected: Any, actual: Any, kind: str, key: int) -> None:
    """Refuses with Conflict when the caller believed something else than what is there now. None expects nothing."""
    if expected is None or expected == actual:
        return
    raise Refused(
        Conflict(
            f"It has changed since you read it: `{field}` is {_shown(expected)}, but now it is {_shown(actual)}. "
            "Read it again and decide again.",
            "STALE",
            (field,),
            expected=_shown(expected),
            actual=_shown(actual),
            current_kind=kind,
            current_id=key,
        )
    )


def _shown(value: Any) -> str:
    return str(getattr(value, "name", value))
