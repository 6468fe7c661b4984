"""A row of one's own that points at another tenant's row leads no further than one that points at none."""

from typing import Any

import pytest
from sqlalchemy import create_engine, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from db import tables as t
from db.base import APPEND_ONLY, Base, table_of
from db.scope import RULED_BY
from domain.actors import Actor
from graph import ids
from graph.edges import ToOne
from graph.kinds import KINDS
from tests.make import Make
from tests.support import ADMIN, new_id
from tests.tenancy.asking import ask
from tests.tenancy.sides import Sides, person, sides

pytestmark = pytest.mark.slow

Rows = dict[type[Base], Any]
POINTING = ("Product", "JourneyEvent", "WorkflowChain", "AgentSession", "SessionHandoff", "ContextSnapshot", "Company")


def pointers(kind: str) -> dict[str, ToOne]:
    """Edges by field, but for the column by which it is known whose the row is."""
    table = KINDS[kind].table
    found = get_object_definition(KINDS[kind].types[0], strict=True).fields
    edges = {to_camel_case(field.python_name): field.metadata.get("edge") for field in found}
    owner = RULED_BY.get(table.name, "company_id")
    return {name: edge for name, edge in edges.items() if isinstance(edge, ToOne) and edge.via != owner}


async def rows_of(make: Make, company: t.Company, session: t.AgentSession, user: t.User) -> Rows:
    made = [
        company, session, user, await make.product(company), await make.event(company, user),
        await make.chain(company, user), await make.snapshot(company, user),
        await make.handoff(session, await make.session(company, user), user),
    ]  # fmt: skip
    return {type(row): row for row in made}


async def point(engine: AsyncEngine, row: Any, columns: dict[str, Any]) -> None:
    """As older software may have left it: without the database's foreign keys."""
    table = table_of(type(row))
    change: Any = update(table).where(table.c.id == row.id).values(columns)
    if engine.dialect.name == "sqlite":
        # It does not look at foreign keys where nobody has asked it to.
        unchecked = create_engine(f"sqlite:///{engine.url.database}")
        with unchecked.begin() as connection:
            if table.info.get(APPEND_ONLY):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table.name}_no_update"))
            connection.execute(change)
        unchecked.dispose()
        return
    async with engine.begin() as connection:
        await connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
        if table.info.get(APPEND_ONLY):
            # Its triggers guard it from UPDATE, for this test's neighbours too.
            [held] = (await connection.execute(select(table).where(table.c.id == row.id))).mappings()
            await connection.execute(text(f"TRUNCATE {table.name}"))
            change = insert(table).values({**held, **columns})
        await connection.execute(change)
        await connection.execute(text("SET FOREIGN_KEY_CHECKS = 1"))


@pytest.fixture
async def two(engine: AsyncEngine, make: Make) -> Sides:
    return await sides(engine, make)


@pytest.mark.parametrize("kind", [kind for kind in POINTING if pointers(kind)])
async def test_a_pointer_at_anothers_row_leads_nowhere(two: Sides, make: Make, kind: str) -> None:
    mine, theirs = [await rows_of(make, side.company, side.session, side.editor) for side in (two.mine, two.theirs)]
    row, edges = mine[KINDS[kind].row], pointers(kind)
    below = " ".join(f"{name} {{ id }}" for name in edges)
    document = f"query Q($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {below} }} }} }}"
    asked = {"id": ids.encode(kind, row.id)}
    reader = await _colleague(two, make)
    answers = []
    for is_there in (True, False):
        values = {edge.via: _key(theirs[edge.row], edge.key, is_there=is_there) for edge in edges.values()}
        await point(two.engine, row, values)
        answers.append(await ask(two.kept, reader, document, asked))
        everyones, _ = await ask(two.kept, Actor(reader.user_id, roles=ADMIN), document, asked)
        assert {found is not None for found in everyones["data"]["node"].values()} == {is_there}
    assert answers[0] == answers[1]
    assert answers[0][0] == {"data": {"node": dict.fromkeys(edges)}}


async def _colleague(two: Sides, make: Make) -> Actor:
    """A member whom no row points at."""
    user = await make.user()
    await make.member(user, two.mine.company)
    return person(user)


def _key(row: Any, key: str, *, is_there: bool) -> Any:
    if is_there:
        return getattr(row, key)
    return new_id() if key != "id" else 10 ** len(str(row.id)) - 1


async def test_what_anothers_agent_did_is_found_by_its_name_by_nobody_else(two: Sides, make: Make) -> None:
    await make.event(two.theirs.company, two.theirs.editor, agent_id="their-agent")
    await make.event(two.mine.company, two.mine.editor, agent_id="my-agent")
    page = "events: journeyEvents(filter: {agentId: $agent}) { totalCount nodes { agentId } }"
    below = page.replace("journeyEvents", "events")
    document = f"query Q($agent: String) {{ {page} companies {{ nodes {{ {below} }} }} }}"
    for user in (two.mine.editor, two.stranger):
        theirs = await ask(two.kept, person(user), document, {"agent": "their-agent"})
        assert theirs == await ask(two.kept, person(user), document, {"agent": "nobodys-agt"})
        assert theirs[0]["data"]["events"] == {"totalCount": 0, "nodes": []}
    found, _ = await ask(two.kept, person(two.theirs.editor), document, {"agent": "their-agent"})
    assert found["data"]["events"]["totalCount"] == 1
