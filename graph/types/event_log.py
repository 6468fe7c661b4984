"""verifyEventLog: whether a company's events are what was recorded, and say what the company says."""

from dataclasses import dataclass
from typing import Annotated

import strawberry

from db import tables as t
from db.queries import event_log
from domain import blockers, replay, sealing
from domain.documents import mapping
from graph import ids
from graph.fields import Info, to_one
from graph.types import refs


@strawberry.type(description="An event that is not as it was recorded.")
class EventLogFault:
    code: str = strawberry.field(
        description="EVENT_CHANGED, EVENT_MISSING, EVENT_UNSEALED (it was not recorded by this service, or its seal is "
        "gone), or CHAIN_BROKEN (what came before it is gone)."
    )
    event_number: strawberry.ID = strawberry.field(description="The key of the event, as stored.")
    position: int | None = strawberry.field(description="Its place in the log, from 1; null where it has none.")


@strawberry.type(description="Where the company is not what its events say.")
class ReplayDifference:
    code: str = strawberry.field(description="STAGE, COMPLETED (a completed stage) or BLOCKER (an open one).")
    subject: str = strawberry.field(description="Which stage, or the id of the blocker.")
    replayed: str | None = strawberry.field(description="What the events say; null for nothing.")
    stored: str | None = strawberry.field(description="What the company has; null for nothing.")


@strawberry.type(
    description="What was found of a company's events. Keep `head` elsewhere: given to a later check, it shows whether "
    "anything before it was changed, even where somebody sealed everything anew."
)
class EventLog:
    is_intact: bool = strawberry.field(description="Whether no fault was found, and `head`, if given, is in the log.")
    events: int = strawberry.field(description="Events that the company has.")
    sealed: int = strawberry.field(
        description="Seals that there are. Events from before there were any were sealed by the migration."
    )
    head: str | None = strawberry.field(description="The newest seal: SHA-256, in hexadecimal digits.")
    head_known: bool | None = strawberry.field(
        description="Whether the `head` that was asked about is in the log; null where none was."
    )
    faults: list[EventLogFault] = strawberry.field(description="Events that are not as recorded. At most 100.")
    agrees: bool = strawberry.field(description="Whether the events, told from the first, give what the company says.")
    differences: list[ReplayDifference] = strawberry.field(
        description="Where they do not: stage, completed stages, open blockers. At most 100. What was there before "
        "the first event, or was changed by another writer, shows here."
    )
    company = to_one(refs.Company, t.Company, "company_id", "The company.")


@dataclass(frozen=True, slots=True)
class Checked:
    company_id: int
    events: int
    sealed: int
    head: str | None
    head_known: bool | None
    faults: list[sealing.Fault]
    differences: list[replay.Difference]

    @property
    def is_intact(self) -> bool:
        return not self.faults and self.head_known is not False

    @property
    def agrees(self) -> bool:
        return not self.differences


@strawberry.type
class EventLogQuery:
    @strawberry.field(
        description="Whether a company's events are as they were recorded: each has a seal over what it holds and the "
        "seal before it. And whether the company is what its events say. Null where there is no such company that the "
        "viewer may see."
    )
    async def verify_event_log(
        self,
        info: Info,
        company_id: Annotated[strawberry.ID, strawberry.argument(description="The company.")],
        head: Annotated[
            str | None, strawberry.argument(description="A seal that was the newest once: is it still there?")
        ] = None,
    ) -> EventLog | None:
        key = ids.decode_as("Company", company_id, argument="companyId")
        found = await event_log.read(info.context.loaders.fetch, key, info.context.loaders.scope)
        return None if found is None else _checked(key, found, head)  # type: ignore[return-value]


def _checked(key: int, found: event_log.Log, head: str | None) -> Checked:
    seals = found.seals
    told = replay.replay(
        replay.Told(e["event_type"], e["product_id"], e["from_stage"], e["to_stage"], e["event_data"], e["created_at"])
        for e in found.events.values()
    )
    still = [each for each in blockers.read(found.blockers) if blockers.is_open(each)]
    differences = replay.differences(told, found.stage, mapping(found.completed), still)
    return Checked(
        company_id=key,
        events=len(found.events),
        sealed=len(seals),
        head=seals[-1].seal if seals else None,
        head_known=None if head is None else any(each.seal == head for each in seals),
        faults=sealing.faults(found.events, seals),
        differences=differences[: sealing.MOST_FAULTS],
    )
