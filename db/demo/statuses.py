"""The milestone that tells where each product stands: what was before is left to the imagination."""

from db.demo.clock import whole
from db.demo.story import Story, lead
from domain.enums import EventType, LaunchStatus
from domain.launch import PREFIX


def reach(story: Story) -> None:
    listed = {
        event["product_id"]: event["created_at"]
        for event in story.events
        if event["event_type"] is EventType.LISTING_PUBLISHED
    }
    for product in story.products:
        status, end = product["launch_status"], story.visits[-1].left
        if status is LaunchStatus.IDEATION:
            continue
        begin = product["created_at"]
        at = story.retired.get(product["id"]) if status is LaunchStatus.SUNSET else listed.get(product["id"])
        at = whole(min(at or begin + (end - begin) * 0.6, end))
        data = {"code": PREFIX + status, "title": f"“{product['name']}” is in {status.name}"}
        story.record(EventType.MILESTONE_ACHIEVED, at, lead(story), data, product_id=product["id"])
