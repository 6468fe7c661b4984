"""What `partner_journey_events.event_data` holds, per event type. All optional on read: history keeps its form."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import Field

from domain.documents import Document, read
from domain.enums import ContentPurpose, EventType, JourneyStage, MdfStatus, Severity


class StageTransitionData(Document):
    kind: str | None = Field(None, description="ADVANCE, SKIP or REGRESS.")
    reason: str | None = Field(None, description="Why, where a reason was needed or given.")
    forced: bool = Field(False, description="Whether failed gates were overridden.")
    skipped_stages: tuple[JourneyStage, ...] = Field((), description="Stages that were jumped over. At most four.")
    overridden_gates: tuple[str, ...] = Field(
        (), description="Codes of the gates that were closed when it was forced. Bounded by the gates there are."
    )


class MilestoneData(Document):
    code: str | None = Field(None, description="Which milestone.")
    title: str | None = Field(None, description="One line for people.")
    achieved_at: datetime | None = Field(None, description="When it was reached, where that was before it was entered.")
    reason: str | None = Field(None, description="Why it does not hold any more.")
    revoked: bool = Field(False, description="Whether it does not hold any more.")


class BlockerAddedData(Document):
    blocker_id: str | None = Field(None, description="The blocker.")
    code: str | None = Field(None, description="What kind of problem it is.")
    title: str | None = Field(None, description="One line for people.")
    severity: Severity | None = Field(None, description="How much it holds up.")
    stage: JourneyStage | None = Field(None, description="The stage it holds up.")
    reopened: bool = Field(False, description="Whether it had been resolved or waived before.")
    updated: bool = Field(False, description="Whether it was there, and is told of as it is after a change.")
    reason: str | None = Field(None, description="Why it is open again.")


class BlockerResolvedData(Document):
    blocker_id: str | None = Field(None, description="The blocker.")
    code: str | None = Field(None, description="What kind of problem it was.")
    title: str | None = Field(None, description="One line for people.")
    severity: Severity | None = Field(None, description="How much it held up.")
    stage: JourneyStage | None = Field(None, description="The stage it held up.")
    resolution: str | None = Field(None, description="How it was resolved.")
    unblocked: bool = Field(False, description="Whether it was the last one that closed the gate of its stage.")
    waived: bool = Field(False, description="Whether a manager decided that it need not be resolved.")


class ContentGeneratedData(Document):
    content_id: int | None = None
    purpose: ContentPurpose | None = Field(None, description="What the content is for.")
    title: str | None = Field(None, description="Title of the content.")
    submission_ref: str | None = Field(
        None, description="The submission that it went into, where this tells of that; null where it was generated."
    )


class ComplianceCheckData(Document):
    report_id: int | None = None
    report_type: str | None = Field(None, description="What was checked: `listing`, `ftr` or another type.")
    status: str | None = Field(None, description="How the report ended; `due` where a check is asked for.")
    score: int | None = Field(None, description="0 to 100, of the controls that were executed.")
    failed: int | None = Field(None, description="Controls that failed.")
    trigger: str | None = Field(None, description="Why a check is due: `launch_approaching`.")
    threshold_days: int | None = Field(None, description="Days before the target date at which it became due.")
    target_date: date | None = Field(None, description="The target date of the launch then.")


class Reported(Document):
    """What happened elsewhere, and was recorded here later."""

    occurred_at: datetime | None = Field(None, description="When it happened, where that was before it was recorded.")
    source_event_id: str | None = Field(None, description="What the system that told of it calls it.")
    out_of_order: bool = Field(False, description="Whether it came before what it follows.")


class MdfSubmittedData(Reported):
    application_id: str | None = Field(None, description="The fund request in AWS Partner Central.")
    amount: Decimal | None = Field(None, description="Amount asked for.")
    currency: str | None = Field(None, description="ISO 4217 code.")
    status: MdfStatus | None = Field(None, description="Where the application stands with this; SUBMITTED if null.")
    reason: str | None = Field(None, description="Why, where a reason was needed or given.")


class MdfApprovedData(Reported):
    application_id: str | None = Field(None, description="The fund request in AWS Partner Central.")
    approved_amount: Decimal | None = Field(None, description="Amount granted.")
    currency: str | None = Field(None, description="ISO 4217 code.")


class ListingPublishedData(Reported):
    aws_product_code: str | None = Field(None, description="Product code in AWS Marketplace.")
    listing_url: str | None = Field(None, description="Where the listing is seen.")


class FirstCustomerData(Reported):
    customer: str | None = Field(None, description="Who bought.")


class CoSellInitiatedData(Reported):
    opportunity_id: str | None = Field(None, description="The opportunity in AWS Partner Central.")
    opportunity_name: str | None = Field(None, description="Its title.")


class DealRegisteredData(Reported):
    opportunity_id: str | None = Field(None, description="The opportunity in AWS Partner Central.")
    deal_value: Decimal | None = Field(None, description="Expected value of the deal.")
    currency: str | None = Field(None, description="ISO 4217 code.")


EVENT_DATA: dict[EventType, type[Document]] = {
    EventType.STAGE_TRANSITION: StageTransitionData,
    EventType.MILESTONE_ACHIEVED: MilestoneData,
    EventType.BLOCKER_ADDED: BlockerAddedData,
    EventType.BLOCKER_RESOLVED: BlockerResolvedData,
    EventType.CONTENT_GENERATED: ContentGeneratedData,
    EventType.COMPLIANCE_CHECK: ComplianceCheckData,
    EventType.MDF_SUBMITTED: MdfSubmittedData,
    EventType.MDF_APPROVED: MdfApprovedData,
    EventType.LISTING_PUBLISHED: ListingPublishedData,
    EventType.FIRST_CUSTOMER: FirstCustomerData,
    EventType.CO_SELL_INITIATED: CoSellInitiatedData,
    EventType.DEAL_REGISTERED: DealRegisteredData,
}


def read_event_data(event_type: EventType, raw: Any) -> Document:
    """The typed data; an empty one where what is stored does not have the type's shape."""
    model = EVENT_DATA[event_type]
    return read(model, raw or {}) or model()
