"""What may be said of a product by those who write it."""

import re
from collections.abc import Mapping
from typing import Any

from domain.enums import LaunchStatus
from domain.facts import LIVE
from domain.refusals import Conflict, FieldError, Refused, invalid, line

LONGEST_NAME, LONGEST_TYPE, LONGEST_TEXT = 255, 50, 10_000
TYPE = re.compile(r"[a-z][a-z0-9_]{0,49}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,99}")
FINAL = LIVE | {LaunchStatus.SUNSET}


def check(values: Mapping[str, Any]) -> None:
    """Refused for every value that cannot be kept; names are those of the columns."""
    name, text = values.get("name", "x"), values.get("description")
    kind, code = values.get("marketplace_type"), values.get("aws_product_code")
    errors = [*(line("name", name, LONGEST_NAME) if name is not None else (_null("name"),))]
    if text is not None and len(text) > LONGEST_TEXT:
        errors.append(FieldError("description", "TOO_LONG", f"`description` takes at most {LONGEST_TEXT} characters."))
    if kind is not None and not TYPE.fullmatch(kind):
        message = "`marketplaceType` takes up to 50 lower-case letters, digits and underscores, for example `saas`."
        errors.append(FieldError("marketplaceType", "MALFORMED", message))
    if code is not None and not CODE.fullmatch(code):
        message = "`awsProductCode` takes 3 to 100 letters, digits, hyphens and underscores."
        errors.append(FieldError("awsProductCode", "MALFORMED", message))
    if errors:
        raise invalid(*errors)


def check_code(old: str | None, new: str | None, status: LaunchStatus, product_id: int, *, taken: bool) -> None:
    """A product that is live, or was sunset, keeps its code; and no two products have the same."""
    if old == new:
        return
    if old is not None and status in FINAL:
        what = "was sunset" if status is LaunchStatus.SUNSET else "is listed"
        message = f"A product that {what} keeps its AWS product code: make a new product for another listing."
        raise Refused(
            Conflict(
                message, "CODE_IS_FINAL", ("awsProductCode",), expected=new, actual=old, current_kind="Product",
                current_id=product_id,
            )
        )  # fmt: skip
    if taken:
        # Whose it is is not told: it may be another tenant's.
        message = "This AWS product code is in use already."
        raise Refused(Conflict(message, "CODE_IN_USE", ("awsProductCode",)))


def _null(field: str) -> FieldError:
    return FieldError(field, "NOT_NULL", f"`{field}` cannot be null.")
