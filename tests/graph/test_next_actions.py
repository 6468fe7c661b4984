"""What a company should do next, as the API shows it."""

from graph import ids
from tests.graph.shape import core
from tests.support import Graph

PAGE = """query($first: Int!) { companies(first: $first) { nodes { nextActions { inputHash stale
  actions { id mutation args priority terms { name points } target { type id } } dismissed { id by { name } } } } } }"""
ONE = 'query($first: Int) { company(id: "Q29tcGFueTox") { nextActions(first: $first) { actions { id } } } }'


async def test_it_takes_as_many_statements_for_many_companies_as_for_one(demo_graph: Graph) -> None:
    counts = []
    for first in (1, 20, 40):
        nodes = (await demo_graph.data(PAGE, first=first))["companies"]["nodes"]
        assert len(nodes) == first
        counts.append(len(demo_graph.statements))
    # The companies, six for their facts, four for what waits, and the users who dismissed something.
    assert counts[1:] == [12, 12]
    assert counts[0] in (11, 12)


async def test_it_is_fresh_bounded_and_of_known_targets(demo_graph: Graph) -> None:
    nodes = (await demo_graph.data(PAGE, first=40))["companies"]["nodes"]
    found = [action for node in nodes for action in node["nextActions"]["actions"]]
    assert not any(node["nextActions"]["stale"] for node in nodes)
    assert max(len(node["nextActions"]["actions"]) for node in nodes) <= 10
    kinds = {action["id"].split(":")[0] for action in found}
    assert kinds >= {"resolve_blocker", "complete_prereq", "run_chain", "run_compliance", "transition", "upsell",
                     "review_handoff", "review_approval"}  # fmt: skip
    for action in found:
        for name, value in action["args"].items():
            if name.endswith("Id") and name not in ("blockerId", "taskId"):
                assert ids.decode(value)[0].endswith(f"{name[0].upper()}{name[1:-2]}")


async def test_a_call_that_is_advised_is_one_of_the_schema_with_that_input(demo_graph: Graph) -> None:
    nodes = (await demo_graph.data(PAGE, first=40))["companies"]["nodes"]
    mutations = core.mutation_type.fields
    advised = [each for node in nodes for each in node["nextActions"]["actions"] if each["mutation"]]
    assert {each["mutation"] for each in advised} <= set(mutations)
    for each in advised:
        assert set(each["args"]) <= set(mutations[each["mutation"]].args["input"].type.of_type.fields)


async def test_first_says_how_many(demo_graph: Graph) -> None:
    sizes = [
        len((await demo_graph.data(ONE, first=first))["company"]["nextActions"]["actions"]) for first in (0, 2, 100)
    ]
    assert sizes[:2] == [0, 2]
    assert 2 < sizes[2] <= 10
    assert await demo_graph.code(ONE, first=101) == await demo_graph.code(ONE, first=-1) == "INVALID_PAGE"
