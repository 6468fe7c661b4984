"""Keyset paging: every row once, in order, in both directions, with ties and NULLs in the order's column."""

import pytest

from graph import ids
from tests.graph.shape import ROOTS, core
from tests.support import Graph

WALK = """
query Walk($first: Int, $after: String, $last: Int, $before: String) {
  page: %s(orderBy: %s, first: $first, after: $after, last: $last, before: $before) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } }
  }
}
"""
ORDERS = [
    (edge.field, order)
    for edge in ROOTS
    for order in core.type_map["Query"].fields[edge.field].args["orderBy"].type.values
]
SIZE = 17


async def _forwards(graph: Graph, document: str, size: int, pages: int) -> list[str]:
    found: list[str] = []
    after = None
    for _ in range(pages):
        page = (await graph.data(document, first=size, after=after))["page"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    return found


async def _backwards(graph: Graph, document: str, size: int, before: str | None, pages: int) -> list[str]:
    found: list[str] = []
    for _ in range(pages):
        page = (await graph.data(document, last=size, before=before))["page"]
        found = [edge["node"]["id"] for edge in page["edges"]] + found
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    return found


@pytest.mark.parametrize(("field", "order"), ORDERS, ids=lambda value: str(value))
async def test_every_row_comes_once_in_both_directions(demo_graph: Graph, field: str, order: str) -> None:
    document = WALK % (field, order)
    total = (await demo_graph.data(f"{{ {field} {{ totalCount }} }}"))[field]["totalCount"]
    pages = 8
    walked = await _forwards(demo_graph, document, SIZE, pages)
    assert len(walked) == len(set(walked)) == min(total, pages * SIZE)
    whole = await _forwards(demo_graph, document, 100, 2)
    assert walked == whole[: len(walked)]
    opposite = WALK % (field, order.replace("_ASC", "_TMP").replace("_DESC", "_ASC").replace("_TMP", "_DESC"))
    assert await _backwards(demo_graph, opposite, SIZE, None, pages) == walked[::-1]


NESTED = """
query Nested($after: String) { products(first: 30, orderBy: CREATED_ASC) { nodes { id
  all: events(first: 100) { edges { cursor node { id } } }
  page: events(first: 3) { pageInfo { hasNextPage hasPreviousPage endCursor } nodes { id } }
  later: events(first: 3, after: $after) { pageInfo { hasPreviousPage } nodes { id } }
  oldest: events(last: 2) { pageInfo { hasNextPage hasPreviousPage } nodes { id } }
} } }
"""


async def test_pages_under_many_parents_are_each_parents_own(demo_graph: Graph) -> None:
    products = (await demo_graph.data(NESTED))["products"]["nodes"]
    for product in products:
        known = [edge["node"]["id"] for edge in product["all"]["edges"]]
        assert [node["id"] for node in product["page"]["nodes"]] == known[:3]
        assert product["page"]["pageInfo"]["hasNextPage"] == (len(known) > 3)
        assert [node["id"] for node in product["oldest"]["nodes"]] == known[-2:]
        assert product["oldest"]["pageInfo"]["hasPreviousPage"] == (len(known) > 2)
        assert product["oldest"]["pageInfo"]["hasNextPage"] is False


async def test_a_cursor_goes_on_where_it_points(demo_graph: Graph) -> None:
    first = (await demo_graph.data(NESTED))["products"]["nodes"]
    rich = max(range(len(first)), key=lambda index: len(first[index]["all"]["edges"]))
    cursor = first[rich]["page"]["pageInfo"]["endCursor"]
    again = (await demo_graph.data(NESTED, after=cursor))["products"]["nodes"][rich]
    known = [edge["node"]["id"] for edge in again["all"]["edges"]]
    assert [node["id"] for node in again["later"]["nodes"]] == known[3:6]
    assert again["later"]["pageInfo"]["hasPreviousPage"] is True


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("first: -1", "INVALID_PAGE"),
        ("first: 101", "INVALID_PAGE"),
        ("last: 10000", "INVALID_PAGE"),
        ("first: 1, last: 1", "INVALID_PAGE"),
        ('after: "x", before: "y"', "INVALID_PAGE"),
        ('first: 1, before: "y"', "INVALID_PAGE"),
        ('last: 1, after: "y"', "INVALID_PAGE"),
        ('after: "no cursor"', "MALFORMED_CURSOR"),
    ],
)
async def test_what_names_no_page_is_refused(demo_graph: Graph, arguments: str, code: str) -> None:
    assert await demo_graph.code(f"{{ companies({arguments}) {{ nodes {{ id }} }} }}") == code


async def test_a_cursor_of_another_order_is_refused(demo_graph: Graph) -> None:
    page = await demo_graph.data("{ companies(first: 1, orderBy: NAME_ASC) { pageInfo { endCursor } } }")
    cursor = page["companies"]["pageInfo"]["endCursor"]
    document = f'{{ companies(orderBy: NAME_DESC, after: "{cursor}") {{ nodes {{ id }} }} }}'
    assert await demo_graph.code(document) == "MALFORMED_CURSOR"


async def test_first_0_is_an_empty_page_that_knows_of_more(demo_graph: Graph) -> None:
    page = await demo_graph.data("{ companies(first: 0) { nodes { id } pageInfo { hasNextPage } totalCount } }")
    assert page["companies"] == {"nodes": [], "pageInfo": {"hasNextPage": True}, "totalCount": 40}


async def test_nodes_keep_their_order_and_their_gaps(demo_graph: Graph) -> None:
    asked = [ids.encode("Company", 2), ids.encode("Product", 1), ids.encode("Company", 99999), ids.encode("Company", 1)]
    nodes = (await demo_graph.data("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=asked))["nodes"]
    assert [node and node["id"] for node in nodes] == [asked[0], asked[1], None, asked[3]]
