"""That the walk finds every place, that every place is tried, and that a new one cannot be forgotten."""

import pytest
from graphql import build_schema

from tests.graph.shape import core
from tests.tenancy.places import WORDS, Unknown, kinds_named, walk
from tests.tenancy.sides import MUTATIONS
from tests.tenancy.tenants import SHARED
from tests.tenancy.test_reads import READS, WITHOUT_CONTROL
from tests.tenancy.test_subscriptions import HEARD

PLACES = 278
NODES = {"Query.node(id)", "Query.nodes(ids)"}


def test_the_walk_goes_everywhere() -> None:
    assert len(walk(core)) >= PLACES
    assert len(set(walk(core))) == len(walk(core))


def test_every_place_is_tried() -> None:
    tried = {str(place) for place in (*READS, *MUTATIONS, *HEARD)} | NODES
    shared = {str(place) for place in walk(core) if place.returns in SHARED}
    assert {str(place) for place in walk(core)} - shared - tried == set()
    assert tried <= {str(place) for place in walk(core)}


def test_what_is_said_of_places_is_said_of_ones_that_there_are() -> None:
    types = core.type_map
    assert [leaf for leaf in WORDS if leaf.split(".")[1] not in types[leaf.split(".")[0]].fields] == []
    assert set(WITHOUT_CONTROL) <= {(place.type_name, place.field) for place in READS}


SAMPLE = """
scalar JSON
type Query { node(id: ID!): Company  company(id: ID  awsPartnerId: String): Company }
type Company { id: ID!  products(filter: Filter  after: String): ProductConnection }
type ProductConnection { nodes: [Product!]! }
type Product { id: ID! }
enum Size { SMALL }
input Filter { companyId: ID  productId: [ID!]  all: [Filter!]  none: Below  size: Size  since: Int }
input Below { companyId: ID  all: Filter }
"""
FOUND = {
    "Query.node(id)": ("Company",), "Query.company(id)": ("Company",), "Query.company(awsPartnerId)": ("Company",),
    "Company.products(filter.companyId)": ("Company",), "Company.products(filter.productId)": ("Product",),
    "Company.products(filter.none.companyId)": ("Company",), "Company.products(after)": ("Product",),
}  # fmt: skip


def test_places_are_found_at_any_depth() -> None:
    assert {str(place): kinds_named(place) for place in walk(build_schema(SAMPLE))} == FOUND


@pytest.mark.parametrize(
    "more",
    [
        "extend type Query { recent(of: ID!): Company }",
        "extend type Query { named(name: String!, code: String): Product }",
        "extend type Query { any(where: JSON): Product }",
        "extend input Below { eventId: ID }",
        "extend type Company { later(key: String): ProductConnection }",
        "type Mutation { drop(input: Drop!): Company } input Drop { companyId: ID!  reason: String }",
        "type Subscription { changes(topic: String): Company }",
    ],
)
def test_a_place_that_nobody_knows_stops_the_walk(more: str) -> None:
    with pytest.raises(Unknown):
        walk(build_schema(SAMPLE + more))


def test_a_subscription_is_walked_too() -> None:
    more = "type Subscription { changes(companyId: ID!): Company }"
    found = {str(place) for place in walk(build_schema(SAMPLE + more))}
    assert found - set(FOUND) == {"Subscription.changes(companyId)"}
