"""The kinds of field that types are made of.

- `column`: read straight off the record, no call at run time.
- `derived`: an ordinary resolver; `needs` names the columns it reads.
- `to_one`, `connection`: edges, loaded for a whole level at once.

What a field needs stands in its metadata, where `selection` finds it.
"""

from collections.abc import Callable
from typing import Annotated, Any

import strawberry
from graphql import GraphQLResolveInfo
from graphql.pyutils import Path
from strawberry.parent import StrawberryParent

from db.base import Base
from db.queries.keyset import BadCursor, Order, Slice, decode
from db.queries.lists import Listing, Through
from graph import selection
from graph.conditions import conditions
from graph.context import Context
from graph.errors import InvalidInput
from graph.kinds import BY_TABLE, Kind
from graph.loaders import ROOT, Place
from graph.relay import page_limits

Info = strawberry.Info[Context, None]
Parent: Any = Annotated[Any, StrawberryParent()]


def column(description: str) -> Any:
    return strawberry.field(description=description)


def derived(*needs: str, description: str) -> Callable[[Callable[..., Any]], Any]:
    def make(resolver: Callable[..., Any]) -> Any:
        return strawberry.field(resolver=resolver, description=description, metadata={"needs": needs})

    return make


def text(name: str, description: str) -> Any:
    """A text column that is never null to the client: where an adopted table holds NULL, it is empty."""

    def resolver(record: Any) -> Any:
        return getattr(record, name) or ""

    resolver.__annotations__ = {"record": Parent, "return": str}
    return strawberry.field(resolver=resolver, description=description, metadata={"needs": (name,)})


def to_one(target: Any, row: type[Base], via: str, description: str, *, key: str = "id") -> Any:
    """The record of `row` whose `key` equals this record's `via`; null where there is none that the viewer may see."""

    async def resolver(record: Any, info: Any) -> Any:
        value = getattr(record, via)
        return None if value is None else await load_one(info, row, value, key=key)

    resolver.__annotations__ = {"record": Parent, "info": Info, "return": target | None}
    return strawberry.field(resolver=resolver, description=description, metadata={"needs": (via,)})


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
    rooted = by is None and through is None

    async def resolver(
        record: Any, info: Any, filter: Any = None, order_by: Any = default,
        first: Any = None, after: Any = None, last: Any = None, before: Any = None,
    ) -> Any:  # fmt: skip
        limit, backwards = page_limits(first, last, after, before)
        kind = BY_TABLE[row.__tablename__]
        order: Order = (order_by or default).value
        cursor = before if backwards else after
        slice_ = Slice(limit, backwards, None if cursor is None else _position(kind, order, cursor, backwards))
        listing = Listing(kind.table, by, through, conditions(filter))
        place, columns = _asked(info, kind, order.columns, paged=True)
        loader = info.context.loaders.page(place, listing, columns, order, slice_)
        return await loader.load(ROOT if rooted else getattr(record, key))

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
    needs = () if rooted else (key,)
    return strawberry.field(resolver=resolver, description=description, metadata={"needs": needs})


def _position(kind: Kind, order: Order, cursor: str, backwards: bool) -> tuple[Any, ...]:
    argument = "before" if backwards else "after"
    try:
        return decode(kind.table, order, cursor)
    except BadCursor as error:
        raise InvalidInput("MALFORMED_CURSOR", f"`{argument}` cannot be used: {error}.", argument) from None


def _asked(info: Info, kind: Kind, extra: tuple[str, ...] = (), *, paged: bool) -> tuple[Place, tuple[str, ...]]:
    """The place in the operation, and the columns needed there: worked out once, not once per parent."""
    raw: GraphQLResolveInfo[Any] = info._raw_info
    place = place_of(raw.path)
    memo = info.context.memo
    known = memo.get((place, kind.name))
    if known is None:
        known = memo[place, kind.name] = selection.columns(raw, kind, extra, paged=paged)
    return place, known


def place_of(path: Path | None) -> Place:
    keys = []
    while path is not None:
        if type(path.key) is str:
            keys.append(path.key)
        path = path.prev
    return tuple(keys)
