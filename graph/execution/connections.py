"""Connections: one statement for the pages of all parents, and one for their counts where these are asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType, get_named_type
from graphql.pyutils import Path

from graph.edges import Ask
from graph.execution.forms import RowForm
from graph.execution.leaves import Exact
from graph.execution.levels import Answer, Level
from graph.execution.links import Getter
from graph.execution.pages import Constant, Counts, Cursors, Edges, Nodes, PageInfos, Pages, Part
from graph.execution.run import Run
from graph.execution.selected import Details, Entry, Selected, TypeName
from graph.execution.unplanned import Unplanned
from graph.kinds import Kind
from graph.loaders import ROOT

if TYPE_CHECKING:
    from graph.execution.compiler import Compiler

# The columns that something needs, and how to make it once the form of the rows is known.
Draft = tuple[set[str], Callable[[RowForm], Any]]


class ConnectionField:
    """`key` is None for a list that hangs on no parent."""

    def __init__(
        self,
        name: str,
        key: Getter | None,
        ask: Callable[[Run], Ask],
        columns: tuple[str, ...],
        parts: Mapping[str, Part],
    ) -> None:
        self.name, self._key, self._ask, self._columns, self._parts = name, key, ask, columns, parts
        self._has_rows = any(part.rows for part in parts.values())
        self._tells_more = any(part.more for part in parts.values())
        self.statements = self._has_rows + sum(part.statements for part in parts.values())

    async def fill(self, run: Run, sources: Sequence[Any], objects: Sequence[Any], answers: list[Answer]) -> None:
        keys = [ROOT] * len(sources) if self._key is None else list(map(self._key, sources))
        wanted = list(dict.fromkeys(keys))
        if None in wanted and self._key is not None:
            raise Unplanned
        pages = await self._pages(run, self._ask(run), wanted)
        parts = [(name, await part.of(run, pages)) for name, part in self._parts.items()]
        connections = {key: {name: values[key] for name, values in parts} for key in wanted}
        for answer, key in zip(answers, keys, strict=True):
            answer[self.name] = connections[key]

    async def _pages(self, run: Run, ask: Ask, keys: list[Any]) -> Pages:
        limit = ask.slice.limit + self._tells_more
        if not self._has_rows or limit == 0:
            return Pages(ask, keys, [], set())
        select = ask.page(self._columns, everything=run.everything, keys=len(keys))
        rows = await run.rows(select, {"keys": keys, "limit": limit, **ask.parameters})
        if type(keys[0]) is str:
            # A collation may have found keys that differ in case; a public id is exact.
            rows = [row for row in rows if row[0] in keys]
        more: set[Any] = set()
        if self._tells_more:
            rows, more = _trimmed(rows, ask.slice.limit)
        return Pages(ask, keys, rows[::-1] if ask.slice.backwards else rows, more)


def _trimmed(rows: Sequence[Any], limit: int) -> tuple[list[Any], set[Any]]:
    """At most `limit` rows of each key, and the keys that had more."""
    taken: dict[Any, int] = {}
    kept, more = [], set()
    for row in rows:
        key = row[0]
        taken[key] = count = taken.get(key, 0) + 1
        if count > limit:
            more.add(key)
        else:
            kept.append(row)
    return kept, more


@dataclass(frozen=True, slots=True)
class Connecting:
    """What the drafts of a connection's parts are made with. `ordered_by`: the columns of every order there may be."""

    compiler: "Compiler"
    kind: Kind
    ordered_by: set[str]
    place: Path

    def level(self, entry: Selected, place: Path) -> Draft:
        return self.compiler.rows(self.kind, entry.details, Path(place, entry.name, None))

    def cursors(self, form: RowForm) -> Cursors:
        return Cursors(self.kind.table.name, {column: form.python(column) for column in self.ordered_by})


def parts(
    connecting: Connecting, type_: GraphQLObjectType, details: Details
) -> tuple[tuple[str, ...], dict[str, Part]]:
    """The columns of the rows, and the parts by response name."""
    entries = connecting.compiler.subfields(type_, details)
    drafts = {entry.name: _draft(connecting, entry) for entry in entries}
    columns = {"id"}.union(*(needed for needed, _ in drafts.values()))
    form = RowForm(connecting.kind, tuple(sorted(columns)), connecting.compiler.dialect)
    return form.columns, {name: make(form) for name, (_, make) in drafts.items()}


def _draft(connecting: Connecting, entry: Entry) -> Draft:
    if isinstance(entry, TypeName):
        constant = Constant(entry.type_name)
        return set(), lambda form: constant
    return DRAFTS[entry.strawberry.python_name](connecting, entry)


def _nodes(connecting: Connecting, entry: Selected) -> Draft:
    columns, level = connecting.level(entry, connecting.place)
    return columns, lambda form: Nodes(level(form))


def _edges(connecting: Connecting, entry: Selected) -> Draft:
    columns: set[str] = set()
    fields: dict[str, str | Callable[[RowForm], Level] | None] = {}
    for field in connecting.compiler.subfields(get_named_type(entry.field.type), entry.details):  # type: ignore[arg-type]
        if isinstance(field, TypeName):
            fields[field.name] = field.type_name
        elif field.strawberry.python_name == "cursor":
            columns |= connecting.ordered_by
            fields[field.name] = None
        else:
            needed, level = connecting.level(field, Path(connecting.place, entry.name, None))
            columns |= needed
            fields[field.name] = level
    tells_cursors = None in fields.values()
    return columns, lambda form: Edges(
        {name: field(form) if callable(field) else field for name, field in fields.items()},
        connecting.cursors(form) if tells_cursors else None,
    )


def _page_info(connecting: Connecting, entry: Selected) -> Draft:
    type_: GraphQLObjectType = get_named_type(entry.field.type)  # type: ignore[assignment]
    place = Path(connecting.place, entry.name, None)
    level = connecting.compiler.objects([type_], entry.details, place)
    selected = {
        each.strawberry.python_name
        for each in connecting.compiler.subfields(type_, entry.details)
        if isinstance(each, Selected)
    }
    if selected.isdisjoint({"start_cursor", "end_cursor"}):
        return set(), lambda form: PageInfos(level, None)
    return connecting.ordered_by, lambda form: PageInfos(level, connecting.cursors(form))


def _total_count(connecting: Connecting, entry: Selected) -> Draft:
    counts = Counts(Exact(entry.field.type).complete)
    return set(), lambda form: counts


DRAFTS: dict[str, Callable[[Connecting, Selected], Draft]] = {
    "nodes": _nodes,
    "edges": _edges,
    "page_info": _page_info,
    "total_count": _total_count,
}
