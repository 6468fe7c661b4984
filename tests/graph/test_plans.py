"""What a plan asks the database for: no statement, no row and no column that the answer does not need."""

import re
from datetime import timedelta

import pytest

from db import tables as t
from domain.actors import Actor
from graph import ids
from graph.kinds import KINDS
from tests.db.reading import Watched
from tests.graph.kept import Kept
from tests.graph.shape import ROOTS
from tests.make import Make
from tests.support import NOW


def columns(statement: str) -> set[str]:
    """Those that are selected, besides the key that the rows are asked for by."""
    selected = statement.removeprefix("SELECT * FROM (").strip("(").partition(" \nFROM ")[0].removeprefix("SELECT ")
    found = (part.strip().rpartition(".")[2] for part in selected.split(","))
    return {name.strip("`") for name in found if not name.endswith(" AS key_")}


def limits(statement: str) -> set[int]:
    return {int(found) for found in re.findall(r"LIMIT (\d+)", statement)}


def keys(statement: str) -> list[str]:
    [found] = re.findall(r" IN \(([\d,]+)\)", statement)
    return found.split(",")


# Columns


async def test_only_what_is_asked_for_is_selected(kept: Kept) -> None:
    await kept.data("{ products(first: 2, orderBy: CREATED_DESC) { nodes { name } } }")
    [statement] = kept.statements
    assert columns(statement) == {"id", "name"}
    await kept.data("{ products(first: 2, orderBy: TARGET_LAUNCH_ASC) { edges { cursor node { __typename } } } }")
    [statement] = kept.statements
    assert columns(statement) == {"id", "target_launch_date"}
    await kept.data("{ products(first: 2) { nodes { a: name b: name id prerequisiteTasks { task } version } } }")
    [statement] = kept.statements
    assert columns(statement) == {"id", "name", "prerequisite_tasks", "version"}


async def test_an_edge_needs_the_column_that_leads_there(kept: Kept) -> None:
    await kept.data("{ products(first: 2) { nodes { company { country } events(first: 1) { nodes { agentId } } } } }")
    assert [columns(each) for each in kept.statements] == [
        {"id", "company_id"},
        {"id", "country"},
        {"id", "agent_id", "event_type"},
    ]


async def test_a_row_of_which_nothing_is_asked_is_read_by_its_key(kept: Kept) -> None:
    for edge in ROOTS:
        await kept.data(f"{{ {edge.field}(first: 3) {{ nodes {{ __typename }} }} }}")
        [statement] = kept.statements
        assert columns(statement) == set(KINDS[edge.target].always)


# Rows


@pytest.mark.parametrize(
    ("selection", "more"),
    [
        ("nodes { id }", 0),
        ("edges { cursor node { id } }", 0),
        ("edges { node { id } }", 0),
        ("__typename nodes { id }", 0),
        ("pageInfo { hasNextPage }", 1),
        ("nodes { id } pageInfo { __typename }", 1),
        ("edges { node { id } } pageInfo { endCursor }", 1),
    ],
)
async def test_one_row_more_is_read_only_to_tell_of_it(kept: Kept, selection: str, more: int) -> None:
    for count in ("first: 7", "last: 7"):
        await kept.data(f"{{ journeyEvents({count}) {{ {selection} }} }}")
        assert [limits(each) for each in kept.statements] == [{7 + more}]
        await kept.data(f"{{ companies(first: 4) {{ nodes {{ events({count}) {{ {selection} }} }} }} }}")
        assert [limits(each) for each in kept.statements] == [{4}, {7 + more}]
    await kept.data(f"{{ companies {{ {selection} }} }}")
    assert [limits(each) for each in kept.statements] == [{20 + more}]


async def test_of_a_count_alone_no_page_is_read(kept: Kept) -> None:
    await kept.data("{ companies { totalCount } }")
    [statement] = kept.statements
    assert statement.startswith("SELECT NULL AS ")
    assert "count(companies.id)" in statement
    await kept.data("{ companies(first: 3) { nodes { events { totalCount __typename } } } }")
    assert [limits(each) for each in kept.statements] == [{3}, set()]
    assert "count(" in kept.statements[1]


async def test_a_page_without_rows_reads_nothing(kept: Kept) -> None:
    watched = Watched(kept.engine)
    for count in ("first: 0", "last: 0"):
        for selection, answer in (("nodes { id }", {"nodes": []}), ("edges { cursor }", {"edges": []})):
            assert await kept.data(f"{{ companies({count}) {{ {selection} }} }}") == {"companies": answer}
    assert (watched.sql, watched.acquired) == ([], 0)
    # That there are rows beyond an empty page is not known without looking.
    assert await kept.data("{ companies(first: 0) { nodes { id } pageInfo { hasNextPage } } }") == {
        "companies": {"nodes": [], "pageInfo": {"hasNextPage": True}}
    }
    assert [limits(each) for each in kept.statements] == [{1}]
    await kept.data("{ companies(first: 0) { totalCount nodes { id } } }")
    assert [limits(each) for each in kept.statements] == [set()]


async def test_parents_that_are_not_there_are_not_asked_for_children(own: Kept, make: Make) -> None:
    document = "{ companies { nodes { owner { name } products { totalCount nodes { company { name } } } } } }"
    assert await own.data(document) == {"companies": {"nodes": []}}
    assert len(own.statements) == 1
    await make.company()
    [company] = (await own.data(document))["companies"]["nodes"]
    assert company == {"owner": None, "products": {"totalCount": 0, "nodes": []}}
    # Nobody owns it, and without products there is no company of theirs.
    assert len(own.statements) == 3


async def test_a_row_that_many_lead_to_is_read_once(own: Kept, make: Make) -> None:
    owner = await make.user()
    companies = [await make.company(user_id=owner.id) for _ in range(2)]
    for n in range(10):
        await make.product(companies[n % 2])
    document = "{ products(first: 10, orderBy: CREATED_ASC) { nodes { company { name owner { name } } } } }"
    nodes = (await own.data(document))["products"]["nodes"]
    _, asked, owners = own.statements
    assert keys(asked) == [str(company.id) for company in companies]
    assert keys(owners) == [str(owner.id)]
    assert [node["company"]["name"] for node in nodes] == [companies[n % 2].name for n in range(10)]
    assert {node["company"]["owner"]["name"] for node in nodes} == {owner.name}


async def test_a_list_that_many_lead_to_is_read_once(own: Kept, make: Make) -> None:
    company = await make.company()
    for _ in range(10):
        await make.product(company)
    document = "{ products { nodes { company { products(first: 3) { totalCount nodes { name } } } } } }"
    nodes = (await own.data(document))["products"]["nodes"]
    assert len(own.statements) == 4
    assert limits(own.statements[2]) == {3}
    assert all(node == nodes[0] for node in nodes)
    assert nodes[0]["company"]["products"]["totalCount"] == 10


# More parents than have a branch of their own


LARGE = "{ companies { nodes { products(first: 100) { nodes { name events(first: 2) { nodes { id } } } } } } }"


@pytest.mark.slow
@pytest.mark.parametrize(("count", "ranked"), [(200, False), (201, True)])
async def test_many_parents_have_their_own_pages_too(own: Kept, make: Make, count: int, ranked: bool) -> None:
    user, member = await make.user(), await make.user()
    companies = [await make.company() for _ in range(3)]
    await make.member(member, companies[0])
    expected = {}
    for n in range(count):
        product = await make.product(companies[n % 3])
        # As many as it has a place for, at two instants, so that ids break ties; a few belong to another company.
        events = [
            await make.event(
                companies[(n + each % 2) % 3], user, product_id=product.id, created_at=NOW - timedelta(hours=each // 2)
            )
            for each in range(n % 4)
        ]
        expected[product.name] = sorted(events, key=lambda event: (event.created_at, event.id), reverse=True)
    assert await _listed(own) == {name: _ids(events[:2]) for name, events in expected.items()}
    assert ("row_number" in own.statements[2], "UNION ALL" in own.statements[2]) == (ranked, not ranked)
    own.actor = Actor(member.id)
    mine = {name: [e for e in events if e.company_id == companies[0].id] for name, events in expected.items()}
    found = await _listed(own)
    assert found == {name: _ids(mine[name][:2]) for name in found}
    assert len(found) == len(range(0, count, 3))
    assert any(len(mine[name]) < len(expected[name]) for name in found)


async def _listed(graph: Kept) -> dict[str, list[str]]:
    companies = (await graph.data(LARGE))["companies"]["nodes"]
    products = [product for company in companies for product in company["products"]["nodes"]]
    return {product["name"]: [event["id"] for event in product["events"]["nodes"]] for product in products}


def _ids(events: list[t.JourneyEvent]) -> list[str]:
    return [ids.encode("JourneyEvent", event.id) for event in events]
