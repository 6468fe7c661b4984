"""The policy as the API shows it."""

from dataclasses import replace

from domain.policy import with_overrides
from tests.support import Graph


async def test_the_policy_is_what_the_writes_go_by(demo_graph: Graph) -> None:
    asked = "{ policy { version launch { readiness } agents { stages { stage agentTypes } } } }"
    shown = (await demo_graph.data(asked))["policy"]
    assert (shown["version"], shown["launch"]["readiness"], len(shown["agents"]["stages"])) == ("2026.1", 80, 6)
    changed = demo_graph.as_(demo_graph.actor)
    changed.writer = replace(changed.writer, policy=with_overrides({"launch": {"readiness": 90}}))
    shown = (await changed.data(asked))["policy"]
    assert (shown["version"], shown["launch"]["readiness"]) == ("2026.1+custom", 90)
