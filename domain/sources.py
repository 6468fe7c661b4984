"""What a source tells of under a name of its own, in a form that can be compared and kept."""

from domain.documents import Document
from domain.enums import EventType
from domain.requests import Request

MARKS = ("out_of_order", "occurred_at", "source_event_id")
"""What two tellings of one thing may differ in."""


def said(company_id: int, product_id: int | None, event_type: EventType, data: Document) -> str:
    """Equal where the same is said."""
    words = {name: value for name, value in data.stored().items() if name not in MARKS}
    return Request.of(event_type, {"company_id": company_id, "product_id": product_id, "data": words}).hash
