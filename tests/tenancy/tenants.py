"""The demo data as two sides see it: Lee's one company, and everything else."""

from dataclasses import dataclass, field

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from db.demo import people
from db.opaque import unwrap, wrap
from db.scope import SHARED as SHARED_TABLES
from domain.actors import Actor
from graph import ids
from graph.kinds import KINDS
from tests.graph.visible import visible_ids
from tests.support import ADMIN

ADMINISTRATOR = Actor(people.DANA, roles=ADMIN)
STRANGER = Actor(10**6)
# Their rows are everyone's.
SHARED = {kind.name for kind in KINDS.values() if kind.table.name in SHARED_TABLES}


@dataclass(frozen=True)
class Tenants:
    """`mine` and `theirs` by type, of events by their concrete type and by the interface; `free` are keys of no row.
    The newest come first."""

    limited: Actor
    mine: dict[str, list[str]] = field(default_factory=dict)
    theirs: dict[str, list[str]] = field(default_factory=dict)
    free: dict[str, tuple[int, int]] = field(default_factory=dict)

    def nobodys_id(self, id_: str, which: int = 0) -> str:
        """The id of no row, of the same type and as long in figures. There are two."""
        kind, _ = ids.decode(id_)
        return ids.encode(kind, self.free[kind][which])

    def nobodys_cursor(self, kind: str, cursor: str) -> str:
        """The same position, at no row."""
        *position, _ = orjson.loads(unwrap(cursor))
        return wrap(orjson.dumps([*position, self.free[kind][0]]))


def nobodys_text(text: str) -> str:
    """As long and of the same sorts of characters, but found nowhere."""
    return "".join(_turned(each) for each in text)


def _turned(each: str) -> str:
    for first, last in ("09", "az", "AZ"):
        if first <= each <= last:
            size = ord(last) - ord(first) + 1
            return chr((ord(each) - ord(first) + size // 2) % size + ord(first))
    return each


KNOWN: dict[str, Tenants] = {}


async def tenants_of(engine: AsyncEngine) -> Tenants:
    """Worked out once per database, which nobody changes."""
    name = str(engine.url)
    if name not in KNOWN:
        KNOWN[name] = await _learn(engine)
    return KNOWN[name]


async def _learn(engine: AsyncEngine) -> Tenants:
    limited, seen = await visible_ids(engine)
    found = Tenants(limited)
    for kind in KINDS.values():
        async with engine.connect() as connection:
            rows = (await connection.execute(select(kind.table).order_by(kind.table.c.id))).all()
        found.free[kind.name] = _free([row.id for row in rows])
        for name in {kind.name, *kind.concrete.values()}:
            its = [ids.encode(kind.name, row.id) for row in rows if name in (kind.name, kind.type_name(row))]
            found.mine[name] = [each for each in its if each in seen][::-1]
            found.theirs[name] = [each for each in its if each not in seen][::-1]
    return found


def _free(keys: list[int]) -> tuple[int, int]:
    """As many figures as the largest key has."""
    taken, key = set(keys), 10 ** len(str(max(keys, default=1)))
    first, second, *_ = (other for other in range(key - 1, 0, -1) if other not in taken)
    return first, second
