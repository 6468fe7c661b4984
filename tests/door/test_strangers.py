"""Who has a token and nothing else: a stranger sees nothing, and cannot tell what is there."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from graph import ids
from graph.app import make_app
from tests.door.client import Client, client, settings, token

STRANGER = 10**9
NOT_SHARED = [
    "users", "companies", "products", "journeyEvents", "workflowChains", "agentSessions", "contextSnapshots",
    "contents", "partnerLeads", "complianceReports", "entitlements", "predictions",
]  # fmt: skip
THERE, NOWHERE = 1, 10**9
MOVE = """mutation($id: ID!, $dry: Boolean!) {
  companyTransitionStage(input: {companyId: $id, to: LAUNCH, reason: "x", dryRun: $dry}) {
    changed company { id } errors { __typename code message path } } }"""


@pytest.fixture
def stranger(demo_engine: AsyncEngine) -> Client:
    return Client(make_app(settings(demo_engine), demo_engine), token(STRANGER))


async def test_a_stranger_sees_empty_lists(stranger: Client) -> None:
    data = await stranger.data("{" + " ".join(f"{field} {{ totalCount nodes {{ id }} }}" for field in NOT_SHARED) + "}")
    assert data == {field: {"totalCount": 0, "nodes": []} for field in NOT_SHARED}


async def test_an_administrator_sees_rows_in_each_of_them(demo_engine: AsyncEngine) -> None:
    data = await client(demo_engine).data("{" + " ".join(f"{field} {{ totalCount }}" for field in NOT_SHARED) + "}")
    assert all(data[field]["totalCount"] for field in NOT_SHARED)


@pytest.mark.parametrize("kind", ["User", "Company", "Product", "JourneyEvent", "WorkflowChain", "AgentSession"])
async def test_what_is_there_is_to_a_stranger_as_if_it_were_not(stranger: Client, kind: str) -> None:
    node = "query($id: ID!) { node(id: $id) { id } }"
    for key in (THERE, NOWHERE):
        assert await stranger.data(node, id=ids.encode(kind, key)) == {"node": None}


@pytest.mark.parametrize("dry", [True, False])
async def test_a_stranger_is_refused_alike_whether_it_is_there_or_not(stranger: Client, dry: bool) -> None:
    there, nowhere = [await stranger.data(MOVE, id=ids.encode("Company", key), dry=dry) for key in (THERE, NOWHERE)]
    assert there == nowhere
    assert [error["__typename"] for error in there["companyTransitionStage"]["errors"]] == ["NotFound"]
