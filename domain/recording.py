"""What may be recorded as it happens elsewhere: by whom, after what, and how often."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.actors import Actor
from domain.documents import Document
from domain.enums import EventType, TriggeredBy
from domain.event_data import (
    CoSellInitiatedData,
    DealRegisteredData,
    FirstCustomerData,
    ListingPublishedData,
    MdfApprovedData,
    MdfSubmittedData,
)
from domain.refusals import FieldError, Fix, Gate, GatesFailed, GateStatus, Refused, invalid, line

LONGEST_ID, LONGEST_NAME, LONGEST_URL, LARGEST = 100, 255, 2_000, Decimal(10) ** 12
CURRENCY, URL = re.compile(r"[A-Z]{3}"), re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)
# One line each; for the others, see `wrong`.
IDS, NAMES = ("application_id", "opportunity_id"), {"opportunity_name": "opportunityName", "customer": "customer"}
E = EventType


@dataclass(frozen=True, slots=True)
class Known:
    """An event that the company has already."""

    id: int
    product_id: int | None
    event_type: EventType
    data: Document


@dataclass(frozen=True, slots=True)
class Recorded:
    """`again` is the event that says the same already: nothing is to be recorded."""

    data: Document
    again: int | None = None


Subject = Callable[[Document], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """`subject` is what there may be one event of; `after` is the type that comes first for the same subject, and the
    input that records it."""

    subject: Subject
    after: tuple[EventType, str] | None = None
    of_product: bool = False


def _opportunity(data: Document) -> object:
    # Older events may hold it as it was typed.
    return (getattr(data, "opportunity_id", None) or "").strip()


KINDS: dict[EventType, Kind] = {
    E.CO_SELL_INITIATED: Kind(_opportunity),
    E.DEAL_REGISTERED: Kind(_opportunity, (E.CO_SELL_INITIATED, "coSellInitiated")),
    E.FIRST_CUSTOMER: Kind(lambda data: None, of_product=True),
    E.LISTING_PUBLISHED: Kind(lambda data: None, of_product=True),
}
"""The types that are recorded as they are told, beside the steps of applications for funds (`domain.mdf`). All others
are told by the change that they are about."""
FIELDS: dict[type[Document], tuple[str, dict[str, str]]] = {
    MdfSubmittedData: ("mdfSubmitted", {"application_id": "applicationId", "amount": "amount"}),
    MdfApprovedData: ("mdfApproved", {"application_id": "applicationId", "approved_amount": "approvedAmount"}),
    CoSellInitiatedData: ("coSellInitiated", {"opportunity_id": "opportunityId"}),
    DealRegisteredData: ("dealRegistered", {"opportunity_id": "opportunityId", "deal_value": "dealValue"}),
    FirstCustomerData: ("firstCustomer", {}),
    ListingPublishedData: ("listingPublished", {}),
}


def trimmed(data: Document) -> Document:
    """Names with spaces at their ends are the same names."""
    texts = {name: getattr(data, name, None) for name in (*IDS, *NAMES)}
    return data.model_copy(update={name: text.strip() for name, text in texts.items() if text is not None})


def record(
    event_type: EventType,
    data: Document,
    product_id: int | None,
    known: Sequence[Known],
    actor: Actor,
    company_ref: str,
) -> Recorded:
    """What is to be recorded, or Refused. What comes before its time is kept from webhooks, and marked."""
    if errors := wrong(data, FIELDS[type(data)][0]):
        raise invalid(*errors)
    kind = KINDS[event_type]

    def same(event: Known, of: EventType) -> bool:
        if event.event_type is not of or (kind.of_product and event.product_id != product_id):
            return False
        return kind.subject(event.data) == kind.subject(data)

    again = next((event.id for event in known if same(event, event_type)), None)
    if again is not None:
        return Recorded(data, again)
    if kind.after is None or any(same(event, kind.after[0]) for event in known):
        return Recorded(data)
    if actor.kind is TriggeredBy.WEBHOOK:
        return Recorded(data.model_copy(update={"out_of_order": True}))
    raise too_early(kind.after, data, kind.subject(data), company_ref)


def too_early(after: tuple[EventType, str], data: Document, subject: object, company_ref: str) -> Refused:
    event_type, field = after
    name = "applicationId" if event_type is E.MDF_SUBMITTED else "opportunityId"
    fix = Fix("eventRecord", {"companyId": company_ref, field: {name: subject}})
    detail = f"No {event_type.value} event names {subject}."
    gate = Gate(event_type.name, f"{event_type.value} recorded before", GateStatus.FAIL, detail, fix)
    message = "This comes after something that is not recorded yet: see `gates`."
    return Refused(GatesFailed(message, "GATES_FAILED", (FIELDS[type(data)][0],), gates=(gate,)))


def wrong(data: Document, under: str) -> list[FieldError]:
    """`under` is the input that the data came in."""
    prefix = f"{under}." if under else ""
    names = FIELDS[type(data)][1]
    errors: list[FieldError] = []
    for name, shown in names.items():
        value = getattr(data, name)
        if isinstance(value, Decimal):
            if not 0 < value < LARGEST:
                errors.append(
                    FieldError(
                        f"{prefix}{shown}",
                        "OUT_OF_RANGE",
                        f"`{shown}` is more than 0, and less than 1,000,000,000,000.",
                    )
                )
        elif name.endswith("_id"):
            errors += line(f"{prefix}{shown}", value or "", LONGEST_ID)
    currency, url = getattr(data, "currency", None), getattr(data, "listing_url", None)
    if currency is not None and not CURRENCY.fullmatch(currency):
        errors.append(FieldError(f"{prefix}currency", "MALFORMED", "`currency` is an ISO 4217 code such as USD."))
    for name, shown in NAMES.items():
        if (text := getattr(data, name, None)) is not None:
            errors += line(f"{prefix}{shown}", text, LONGEST_NAME)
    if url is not None and not (len(url) <= LONGEST_URL and url.isprintable() and URL.fullmatch(url)):
        message = f"`listingUrl` is an http or https address of at most {LONGEST_URL:,} characters, without spaces."
        errors.append(FieldError(f"{prefix}listingUrl", "MALFORMED", message))
    return errors
