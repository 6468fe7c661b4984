"""What inputs that tell of something elsewhere have in common."""

from decimal import Decimal
from typing import Any

import strawberry


def occurred_at() -> Any:
    return strawberry.field(default=None, description="When it happened, where that was before now.")


def source_event_id() -> Any:
    return strawberry.field(
        default=None,
        description="What the source calls it, for webhooks, whose token names the source, of its user alone: told "
        "again, it changes nothing. 1 to 200 characters.",
    )


def plain(value: Any) -> Any:
    """As it can be compared and kept: an amount as the one text that its number has."""
    if not isinstance(value, Decimal):
        return value
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if value == 0 else text
