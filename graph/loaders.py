"""Loaders, made on demand for one operation: what is asked at one place of it, for all parents, is one statement.

A place is the path of a field without list indices. Loaders are not shared between places: how many statements an
operation takes would then depend on which rows happen to be loaded already, and not on its shape alone.
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any

from sqlalchemy import Select, Table
from strawberry.dataloader import DataLoader

from db.queries import lists
from db.queries.keyset import Order, Slice
from db.queries.lists import Listing
from db.reader import Reader
from db.records import record_type
from db.scope import Scope
from graph.relay import Page

Place = tuple[str, ...]
ROOT = None
"""The key of a list that hangs on no parent."""


class Loaders:
    """Never kept longer than an operation: what a loader has cached belongs to one viewer and one snapshot."""

    def __init__(self, reader: Reader, scope: Scope) -> None:
        self._reader = reader
        self._scope = scope
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

    def clear(self) -> None:
        self._loaders.clear()

    def one(self, place: Place, table: Table, by: str, columns: tuple[str, ...]) -> DataLoader[Any, Any]:
        """Loads the record whose `by` equals the key, or None."""

        async def load(keys: list[Any]) -> list[Any]:
            make = record_type(table, columns)
            rows = await self._reader.fetch(lists.by_key(table, by, columns, self._scope), keys=keys)
            found = {row[0]: make._make(row[1:]) for row in rows}  # type: ignore[attr-defined]
            return [found.get(key) for key in keys]

        return self._loader(("one", place, table.name, by, columns), load)

    def page(
        self, place: Place, listing: Listing, columns: tuple[str, ...], order: Order, slice_: Slice
    ) -> DataLoader[Any, Page]:
        """Loads a page of the rows of each parent key."""

        async def load(keys: list[Any]) -> list[Page]:
            make = record_type(listing.table, columns)
            statement = lists.page(listing, columns, order, slice_, self._scope, parents=len(keys))
            rows = await self._fetch(listing, statement, keys)
            groups: dict[Any, list[Any]] = {key: [] for key in keys}
            for row in rows:
                # A collation may have found keys that differ in case; a public id is exact.
                if row[0] in groups:
                    groups[row[0]].append(make._make(row[1:]))  # type: ignore[attr-defined]
            return [self._page(place, listing, key, groups[key], order, slice_) for key in keys]

        return self._loader(("page", place, listing, columns, order, slice_), load)

    def count(self, place: Place, listing: Listing) -> DataLoader[Any, int]:
        async def load(keys: list[Any]) -> list[int]:
            rows = await self._fetch(listing, lists.count(listing, self._scope), keys)
            counts = {row[0]: row[1] for row in rows}
            return [counts.get(key, 0) for key in keys]

        return self._loader(("count", place, listing), load)

    async def _fetch(self, listing: Listing, statement: Select[Any], keys: list[Any]) -> Sequence[Any]:
        return await self._reader.fetch(statement, **({"keys": keys} if listing.has_parents else {}))

    def _page(self, place: Place, listing: Listing, key: Any, records: list[Any], order: Order, slice_: Slice) -> Page:
        kept = records[: slice_.limit]
        if slice_.backwards:
            kept.reverse()
        return Page(kept, len(records) > slice_.limit, order, slice_, lambda: self.count(place, listing).load(key))

    def _loader(self, name: Hashable, load: Callable[[list[Any]], Awaitable[list[Any]]]) -> DataLoader[Any, Any]:
        loader = self._loaders.get(name)
        if loader is None:

            async def guarded(keys: list[Any]) -> list[Any]:
                try:
                    return await load(keys)
                except BaseException:
                    # A DataLoader remembers failures too; the next question deserves a new attempt.
                    self._loaders.pop(name, None)
                    raise

            loader = self._loaders[name] = DataLoader(load_fn=guarded)
        return loader
