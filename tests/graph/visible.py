"""What the user of one company may see of the demo data, worked out row by row and not by the code under test."""

from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import tables as t
from domain.actors import Actor
from graph import ids
from graph.kinds import KINDS

PARENTS = {
    "compliance_report_items": ("compliance_report_id", "compliance_reports"),
    "launch_readiness_scores": ("product_id", "products"),
    "session_handoffs": ("from_session_id", "agent_sessions"),
}


async def _limited(engine: AsyncEngine) -> tuple[Actor, int]:
    """The user who sees one company, and that company."""
    async with engine.connect() as connection:
        user = await connection.scalar(select(t.User.id).where(t.User.name == "Lee Limited"))
        companies = await connection.scalars(select(t.CompanyMember.company_id).where(t.CompanyMember.user_id == user))
        [company] = companies.all()
    return Actor(user), company


async def _visible(connection: AsyncConnection, table: Table, actor: Actor, company: int) -> set[int]:
    """Keys that the actor may see, worked out row by row from the data, not by the code under test."""
    rows = (await connection.execute(select(table))).mappings().all()
    if table.name == "platform_knowledge_bases":
        return {row["id"] for row in rows}
    if table.name == "companies":
        return {company}
    if table.name == "users":
        members = await connection.scalars(select(t.CompanyMember.user_id).where(t.CompanyMember.company_id == company))
        return {actor.user_id, *members}
    if table.name in PARENTS:
        column, parent = PARENTS[table.name]
        seen = await _visible(connection, t.User.metadata.tables[parent], actor, company)
        return {row["id"] for row in rows if row[column] in seen}
    return {row["id"] for row in rows if _mine(row, actor, company)}


def _mine(row: Any, actor: Actor, company: int) -> bool:
    if row["company_id"] is None:
        return row.get("user_id") == actor.user_id
    return row["company_id"] == company


SEEN: dict[str, tuple[Actor, set[str]]] = {}


async def visible_ids(engine: AsyncEngine) -> tuple[Actor, set[str]]:
    """Who sees little, and the ids of all they see; worked out once per database, which nobody changes."""
    if str(engine.url) not in SEEN:
        SEEN[str(engine.url)] = await _visible_ids(engine)
    return SEEN[str(engine.url)]


async def _visible_ids(engine: AsyncEngine) -> tuple[Actor, set[str]]:
    actor, company = await _limited(engine)
    async with engine.connect() as connection:
        found = {
            ids.encode(name, key)
            for name, kind in KINDS.items()
            for key in await _visible(connection, kind.table, actor, company)
        }
    return actor, found
