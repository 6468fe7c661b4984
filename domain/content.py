"""Generated content: what may be recorded, and which piece of a lineage goes into a submission."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from domain.refusals import Conflict, FieldError, Refused, invalid, line

LONGEST_LINE, LONGEST_REF = 255, 200
LONGEST_TEXT = 65_535
"""Bytes, as a TEXT of MySQL has."""
DEEPEST = 50
"""Generations of one lineage."""
BEST = Decimal(100)


class Use(NamedTuple):
    """That a piece went into a submission, and the event that says so."""

    event_id: int
    content_id: int
    submission_ref: str


def check(title: str, output: str, input: str | None, slug: str | None, quality: Decimal | None) -> None:
    errors = [*line("title", title, LONGEST_LINE), *(() if slug is None else line("slug", slug, LONGEST_LINE))]
    if not output.strip():
        errors.append(FieldError("output", "REQUIRED", "`output` is the content: it is not empty."))
    for field, text in (("output", output), ("input", input)):
        if text is not None and len(text.encode()) > LONGEST_TEXT:
            errors.append(FieldError(field, "TOO_LONG", f"`{field}` takes at most {LONGEST_TEXT:,} bytes of UTF-8."))
    if quality is not None and not 0 <= quality <= BEST:
        errors.append(FieldError("qualityScore", "OUT_OF_RANGE", "`qualityScore` is 0 to 100."))
    if errors:
        raise invalid(*errors)


def root(of: int, parents: Mapping[int, int | None]) -> tuple[int, int]:
    """(the first of the lineage, how many generations down from it `of` is, counted from 1)."""
    found, seen = of, {of}
    while (above := parents.get(found)) in parents and above is not None and above not in seen:
        seen.add(above)
        found = above
    return found, len(seen)


def check_depth(generations: int) -> None:
    """Of the parent of what is recorded."""
    if generations >= DEEPEST:
        message = f"A lineage has at most {DEEPEST} generations: begin a new one, without a parent."
        raise invalid(FieldError("parentId", "TOO_DEEP", message))


def use(content_id: int, ref: str, uses: Iterable[Use]) -> int | None:
    """The event by which it is used there already, or None where it may be; Refused where another of the lineage
    is."""
    if errors := line("submissionRef", ref, LONGEST_REF):
        raise invalid(*errors)
    there = [each for each in uses if each.submission_ref == ref.strip()]
    if not there:
        return None
    if there[0].content_id == content_id:
        return there[0].event_id
    message = "Another version of this content went into that submission. A submission has one of them."
    raise Refused(
        Conflict(
            message, "ANOTHER_VERSION_USED", ("submissionRef",), current_kind="GeneratedContent",
            current_id=there[0].content_id,
        )
    )  # fmt: skip
