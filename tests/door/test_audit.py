"""The audit: a line for every write and refusal, with who, what, how it ended and the id that the answer bears."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.enums import GlobalRole
from graph import ids, log
from graph.app import make_app
from tests.door.client import SECRET, Client, client, settings, token
from tests.door.processes import serving
from tests.make import Make
from tests.support import recorded

Lines = Callable[[], list[dict[str, Any]]]
ADD = """mutation Add($company: ID!, $title: String!, $dry: Boolean!, $key: String) { blockerAdd(input: {
  companyId: $company, code: "c", title: $title, severity: LOW, dryRun: $dry, idempotencyKey: $key
}) { changed errors { code } } }"""
SECRETS = ("a title that is nobody's business", "ada@example.com", "Ada Lovelace", SECRET, "eyJ")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """What was written since the last look."""
    caplog.set_level(logging.INFO, "partner_graph.audit")

    def read() -> list[dict[str, Any]]:
        found = [json.loads(record.message) for record in caplog.records if record.name == "partner_graph.audit"]
        for secret in SECRETS:
            assert secret not in caplog.text
        caplog.clear()
        return found

    return read


async def add(
    door: Client, company: int, *, dry: bool = False, key: str | None = None, **headers: str
) -> httpx.Response:
    variables = {"company": ids.encode("Company", company), "title": SECRETS[0], "dry": dry, "key": key}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await door.request("POST", json={"query": ADD, "variables": variables}, headers=named)


async def test_every_write_is_remembered(engine: AsyncEngine, lines: Lines) -> None:
    make = Make(engine)
    user = await make.user(name=SECRETS[2], email=SECRETS[1])
    company = await make.company()
    door = Client(make_app(settings(engine), engine), token(user.id, GlobalRole.MANAGER))
    response = await add(door, company.id, key="k", x_request_id="call-number-1")
    [line] = lines()
    assert line.pop("ms") >= 0
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "write", "level": "info", "correlation_id": "call-number-1", "user_id": user.id, "kind": "user",
        "roles": ["manager"], "operation": "blockerAdd", "company_id": company.id, "outcome": "done",
        "dry_run": False, "replayed": False, "cost": 21,
    }  # fmt: skip
    assert response.headers["x-request-id"] == "call-number-1"
    await add(door, company.id, key="k")
    await add(door, company.id, dry=True)
    [replay, dry] = lines()
    assert (replay["replayed"], dry["dry_run"], dry["outcome"]) == (True, True, "unchanged")


async def test_an_agent_is_named_with_whom_it_acts_for(engine: AsyncEngine, lines: Lines) -> None:
    make = Make(engine)
    user, company = await make.user(), await make.company()
    bearer = token(user.id, GlobalRole.MANAGER, agent_id="agent-7")
    await add(Client(make_app(settings(engine), engine), bearer), company.id, key="k")
    [line] = lines()
    assert (line["kind"], line["agent_id"], line["user_id"]) == ("agent", "agent-7", user.id)


async def test_a_write_that_is_refused_is_remembered_with_its_code(engine: AsyncEngine, lines: Lines) -> None:
    make = Make(engine)
    user, company = await make.user(), await make.company()
    door = Client(make_app(settings(engine), engine), token(user.id))
    await add(door, company.id)
    variables = {"company": "x", "title": "t", "dry": False, "key": None}
    await door.request("POST", json={"query": ADD, "variables": variables})
    strange, malformed = lines()
    assert (strange["outcome"], strange["company_id"]) == ("NOT_FOUND", company.id)
    assert (malformed["outcome"], malformed["company_id"]) == ("MALFORMED_ID", None)


async def test_a_write_that_fails_is_remembered_too(engine: AsyncEngine, lines: Lines) -> None:
    make = Make(engine)
    user, company = await make.user(), await make.company()
    door = Client(make_app(settings(engine), engine), token(user.id, GlobalRole.MANAGER))

    def fail(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("INSERT INTO outbox"):
            raise RuntimeError("the disk is full")

    event.listen(engine.sync_engine, "before_cursor_execute", fail)
    try:
        response = await add(door, company.id, x_request_id="call-number-2")
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", fail)
    assert response.json()["errors"][0]["extensions"] == {"code": "INTERNAL", "correlationId": "call-number-2"}
    [line] = lines()
    assert (line["outcome"], line["correlation_id"]) == ("failed", "call-number-2")


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no token": ({"headers": {"authorization": ""}}, "UNAUTHENTICATED"),
    "another method": ({"method": "PUT"}, "BAD_REQUEST"),
    "no JSON": ({"content": b"{"}, "BAD_REQUEST"),
    "a batch": ({"content": b"[]"}, "LIMIT_BATCH"),
    "no document": ({"content": b'{"query": "{"}'}, "GRAPHQL_PARSE_FAILED"),
    "too dear": (
        {"content": b'{"query": "{companies(first:100){nodes{products(first:100){nodes{id}}}}}"}'}, "LIMIT_COST",
    ),
    "an unknown document": ({"content": b'{"documentId": "x"}'}, "DOCUMENT_NOT_FOUND"),
}  # fmt: skip


@pytest.mark.parametrize(("request_", "code"), REFUSALS.values(), ids=REFUSALS)
async def test_every_refusal_is_remembered(
    embedded: AsyncEngine, lines: Lines, request_: dict[str, Any], code: str
) -> None:
    headers = {"content-type": "application/json", **request_.get("headers", {})}
    rest = {name: value for name, value in request_.items() if name in ("content",)}
    response = await client(embedded).request(request_.get("method", "POST"), headers=headers, **rest)
    [line] = lines()
    assert (line["event"], line["codes"]) == ("refusal", [code])
    assert {"operation", "company_id", "cost", "ms"} <= line.keys()
    assert line["ms"] >= 0
    assert line["correlation_id"] == response.headers["x-request-id"]
    assert line["user_id"] == (None if code == "UNAUTHENTICATED" else 1)


async def test_of_reads_nothing_is_said(embedded: AsyncEngine, lines: Lines) -> None:
    with recorded(embedded):
        await client(embedded).data("{ companies { nodes { id } } }")
    assert lines() == []


@pytest.mark.parametrize("given", ["short", "x" * 65, "a b c d e f", 'a"b}{"c":1', "é" * 10, "", "line\x0bend12"])
async def test_an_id_that_a_log_cannot_hold_is_replaced(door: Client, given: str) -> None:
    response = await door.request(
        "POST", json={"query": "{ __typename }"}, headers={"x-request-id": given.encode("latin-1")}
    )
    assert response.headers["x-request-id"] != given
    assert len(response.headers["x-request-id"]) == 36


@pytest.mark.slow
def test_the_server_writes_its_audit_where_it_is_told(embedded_url: str, tmp_path: Path) -> None:
    for where, file in (("stderr", tmp_path / "serve.err"), ("audit.log", tmp_path / "audit.log")):
        with serving(folder=tmp_path, database_url=embedded_url, token_secret=SECRET, audit=where) as served:
            assert httpx.post(f"{served.url}/graphql", json={"query": "{ __typename }"}).status_code == 401
        [line] = [json.loads(each) for each in file.read_text().splitlines() if each.startswith("{")]
        assert (line["event"], line["codes"]) == ("refusal", ["UNAUTHENTICATED"])


def test_the_audit_can_be_turned_off_and_a_level_does_not_silence_it(tmp_path: Path) -> None:
    names = [log.NAME, f"{log.NAME}.audit"]
    before = [(each.handlers, each.propagate, each.level) for each in map(logging.getLogger, names)]
    try:
        for audit, level, written in (("off", "info", False), (str(tmp_path / "a"), "error", True)):
            log.configure(level, audit)
            log.logger("audit").info("write", user_id=1)
            assert ((tmp_path / "a").exists() and bool((tmp_path / "a").read_text())) is written
    finally:
        for handler in logging.getLogger(names[1]).handlers:
            handler.close()
        for name, (handlers, propagate, level) in zip(names, before, strict=True):
            logging.getLogger(name).handlers, logging.getLogger(name).propagate = handlers, propagate
            logging.getLogger(name).setLevel(level)
