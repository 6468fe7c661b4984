"""Reads at the edges of what GraphQL allows: each by everyone, of the demo data and of an empty database."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import get_introspection_query
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor
from domain.enums import AgentType, GlobalRole, TriggeredBy
from graph import ids
from tests.execution.answers import answer
from tests.execution.compare import asking, must_agree
from tests.execution.executors import Request, trust
from tests.execution.known import ACTORS, ADMINISTRATOR
from tests.graph.test_operations import DOCUMENTS, text_of, variables_of

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent
REST = f"query Q({', '.join(f'$v{n}: Int = {n % 4}' for n in range(90))}) {{ viewer {{ demo }}"
LONG = {
    "the schema": get_introspection_query(),
    "a hundred of one": f"{{ companies(first: 2) {{ nodes {{ {' '.join(f'a{n}: name' for n in range(100))} }} }} }}",
    "too many values": f"{{ companies(filter: {{country: {['US'] * 101}}}) {{ totalCount }} }}".replace("'", '"'),
    "ninety lists": f"{REST} {' '.join(f'a{n}: users(first: $v{n}) {{ nodes {{ id }} }}' for n in range(90))} }}",
    "101 ids": f"{{ nodes(ids: {[ids.encode('Company', 1)] * 101}) {{ id }} }}".replace("'", '"'),
    "fifty levels": "{ products(first: 1) { nodes { " + "company { owner { id } products(first: 1) { nodes { " * 12
    + "id" + " } } }" * 12 + " } } }",
}  # fmt: skip


def cases(file: str) -> Iterator[tuple[str, Request]]:
    text = re.sub(r"<(\w+):(\d+)>", lambda found: ids.encode(found[1], int(found[2])), (FOLDER / file).read_text())
    for part in text.split("\n## ")[1:]:
        name, document = part.split("\n", 1)
        asked = dict(re.findall(r"^# (variables|operation): ?(.*)$", document, re.MULTILINE))
        yield name, Request(document, orjson.loads(asked.get("variables", "{}")), asked.get("operation"))


READS = dict(cases("reads.graphql")) | {name: Request(document) for name, document in LONG.items()}
REFUSED = dict(cases("refused.graphql"))
WITHOUT_DATA = {
    "101 ids", "an anonymous operation by name", "an empty name", "an operation that is not there",
    "everything skipped", "null for a directive", "one malformed id",
}  # fmt: skip
OTHERS = {
    "a user whom the database does not know": Actor(9_999),
    "an agent": Actor(1, TriggeredBy.AGENT, "agent-7", AgentType.MDF_ASSISTANT),
    "a manager with two roles": Actor(2, roles=frozenset({GlobalRole.MANAGER, GlobalRole.EDITOR})),
}


def test_there_are_enough() -> None:
    assert len(READS) + len(REFUSED) >= 100


@pytest.mark.parametrize("name", READS)
async def test_reads(demo_engine: AsyncEngine, name: str) -> None:
    for actor in ACTORS:
        await must_agree(asking(demo_engine, actor), READS[name])


async def test_reads_of_nothing(engine: AsyncEngine) -> None:
    for request in READS.values():
        await must_agree(asking(engine, ADMINISTRATOR), request)


@pytest.mark.parametrize("name", REFUSED)
async def test_refusals(demo_engine: AsyncEngine, name: str) -> None:
    found = await must_agree(asking(demo_engine, ADMINISTRATOR), REFUSED[name])
    assert found.is_refusal or isinstance(found.data, str), found


@pytest.mark.parametrize("who", OTHERS)
async def test_other_actors(demo_engine: AsyncEngine, who: str) -> None:
    for name in ("viewer", "ids of all kinds", "counts alone", "deep"):
        await must_agree(asking(demo_engine, OTHERS[who]), READS[name])


KNOWN_BEFORE: dict[str, list[dict[str, Any]]] = {
    """query A($n: Int = 2, $in: Boolean = true) { companies(first: $n) { totalCount nodes { name @include(if: $in)
        products(first: $n) @include(if: $in) { totalCount } ... @skip(if: $in) { country } } } }
       query B($n: Int) { companies(first: $n) { nodes { id } } }""": [
        {}, {"n": 1}, {"in": False}, {"n": 0, "in": True}, {"n": -1}, {"n": None}, {"n": 3}, {"n": "x"}, {"in": None},
        {"more": 1}, {},
    ],
    """query A($id: ID!, $other: ID, $text: String, $in: Boolean!) { node(id: $id) { id ... on Company { name } }
        company(id: $other) { id @include(if: $in) name } companies(filter: {search: $text}) { totalCount } }
       query B($id: ID) { agentSession(id: $id) { id } }""": [
        {"id": ids.encode("Company", 1), "in": True}, {"id": ids.encode("Company", 2), "in": False, "other": "x"},
        {"id": 5, "in": True}, {"id": True, "in": True}, {"id": 5.0, "in": True}, {"id": None, "in": True},
        {"in": True}, {"id": "", "in": "true"}, {"id": "x", "in": 1, "text": 5, "other": []},
        {"id": {}, "in": None, "text": {}},
        {"id": ids.encode("Company", 1), "in": True, "other": None, "text": None, "more": 1}, {},
        {"id": ids.encode("Company", 1), "in": False, "other": ids.encode("Company", 1), "text": "a"},
    ],
    """query A($ids: [ID!]!, $order: CompanyOrder, $filter: CompanyFilter) { nodes(ids: $ids) { id }
        companies(orderBy: $order, filter: $filter, first: 2) { nodes { name } pageInfo { endCursor } } }
       query B { viewer { demo } }""": [
        {"ids": [ids.encode("Company", 1)]}, {"ids": ids.encode("Company", 2), "order": "NAME_DESC"},
        {"ids": [], "order": "CREATED_ASC", "filter": {"partnerTier": "SELECT"}},
        {"ids": [], "filter": {"search": "a"}},
        {"ids": [], "order": "NOPE"}, {"ids": [], "filter": {"nope": 1}}, {"ids": [1], "filter": {"search": None}},
        {"ids": [], "filter": {"partnerTier": ["SELECT", "PREMIER"], "createdFrom": "2026-01-01T00:00:00Z"}},
    ],
}  # fmt: skip


TRUSTED = {path.stem: (text_of(path), variables_of(path)) for path in DOCUMENTS if "\nmutation" not in text_of(path)}


@pytest.mark.parametrize("name", TRUSTED)
async def test_documents_that_were_planned_ahead(demo_engine: AsyncEngine, name: str) -> None:
    text, given = TRUSTED[name]
    document = f"{text}# for {demo_engine.dialect.name}"
    trust(demo_engine, document)
    for actor in ACTORS:
        for variables in (given, {}, dict.fromkeys(given)):
            await must_agree(asking(demo_engine, actor), Request(document, variables))


@pytest.mark.parametrize("document", KNOWN_BEFORE, ids=["defaults", "plain values", "other values"])
async def test_what_was_asked_before_does_not_matter(demo_engine: AsyncEngine, document: str) -> None:
    """One document, asked with other values, by another actor, under another name: each time like the first time."""
    for actor in (*ACTORS, ADMINISTRATOR):
        for variables in KNOWN_BEFORE[document]:
            for operation in "AB":
                await must_agree(asking(demo_engine, actor), Request(document, variables, operation))


async def test_every_read_answers_with_data_unless_it_says_so(demo_engine: AsyncEngine) -> None:
    """A corpus of refusals would prove nothing."""
    answers = {name: await answer(demo_engine, ADMINISTRATOR, READS[name], stock=True) for name in READS}
    empty = {name for name, found in answers.items() if not isinstance(found.data, dict) or not found.data}
    assert empty == WITHOUT_DATA
