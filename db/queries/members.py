"""Whose member somebody is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select

from db import tables as t
from db.base import table_of
from db.queries.facts import Fetch
from domain.enums import MemberRole

MEMBERS = table_of(t.CompanyMember)
# Of the viewer alone: nobody learns of anybody else's.
ROLES: Select[Any] = select(MEMBERS.c.company_id, MEMBERS.c.role).where(
    MEMBERS.c.company_id.in_(bindparam("keys", expanding=True)), MEMBERS.c.user_id == bindparam("viewer")
)


async def roles(fetch: Fetch, keys: Sequence[int], user_id: int) -> dict[int, MemberRole]:
    """The user's role in each of the companies that they are a member of."""
    return {row[0]: row[1] for row in await fetch(ROLES, {"keys": list(keys), "viewer": user_id})}
