"""What is missing for a tier, as the API shows it of the demo data."""

from domain.policy import DEFAULT
from tests.graph.shape import core
from tests.support import Graph

PAGE = """query($first: Int!) { companies(first: $first) { nodes { id partnerTier tierGap { tier met policyVersion
  requirements { requirement needed value missing asOf stale met } fix { mutation args } } } } }"""
TIERS = list(core.type_map["PartnerTier"].values)


async def test_it_takes_one_statement_for_all_companies(demo_graph: Graph) -> None:
    for first in (1, 20, 40):
        nodes = (await demo_graph.data(PAGE, first=first))["companies"]["nodes"]
        assert len(nodes) == first
        assert len(demo_graph.statements) == 2


async def test_it_is_about_the_next_tier(demo_graph: Graph) -> None:
    for company in (await demo_graph.data(PAGE, first=40))["companies"]["nodes"]:
        above = [*TIERS, None][TIERS.index(company["partnerTier"]) + 1 if company["partnerTier"] else 0]
        found = company["tierGap"]
        assert (found and (found["tier"], found["policyVersion"])) == (above and (above, DEFAULT.version))


async def test_the_demo_data_has_every_case(demo_graph: Graph) -> None:
    nodes = (await demo_graph.data(PAGE, first=40))["companies"]["nodes"]
    found = [each for node in nodes if node["tierGap"] for each in node["tierGap"]["requirements"]]
    assert {each["met"] for each in found} == {True, False}
    assert any(each["stale"] for each in found)
    assert any(each["missing"] and not each["stale"] for each in found)
    unknown = [each for each in found if each["value"] is None]
    assert unknown
    assert not any(each["met"] and each["needed"] for each in unknown)
    fixes = [node["tierGap"]["fix"] for node in nodes if node["tierGap"] and node["tierGap"]["fix"]]
    taken = core.mutation_type.fields["partnerTierProgressRecord"].args["input"].type.of_type.fields
    assert all(set(fix["args"]) <= set(taken) for fix in fixes)
