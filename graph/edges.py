"""Edges as data: what a field that leads to other rows reads, for the loaders and for whole levels alike.

The arguments that `find` and `ask` take are those of the field, in Python's names, as Strawberry converts them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Select

from db.base import Base
from db.queries import lists
from db.queries.conditions import parameters
from db.queries.keyset import BadCursor, Order, Slice, decode
from db.queries.lists import Listing, PageShape, Through, parents
from graph.conditions import conditions
from graph.errors import InvalidInput
from graph.kinds import BY_TABLE, Kind
from graph.relay import page_limits

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToOne:
    """The row whose `key` equals what the source has under `via`."""

    row: type[Base]
    via: str
    key: str = "id"

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.via,)

    @property
    def kind(self) -> Kind:
        return BY_TABLE[self.row.__tablename__]


class Found(NamedTuple):
    """Whose row is meant: the row of `kind` whose `key` equals `value`."""

    kind: Kind
    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class Lookup:
    """Rows named by the arguments, whatever the source: a `Found`, or a list of them where the field is a list. `find`
    raises InvalidInput where they name none."""

    find: Callable[..., Found | list[Found]]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """Which page of which list: the listing's shape, and what is filled into it. `name` tells one from another."""

    listing: Listing
    order: Order
    slice: Slice
    parameters: dict[str, Any]
    name: tuple[Any, ...]
    selects: dict[Any, Select[Any]] = field(default_factory=dict)

    def page(self, columns: tuple[str, ...], *, everything: bool, keys: int) -> Select[Any]:
        """The statement for so many keys. An ask belongs to one field, whose columns are always the same; it keeps its
        statements, because a shape takes long to hash."""
        short = (everything, parents(keys))
        if short not in self.selects:
            backwards, gaps = self.slice.backwards, self.slice.gaps
            self.selects[short] = lists.page(PageShape(self.listing, columns, self.order, backwards, gaps, *short))
        return self.selects[short]


@dataclass(frozen=True, slots=True)
class Many:
    """A page of the rows whose `by` (or whose link's parent) equals what the source has under `key`."""

    row: type[Base]
    by: str | None
    through: Through | None
    key: str
    default: Order

    @property
    def rooted(self) -> bool:
        """Whether the list hangs on no parent."""
        return self.by is None and self.through is None

    @property
    def needs(self) -> tuple[str, ...]:
        return () if self.rooted else (self.key,)

    @property
    def kind(self) -> Kind:
        return BY_TABLE[self.row.__tablename__]

    def ask(self, given: Arguments) -> Ask:
        after, before = given.get("after"), given.get("before")
        limit, backwards = page_limits(given.get("first"), given.get("last"), after, before)
        order_by = given.get("order_by")
        order: Order = self.default if order_by is None else order_by.value
        cursor = before if backwards else after
        position = None if cursor is None else self._position(order, cursor, "before" if backwards else "after")
        slice_ = Slice(limit, backwards, position)
        tests, values = conditions(given.get("filter"))
        listing = Listing(self.kind.table, self.by, self.through, tests)
        filled = {**parameters(tests, values), **slice_.parameters}
        return Ask(listing, order, slice_, filled, (listing, values, order, slice_))

    def _position(self, order: Order, cursor: str, argument: str) -> tuple[Any, ...]:
        try:
            return decode(self.kind.table, order, cursor)
        except BadCursor as error:
            raise InvalidInput("MALFORMED_CURSOR", f"`{argument}` cannot be used: {error}.", argument) from None


Edge = ToOne | Lookup | Many
