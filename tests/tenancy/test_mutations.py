"""Whatever a mutation takes to name a row: another tenant's is refused as one that is not there; nothing changes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from db.base import Base, table_of
from domain.actors import Actor
from graph.kinds import KINDS
from tests.actions.calls import DECISIONS, IN_PERSON, MANAGED
from tests.actions.scene import everything
from tests.make import Make
from tests.support import ADMIN
from tests.tenancy.asking import Answer, ask
from tests.tenancy.places import Place, kinds_named
from tests.tenancy.sides import (
    MUTATIONS,
    NAMES,
    Sides,
    agent,
    document,
    input_of,
    nobodys,
    person,
    sides,
    value_of,
    without,
)

pytestmark = pytest.mark.slow

# Kept as a text and never followed: it is no refusal.
UNFOLLOWED = {"Reference"}
BY_PEOPLE = {call.name for call in (*IN_PERSON, *MANAGED, *DECISIONS)}
REFUSED = [place for place in MUTATIONS if kinds_named(place)[0] not in UNFOLLOWED]
KEPT = [place for place in MUTATIONS if kinds_named(place)[0] in UNFOLLOWED]


@pytest.fixture
async def two(engine: AsyncEngine, make: Make) -> Sides:
    return await sides(engine, make)


async def told(two: Sides, actor: Actor, name: str, input: dict[str, Any]) -> Answer:
    answer, statements = await ask(two.kept, actor, document(name), {"input": input})
    assert "errors" not in answer, answer["errors"]
    return answer["data"][name], statements


async def of_both(two: Sides, actor: Actor, place: Place, **more: Any) -> tuple[Answer, Answer]:
    """The answers to another tenant's row and to none, without what was sent."""
    answers = []
    side = two.theirs if actor.user_id == two.stranger.id else two.mine
    for value in (value_of(two.theirs, place), nobodys(value_of(two.theirs, place))):
        answer, statements = await told(two, actor, place.field, {**input_of(place.field, side, place, value), **more})
        answers.append((without(value)(answer), statements))
    return answers[0], answers[1]


def codes(answer: dict[str, Any]) -> list[str]:
    return [error["code"] for error in answer["errors"]]


@pytest.mark.parametrize("place", REFUSED, ids=str)
async def test_anothers_row_is_refused_as_none(two: Sides, place: Place) -> None:
    before = await everything(two.engine)
    admin = Actor(two.mine.editor.id, roles=ADMIN)
    there = input_of(place.field, two.theirs, place, value_of(two.theirs, place))
    assert codes((await told(two, admin, place.field, {**there, "dryRun": True}))[0]) == []
    editor, stranger = two.mine.editor, two.stranger
    dry_or_not = [(person(user), dry_run) for user in (editor, stranger) for dry_run in (True, False)]
    for actor, dry_run in (*dry_or_not, (agent(editor), False)):
        theirs, none = await of_both(two, actor, place, dryRun=dry_run, idempotencyKey="k")
        assert theirs == none
        assert codes(theirs[0]) in (["NOT_FOUND"], ["UNKNOWN_BLOCKER"], ["UNKNOWN_TASK"])
        assert not theirs[0]["changed"]
    assert await everything(two.engine) == before


@pytest.mark.parametrize("place", KEPT, ids=str)
async def test_a_pointer_is_kept_whatever_it_names(two: Sides, place: Place) -> None:
    theirs, none = await of_both(two, person(two.mine.editor), place, dryRun=True)
    assert theirs == none
    assert (codes(theirs[0]), theirs[0]["changed"]) == ([], True)
    theirs, none = await of_both(two, person(two.stranger), place)
    assert theirs == none
    assert codes(theirs[0]) == ["NOT_FOUND"]


@pytest.mark.parametrize("name", NAMES)
async def test_anothers_idempotency_key_answers_nothing(two: Sides, name: str) -> None:
    input = {**input_of(name, two.theirs), "idempotencyKey": "k"}
    # What needs a person, or a manager, is no agent's to do.
    manager = Actor(two.theirs.editor.id, roles=ADMIN)
    theirs = manager if name in BY_PEOPLE else agent(two.theirs.editor)
    done, _ = await told(two, theirs, name, input)
    assert (codes(done), done["changed"]) == ([], True)
    before = await everything(two.engine)
    for user in (two.mine.editor, two.stranger):
        for actor in (person(user), agent(user)):
            answer = await told(two, actor, name, input)
            assert answer == await told(two, actor, name, {**input, "idempotencyKey": "never used"})
            assert (codes(answer[0]), answer[0]["replayed"]) == (["NOT_FOUND"], False)
    assert await everything(two.engine) == before
    again, _ = await told(two, theirs, name, input)
    assert again == {**done, "replayed": True}


@asynccontextmanager
async def held(engine: AsyncEngine, kind: type[Base], key: int) -> AsyncIterator[None]:
    """Another transaction holds the row. SQLite locks no rows: who writes there waits for all who do."""
    async with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            await connection.exec_driver_sql("SET autocommit = 0")
            await connection.execute(select(table_of(kind)).where(table_of(kind).c.id == key).with_for_update())
        yield
        if engine.dialect.name != "sqlite":
            await connection.exec_driver_sql("ROLLBACK")
            await connection.exec_driver_sql("SET autocommit = 1")


@pytest.mark.parametrize("place", [place for place in REFUSED if kinds_named(place)[0] in KINDS], ids=str)
async def test_nobody_waits_for_a_row_that_is_anothers(two: Sides, place: Place) -> None:
    """To be held up would tell that the row is there; and to lock it would hold up those whose row it is."""
    rows = {"Company": two.theirs.company, "AgentSession": two.theirs.session, "User": two.theirs.editor}
    kind = KINDS[kinds_named(place)[0]]
    key = rows[kind.name].id if kind.name in rows else await _first(two.engine, kind.row, two.theirs.company.id)
    async with held(two.engine, kind.row, key):
        for actor in (person(two.mine.editor), person(two.stranger)):
            theirs, none = await asyncio.wait_for(of_both(two, actor, place, dryRun=True), timeout=3)
            assert theirs == none


async def _first(engine: AsyncEngine, kind: type[Base], company_id: int) -> int:
    table = table_of(kind)
    async with engine.connect() as connection:
        return int(await connection.scalar(select(table.c.id).where(table.c.company_id == company_id)))
