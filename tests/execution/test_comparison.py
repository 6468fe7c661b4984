"""The comparison itself: what it must find, what it must let pass, and how it shows what it has found."""

from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from graphql import parse, print_ast
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.execution import chance
from tests.execution.answers import Answer, answer, difference
from tests.execution.compare import Ask, Difference, asking, compare
from tests.execution.executors import Request
from tests.execution.faults import Injection, injected
from tests.execution.known import ADMINISTRATOR
from tests.execution.shrink import smallest

TWO_ERRORS = '{ viewer { demo roles } a: node(id: "x") { id } b: companies(first: -1) { totalCount } }'


def _changed(path: str, value: Any) -> Callable[[Answer], None]:
    def change(found: Answer) -> None:
        *way, last = path.split(".")
        place: Any = found.errors[0]
        for key in way:
            place = place[int(key) if key.isdigit() else key]
        place[int(last) if last.isdigit() else last] = value

    return change


CHANGES: dict[str, tuple[Callable[[Answer], Any], str]] = {
    "another value": (lambda found: found.data["viewer"].update(demo=None), "data"),
    "another order of keys": (lambda found: found.data.update(viewer=found.data.pop("viewer")), "data"),
    "an empty object for null": (lambda found: found.data.update(a={}), "data"),
    "an error too few": (lambda found: found.errors.pop(), "errors"),
    "an error twice": (lambda found: found.errors.append(found.errors[0]), "errors"),
    "another message": (_changed("shown.message", "no"), "errors"),
    "another path": (_changed("shown.path.0", "c"), "errors"),
    "another place in the document": (_changed("shown.locations.0.column", 1), "errors"),
    "other extensions": (_changed("extensions", {}), "errors"),
    "another cause": (_changed("raw", "ValueError: no"), "errors"),
    "errors in another order": (lambda found: found.errors.reverse(), "order of errors"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_found(demo_engine: AsyncEngine, change: str) -> None:
    found = await answer(demo_engine, ADMINISTRATOR, Request(TWO_ERRORS), stock=True)
    assert len(found.errors) == 2
    other = deepcopy(found)
    assert difference(other, found) is None
    make, what = CHANGES[change]
    make(other)
    assert difference(other, found) == what


async def test_with_several_statements_the_order_of_errors_is_open(demo_engine: AsyncEngine) -> None:
    found = await answer(demo_engine, ADMINISTRATOR, Request(TWO_ERRORS), stock=True)
    other = replace(found, errors=found.errors[::-1])
    assert difference(other, replace(found, statements=2)) is None


def tampering(ask: Ask) -> Ask:
    """Our executor answers otherwise where an industry is asked for."""

    async def tampered(request: Request, stock: bool) -> Answer:
        found = await ask(request, stock)
        return found if stock or "industry" not in str(found.data) else replace(found, data={"industry": "other"})

    return tampered


async def test_a_difference_is_shown_in_its_smallest_document(demo_engine: AsyncEngine) -> None:
    document = """
      query Q($n: Int = 3, $skip: Boolean!) { viewer { roles } companies(first: $n) { totalCount nodes { ...A name } } }
      fragment A on Company { website ... on Company @skip(if: $skip) { industry country } products { totalCount } }
    """
    ask = tampering(asking(demo_engine, ADMINISTRATOR))

    async def differs(request: Request) -> Difference | None:
        return (await compare(ask, request))[1]

    found = await differs(Request(document, {"skip": False}))
    assert found is not None
    shown = await smallest(found, differs)
    small = "{ companies { nodes { ...A } } } fragment A on Company { ... on Company { industry } }"
    assert shown.request.document.removeprefix("query Q ") == print_ast(parse(small))
    assert (shown.what, shown.request.variables) == ("data", {})
    assert "industry" in str(shown)


RACING = "{ companies(first: 2) { nodes { products(first: 1) { totalCount pageInfo { endCursor } } } } }"


async def test_the_first_of_two_errors_may_be_either(demo_engine: AsyncEngine) -> None:
    """Both make the same page null; which comes first is up to chance. A third one is a difference."""
    ask = asking(demo_engine, ADMINISTRATOR)

    async def other(request: Request, stock: bool) -> Answer:
        if stock:
            return await ask(request, True)
        first = (await ask(request, True)).errors
        for seed in range(20):
            with chance.late(Random(seed)):
                found = await ask(request, True)
            if difference(found, Answer(found.data, first, 2)) == "errors":
                return found
        raise AssertionError("chance does not matter here")

    async def invented(request: Request, stock: bool) -> Answer:
        found = await other(request, stock)
        return found if stock else replace(found, errors=[{**error, "raw": "invented"} for error in found.errors])

    with ExitStack() as stack:
        for field in ("totalCount", "pageInfo"):
            stack.enter_context(injected(Injection("ProductConnection", field, "is late and raises", half=False)))
        assert (await compare(other, Request(RACING)))[1] is None
        _, found = await compare(invented, Request(RACING))
        assert found is not None
        assert found.what == "errors"
