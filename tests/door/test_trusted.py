"""Trusted documents by id, automatically persisted queries by hash, and a mode that runs nothing else."""

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from graph import manifest
from graph.documents import sha256
from tests.door.client import Client, client, code_of
from tests.door.processes import called
from tests.graph.test_operations import DOCUMENTS, variables_of

pytestmark = pytest.mark.slow

TEXTS = {path: path.read_text() for path in DOCUMENTS}
TYPENAME = "{ __typename }"
ANSWER = {"data": {"__typename": "Query"}}
MOVE = 'mutation M { companyTransitionStage(input: {companyId: "Q29tcGFueTox", to: LAUNCH, dryRun: true}) { changed } }'


async def post(door: Client, **body: Any) -> httpx.Response:
    return await door.request("POST", json=body)


async def get(door: Client, **parameters: Any) -> httpx.Response:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
    return await door.request("GET", f"/graphql?{urlencode(texts)}")


def persisted(text: str, hash_: str | None = None, version: Any = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": hash_ or sha256(text)}}


# By id


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
async def test_the_documents_of_operations_go_by_their_hash(demo_engine: AsyncEngine, path: Path) -> None:
    demo_door = client(demo_engine)
    text, variables = TEXTS[path], variables_of(path)
    whole = await post(demo_door, query=text, variables=variables)
    assert whole.status_code == 200
    named = await post(demo_door, documentId=f"sha256:{sha256(text)}", variables=variables)
    assert named.json().keys() == whole.json().keys()
    if "mutation" not in text:
        assert named.json() == whole.json()
        assert (await get(demo_door, documentId=f"sha256:{sha256(text)}", variables=variables)).json() == whole.json()
    assert (await post(demo_door, extensions=persisted(text), variables=variables)).json().keys() == whole.json().keys()


@pytest.mark.parametrize("name", ["sha256:" + "0" * 64, "x", "sha256:", "é"])
async def test_an_unknown_id_is_not_found(door: Client, name: str) -> None:
    response = await post(door, documentId=name)
    assert (response.status_code, code_of(response)) == (404, "DOCUMENT_NOT_FOUND")


@pytest.mark.parametrize("name", ["", 5, ["x"], {"id": "x"}, "x" * 201])
async def test_what_is_no_id_is_refused(door: Client, name: Any) -> None:
    response = await post(door, documentId=name)
    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")


async def test_a_document_and_an_id_contradict_each_other(door: Client) -> None:
    assert code_of(await post(door, query=TYPENAME, documentId="x")) == "BAD_REQUEST"


# A manifest

SHA1 = hashlib.sha1(MOVE.encode(), usedforsecurity=False).hexdigest()
CODEGEN = {sha256(TYPENAME): TYPENAME, SHA1: MOVE}
APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [
        {"id": sha256(TYPENAME), "name": "", "type": "query", "body": TYPENAME},
        {"id": "Move", "body": MOVE},
    ],
}


def written(folder: Path, content: Any) -> Path:
    file = folder / "persisted-documents.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return file


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (CODEGEN, [*CODEGEN, f"sha256:{sha256(TYPENAME)}", f"sha1:{SHA1}", f"sha256:{sha256(MOVE)}"]),
        (APOLLO, [sha256(TYPENAME), "Move", f"sha256:{sha256(MOVE)}"]),
        ({"any-name": TYPENAME}, ["any-name", f"sha256:{sha256(TYPENAME)}"]),
    ],
    ids=["graphql-codegen", "Apollo", "names"],
)
async def test_a_clients_manifest_is_read(
    embedded: AsyncEngine, tmp_path: Path, content: Any, names: list[str]
) -> None:
    door = client(embedded, documents=written(tmp_path, content))
    for name in names:
        response = await post(door, documentId=name)
        assert response.status_code == 200, (name, response.text)
        assert response.json()["data"] is not None


MALFORMED = {
    "no JSON": b"{",
    "a list": [],
    "a number": 5,
    "a number as text": {"a": 5},
    "an empty text": {"a": " "},
    "no text": {"a": "{"},
    "a field that is not there": {"a": "{ nope }"},
    "another hash": {"0" * 64: TYPENAME},
    "Apollo's of another version": {**APOLLO, "version": 2},
    "Apollo's without operations": {"format": APOLLO["format"], "version": 1},
    "Apollo's without a body": {**APOLLO, "operations": [{"id": "x"}]},
    "Apollo's of numbers": {**APOLLO, "operations": [5]},
    "no operation": {"a": "fragment F on Query { __typename }"},
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_a_manifest_that_cannot_be_used_stops_the_server_in_one_line(
    embedded_url: str, own_folder: Path, content: Any
) -> None:
    file = written(own_folder, content)
    ended = called("serve", "--port", "0", database_url=embedded_url, documents=str(file))
    assert ended.code == 1
    [line] = ended.err.splitlines()
    assert line.startswith("partner-graph: PARTNER_GRAPH_DOCUMENTS: ")
    assert ended.out == ""


def test_a_manifest_that_is_not_there_stops_the_server_too(embedded_url: str, own_folder: Path) -> None:
    ended = called("serve", "--port", "0", database_url=embedded_url, documents="gone.json")
    assert (ended.code, ended.err) == (
        1, "partner-graph: PARTNER_GRAPH_DOCUMENTS: cannot read gone.json: No such file or directory.\n"
    )  # fmt: skip


def test_the_manifest_of_operations_is_printed_and_can_be_read(own_folder: Path) -> None:
    printed = called("documents")
    called("documents", "--out", "manifest.json")
    assert Path("manifest.json").read_text() == printed.out
    found = dict(manifest.read(printed.out.encode()))
    assert {text: names[0] for text, names in found.items()} == {text: sha256(text) for text in manifest.trusted()}


# Automatically persisted queries


async def test_a_hash_is_known_once_its_query_was_sent(door: Client) -> None:
    unknown = await post(door, extensions=persisted(TYPENAME))
    assert (unknown.status_code, code_of(unknown)) == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert (await post(door, query=TYPENAME, extensions=persisted(TYPENAME))).json() == ANSWER
    assert (await post(door, extensions=persisted(TYPENAME))).json() == ANSWER
    assert (await get(door, extensions=persisted(TYPENAME))).json() == ANSWER
    assert (
        await post(door, query=None, extensions=persisted(TYPENAME.upper(), sha256(TYPENAME).upper()))
    ).json() == ANSWER


async def test_a_query_is_not_registered_under_anothers_hash(door: Client) -> None:
    response = await post(door, query="{ viewer { demo } }", extensions=persisted(TYPENAME))
    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")
    assert code_of(await post(door, extensions=persisted(TYPENAME))) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("text", ["{", "{ nope }", "{ " + " ".join(f"a{n}: __typename" for n in range(40)) + " }"])
async def test_what_is_refused_is_not_registered(door: Client, text: str) -> None:
    assert "errors" in (await post(door, query=text, extensions=persisted(text))).json()
    assert code_of(await post(door, extensions=persisted(text))) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "extension",
    [5, [], {}, {"version": 1}, {"sha256Hash": "0" * 64}, {"version": 2, "sha256Hash": "0" * 64},
     {"version": 1, "sha256Hash": "0" * 63}, {"version": 1, "sha256Hash": 5}, {"version": 1, "sha256Hash": None}],
)  # fmt: skip
async def test_what_is_no_persisted_query_is_refused(door: Client, extension: Any) -> None:
    assert code_of(await post(door, extensions={"persistedQuery": extension})) == "BAD_REQUEST"


async def test_a_mutation_is_not_run_by_get_under_its_hash_either(door: Client) -> None:
    assert (await post(door, query=MOVE, extensions=persisted(MOVE))).status_code == 200
    response = await get(door, extensions=persisted(MOVE))
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


# Nothing else


async def test_only_trusted_documents_are_run_where_it_is_said_so(demo_engine: AsyncEngine) -> None:
    door = client(demo_engine, only_trusted=True)
    path, text = next(iter(TEXTS.items()))
    variables = variables_of(path)
    assert (await post(door, documentId=f"sha256:{sha256(text)}", variables=variables)).status_code == 200
    assert (await post(door, extensions=persisted(text), variables=variables)).status_code == 200
    for body in ({"query": text}, {"query": TYPENAME}, {"query": TYPENAME, "extensions": persisted(TYPENAME)}):
        response = await post(door, **body)
        assert (response.status_code, code_of(response)) == (403, "DOCUMENT_REQUIRED")
    assert code_of(await post(door, extensions=persisted(TYPENAME))) == "DOCUMENT_REQUIRED"
    assert (await get(door, query=TYPENAME)).status_code == 403


async def test_a_trusted_document_may_be_large_but_not_dear(embedded: AsyncEngine, tmp_path: Path) -> None:
    large = "{ " + " ".join(f"a{n}: __typename" for n in range(300)) + " }"
    dear = "query Q($n: Int!) { companies(first: $n) { nodes { products(first: $n) { nodes { id } } } } }"
    door = client(embedded, documents=written(tmp_path, {"large": large, "dear": dear}))
    assert (await post(door, query=large + " ")).status_code == 400
    assert len((await post(door, documentId="large")).json()["data"]) == 300
    assert (await post(door, documentId="dear", variables={"n": 10})).status_code == 200
    assert code_of(await post(door, documentId="dear", variables={"n": 100})) == "LIMIT_COST"
