"""The demo data's logs: sealed, and telling what the companies are."""

from graph import ids
from tests.graph.shape import ids_of
from tests.support import Graph

VERIFY = """
query Verify($id: ID!) { verifyEventLog(companyId: $id) {
  isIntact agrees events sealed head faults { code } differences { code subject replayed stored } } }
"""


async def test_the_demo_companies_are_what_their_events_say(demo_graph: Graph) -> None:
    companies = await ids_of(demo_graph.engine, "Company")
    assert len(companies) == 40
    for each in companies:
        found = (await demo_graph.data(VERIFY, id=each))["verifyEventLog"]
        assert (found["faults"], found["differences"], found["isIntact"], found["agrees"]) == ([], [], True, True)
        assert found["events"] == found["sealed"] > 0
        assert len(demo_graph.statements) == 3


async def test_the_log_of_nobody_is_null(demo_graph: Graph) -> None:
    assert (await demo_graph.data(VERIFY, id=ids.encode("Company", 9_000_000)))["verifyEventLog"] is None


TIERS = "query Tiers($first: Int) { companies(first: $first) { nodes { tierGap { met fix { mutation } } partnerTier " \
    "mdfApplications { status } } } }"  # fmt: skip


async def test_gaps_and_applications_take_a_statement_each_for_all_companies(demo_graph: Graph) -> None:
    for first in (2, 40):
        nodes = (await demo_graph.data(TIERS, first=first))["companies"]["nodes"]
        assert len(demo_graph.statements) == 3, demo_graph.statements
    assert {node["tierGap"] is None for node in nodes if node["partnerTier"] == "PREMIER"} == {True}
    assert any(node["tierGap"]["fix"] for node in nodes if node["tierGap"])
    assert {each["status"] for node in nodes for each in node["mdfApplications"]} >= {
        "SUBMITTED",
        "APPROVED",
        "ACTION_REQUIRED",
        "REJECTED",
        "CANCELED",
    }
