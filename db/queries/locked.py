"""Rows for writing: locked until the transaction ends, and only those the actor may see."""

from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Select, Table, bindparam, select

from db import tables as t
from db.base import Base, table_of
from db.queries.lists import KEPT
from db.scope import Scope, within
from db.writing import Transaction
from domain.enums import MemberRole

B = TypeVar("B", bound=Base)
MEMBERS, KEYS, USERS = table_of(t.CompanyMember), table_of(t.IdempotencyKey), table_of(t.User)


class StoredOutcome(NamedTuple):
    request_hash: str
    outcome: dict[str, Any] | None


async def by_id(transaction: Transaction, kind: type[B], key: int, scope: Scope) -> B | None:
    # A locking read waits for a row before it finds that the row is another tenant's: the time would tell that the row
    # is there, and whose row it is would have to wait for strangers.
    if not scope.everything and not await is_visible(transaction, kind, key, scope):
        return None
    statement = _by_id(table_of(kind), everything=scope.everything)
    return await transaction.load(kind, statement, {"id": key, "viewer": scope.user_id})


@lru_cache(KEPT)
def _by_id(table: Table, *, everything: bool) -> Select[Any]:
    statement = select(table).where(table.c.id == bindparam("id")).with_for_update()
    return within(statement, table, everything=everything)


async def is_visible(transaction: Transaction, kind: type[Base], key: int, scope: Scope, **equal: Any) -> bool:
    """Whether there is such a row for the viewer, with these column values."""
    statement = _visible(table_of(kind), ("id", *equal), everything=scope.everything)
    return await transaction.row(statement, {"id": key, **equal, "viewer": scope.user_id}) is not None


@lru_cache(KEPT)
def _visible(table: Table, equal: tuple[str, ...], *, everything: bool) -> Select[Any]:
    statement = select(table.c.id).where(*(table.c[name] == bindparam(name) for name in equal))
    return within(statement, table, everything=everything)


async def company_of(transaction: Transaction, kind: type[Base], key: int, scope: Scope) -> int | None:
    """The company that a row belongs to; the row is not locked."""
    statement = _company_of(table_of(kind), everything=scope.everything)
    found = await transaction.row(statement, {"id": key, "viewer": scope.user_id})
    return None if found is None else cast(int, found[0])


@lru_cache(KEPT)
def _company_of(table: Table, *, everything: bool) -> Select[Any]:
    statement = select(table.c.company_id).where(table.c.id == bindparam("id"))
    return within(statement, table, everything=everything)


ROLE = select(MEMBERS.c.role).where(
    MEMBERS.c.company_id == bindparam("company_id"), MEMBERS.c.user_id == bindparam("user_id")
)
OUTCOME = select(KEYS.c.request_hash, KEYS.c.outcome).where(
    KEYS.c.actor_scope == bindparam("scope"), KEYS.c.idempotency_key == bindparam("idempotency_key")
)
USER = select(USERS.c.id).where(USERS.c.id == bindparam("id"))


async def role_in(transaction: Transaction, company_id: int, user_id: int) -> MemberRole | None:
    found = await transaction.row(ROLE, {"company_id": company_id, "user_id": user_id})
    return None if found is None else cast(MemberRole, found[0])


async def stored_outcome(transaction: Transaction, scope: str, key: str) -> StoredOutcome | None:
    found = await transaction.row(OUTCOME, {"scope": scope, "idempotency_key": key})
    return None if found is None else StoredOutcome(*found)


async def user_exists(transaction: Transaction, user_id: int) -> bool:
    return await transaction.row(USER, {"id": user_id}) is not None
