"""Checks that launches have asked for as they came nearer."""

from datetime import date, timedelta

from db.demo.clock import midnight
from db.demo.story import Story, system
from db.demo.world import Row
from domain.approach import ComplianceDue, due
from domain.enums import EventType
from domain.policy import DEFAULT


def ask(story: Story) -> None:
    for product in story.products:
        found = due(
            product["id"], product["launch_status"], product["target_launch_date"],
            product["last_compliance_check_at"], DEFAULT.launch, story.now.date(),
        )  # fmt: skip
        if found is None:
            continue
        at = max(midnight(_first_day(found, product)) + timedelta(hours=6), product["created_at"])
        if at < story.visits[-1].left:
            story.record(EventType.COMPLIANCE_CHECK, at, system(), found.data.stored(), product_id=product["id"])


def _first_day(found: ComplianceDue, product: Row) -> date:
    """When it was due first: the threshold was crossed, and the last check was too long ago."""
    crossed, checked = found.target_date - timedelta(days=found.threshold_days), product["last_compliance_check_at"]
    if checked is None:
        return crossed
    day: date = checked.date() + timedelta(days=DEFAULT.launch.recheck_days + 1)
    return max(crossed, day)
