"""Who may do what: every mutation by everyone there is, in person and through an agent."""

from dataclasses import dataclass
from typing import Any

import pytest

from domain.actors import Actor
from domain.enums import AgentType, GlobalRole, TriggeredBy
from tests.actions.calls import ADVICE, ALIKE, CALLS, IN_PERSON, MANAGED, MOVE, Call, Input
from tests.actions.scene import Scene, everything, payload
from tests.sampling import in_turn
from tests.support import Graph

pytestmark = pytest.mark.slow

# What a call comes to, by who makes it. None is done; in place of another word stands the refusal's code.
WRITES = {
    "stranger": "NOT_FOUND", "viewer": "EDITOR_REQUIRED", "editor": None, "owner": None,
    "global viewer": "NOT_FOUND", "global editor": "NOT_FOUND", "global manager": None, "global admin": None,
}  # fmt: skip
# To skip stages and to go back is for managers of the programme, and for them in person.
DECIDES = {
    **{who: refused or "MANAGER_REQUIRED" for who, refused in WRITES.items()},
    "global manager": None, "global admin": None,
}  # fmt: skip
NEVER_AN_AGENT = {**DECIDES, "global manager": "MANAGER_REQUIRED", "global admin": "MANAGER_REQUIRED"}

NEVER_BY_AGENT = {who: refused or "PERSON_REQUIRED" for who, refused in WRITES.items()}


@dataclass(frozen=True)
class Deed:
    """A call, the stage the company is in, and who may make it: in person, and through an agent."""

    call: Call
    people: dict[str, str | None]
    agents: dict[str, str | None]
    more: Input
    stage: str = "discovery"

    def __str__(self) -> str:
        return f"{self.call.name}{'-' + self.more['to'] if self.more else ''}"


DEEDS = [
    *(Deed(call, WRITES, WRITES, {}) for call in (*CALLS, *ALIKE, *ADVICE)),
    *(Deed(call, WRITES, NEVER_BY_AGENT, {}) for call in IN_PERSON),
    *(Deed(call, DECIDES, NEVER_AN_AGENT, {}) for call in MANAGED),
    Deed(MOVE, DECIDES, NEVER_AN_AGENT, {"to": "LAUNCH", "reason": "they are ready"}),
    Deed(MOVE, DECIDES, NEVER_AN_AGENT, {"to": "DISCOVERY", "reason": "they were not"}, stage="pre_list"),
]


def actor_of(scene: Scene, who: str, *, by_agent: bool) -> Actor:
    _, _, role = who.rpartition("global ")
    is_global = who.startswith("global ")
    user = scene.stranger if is_global else getattr(scene, who)
    roles = frozenset({GlobalRole[role.upper()]}) if is_global else frozenset[GlobalRole]()
    if by_agent:
        return Actor(user.id, TriggeredBy.AGENT, "agent-7", AgentType.MDF_ASSISTANT, roles)
    return Actor(user.id, roles=roles)


async def _outcomes(scene: Scene, deed: Deed, input: Input, *, by_agent: bool, dry_run: bool) -> dict[str, Any]:
    """By who asks: the code of the refusal, or None."""
    found = {}
    for number, who in enumerate(WRITES):
        graph = Graph(scene.engine, actor_of(scene, who, by_agent=by_agent))
        key = {"idempotencyKey": f"key-{number}"} if by_agent else {}
        answer = await payload(graph, deed.call.document, **input, **key, dryRun=dry_run)
        found[who] = answer["errors"][0]["code"] if answer["errors"] else None
        assert answer["changed"] == (found[who] is None)
    return found


@in_turn("deed", DEEDS)
async def test_the_table_of_roles(blocked: Scene, deed: Deed) -> None:
    await _put(blocked, deed.stage)
    input = {**await deed.call.ready(blocked), **deed.more}
    before = await everything(blocked.engine)
    for by_agent, expected in ((False, deed.people), (True, deed.agents)):
        assert await _outcomes(blocked, deed, input, by_agent=by_agent, dry_run=True) == expected
    assert await everything(blocked.engine) == before


@in_turn("deed", DEEDS)
async def test_who_may_not_changes_nothing(blocked: Scene, deed: Deed) -> None:
    """Without a dry run, by all who are refused."""
    await _put(blocked, deed.stage)
    input = {**await deed.call.ready(blocked), **deed.more}
    before = await everything(blocked.engine)
    for by_agent, expected in ((False, deed.people), (True, deed.agents)):
        for who in (who for who, refused in expected.items() if refused):
            graph = Graph(blocked.engine, actor_of(blocked, who, by_agent=by_agent))
            [error] = (await payload(graph, deed.call.document, **input, idempotencyKey="k"))["errors"]
            assert error["code"] == expected[who]
    assert await everything(blocked.engine) == before


@pytest.mark.parametrize("deed", DEEDS, ids=str)
def test_an_agent_may_nothing_that_its_user_may_not(deed: Deed) -> None:
    assert [who for who in WRITES if deed.people[who] and not deed.agents[who]] == []


async def _put(scene: Scene, stage: str) -> None:
    """Brings the company into the stage; all companies begin in discovery."""
    if stage != "discovery":
        await payload(scene.as_(scene.editor), MOVE.document, **await MOVE.ready(scene))
