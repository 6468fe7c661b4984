"""`node` and `nodes`: another tenant's id among one's own, unknown ones and repetitions, of every kind."""

from typing import Any

import pytest

from graph.kinds import KINDS
from tests.graph.kept import Kept
from tests.graph.shape import core
from tests.tenancy.asking import ask, ask_stock
from tests.tenancy.operations import selection
from tests.tenancy.tenants import ADMINISTRATOR, SHARED, STRANGER, Tenants

pytestmark = pytest.mark.slow

OWNED = [kind for kind in KINDS if kind not in SHARED]
NODE = "query Q($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query Q($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


def everything_below(kind: str) -> str:
    """Every edge of the kind, and the leaves of what it leads to."""
    return f"query Q($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {kind} {selection(core.type_map[kind], 1)} }} }}"


def nobodys(tenants: Tenants, asked: list[str], theirs: list[str]) -> list[str]:
    return [tenants.nobodys_id(each) if each in theirs else each for each in asked]


def mixed(tenants: Tenants, kinds: list[str]) -> tuple[list[str], list[str]]:
    """One's own, another tenant's, one of nobody, another's again, one's own again; and which are another tenant's."""
    asked, theirs = [], []
    for kind in kinds:
        own, foreign = tenants.mine[kind][:2], tenants.theirs[kind][0]
        theirs.append(foreign)
        asked += [*own[:1], foreign, tenants.nobodys_id(foreign, 1), foreign, *own]
    return asked, theirs


@pytest.mark.parametrize("kind", OWNED)
async def test_a_node_of_another_is_none(kept: Kept, tenants: Tenants, kind: str) -> None:
    id_ = tenants.theirs[kind][0]
    found, _ = await ask(kept, ADMINISTRATOR, NODE, {"id": id_})
    assert found["data"]["node"]["id"] == id_
    for actor in (tenants.limited, STRANGER):
        theirs = await ask(kept, actor, NODE, {"id": id_})
        assert theirs == await ask(kept, actor, NODE, {"id": tenants.nobodys_id(id_)})
        assert theirs[0] == {"data": {"node": None}}


@pytest.mark.parametrize("kind", OWNED)
async def test_nothing_below_a_node_of_another(kept: Kept, tenants: Tenants, kind: str) -> None:
    asked, theirs = mixed(tenants, [kind])
    document = everything_below(kind)
    found, _ = await ask(kept, ADMINISTRATOR, document, {"ids": theirs})
    assert all(found["data"]["nodes"])
    for actor in (tenants.limited, STRANGER):
        answer, taken = await ask(kept, actor, document, {"ids": asked})
        assert (answer, taken) == await ask(kept, actor, document, {"ids": nobodys(tenants, asked, theirs)})
        assert "errors" not in answer


@pytest.mark.parametrize("stock", [False, True])
async def test_a_list_of_ids_of_every_kind(kept: Kept, tenants: Tenants, stock: bool) -> None:
    asked, theirs = mixed(tenants, OWNED[: 100 // 6])
    for actor in (tenants.limited, STRANGER):
        seen = [each if actor is tenants.limited and _is_mine(tenants, each) else None for each in asked]
        answers = [await _ask(kept, actor, ids, stock=stock) for ids in (asked, nobodys(tenants, asked, theirs))]
        assert answers[0] == answers[1]
        assert [node and node["id"] for node in answers[0][0]["data"]["nodes"]] == seen
    found, _ = await _ask(kept, ADMINISTRATOR, theirs, stock=stock)
    assert [node["id"] for node in found["data"]["nodes"]] == theirs


async def _ask(kept: Kept, actor: Any, ids: list[str], *, stock: bool) -> Any:
    if stock:
        return await ask_stock(kept.engine, actor, NODES, {"ids": ids})
    return await ask(kept, actor, NODES, {"ids": ids})


def _is_mine(tenants: Tenants, id_: str) -> bool:
    return any(id_ in own for own in tenants.mine.values())
