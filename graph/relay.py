"""Relay's interfaces: Node, and connections over keyset pages."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import strawberry

from db.queries.keyset import Order, Slice, encode
from graph import ids
from graph.errors import InvalidInput
from graph.kinds import kind_of

MOST = 100
DEFAULT_PAGE = 20
N = TypeVar("N")


@strawberry.interface(description="Anything with an id that `node` and `nodes` can fetch.")
class Node:
    @classmethod
    def resolve_type(cls, record: Any, info: Any, abstract: Any) -> str:
        return kind_of(record).type_name(record)

    @strawberry.field(
        description="Opaque and stable. Valid wherever an id of this type is asked for.", metadata={"global_id": True}
    )
    def id(self, record: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(ids.encode(kind_of(record).name, record.id))


@dataclass(slots=True)
class Page:
    """One page of records, in the list's order whatever end it was taken from. `total` counts the whole list."""

    records: list[Any]
    has_more: bool
    order: Order
    slice: Slice
    total: Any = field(repr=False)


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there are rows after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there are rows before this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row of the page.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row; pass it as `after` to go on.")


@strawberry.type(description="A row of a page, with its cursor.")
class Edge(Generic[N]):
    @strawberry.field(description="The row.", graphql_type=N | None)  # type: ignore[misc]
    def node(self, edge: strawberry.Parent[Any]) -> Any:
        return edge[0]

    @strawberry.field(description="Position of the row in its list; pass it as `after` or `before`.")
    def cursor(self, edge: strawberry.Parent[Any]) -> str:
        return cursor(edge[1], edge[0])


@strawberry.type(description="One page of a list.")
class Connection(Generic[N]):
    @strawberry.field(description="The rows of the page, each with its cursor.")
    def edges(self, page: strawberry.Parent[Any]) -> list[Edge[N]]:
        return [(record, page.order) for record in page.records]  # type: ignore[misc]

    @strawberry.field(description="The rows of the page, for callers who need no cursors.", graphql_type=list[N])
    def nodes(self, page: strawberry.Parent[Any]) -> Any:
        return page.records

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self, page: strawberry.Parent[Any]) -> PageInfo:
        ends = [cursor(page.order, page.records[end]) for end in (0, -1)] if page.records else [None, None]
        return page_info(page.slice, *ends, has_more=page.has_more)

    @strawberry.field(description="Rows in the whole list, under the same filter. Counted only when asked for.")
    async def total_count(self, page: strawberry.Parent[Any]) -> int:
        count: int = await page.total()
        return count


def cursor(order: Order, record: Any) -> str:
    return encode(order, record.table_name, [getattr(record, key) for key in order.keys])


def page_info(slice_: Slice, start: str | None, end: str | None, *, has_more: bool) -> PageInfo:
    """`has_more`: whether there are rows beyond the page, in the direction it was taken in."""
    passed = slice_.position is not None
    return PageInfo(
        has_next_page=passed if slice_.backwards else has_more,
        has_previous_page=has_more if slice_.backwards else passed,
        start_cursor=start,
        end_cursor=end,
    )


def page_limits(first: int | None, last: int | None, after: str | None, before: str | None) -> tuple[int, bool]:
    """How many rows, and whether from the end; refuses what names no page."""
    if first is not None and last is not None:
        raise InvalidInput("INVALID_PAGE", "Pass `first` or `last`, not both.", "last")
    if after is not None and before is not None:
        raise InvalidInput("INVALID_PAGE", "Pass `after` with `first`, or `before` with `last`, not both.", "before")
    backwards = last is not None or (first is None and before is not None)
    if backwards and after is not None:
        raise InvalidInput("INVALID_PAGE", "`after` goes with `first`.", "after")
    if not backwards and before is not None:
        raise InvalidInput("INVALID_PAGE", "`before` goes with `last`.", "before")
    limit = last if backwards else first
    limit = DEFAULT_PAGE if limit is None else limit
    if not 0 <= limit <= MOST:
        name = "last" if backwards else "first"
        raise InvalidInput("INVALID_PAGE", f"`{name}` must be between 0 and {MOST}; it is {limit}.", name)
    return limit, backwards
