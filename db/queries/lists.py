"""The reads that everything is made of: by key, a page per parent or of a whole table, and their counts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import FromClause, Select, Table, bindparam, func, null, select

from db.queries.conditions import Condition, clause
from db.queries.keyset import Order, Slice, beyond, order_by
from db.scope import Scope, within


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
    where: tuple[Condition, ...] = ()

    @property
    def has_parents(self) -> bool:
        return self.by is not None or self.through is not None


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


def _filtered(statement: Any, listing: Listing, parent: Any, scope: Scope) -> Select[Any]:
    narrowed: Select[Any] = statement
    if listing.through is None and parent is not None:
        narrowed = narrowed.where(parent.in_(_keys()))
    return within(narrowed, listing.table, scope).where(
        *(clause(listing.table, condition) for condition in listing.where)
    )


def by_key(table: Table, by: str, columns: tuple[str, ...], scope: Scope) -> Select[Any]:
    """Columns: the key, then `columns`. Parameter: keys."""
    key = table.c[by]
    statement = select(key.label("key_"), *(table.c[column] for column in columns)).where(key.in_(_keys()))
    return within(statement, table, scope)


def page(
    listing: Listing, columns: tuple[str, ...], order: Order, slice_: Slice, scope: Scope, *, parents: int
) -> Select[Any]:
    """Columns: the parent's key, then `columns`; one row more than asked for, to know whether there are more.

    Parameter: keys (where the listing has parents). Several parents need a window function; one parent, or none, is
    cheaper with LIMIT, which stops reading where a window would rank the whole history.
    """
    source, parent = _source(listing)
    key: Any = null() if parent is None else parent
    picked = [listing.table.c[column] for column in columns]
    ordering = order_by(listing.table, order, backwards=slice_.backwards)
    statement = _filtered(select(key.label("key_"), *picked).select_from(source), listing, parent, scope)
    if slice_.position is not None:
        statement = statement.where(beyond(listing.table, order, slice_))
    if parent is None or parents == 1:
        return statement.order_by(*ordering).limit(slice_.limit + 1)
    rank = func.row_number().over(partition_by=parent, order_by=ordering).label("rank_")
    ranked = statement.add_columns(rank).subquery("ranked")
    wanted = [column for column in ranked.c if column.key != "rank_"]
    return select(*wanted).where(ranked.c.rank_ <= slice_.limit + 1).order_by(ranked.c.rank_)


def count(listing: Listing, scope: Scope) -> Select[Any]:
    """Columns: the parent's key, the number of rows. Parameter: keys (where the listing has parents)."""
    source, parent = _source(listing)
    number = func.count(listing.table.c.id)
    if parent is None:
        return _filtered(select(null(), number).select_from(source), listing, None, scope)
    return _filtered(select(parent, number).select_from(source), listing, parent, scope).group_by(parent)
