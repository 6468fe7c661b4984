"""The example documents answer on the demo data."""

import json
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from graph import ids
from graph.app import make_service
from graph.asking import Ask
from graph.audit import Audit
from graph.service import Call
from graph.stream import Stream, opened
from tests.door.client import settings
from tests.support import Graph

OPERATIONS = Path(__file__).parents[2] / "operations"
SUBSCRIPTIONS = [path for path in sorted(OPERATIONS.glob("*.graphql")) if "\nsubscription " in path.read_text()]
DOCUMENTS = [path for path in sorted(OPERATIONS.glob("*.graphql")) if path not in SUBSCRIPTIONS]


def variables_of(document: Path) -> dict[str, Any]:
    path = document.with_suffix(".variables.json")
    return json.loads(path.read_text()) if path.exists() else {}


def text_of(document: Path) -> str:
    return document.read_text()


def test_there_are_documents_and_each_says_what_it_is_for() -> None:
    assert len(DOCUMENTS) >= 8
    assert SUBSCRIPTIONS
    assert all(document.read_text().startswith("# ") for document in [*DOCUMENTS, *SUBSCRIPTIONS])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
async def test_it_answers_on_the_demo_data(demo_graph: Graph, document: Path) -> None:
    data = await demo_graph.data(text_of(document), **variables_of(document))
    [answer] = data.values() if len(data) == 1 else [data]
    assert answer
    if isinstance(answer, dict):
        assert answer.get("errors", []) == []
        assert "nodes" not in answer or answer["nodes"]


EVENTS = "query($id: ID!) { company(id: $id) { events(first: 100) { nodes { id } } } }"


@pytest.mark.parametrize("document", SUBSCRIPTIONS, ids=lambda path: path.stem)
async def test_it_tells_of_what_the_demo_data_holds(demo_graph: Graph, document: Path) -> None:
    variables = variables_of(document)
    nodes = (await demo_graph.data(EVENTS, id=variables["companyId"]))["company"]["events"]["nodes"]
    first, *later = sorted((node["id"] for node in nodes), key=lambda id_: ids.decode(id_)[1])[-3:]
    service = make_service(settings(demo_graph.engine), demo_graph.engine, Audit())
    ask = Ask(text_of(document), {**variables, "after": first})
    found = await opened(service, ask, Call(demo_graph.actor, "a test's"))
    assert isinstance(found, Stream)
    async with aclosing(found.answers()) as answers:
        told = [await anext(answers), await anext(answers)]
    assert [each.errors for each in told] == [[], []]
    assert [each.position for each in told] == later
