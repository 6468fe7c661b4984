"""The versions that a piece of content was made from, all that share its origin, and where they were used."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from db import tables as t
from db.base import table_of
from db.queries.facts import Fetch
from db.queries.lists import KEPT
from db.scope import Scope, within
from domain.content import Use
from domain.enums import EventType
from domain.event_data import ContentGeneratedData, read_event_data

CONTENTS, EVENTS = table_of(t.GeneratedContent), table_of(t.JourneyEvent)
ENTITY = "user_openai"


@lru_cache(KEPT)
def _above(*, everything: bool) -> Select[Any]:
    """UNION, not UNION ALL: what others have written in a circle ends too."""
    c, of = CONTENTS.c, CONTENTS.c.company_id == bindparam("company")
    one = select(c.id, c.parent_generation_id).where(c.id == bindparam("content"), of)
    line = one.cte("line", recursive=True)
    line = line.union(select(c.id, c.parent_generation_id).where(c.id == line.c.parent_generation_id, of))
    found = select(c.id, c.parent_generation_id).where(c.id.in_(select(line.c.id)))
    return within(found, CONTENTS, everything=everything)


@lru_cache(KEPT)
def _below(*, everything: bool) -> Select[Any]:
    c, of = CONTENTS.c, CONTENTS.c.company_id == bindparam("company")
    line = select(c.id).where(c.id == bindparam("content"), of).cte("line", recursive=True)
    line = line.union(select(c.id).where(c.parent_generation_id == line.c.id, of))
    return within(select(c.id).where(c.id.in_(select(line.c.id))), CONTENTS, everything=everything)


@lru_cache(KEPT)
def _told(*, everything: bool) -> Select[Any]:
    c = EVENTS.c
    found = select(c.id, c.related_entity_id, c.event_data).where(
        c.company_id == bindparam("company"), c.event_type == EventType.CONTENT_GENERATED,
        c.related_entity_type == ENTITY, c.related_entity_id.in_(bindparam("keys", expanding=True)),
    )  # fmt: skip
    return within(found.order_by(c.created_at, c.id), EVENTS, everything=everything)


async def parents(fetch: Fetch, company_id: int, content_id: int, scope: Scope) -> dict[int, int | None]:
    """Of the content and of all that it was made from: each one's parent."""
    values = {"company": company_id, "content": content_id, "viewer": scope.user_id}
    return {row[0]: row[1] for row in await fetch(_above(everything=scope.everything), values)}


async def family(fetch: Fetch, company_id: int, root_id: int, scope: Scope) -> list[int]:
    """The first of a lineage, and all that was made from it."""
    values = {"company": company_id, "content": root_id, "viewer": scope.user_id}
    return [row[0] for row in await fetch(_below(everything=scope.everything), values)]


async def uses(fetch: Fetch, company_id: int, keys: Collection[int], scope: Scope) -> list[Use]:
    """Oldest first."""
    values = {"company": company_id, "keys": list(keys), "viewer": scope.user_id}
    found = []
    for event_id, content_id, raw in await fetch(_told(everything=scope.everything), values):
        data = read_event_data(EventType.CONTENT_GENERATED, raw)
        if isinstance(data, ContentGeneratedData) and data.submission_ref is not None:
            found.append(Use(event_id, content_id, data.submission_ref))
    return found
