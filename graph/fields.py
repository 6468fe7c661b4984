"""The kinds of field that types are made of, in three tiers by what they cost (see docs/execution.md).

- `column`, `computed`: read off the row; no call, or one call of a plain function with the column's value.
- `to_one`, `lookup`, `connection`: edges, one statement for all rows of a level.
- `derived` and every other resolver: called for each row.

What a field reads stands in its metadata, where `selection` and `graph.execution` find it.
"""

import asyncio
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import strawberry
from graphql import GraphQLResolveInfo
from graphql.pyutils import Path
from strawberry.parent import StrawberryParent

from db.base import Base
from db.queries.lists import Through
from graph import selection
from graph.context import Context
from graph.edges import Found, Lookup, Many, ToOne
from graph.kinds import BY_TABLE, Kind
from graph.loaders import ROOT, Place

Info = strawberry.Info[Context, None]
Parent: Any = Annotated[Any, StrawberryParent()]


def column(description: str) -> Any:
    return strawberry.field(description=description)


def computed(column: str, type_: Any, function: Callable[[Any], Any], description: str) -> Any:
    """A pure function of one column's value."""

    def resolver(record: Any) -> Any:
        return function(getattr(record, column))

    resolver.__annotations__ = {"record": Parent, "return": type_}
    metadata = {"needs": (column,), "computed": function}
    return strawberry.field(resolver=resolver, description=description, metadata=metadata)


def text(name: str, description: str) -> Any:
    """A text column that is never null to the client: where an adopted table holds NULL, it is empty."""
    return computed(name, str, lambda value: value or "", description)


def derived(*needs: str, description: str) -> Callable[[Callable[..., Any]], Any]:
    def make(resolver: Callable[..., Any]) -> Any:
        return strawberry.field(resolver=resolver, description=description, metadata={"needs": needs})

    return make


def to_one(target: Any, row: type[Base], via: str, description: str, *, key: str = "id") -> Any:
    """The record of `row` whose `key` equals this record's `via`; null where there is none that the viewer may see."""

    async def resolver(record: Any, info: Any) -> Any:
        value = getattr(record, via)
        return None if value is None else await load_one(info, row, value, key=key)

    resolver.__annotations__ = {"record": Parent, "info": Info, "return": target | None}
    metadata = {"needs": (via,), "edge": ToOne(row, via, key)}
    return strawberry.field(resolver=resolver, description=description, metadata=metadata)


def lookup(description: str) -> Callable[[Callable[..., Any]], Any]:
    """The records that the arguments name. The decorated function turns arguments into a `Found`, or a list of them
    for a field that is a list."""

    def make(find: Callable[..., Any]) -> Any:
        async def resolver(info: Any, **given: Any) -> Any:
            found = find(**given)
            if isinstance(found, list):
                return list(await asyncio.gather(*(_load_found(info, each) for each in found)))
            return await _load_found(info, found)

        signature = inspect.signature(find)
        asks = inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info)
        resolver.__signature__ = signature.replace(parameters=[asks, *signature.parameters.values()])  # type: ignore[attr-defined]
        resolver.__annotations__ = {"info": Info, **find.__annotations__}
        return strawberry.field(resolver=resolver, description=description, metadata={"edge": Lookup(find)})

    return make


async def _load_found(info: Info, found: Found) -> Any:
    return await load_one(info, found.kind.row, found.value, key=found.key)


async def load_one(info: Info, row: type[Base], value: Any, *, key: str = "id") -> Any:
    kind = BY_TABLE[row.__tablename__]
    place, columns = _asked(info, kind, paged=False)
    return await info.context.loaders.one(place, kind.table, key, columns).load(value)


First = Annotated[int | None, strawberry.argument(description="Rows from the start: 0 to 100; 20 when absent.")]
After = Annotated[str | None, strawberry.argument(description="Only rows after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="Rows from the end: 0 to 100.")]
Before = Annotated[str | None, strawberry.argument(description="Only rows before this cursor.")]


def connection(
    target: Any,
    row: type[Base],
    description: str,
    *,
    by: str | None = None,
    through: Through | None = None,
    key: str = "id",
    filter: type,
    default: Any,
) -> Any:
    """A page of the rows of `row` whose `by` (or whose link's parent) equals this record's `key`.

    `default` is a member of the order enum. Without `by` and `through` the list hangs on no parent.
    """
    edge = Many(row, by, through, key, default.value)

    async def resolver(
        record: Any, info: Any, filter: Any = None, order_by: Any = default,
        first: Any = None, after: Any = None, last: Any = None, before: Any = None,
    ) -> Any:  # fmt: skip
        ask = edge.ask(
            {"filter": filter, "order_by": order_by, "first": first, "after": after, "last": last, "before": before}
        )
        place, columns = _asked(info, edge.kind, ask.order.columns, paged=True)
        loader = info.context.loaders.page(place, ask, columns)
        return await loader.load(ROOT if edge.rooted else getattr(record, key))

    resolver.__annotations__ = {
        "record": Parent,
        "info": Info,
        "filter": Annotated[filter | None, strawberry.argument(description="Only rows that meet all of this.")],
        "order_by": Annotated[type(default) | None, strawberry.argument(description="The order; ids break ties.")],
        "first": First,
        "after": After,
        "last": Last,
        "before": Before,
        "return": target | None,
    }
    return strawberry.field(resolver=resolver, description=description, metadata={"needs": edge.needs, "edge": edge})


def _asked(info: Info, kind: Kind, extra: tuple[str, ...] = (), *, paged: bool) -> tuple[Place, tuple[str, ...]]:
    """The place in the operation, and the columns needed there: worked out once for each type of parent, not once per
    parent."""
    raw: GraphQLResolveInfo[Any] = info._raw_info
    place = place_of(raw.path)
    memo = info.context.memo
    key = place, kind.name, raw.parent_type.name
    known = memo.get(key)
    if known is None:
        known = memo[key] = selection.columns(raw, kind, extra, paged=paged)
    return place, known


def place_of(path: Path | None) -> Place:
    keys = []
    while path is not None:
        if type(path.key) is str:
            keys.append(path.key)
        path = path.prev
    return tuple(keys)
