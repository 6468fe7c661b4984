"""Checks that launches have asked for as they came nearer."""

from datetime import timedelta

from db.demo.clock import midnight
from db.demo.story import Story, system
from domain.approach import due
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
        crossed = midnight(found.target_date - timedelta(days=found.threshold_days)) + timedelta(hours=6)
        at = max(crossed, product["created_at"])
        if at < story.visits[-1].left:
            story.record(EventType.COMPLIANCE_CHECK, at, system(), found.data.stored(), product_id=product["id"])
