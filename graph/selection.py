"""Which columns an operation needs: the selected fields, looked up in what each field says it is made of."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, SelectionSetNode
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from graph.kinds import Kind


def columns(info: GraphQLResolveInfo[Any], kind: Kind, extra: Iterable[str] = (), *, paged: bool) -> tuple[str, ...]:
    """Sorted column names: those of the selected fields, the kind's own, the id, and `extra`."""
    nodes: list[FieldNode] = list(info.field_nodes)
    if paged:
        rows = _children(nodes, "edges", info.fragments)
        nodes = [*_children(nodes, "nodes", info.fragments), *_children(rows, "node", info.fragments)]
    wanted = {*kind.always, *extra}
    known = [needs_of(cls) for cls in kind.types]
    for field in _fields(nodes, info.fragments):
        for needs in known:
            wanted.update(needs.get(field.name.value, ()))
    return tuple(sorted(wanted))


def _children(nodes: list[FieldNode], name: str, fragments: Any) -> list[FieldNode]:
    return [field for field in _fields(nodes, fragments) if field.name.value == name]


def _fields(nodes: list[FieldNode], fragments: Any) -> Iterator[FieldNode]:
    """Direct subfields, fragments flattened whatever type they are on: a column too many does no harm."""
    seen: set[str] = set()
    queue: list[SelectionSetNode] = [node.selection_set for node in nodes if node.selection_set]
    while queue:
        for selection in queue.pop().selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name not in seen:
                    seen.add(name)
                    queue.append(fragments[name].selection_set)
            else:
                queue.append(selection.selection_set)  # type: ignore[attr-defined]


@cache
def needs_of(cls: type) -> dict[str, tuple[str, ...]]:
    """GraphQL field name -> the columns it reads. A field that names none is a column itself."""
    definition = get_object_definition(cls, strict=True)
    return {
        field.graphql_name or to_camel_case(field.python_name): field.metadata.get("needs", (field.python_name,))
        for field in definition.fields
    }
