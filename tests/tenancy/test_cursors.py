"""A cursor is a position and nothing more: at another tenant's row, it shows what it would show at no row there."""

from typing import Any

import pytest

from tests.graph.kept import Kept
from tests.graph.shape import ROOTS, Edge, core
from tests.tenancy.asking import ask
from tests.tenancy.samples import Found, pointed_at
from tests.tenancy.tenants import ADMINISTRATOR, SHARED, STRANGER, Tenants

pytestmark = pytest.mark.slow

LISTS = [edge for edge in ROOTS if edge.target not in SHARED]
PAGE = "edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
# All were made at once, so that their ids alone are the order, and between two of them there is no other.
AT_ONE_INSTANT = {("users", "CREATED_ASC"), ("users", "CREATED_DESC")}


def orders_of(edge: Edge) -> list[str]:
    orders = core.type_map[edge.kind].fields[edge.field].args["orderBy"].type.values
    return [order for order in orders if (edge.field, order) not in AT_ONE_INSTANT]


def document(edge: Edge) -> str:
    """Each order once after, and once before, a cursor of its own."""
    fields, declared = [], []
    for order in orders_of(edge):
        for argument, size in (("after", "first"), ("before", "last")):
            name = f"{order}_{argument}"
            declared.append(f"${name}: String")
            fields.append(f"{name}: {edge.field}(orderBy: {order}, {argument}: ${name}, {size}: 5) {{ {PAGE} }}")
    return f"query Q({', '.join(declared)}) {{ {' '.join(fields)} }}"


async def cursors(kept: Kept, tenants: Tenants, edge: Edge) -> dict[str, str]:
    """As an administrator makes them, at other tenants' rows."""
    foreign, own = (
        set(tenants.theirs[edge.target]),
        [Found(None, None, {"id": id_}) for id_ in tenants.mine[edge.target]],
    )
    pages = " ".join(f"{order}: {edge.field}(orderBy: {order}, first: 100) {{ {PAGE} }}" for order in orders_of(edge))
    kept.actor = ADMINISTRATOR
    found = {}
    for order, page in (await kept.data(f"{{ {pages} }}")).items():
        rows = [Found(None, each["cursor"], each["node"]) for each in page["edges"] if each["node"]["id"] in foreign]
        for argument in ("after", "before"):
            found[f"{order}_{argument}"] = pointed_at(rows, own, argument)[0].cursor or ""
    return found


def shown(data: dict[str, Any]) -> set[str]:
    return {node["id"] for page in data.values() for node in page["nodes"]}


@pytest.mark.parametrize("edge", LISTS, ids=str)
async def test_anothers_position_shows_ones_own_rows_alone(kept: Kept, tenants: Tenants, edge: Edge) -> None:
    theirs = await cursors(kept, tenants, edge)
    nobodys = {name: tenants.nobodys_cursor(edge.target, cursor) for name, cursor in theirs.items()}
    control, _ = await ask(kept, ADMINISTRATOR, document(edge), theirs)
    assert [name for name, page in control["data"].items() if not page["nodes"]] == []
    for actor in (tenants.limited, STRANGER):
        answer, statements = await ask(kept, actor, document(edge), theirs)
        assert (answer, statements) == await ask(kept, actor, document(edge), nobodys)
        assert "errors" not in answer
        own = tenants.mine[edge.target] if actor is tenants.limited else []
        assert shown(answer["data"]) <= set(own)


@pytest.mark.parametrize("edge", [edge for edge in LISTS if edge.target in ("AgentSession", "JourneyEvent")], ids=str)
async def test_one_goes_on_from_anothers_position(kept: Kept, tenants: Tenants, edge: Edge) -> None:
    """Both answers could be empty: here there is something to show."""
    answer, _ = await ask(kept, tenants.limited, document(edge), await cursors(kept, tenants, edge))
    assert shown(answer["data"])
