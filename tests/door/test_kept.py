"""What an endpoint keeps from call to call: documents and plans. For tokens see test_known_tokens.py."""

from sqlalchemy.ext.asyncio import AsyncEngine

from graph.app import Front, make_app
from graph.service import Service
from tests.door.client import Client, settings, token
from tests.graph.test_operations import DOCUMENTS, variables_of

QUERY = "{ companies(first: 2) { nodes { name } } }"


def counts(service: Service) -> tuple[int, int, int, int]:
    assert service.plans is not None
    return service.documents.hits, service.documents.made, service.plans.hits, service.plans.made


def over(engine: AsyncEngine) -> tuple[Client, Service]:
    app = make_app(settings(engine), engine)
    assert isinstance(app, Front)
    return Client(app), app.endpoint.terms.service


async def test_the_second_call_finds_everything_there(demo_engine: AsyncEngine) -> None:
    door, service = over(demo_engine)
    hits, made, plan_hits, plans_made = counts(service)
    first = (await door.ask(QUERY)).content
    assert counts(service) == (hits, made + 1, plan_hits, plans_made + 1)
    second = (await door.ask(QUERY)).content
    assert counts(service) == (hits + 1, made + 1, plan_hits + 1, plans_made + 1)
    assert first == second


async def test_the_documents_of_operations_are_there_from_the_start(demo_engine: AsyncEngine) -> None:
    door, service = over(demo_engine)
    mutations = 0
    plans_made = counts(service)[3]
    for path in DOCUMENTS:
        await door.data(path.read_text(), **variables_of(path))
        # What a mutation answers is planned by the first that comes.
        mutations += "\nmutation " in path.read_text()
        assert (service.documents.made, counts(service)[3]) == (0, plans_made + mutations), path
    assert mutations < len(DOCUMENTS)
    assert service.plans is not None
    assert service.plans.left_alone == 0


async def test_a_wrong_document_is_refused_alike_each_time(embedded: AsyncEngine) -> None:
    door, service = over(embedded)
    for n, text in enumerate(["{ companies {", "{ companies { nodes { nothing } } }", "{" + "9" * 5000 + "}"], 1):
        answers = {(await door.ask(text)).content for _ in range(3)}
        assert len(answers) == 1
        assert service.documents.made == n


async def test_a_plan_serves_whoever_asks(demo_engine: AsyncEngine) -> None:
    """The viewer is a parameter: what one may see is no part of what is kept."""
    door, service = over(demo_engine)
    document = "{ companies(first: 100) { totalCount nodes { id } } }"
    everything = (await door.data(document))["companies"]["totalCount"]
    made = counts(service)[3]
    for user in (10**6, 1, 10**6):
        response = await door.request(
            "POST", json={"query": document}, headers={"authorization": f"Bearer {token(user)}"}
        )
        found = response.json()["data"]["companies"]
        assert found["totalCount"] == len(found["nodes"]) < everything
        assert user == 1 or found["totalCount"] == 0
    assert counts(service)[3] == made
