"""Turns a selection into levels, once for each operation and each choice of what @skip and @include leave of it."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, get_nullable_type, is_leaf_type
from graphql.execution.executor import Executor
from graphql.pyutils import Path
from sqlalchemy import Dialect

from graph.execution import building
from graph.execution.forms import Form, ObjectForm, RowForm
from graph.execution.leaves import Names
from graph.execution.levels import Level, Make
from graph.execution.run import Field
from graph.execution.selected import Details, Entry, Resolvers, Selected, TypeName, subfields
from graph.execution.unplanned import Unplanned
from graph.kinds import Kind

MOST_FIELDS = 2000
"""Of a plan, those of each concrete type counted. It takes about 0.1 ms to make one."""


class Compiler:
    def __init__(self, executor: Executor[Any], dialect: Dialect, resolvers: Resolvers) -> None:
        self.executor, self.dialect, self._resolvers = executor, dialect, resolvers
        self.fields: list[GraphQLField] = []
        self.size = 0

    def objects(self, types: Sequence[GraphQLObjectType], details: Details, place: Path | None) -> Level:
        """The level of Python objects of any of these types."""
        return self._level(self._selected(types, details), ObjectForm(), place)

    def rows(self, kind: Kind, details: Details, place: Path) -> tuple[set[str], Callable[[RowForm], Level]]:
        """The level of a kind's rows: the columns it needs, and the level itself once the form of the rows is known."""
        names = set(kind.concrete.values()) or {kind.name}
        types = [self.executor.schema.type_map[name] for name in sorted(names)]
        selected = self._selected(types, details)  # type: ignore[arg-type]
        needed = {
            *kind.always,
            *(column for entries in selected.values() for each in entries for column in each.needs),
        }
        if not needed <= set(kind.table.c.keys()):
            raise Unplanned
        return needed, lambda form: self._level(selected, form, place)

    def subfields(self, type_: GraphQLObjectType, details: Details) -> list[Entry]:
        found = list(subfields(self.executor, self._resolvers, type_, details))
        # Fragments that are spread twice in each other grow without bounds: where there are no rows, graphql-core never
        # gets to see how far.
        self.size += len(found)
        if self.size > MOST_FIELDS:
            raise Unplanned
        self.fields += [entry.field for entry in found if isinstance(entry, Selected)]
        return found

    def _selected(self, types: Sequence[GraphQLObjectType], details: Details) -> dict[str, list[Entry]]:
        return {type_.name: self.subfields(type_, details) for type_ in types}

    def _level(self, selected: dict[str, list[Entry]], form: Form, place: Path | None) -> Level:
        names, makers = Names(), dict[str, Make]()
        known = _Makers(names)
        # A field that several concrete types have alike is filled for all of them together.
        fields: dict[Any, tuple[Field, set[str]]] = {}
        expressions: dict[Any, str | None] = {}
        called_with: set[str] = set()
        for type_name, entries in selected.items():
            parts = []
            for entry in entries:
                if entry.same not in expressions:
                    expressions[entry.same] = _expression(entry, form, names)
                expression = expressions[entry.same]
                parts.append(f"{entry.name!r}: {expression}")
                if expression is None:
                    assert isinstance(entry, Selected)
                    if entry.same not in fields:
                        fields[entry.same] = self._field(entry, form, Path(place, entry.name, type_name)), set()
                    fields[entry.same][1].add(type_name)
                    called_with.update(() if "edge" in entry.metadata else entry.needs)
            makers[type_name] = known[", ".join(parts)]
        record = form.record(called_with) if called_with and isinstance(form, RowForm) else None
        return Level(
            makers,
            [(field, None if len(types) == len(selected) else frozenset(types)) for field, types in fields.values()],
            form.type_of,
            record,
        )

    def _field(self, entry: Selected, form: Form, place: Path) -> Field:
        edge = entry.metadata.get("edge")
        build = building.value if edge is None else building.EDGES[type(edge)]
        return build(self, entry, form, place)


def _expression(entry: Entry, form: Form, names: Names) -> str | None:
    """Reads the field off the source; None for a field that takes more than that."""
    if isinstance(entry, TypeName):
        return repr(entry.type_name)
    return_type, metadata = entry.field.type, entry.metadata
    if "edge" in metadata or not is_leaf_type(get_nullable_type(return_type)):
        return None
    if "global_id" in metadata:
        return form.global_id(names)
    if "computed" in metadata:
        return form.computed(metadata["needs"][0], metadata["computed"], return_type, names)
    if entry.strawberry.base_resolver is None:
        return form.leaf(entry.strawberry.python_name, return_type, names)
    return None


class _Makers(dict[str, Make]):
    """By the text of what they make, so that types which are selected alike share one."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, items: str) -> Make:
        # The text is made of positions, attribute names of our own classes, and response names: GraphQL names.
        make: Make = eval(f"lambda r: {{{items}}}", self._names.values)  # noqa: S307
        self[items] = make
        return make
