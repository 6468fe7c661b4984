"""The smallest request that still shows a difference: fields, fragments, arguments and directives go one by one."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

from graphql import REMOVE, SKIP, DocumentNode, GraphQLError, Node, Visitor, parse, print_ast, validate, visit

from graph.schema import schema
from tests.execution.executors import Request

D = TypeVar("D", bound=Any)
MOST_ATTEMPTS = 400
GOING = {
    "field", "inline_fragment", "fragment_spread", "directive", "argument", "object_field", "operation_definition",
}  # fmt: skip


async def smallest(found: D, compare: Callable[[Request], Awaitable[D | None]]) -> D:
    """`found.request` shows a difference; `compare` says whether a smaller one still does."""
    position = 0
    for _ in range(MOST_ATTEMPTS):
        smaller = without(found.request, position)
        if smaller is None:
            break
        still = await compare(smaller) if _is_valid(smaller) else None
        found, position = (found, position + 1) if still is None else (still, position)
    return found


def without(request: Request, position: int) -> Request | None:
    """The request without the part at the position, in the order of the text; None past the last one."""
    document = parse(request.document)
    taker = _Taker(position)
    smaller = visit(document, taker)
    if taker.left >= 0:
        return None
    text = print_ast(_pruned(smaller))
    variables = {name: value for name, value in request.variables.items() if f"${name}:" in text}
    return replace(request, document=text, variables=variables)


class _Taker(Visitor):
    def __init__(self, position: int) -> None:
        super().__init__()
        self.left = position

    def enter(self, node: Node, *_: Any) -> Any:
        if node.kind not in GOING or self.left < 0:
            return None
        self.left -= 1
        return REMOVE if self.left < 0 else None


class _Names(Visitor):
    """Collects what is spread and which variables are used."""

    def __init__(self) -> None:
        super().__init__()
        self.fragments: set[str] = set()
        self.variables: set[str] = set()

    def enter_fragment_spread(self, node: Any, *_: Any) -> None:
        self.fragments.add(node.name.value)

    def enter_variable_definition(self, *_: Any) -> Any:
        return SKIP

    def enter_variable(self, node: Any, *_: Any) -> None:
        self.variables.add(node.name.value)


class _Unused(Visitor):
    def __init__(self, used: _Names) -> None:
        super().__init__()
        self._used = used

    def enter_fragment_definition(self, node: Any, *_: Any) -> Any:
        return None if node.name.value in self._used.fragments else REMOVE

    def enter_variable_definition(self, node: Any, *_: Any) -> Any:
        return None if node.variable.name.value in self._used.variables else REMOVE


def _pruned(document: DocumentNode) -> DocumentNode:
    """Without fragments and variables that nothing uses any more."""
    used = _Names()
    visit(document, used)
    pruned: DocumentNode = visit(document, _Unused(used))
    return pruned if pruned == document else _pruned(pruned)


def _is_valid(request: Request) -> bool:
    """Selections without fields are left to those who write them: they can be parsed, but hardly be read."""
    try:
        return "{}" not in request.document and not validate(schema._schema, parse(request.document))
    except GraphQLError:
        return False
