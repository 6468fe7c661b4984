"""Journey events: one interface, one concrete type per event type."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from db import tables as t
from db.base import table_of
from db.queries.lists import Through
from domain import event_data as d
from domain.enums import EventType, TriggeredBy
from domain.event_data import read_event_data
from graph.fields import column, derived, to_one
from graph.kinds import concrete, register
from graph.relay import Node
from graph.types import refs
from graph.types.documents import document
from graph.types.lists import many


@strawberry.interface(
    description="Something that happened on a company's journey. Events are never changed or deleted."
)
class JourneyEvent(Node):
    event_type: EventType = column("What happened.")
    from_stage: str | None = column("The stage before, where stages are concerned.")
    to_stage: str | None = column("The stage after, where stages are concerned.")
    related_entity_type: str | None = column("Kind of what it is about, for example `workflow_chain`.")
    related_entity_id: strawberry.ID | None = column("Key of what it is about, as stored beside `relatedEntityType`.")
    event_data: JSON | None = column(
        "The event's data as stored. An open document; `data` on each type is its typed form."
    )
    triggered_by: TriggeredBy | None = column("Who or what caused it.")
    agent_id: str | None = column("The agent that caused it, if one did.")
    created_at: datetime | None = column("When it happened.")

    company = to_one(refs.Company, t.Company, "company_id", "The company it happened to.")
    product = to_one(refs.Product, t.Product, "product_id", "The product it is about, if one.")
    user = to_one(refs.User, t.User, "user_id", "The person who did it, or whom the agent acted for.")
    chains = many(
        t.WorkflowChain,
        "The chains it started or speaks of.",
        through=Through(table_of(t.EventChain), "event_id", "chain_id"),
    )


CONCRETE = {
    EventType.STAGE_TRANSITION: "StageTransitionEvent",
    EventType.MILESTONE_ACHIEVED: "MilestoneAchievedEvent",
    EventType.BLOCKER_ADDED: "BlockerAddedEvent",
    EventType.BLOCKER_RESOLVED: "BlockerResolvedEvent",
    EventType.CONTENT_GENERATED: "ContentGeneratedEvent",
    EventType.COMPLIANCE_CHECK: "ComplianceCheckEvent",
    EventType.MDF_SUBMITTED: "MdfSubmittedEvent",
    EventType.MDF_APPROVED: "MdfApprovedEvent",
    EventType.LISTING_PUBLISHED: "ListingPublishedEvent",
    EventType.FIRST_CUSTOMER: "FirstCustomerEvent",
    EventType.CO_SELL_INITIATED: "CoSellInitiatedEvent",
    EventType.DEAL_REGISTERED: "DealRegisteredEvent",
}
WORDS = {
    EventType.STAGE_TRANSITION: ("A company moved to another stage.", "Kind of move and reason."),
    EventType.MILESTONE_ACHIEVED: ("A milestone was reached.", "Which milestone."),
    EventType.BLOCKER_ADDED: ("Something came in the way, or came back.", "The blocker as it was added."),
    EventType.BLOCKER_RESOLVED: ("A blocker was resolved.", "The blocker and how it was resolved."),
    EventType.CONTENT_GENERATED: ("Content was generated, or went into a submission.", "What for, or into which."),
    EventType.COMPLIANCE_CHECK: ("A compliance check ran.", "How it ended."),
    EventType.MDF_SUBMITTED: ("Market development funds were asked for.", "The application."),
    EventType.MDF_APPROVED: ("Market development funds were granted.", "The grant."),
    EventType.LISTING_PUBLISHED: ("A listing went live.", "The listing."),
    EventType.FIRST_CUSTOMER: ("The first customer bought.", "The customer."),
    EventType.CO_SELL_INITIATED: ("A co-sell opportunity was opened.", "The opportunity."),
    EventType.DEAL_REGISTERED: ("A deal was registered.", "The deal."),
}

KIND = register(
    "JourneyEvent",
    t.JourneyEvent,
    told_by="event_type",
    concrete=CONCRETE,
)
KIND.types.append(JourneyEvent)


def _event_type(event_type: EventType) -> type:
    model = d.EVENT_DATA[event_type]
    described, data_described = WORDS[event_type]
    shape = document(model, f"Data of a {CONCRETE[event_type]}.")(type(model.__name__, (), {}))

    def data(self: Any, record: strawberry.Parent[Any]) -> Any:
        return read_event_data(record.event_type, record.event_data)

    data.__annotations__["return"] = shape
    body = {"data": derived("event_data", description=data_described)(data)}
    return concrete(KIND, described)(type(CONCRETE[event_type], (JourneyEvent,), body))


EVENT_TYPES = [_event_type(event_type) for event_type in EventType]
