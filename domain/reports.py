"""Compliance reports: what may be reported, and what a report comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.actors import Actor
from domain.documents import Blocker, Reference
from domain.enums import Severity, TriggeredBy
from domain.policy import LaunchPolicy
from domain.refusals import FieldError, Forbidden, Refused, invalid, line

LONGEST_TYPE, LONGEST_CONTROL, LONGEST_TITLE, LONGEST_DETAIL, MOST = 50, 100, 255, 5000, 200
GRAVE = frozenset({Severity.CRITICAL, Severity.HIGH})
CONTROL, ITEM = "compliance_control", "compliance_report_item"


class ControlResult(StrEnum):
    PASS = "PASS"
    FAIL = "FAIL"
    EXEMPTION = "EXEMPTION"
    NOT_EXECUTED = "NOT_EXECUTED"


STATES = {
    ControlResult.PASS: "verified", ControlResult.FAIL: "open", ControlResult.EXEMPTION: "waived",
    ControlResult.NOT_EXECUTED: "open",
}  # fmt: skip
SETTLING = frozenset({ControlResult.PASS, ControlResult.EXEMPTION})
EXECUTED = frozenset(ControlResult) - {ControlResult.NOT_EXECUTED}
PASSED, FAILED, INCOMPLETE = "passed", "failed", "incomplete"


@dataclass(frozen=True, slots=True)
class Control:
    control_id: str
    title: str
    result: ControlResult
    severity: Severity
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """`failed` and `settled` are the controls that hold something up, and that do not any more. `executed` is how many
    were looked at, and `score` is theirs."""

    report_type: str
    status: str
    score: int | None
    executed: int
    valid_until: date | None
    failed: tuple[Control, ...]
    settled: frozenset[str]


def report(
    report_type: str, controls: Sequence[Control], valid_until: date | None, today: date, policy: LaunchPolicy
) -> Report:
    """What the results come to. A passed report without an end is good for as long as the policy says of its type."""
    if errors := [*_wrong(report_type, controls), *_wrong_end(valid_until, today)]:
        raise invalid(*errors)
    failed = tuple(each for each in controls if each.result is ControlResult.FAIL)
    executed = sum(each.result in EXECUTED for each in controls)
    status = FAILED if failed else PASSED if _is_complete(controls) else INCOMPLETE
    days = policy.validity_days.get(report_type)
    until = today + timedelta(days=days) if valid_until is None and days is not None else valid_until
    return Report(
        report_type,
        status,
        round(100 * (executed - len(failed)) / executed) if executed else None,
        executed,
        until if status == PASSED else None,
        failed,
        frozenset(each.control_id for each in controls if each.result in SETTLING),
    )


def _is_complete(controls: Sequence[Control]) -> bool:
    """Something passed, and nothing grave was left out."""
    left_out = any(each.severity in GRAVE and each.result not in EXECUTED for each in controls)
    return not left_out and any(each.result is ControlResult.PASS for each in controls)


def check_exemptions(controls: Sequence[Control], actor: Actor) -> None:
    """Who exempts a control frees what it blocks without its passing: a decision, as a waiver is."""
    if actor.kind is not TriggeredBy.AGENT:
        return
    for number, each in enumerate(controls):
        if each.result is ControlResult.EXEMPTION and each.severity in GRAVE:
            message = "An agent does not exempt a critical or high control: a person, or what AWS sends, records that."
            raise Refused(Forbidden(message, "PERSON_REQUIRED", ("items", str(number), "result")))


def source_of(product_id: int | None, report_type: str, control_id: str) -> tuple[str, str]:
    """What a blocker of the control points to: the same one, however often it is checked."""
    return CONTROL, f"{product_id or 0}:{report_type}:{control_id}"[:200]


class Subject(NamedTuple):
    """What a check looked at: a product, or the company itself."""

    product_id: int | None
    report_type: str


def subject_of(source: Reference | None) -> Subject | None:
    """Of the check that found what a blocker points to; None where that is not known."""
    if source is None or source.type != CONTROL or source.id.count(":") < 2:
        return None
    product, report_type, _ = source.id.split(":", 2)
    return Subject(int(product) or None, report_type) if product.isdecimal() else None


def is_settled(blocker: Blocker, sources: frozenset[tuple[str, str]]) -> bool:
    ref = blocker.source_ref
    return ref is not None and (ref.type, ref.id) in sources


def _wrong(report_type: str, controls: Sequence[Control]) -> Iterable[FieldError]:
    yield from line("reportType", report_type, LONGEST_TYPE)
    if ":" in report_type:
        # What a blocker points to joins the type and the control by it.
        yield FieldError("reportType", "MALFORMED", "`reportType` has no colon.")
    if not 1 <= len(controls) <= MOST:
        yield FieldError("items", "COUNT", f"`items` takes 1 to {MOST} controls.")
    seen: set[str] = set()
    for number, each in enumerate(controls):
        yield from line(f"items.{number}.controlId", each.control_id, LONGEST_CONTROL)
        yield from line(f"items.{number}.title", each.title, LONGEST_TITLE)
        if each.detail is not None and len(each.detail) > LONGEST_DETAIL:
            message = f"`detail` takes at most {LONGEST_DETAIL} characters."
            yield FieldError(f"items.{number}.detail", "TOO_LONG", message)
        if each.control_id in seen:
            yield FieldError(f"items.{number}.controlId", "TWICE", f"{each.control_id} is there twice.")
        seen.add(each.control_id)


def _wrong_end(valid_until: date | None, today: date) -> Iterable[FieldError]:
    if valid_until is not None and valid_until < today:
        yield FieldError("validUntil", "IN_THE_PAST", "`validUntil` is in the past.")
