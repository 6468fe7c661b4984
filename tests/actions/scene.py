"""A company and the people around it, the mutations, and what lies in the tables."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, select
from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from db.base import Base
from domain.actors import Actor
from domain.enums import AgentType, GlobalRole, MemberRole, TriggeredBy
from graph import ids
from tests.make import READY, Make
from tests.support import Graph

NOBODY = 9_000_000
ERRORS = """
errors { __typename message code path
  ... on ValidationFailed { fieldErrors { field code message } }
  ... on GatesFailed { gates { code label status detail fix { mutation args } } }
  ... on Conflict { expected actual current { __typename id
    ... on Company { version partnerJourneyStage } ... on AgentSession { version status }
    ... on Approval { version became: status } ... on Product { version launchStatus } } }
  ... on ApprovalRequired { approvalId approval { id status agentId summary } } }
"""


@dataclass(frozen=True)
class Scene:
    engine: AsyncEngine
    make: Make
    company: t.Company
    owner: t.User
    editor: t.User
    viewer: t.User
    stranger: t.User
    manager: t.User

    @property
    def company_id(self) -> str:
        return ids.encode("Company", self.company.id)

    def as_(self, user: t.User, kind: TriggeredBy = TriggeredBy.USER, agent_id: str | None = None) -> Graph:
        """The graph as this user sees it; with an `agent_id`, through that agent."""
        roles = frozenset({GlobalRole.MANAGER}) if user is self.manager else frozenset[GlobalRole]()
        if agent_id is not None:
            return Graph(self.engine, Actor(user.id, TriggeredBy.AGENT, agent_id, AgentType.MDF_ASSISTANT, roles))
        return Graph(self.engine, Actor(user.id, kind, roles=roles))

    @property
    def agent(self) -> Graph:
        return self.as_(self.editor, agent_id="agent-7")


def source(scene: Scene, name: str = "partner-central") -> Graph:
    """The graph as a system that tells of events sees it."""
    return Graph(scene.engine, Actor(scene.editor.id, TriggeredBy.WEBHOOK, source=name))


async def set_up(engine: AsyncEngine, make: Make, **company: Any) -> Scene:
    owner, editor, viewer, stranger, manager = [await make.user() for _ in range(5)]
    made = await make.company(user_id=owner.id, **{**READY, **company})
    await make.evidence(made, owner)
    for user, role in ((owner, MemberRole.OWNER), (editor, MemberRole.EDITOR), (viewer, MemberRole.VIEWER)):
        await make.member(user, made, role)
    return Scene(engine, make, made, owner, editor, viewer, stranger, manager)


async def payload(graph: Graph, document: str, **input: Any) -> dict[str, Any]:
    data = await graph.data(document, input=input)
    [found] = data.values()
    return found


async def done(graph: Graph, document: str, **input: Any) -> dict[str, Any]:
    """The payload of a call that must succeed."""
    found = await payload(graph, document, **input)
    assert found["errors"] == []
    return found


async def refused(graph: Graph, document: str, **input: Any) -> dict[str, Any]:
    """The one error of a call that must be refused, and has changed nothing."""
    found = await payload(graph, document, **input)
    [error] = found["errors"]
    others = {name: value for name, value in found.items() if name not in ("errors", "changed", "replayed")}
    assert (found["changed"], found["replayed"], set(others.values())) == (False, False, {None})
    return error


async def rows(engine: AsyncEngine, row: type[Base]) -> list[Any]:
    """All rows of a table, oldest first."""
    async with engine.connect() as connection:
        return list(await connection.execute(select(row.__table__).order_by(*row.__table__.primary_key.columns)))


async def everything(engine: AsyncEngine) -> dict[str, list[Any]]:
    """All rows of all tables."""
    if engine.dialect.name == "sqlite":
        # Without a thread in between, which would take longer than the statements.
        direct = create_engine(f"sqlite:///{engine.url.database}", poolclass=NullPool)
        with direct.connect() as connection:
            return _all(connection)
    async with engine.connect() as connection:
        return await connection.run_sync(_all)


def _all(connection: Connection) -> dict[str, list[Any]]:
    found = {}
    for table in Base.metadata.sorted_tables:
        statement = select(table).order_by(*table.primary_key.columns)
        found[table.name] = [tuple(row) for row in connection.execute(statement)]
    return found
