"""The reads that everything is made of: by key, a page per parent or of a whole table, and their counts.

A statement is built once for each shape and kept: what differs from call to call are its parameters, `keys` (where the
listing has parents), `limit`, `viewer` (see `db.scope`), and those of filters and positions.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import BigInteger, FromClause, Select, Table, bindparam, func, null, select

from db.queries.conditions import Test, clauses
from db.queries.keyset import Order, beyond, order_by
from db.scope import within

KEPT = 1024
Parents = Literal["one", "some", "many"]
MOST_BRANCHES = 200
"""Parents that have a branch of their own in a statement: SQLite takes 500, and each opens its tables on MySQL."""


@dataclass(frozen=True, slots=True)
class Through:
    """A link table: its column that holds the parent, and the one that holds the child's id."""

    table: Table
    parent: str
    child: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Which rows: of `table`, those whose `by` (or whose link's parent) is one of the keys; all rows without either."""

    table: Table
    by: str | None = None
    through: Through | None = None
    where: tuple[Test, ...] = ()

    @property
    def has_parents(self) -> bool:
        return self.by is not None or self.through is not None


@dataclass(frozen=True, slots=True)
class PageShape:
    """All of a page that its statement's text depends on. `gaps`: see `Slice`; `parents`: see `parents`."""

    listing: Listing
    columns: tuple[str, ...]
    order: Order
    backwards: bool
    gaps: tuple[bool, ...] | None
    everything: bool
    parents: Parents


def parents(count: int) -> Parents:
    """Which statement serves this many keys best."""
    return "one" if count == 1 else "some" if count <= MOST_BRANCHES else "many"


def _keys() -> Any:
    return bindparam("keys", expanding=True)


def _source(listing: Listing) -> tuple[FromClause, Any]:
    """FROM, and the column that holds the parent's key."""
    table = listing.table
    if listing.through is None:
        return table, None if listing.by is None else table.c[listing.by]
    link = listing.through
    pairs = (
        select(link.table.c[link.parent].label("parent"), link.table.c[link.child].label("child"))
        .where(link.table.c[link.parent].in_(_keys()))
        .distinct()
        .subquery("links")
    )
    return table.join(pairs, pairs.c.child == table.c.id), pairs.c.parent


def _filtered(statement: Any, listing: Listing, parent: Any, *, everything: bool) -> Select[Any]:
    narrowed: Select[Any] = statement
    if listing.through is None and parent is not None:
        narrowed = narrowed.where(parent.in_(_keys()))
    return within(narrowed, listing.table, everything=everything).where(*clauses(listing.table, listing.where))


@lru_cache(KEPT)
def by_key(table: Table, by: str, columns: tuple[str, ...], *, everything: bool) -> Select[Any]:
    """Columns: the key, then `columns`."""
    key = table.c[by]
    statement = select(key.label("key_"), *(table.c[column] for column in columns)).where(key.in_(_keys()))
    return within(statement, table, everything=everything)


@lru_cache(KEPT)
def page(shape: PageShape) -> Select[Any]:
    """Columns: the parent's key, then the shape's. The rows of each key come in order.

    With LIMIT the database stops reading where a window function would rank the whole history, so each parent has a
    branch with a LIMIT of its own (see `db.statements`). Links have no index in the list's order: their ids are ranked.
    """
    listing = shape.listing
    if shape.parents == "one" or not listing.has_parents:
        return _limited(shape, _filtered)
    if shape.parents == "some" and listing.by is not None:
        return _limited(shape, _branch)
    return _ranked(shape)


def _limited(shape: PageShape, filtered: Any) -> Select[Any]:
    listing, table = shape.listing, shape.listing.table
    source, parent = _source(listing)
    key: Any = null() if parent is None else parent
    statement = select(key.label("key_"), *(table.c[column] for column in shape.columns)).select_from(source)
    statement = _beyond(filtered(statement, listing, parent, everything=shape.everything), shape)
    return statement.order_by(*order_by(table, shape.order, backwards=shape.backwards)).limit(_limit())


def _branch(statement: Any, listing: Listing, parent: Any, *, everything: bool) -> Select[Any]:
    rows: Select[Any] = statement.where(parent == bindparam("key", type_=parent.type))
    rows = within(rows, listing.table, everything=everything, by=listing.by)
    return rows.where(*clauses(listing.table, listing.where))


def _ranked(shape: PageShape) -> Select[Any]:
    listing, table = shape.listing, shape.listing.table
    source, parent = _source(listing)
    ordering = order_by(table, shape.order, backwards=shape.backwards)
    rank = func.row_number().over(partition_by=parent, order_by=ordering).label("rank_")
    statement = select(parent.label("key_"), table.c.id.label("id_"), rank).select_from(source)
    ranked = _beyond(_filtered(statement, listing, parent, everything=shape.everything), shape).subquery("ranked")
    return (
        select(ranked.c.key_, *(table.c[column] for column in shape.columns))
        .join_from(ranked, table, table.c.id == ranked.c.id_)
        .where(ranked.c.rank_ <= _limit())
        .order_by(ranked.c.rank_)
    )


def _beyond(statement: Select[Any], shape: PageShape) -> Select[Any]:
    if shape.gaps is None:
        return statement
    return statement.where(beyond(shape.listing.table, shape.order, shape.gaps, backwards=shape.backwards))


def _limit() -> Any:
    return bindparam("limit", type_=BigInteger)


@lru_cache(KEPT)
def count(listing: Listing, *, everything: bool) -> Select[Any]:
    """Columns: the parent's key, the number of rows."""
    source, parent = _source(listing)
    number = func.count(listing.table.c.id)
    if parent is None:
        statement = select(null(), number).select_from(source)
        return _filtered(statement, listing, None, everything=everything)
    return _filtered(select(parent, number).select_from(source), listing, parent, everything=everything).group_by(
        parent
    )
