"""One pass over a document that has been read but not validated: how deep, how wide, how dear.

A fragment is measured once for each size of page that it is spread under, and counts in every place where it is spread:
one that spreads another twice, which does so in turn, is measured in no time and counts as what it would grow to.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from graph.limits import cost as costs
from graph.limits.cost import BOUNDED, Cost, Factor, Page, plus, times


@dataclass(slots=True)
class Shape:
    """Of a selection, with all that is below it. `names` counts the response names of its own level; `merged`, how many
    fields of one name may come together in one place below each of them: fields of the same name are merged with all
    that is in them."""

    depth: int = 0
    aliases: int = 0
    fragments: int = 0
    directives: int = 0
    repeats: int = 0
    introspects: bool = False
    cost: Cost = 0
    names: Counter[str] = field(default_factory=Counter)
    merged: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Shape") -> None:
        """What another selection of the same level holds."""
        self.depth = max(self.depth, other.depth)
        self.repeats = max(self.repeats, other.repeats)
        self.aliases += other.aliases
        self.fragments += other.fragments
        self.directives += other.directives
        self.introspects |= other.introspects
        self.cost = plus(self.cost, other.cost)
        self.names.update(other.names)
        self.merged.update(other.merged)


class Measured(NamedTuple):
    """Of an operation. `found` is by the limits' names; `defaults` are those of its variables."""

    found: dict[str, int]
    cost: Cost
    defaults: Mapping[str, Any]
    introspects: bool

    def points(self, variables: Mapping[str, Any]) -> int:
        """At least one: to be asked at all costs something."""
        return max(1, self.cost if isinstance(self.cost, int) else self._varying(variables))

    def _varying(self, variables: Mapping[str, Any]) -> int:
        return costs.points(self.cost, {**self.defaults, **variables})


def measured(document: DocumentNode, schema: GraphQLSchema) -> dict[int, Measured]:
    """By the identity of the operations' nodes."""
    measure = _Measure(document, schema)
    return {
        id(node): measure.operation(node) for node in document.definitions if isinstance(node, OperationDefinitionNode)
    }


class _Measure:
    def __init__(self, document: DocumentNode, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: dict[tuple[str, Page | None], Shape] = {}
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def operation(self, node: OperationDefinitionNode) -> Measured:
        root = self._schema.get_root_type(node.operation)
        shape = self._selection(node.selection_set, root, None)
        variables = node.variable_definitions or ()
        directives = len(node.directives or ()) + sum(len(each.directives or ()) for each in variables)
        cost = shape.cost
        if node.operation is OperationType.MUTATION:
            cost = plus(cost, costs.MUTATION * shape.names.total())
        found = {
            "most_depth": shape.depth,
            "most_aliases": shape.aliases,
            "most_root_fields": shape.names.total(),
            "most_repeats": shape.repeats,
            "most_fragments": shape.fragments,
            "most_directives": shape.directives + directives,
        }
        return Measured(found, cost, costs.defaults(node), shape.introspects)

    def _selection(self, node: SelectionSetNode | None, type_: GraphQLNamedType | None, page: Page | None) -> Shape:
        shape = Shape()
        for selection in () if node is None else node.selections:
            shape.directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                self._add_field(shape, selection, type_, page)
            elif isinstance(selection, FragmentSpreadNode):
                shape.fragments += 1
                shape.add(self._fragment(selection.name.value, page))
            elif isinstance(selection, InlineFragmentNode):
                shape.fragments += 1
                condition = selection.type_condition
                narrowed = type_ if condition is None else self._schema.get_type(condition.name.value)
                shape.add(self._selection(selection.selection_set, narrowed, page))
        shape.repeats = max(shape.repeats, max(shape.merged.values(), default=0))
        return shape

    def _fragment(self, name: str, page: Page | None) -> Shape:
        known = self._known.get((name, page))
        if known is None:
            # One that spreads itself is refused when the document is validated.
            self._known[name, page] = Shape()
            node = self._fragments.get(name)
            type_ = None if node is None else self._schema.get_type(node.type_condition.name.value)
            known = self._known[name, page] = self._selection(node.selection_set if node else None, type_, page)
            known.directives += len(node.directives or ()) if node is not None else 0
        return known

    def _add_field(self, shape: Shape, node: FieldNode, type_: GraphQLNamedType | None, page: Page | None) -> None:
        name = node.name.value
        definition = getattr(type_, "fields", {}).get(name)
        target = None if definition is None else get_named_type(definition.type)
        below = self._selection(node.selection_set, target, costs.page_of(node) if _is_connection(target) else None)
        response_name = node.alias.value if node.alias else name
        alone = replace(
            below,
            depth=1 + below.depth,
            aliases=below.aliases + (node.alias is not None),
            introspects=below.introspects or name in costs.INTROSPECTION,
            cost=_cost(node, below, _rows(node, definition, page)),
            names=Counter((response_name,)),
            merged=Counter({response_name: max(1, below.repeats)}),
        )
        shape.add(alone)


def _cost(node: FieldNode, below: Shape, rows: Factor) -> Cost:
    if node.name.value in costs.INTROSPECTION:
        return costs.INTROSPECTION[node.name.value] * (1 + below.aliases)
    if node.selection_set is None:
        return costs.COUNTED.get(node.name.value, 0)
    return times(rows, plus(1, below.cost))


def _rows(node: FieldNode, definition: Any, page: Page | None) -> Factor:
    if definition is None or not is_list_type(get_nullable_type(definition.type)):
        return 1
    named = costs.length_of(node)
    if named is not None:
        return named
    return BOUNDED if page is None else page


def _is_connection(type_: GraphQLNamedType | None) -> bool:
    return {"pageInfo", "nodes"} <= getattr(type_, "fields", {}).keys()


def total(measures: Iterable[Measured]) -> dict[str, int]:
    """Of a document: of each number the largest, so that no operation hides behind another."""
    found: dict[str, int] = {}
    for measure in measures:
        for name, number in measure.found.items():
            found[name] = max(found.get(name, 0), number)
    return found
