"""The example documents answer on the demo data."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import Graph

OPERATIONS = Path(__file__).parents[2] / "operations"
DOCUMENTS = sorted(OPERATIONS.glob("*.graphql"))


def variables_of(document: Path) -> dict[str, Any]:
    path = document.with_suffix(".variables.json")
    return json.loads(path.read_text()) if path.exists() else {}


def text_of(document: Path) -> str:
    return document.read_text()


def test_there_are_documents_and_each_says_what_it_is_for() -> None:
    assert len(DOCUMENTS) >= 8
    assert all(document.read_text().startswith("# ") for document in DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
async def test_it_answers_on_the_demo_data(demo_graph: Graph, document: Path) -> None:
    data = await demo_graph.data(text_of(document), **variables_of(document))
    [answer] = data.values() if len(data) == 1 else [data]
    assert answer
    assert answer.get("errors", []) == []
    assert "nodes" not in answer or answer["nodes"]
