"""Ids that cannot be used, in every field that takes one: an answer of the payload, never a GraphQL error."""

from typing import Any

import pytest

from graph import ids
from tests.actions.calls import ADD, HAND_OFF, MOVE, RESOLVE, Call
from tests.actions.scene import Scene, done, everything, refused

pytestmark = pytest.mark.slow

FIELDS = [
    (MOVE, "companyId", "Company"),
    (ADD, "companyId", "Company"),
    (ADD, "productId", "Product"),
    (ADD, "ownerId", "User"),
    (RESOLVE, "companyId", "Company"),
    (HAND_OFF, "sessionId", "AgentSession"),
]
LARGEST = 2**64 - 1
MALFORMED = [
    "", " ", "1", 1, 0, -1, "null", "Company", "not base64!", "💥", "a\0b", "A" * 10_000, "=",
    *(ids.encode(kind, key) for kind in ("Company", "Product", "User", "AgentSession") for key in (0, -1, LARGEST + 1)),
    *(ids.encode("Company", key) for key in ("007", "+7", " 7", "7 ", "7.0", "", "x", "٧")),
    ids.encode("", 7), ids.encode("Company:Company", 7), ids.encode("Firma 1", 7),
]  # fmt: skip


@pytest.mark.parametrize(("call", "field", "kind"), FIELDS, ids=lambda value: getattr(value, "name", value))
async def test_what_is_no_id_is_refused_with_the_field(blocked: Scene, call: Call, field: str, kind: str) -> None:
    graph, input = blocked.as_(blocked.manager), await call.ready(blocked)
    before = await everything(blocked.engine)
    for bad in MALFORMED:
        error = await refused(graph, call.document, **{**input, field: bad})
        assert _told(error) == ("ValidationFailed", "MALFORMED_ID", [field], [(field, "MALFORMED_ID")]), bad
    assert await everything(blocked.engine) == before


@pytest.mark.parametrize(("call", "field", "kind"), FIELDS, ids=lambda value: getattr(value, "name", value))
async def test_the_id_of_something_else_is_refused_with_the_field(
    blocked: Scene, call: Call, field: str, kind: str
) -> None:
    graph, input = blocked.as_(blocked.manager), await call.ready(blocked)
    for other in ("Company", "Product", "User", "AgentSession", "JourneyEvent"):
        if other != kind:
            error = await refused(graph, call.document, **{**input, field: ids.encode(other, blocked.company.id)})
            assert _told(error) == ("ValidationFailed", "WRONG_ID_TYPE", [field], [(field, "WRONG_ID_TYPE")])
            assert kind in error["message"]


@pytest.mark.parametrize(("call", "field", "kind"), FIELDS, ids=lambda value: getattr(value, "name", value))
async def test_the_id_of_nothing_is_not_found_with_the_field(blocked: Scene, call: Call, field: str, kind: str) -> None:
    graph, input = blocked.as_(blocked.manager), await call.ready(blocked)
    for key in (9_000_000, 2**63 - 1):
        error = await refused(graph, call.document, **{**input, field: ids.encode(kind, key)})
        assert (error["__typename"], error["code"], error["path"]) == ("NotFound", "NOT_FOUND", [field])
    await done(graph, call.document, **input)


@pytest.mark.parametrize("bad", ["", "nobody", "💥", "x" * 10_000, "a\0b"])
async def test_a_blockers_id_is_any_text(blocked: Scene, bad: str) -> None:
    graph, input = blocked.as_(blocked.manager), await RESOLVE.ready(blocked)
    error = await refused(graph, RESOLVE.document, **{**input, "blockerId": bad})
    assert (error["__typename"], error["path"]) == ("NotFound", ["blockerId"])
    error = await refused(graph, ADD.document, **await ADD.ready(blocked), blockedBy=[bad])
    assert (error["__typename"], error["path"]) == ("ValidationFailed", ["blockedBy"])


def _told(error: dict[str, Any]) -> tuple[Any, ...]:
    fields = [(each["field"], each["code"]) for each in error["fieldErrors"]]
    return error["__typename"], error["code"], error["path"], fields
