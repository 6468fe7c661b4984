"""Two databases with the same history, one for each executor: what is written to both must leave the same behind."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from domain.actors import Actor
from domain.enums import AgentType, GlobalRole, TriggeredBy
from tests import support
from tests.actions.calls import Call
from tests.actions.scene import Scene, everything
from tests.conftest import Databases
from tests.execution.answers import Answer, answer, difference
from tests.execution.compare import Difference
from tests.execution.executors import Request

RECENT = timedelta(hours=1)


@contextmanager
def same_ids() -> Iterator[Callable[[], None]]:
    """After the call, the public ids that were made in the block come again, for the other twin."""
    start = next(support._numbers)

    def again() -> None:
        support._numbers = count(start)

    again()
    yield again


def urls(databases: Databases, folder: Path) -> tuple[str, str]:
    """Two empty databases, always used together, so that their keys run in parallel."""
    found = databases.get("left", with_demo=False), databases.get("right", with_demo=False)
    if not found[0].startswith("sqlite"):
        return found
    for url, side in zip(found, ("left", "right"), strict=True):
        shutil.copy(url.removeprefix("sqlite+aiosqlite:///"), folder / f"{side}.sqlite3")
    return f"sqlite+aiosqlite:///{folder}/left.sqlite3", f"sqlite+aiosqlite:///{folder}/right.sqlite3"


@dataclass(frozen=True)
class Twins:
    """`ours` and `stock` are the same scene, each in a database of its own."""

    ours: Scene
    stock: Scene

    def actor(self, who: str) -> Actor:
        if who == "agent":
            return Actor(self.stock.editor.id, TriggeredBy.AGENT, "agent-7", AgentType.MDF_ASSISTANT)
        if who == "nobody":
            return Actor(9_999_999)
        roles = frozenset({GlobalRole.MANAGER}) if who == "manager" else frozenset[GlobalRole]()
        return Actor(getattr(self.stock, who).id, roles=roles)

    async def ready(self, call: Call) -> dict[str, Any]:
        """What the call needs, in both; its input."""
        with same_ids() as again:
            ours = await call.ready(self.ours)
            again()
            stock = await call.ready(self.stock)
        assert ours == stock
        return stock

    async def ask(self, who: str, document: str, operation: str | None = None, **variables: Any) -> Answer:
        """Fails where the two answers, or what they leave behind, are not the same."""
        request, actor = Request(document, variables, operation), self.actor(who)
        with same_ids() as again:
            ours = await answer(self.ours.engine, actor, request, stock=False)
            again()
            stock = await answer(self.stock.engine, actor, request, stock=True)
        what = difference(ours, stock)
        if what is None and await left_behind(self.ours) != await left_behind(self.stock):
            what = "what they leave behind"
        if what is not None:
            pytest.fail(str(Difference(what, request, ours, stock)), pytrace=False)
        return stock


async def left_behind(scene: Scene) -> str:
    """All rows, but for when the database's own clock says that they were made."""
    now = datetime.now(UTC)
    tables = {
        table: [tuple("just now" if _is_recent(value, now) else value for value in row) for row in rows]
        for table, rows in (await everything(scene.engine)).items()
    }
    return repr(tables)


def _is_recent(value: Any, now: datetime) -> bool:
    return isinstance(value, datetime) and abs(value.astimezone(UTC) - now) < RECENT
