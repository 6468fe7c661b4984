"""What can be listened to."""

from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Annotated, Any, NamedTuple

import strawberry
from graphql import GraphQLResolveInfo

from db import tables as t
from graph import ids
from graph.context import Context
from graph.edges import ToOne
from graph.feed import unknown
from graph.fields import Info, Parent, load_one
from graph.types import refs


class Recorded(NamedTuple):
    """What a stream carries: each subscriber reads the event as their own viewer."""

    event_id: int


Source = AsyncGenerator[Recorded, None]


@strawberry.type(description="Everything that can be listened to, over server-sent events or a WebSocket.")
class Subscription:
    @strawberry.field(
        description="The journey events of a company, each once, as they are recorded: from now on, or all since "
        "`after`. Keep the `id` of the last one, and pass it as `after` when the connection breaks.",
        metadata={"needs": ("event_id",), "edge": ToOne(t.JourneyEvent, "event_id")},
    )
    @staticmethod
    async def journey_event_recorded(
        recorded: Parent,
        info: Info,
        company_id: Annotated[strawberry.ID, strawberry.argument(description="The company.")],
        after: Annotated[
            strawberry.ID | None, strawberry.argument(description="The `id` of the event of it that you saw last.")
        ] = None,
    ) -> refs.JourneyEvent:
        event = await load_one(info, t.JourneyEvent, recorded.event_id)
        if event is None:
            raise unknown("companyId", "company")
        return event


async def _journey_event_recorded(context: Context, company_id: str, after: str | None) -> Source:
    company = ids.decode_as("Company", company_id, argument="companyId")
    seen = None if after is None else ids.decode_as("JourneyEvent", after, argument="after")
    feed, scope = context.feed, context.loaders.scope
    assert feed is not None
    position = await feed.position(context.reader, scope, company, seen)
    return _recorded(feed.follow(scope, company, position))


async def _recorded(keys: AsyncGenerator[int, None]) -> Source:
    try:
        async for key in keys:
            yield Recorded(key)
    finally:
        await keys.aclose()


SOURCES: dict[str, Callable[[Context, str, str | None], Coroutine[Any, Any, Source]]] = {
    "journeyEventRecorded": _journey_event_recorded
}


async def source(root: Any, info: GraphQLResolveInfo[Context], **given: Any) -> Source:
    """The stream behind a field. A client that says where it was cut off (`Last-Event-ID`) goes on from there."""
    context = info.context
    after = given.get("after") if context.last_seen is None else context.last_seen
    return await SOURCES[info.field_name](context, given["companyId"], after)


def position(recorded: Recorded) -> str:
    """The id to go on after."""
    return ids.encode("JourneyEvent", recorded.event_id)
