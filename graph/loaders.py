"""Loaders, made on demand for one operation: what is asked at one place of it, for all parents, is one statement.

They serve resolvers that run one by one: those of the stock executor, and ordinary ones. A place is the path of a field
without list indices. Loaders are not shared between places: how many statements an operation takes would then depend on
which rows happen to be loaded already, and not on its shape alone.
"""

from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table
from strawberry.dataloader import DataLoader

from db.queries import approvals, events, facts, lists, members, milestones, tiers
from db.queries import waiting as waits
from db.queries.facts import Fetch
from db.queries.lists import Listing
from db.reader import Reader
from db.records import record_type
from db.scope import Scope
from domain import mdf
from domain.approvals import Granted
from domain.enums import MemberRole
from domain.facts import CompanyFacts, ProductFacts
from domain.waiting import Waiting
from graph.edges import Ask
from graph.relay import Page

Place = tuple[str, ...]
ROOT = None
"""The key of a list that hangs on no parent."""


class Loaders:
    """Never kept longer than an operation: what a loader has cached belongs to one viewer and one snapshot."""

    def __init__(self, reader: Reader, scope: Scope) -> None:
        self._reader = reader
        self.scope = scope
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

    def clear(self) -> None:
        self._loaders.clear()

    def one(self, place: Place, table: Table, by: str, columns: tuple[str, ...]) -> DataLoader[Any, Any]:
        """Loads the record whose `by` equals the key, or None."""

        async def load(keys: list[Any]) -> list[Any]:
            make = record_type(table, columns)
            rows = await self._fetch(lists.by_key(table, by, columns, everything=self.scope.everything), keys=keys)
            found = {row[0]: make._make(row[1:]) for row in rows}  # type: ignore[attr-defined]
            return [found.get(key) for key in keys]

        return self._loader(("one", place, table.name, by, columns), load)

    def page(self, place: Place, ask: Ask, columns: tuple[str, ...]) -> DataLoader[Any, Page]:
        """Loads a page of the rows of each parent key: one row more than asked for tells whether there are more."""

        async def load(keys: list[Any]) -> list[Page]:
            make = record_type(ask.listing.table, columns)
            select = ask.page(columns, everything=self.scope.everything, keys=len(keys))
            rows = await self._fetch(select, keys=keys, limit=ask.slice.limit + 1, **ask.parameters)
            groups: dict[Any, list[Any]] = {key: [] for key in keys}
            for row in rows:
                # A collation may have found keys that differ in case; a public id is exact.
                if row[0] in groups:
                    groups[row[0]].append(make._make(row[1:]))  # type: ignore[attr-defined]
            return [self._page(place, ask, key, groups[key]) for key in keys]

        return self._loader(("page", place, ask.name, columns), load)

    def count(self, place: Place, ask: Ask) -> DataLoader[Any, int]:
        async def load(keys: list[Any]) -> list[int]:
            rows = await self._fetch(_count(ask.listing, self.scope), keys=keys, **ask.parameters)
            counts = {row[0]: row[1] for row in rows}
            return [counts.get(key, 0) for key in keys]

        return self._loader(("count", place, ask.name), load)

    def company_facts(self, now: datetime) -> DataLoader[int, CompanyFacts | None]:
        """What the gates of a company look at: the same few statements for all companies of a level."""

        async def load(keys: list[int]) -> list[CompanyFacts | None]:
            found = await facts.company_facts(self._reader.fetch, keys, self.scope, now)
            return [found.get(key) for key in keys]

        return self._loader(("company facts",), load)

    def product_facts(self, now: datetime) -> DataLoader[int, ProductFacts | None]:
        async def load(keys: list[int]) -> list[ProductFacts | None]:
            found = await facts.product_facts(self._reader.fetch, keys, self.scope, now)
            return [found.get(key) for key in keys]

        return self._loader(("product facts",), load)

    def roles(self) -> DataLoader[int, MemberRole | None]:
        """The viewer's role in a company."""

        async def load(keys: list[int]) -> list[MemberRole | None]:
            found = await members.roles(self._reader.fetch, keys, self.scope.user_id)
            return [found.get(key) for key in keys]

        return self._loader(("roles",), load)

    def granted(self, agent_id: str, now: datetime) -> DataLoader[int, tuple[Granted, ...]]:
        """What the viewer's agent may do once with a company."""

        async def load(keys: list[int]) -> list[tuple[Granted, ...]]:
            found = await approvals.granted(self._reader.fetch, keys, agent_id, self.scope, now)
            return [found.get(key, ()) for key in keys]

        return self._loader(("granted",), load)

    def milestones(self) -> DataLoader[int, list[milestones.Told]]:
        """The events that tell of a company's named milestones."""

        async def load(keys: list[int]) -> list[list[milestones.Told]]:
            found = await milestones.of_companies(self._reader.fetch, keys, self.scope)
            return [found.get(key, []) for key in keys]

        return self._loader(("milestones",), load)

    def tier_figures(self) -> DataLoader[int, tiers.Figures]:
        """What was counted last of a company towards a tier."""

        async def load(keys: list[int]) -> list[tiers.Figures]:
            found = await tiers.figures(self._reader.fetch, keys, self.scope)
            return [found.get(key, {}) for key in keys]

        return self._loader(("tier figures",), load)

    def fund_events(self) -> DataLoader[int, list[events.Recorded]]:
        """The events that tell of a company's applications for funds."""

        async def load(keys: list[int]) -> list[list[events.Recorded]]:
            found = await events.recorded_of(self._reader.fetch, keys, mdf.EVENTS, self.scope)
            return [found.get(key, []) for key in keys]

        return self._loader(("fund events",), load)

    @property
    def fetch(self) -> Fetch:
        return self._reader.fetch

    def waiting(self) -> DataLoader[int, Waiting]:
        """What waits for somebody at a company."""

        async def load(keys: list[int]) -> list[Waiting]:
            found = await waits.waiting(self._reader.fetch, keys, self.scope)
            return [found[key] for key in keys]

        return self._loader(("waiting",), load)

    async def _fetch(self, statement: Select[Any], **values: Any) -> list[tuple[Any, ...]]:
        return await self._reader.fetch(statement, {"viewer": self.scope.user_id, **values})

    def _page(self, place: Place, ask: Ask, key: Any, records: list[Any]) -> Page:
        kept = records[: ask.slice.limit]
        if ask.slice.backwards:
            kept.reverse()
        return Page(
            kept, len(records) > ask.slice.limit, ask.order, ask.slice, lambda: self.count(place, ask).load(key)
        )

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


def _count(listing: Listing, scope: Scope) -> Select[Any]:
    return lists.count(listing, everything=scope.everything)
