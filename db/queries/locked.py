"""Rows for writing: locked until the transaction ends, and only those the actor may see."""

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import tables as t
from db.base import Base, table_of
from db.scope import Scope, seen_by
from domain.enums import MemberRole

B = TypeVar("B", bound=Base)


async def by_id(session: AsyncSession, row: type[B], key: int, scope: Scope) -> B | None:
    table = table_of(row)
    statement = select(row).where(table.c.id == key).with_for_update()
    return await session.scalar(seen_by(scope, statement, table))


async def is_visible(session: AsyncSession, row: type[Base], key: int, scope: Scope, **equal: Any) -> bool:
    """Whether there is such a row for the viewer, with these column values."""
    table = table_of(row)
    statement = select(table.c.id).where(table.c.id == key, *(table.c[name] == value for name, value in equal.items()))
    return await session.scalar(seen_by(scope, statement, table)) is not None


async def role_in(session: AsyncSession, company_id: int, user_id: int) -> MemberRole | None:
    member = t.CompanyMember
    return await session.scalar(select(member.role).where(member.company_id == company_id, member.user_id == user_id))


async def stored_outcome(session: AsyncSession, scope: str, key: str) -> t.IdempotencyKey | None:
    row = t.IdempotencyKey
    return await session.scalar(select(row).where(row.actor_scope == scope, row.idempotency_key == key))


async def user_exists(session: AsyncSession, user_id: int) -> bool:
    return await session.scalar(select(t.User.id).where(t.User.id == user_id)) is not None
