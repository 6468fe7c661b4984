"""What a product still needs before its launch."""

from datetime import timedelta

from db.demo import names
from db.demo.clock import later, midnight
from db.demo.story import Story
from db.demo.world import Row, document
from domain.documents import PrerequisiteTask
from domain.enums import LaunchStatus, TaskStatus

Q = LaunchStatus

# (id, task, gate, share of the launch work that is done by then)
TASKS = (
    ("architecture", "Architecture diagram reviewed", Q.SOFT_LAUNCH, 30),
    ("metering", "Metering integrated", Q.SOFT_LAUNCH, 45),
    ("listing-copy", "Listing copy approved", Q.SOFT_LAUNCH, 55),
    ("eula", "EULA chosen", Q.GA, 65),
    ("pricing", "Pricing dimensions published", Q.GA, 75),
    ("support", "Support process documented", Q.GA, 88),
)


def prepare(story: Story) -> None:
    for product in story.products:
        product["prerequisite_tasks"] = _tasks(story, product)


def _tasks(story: Story, product: Row) -> list[Row] | None:
    if product["launch_status"] is Q.IDEATION:
        return None
    tasks = [_task(story, product, place) for place in range(len(TASKS))]
    if product["id"] % 5 == 0:
        # Older writers keep the short form.
        return [
            {key: task[key] for key in ("task", "status", "due_date") if key in task} for task in map(document, tasks)
        ]
    return [document(task) for task in tasks]


def _task(story: Story, product: Row, place: int) -> PrerequisiteTask:
    slug, title, gate, needed = TASKS[place]
    status = _progress(story, product, needed)
    due = (product["target_launch_date"] or story.now.date() + timedelta(days=90)) - timedelta(days=(100 - needed) // 3)
    done_at = None
    if status is TaskStatus.DONE:
        latest = min(max(midnight(due), product["created_at"] + timedelta(days=1)), story.visits[-1].left)
        done_at = later(story.rng, product["created_at"], 5, 60, latest)
    return PrerequisiteTask(
        id=slug,
        task=title,
        status=status,
        due_date=due,
        gate=gate,
        required=slug != "support",
        depends_on=("metering",) if slug == "pricing" else (),
        owner=names.CONTACTS[product["id"] % len(names.CONTACTS)],
        done_at=done_at,
        done_by=story.team[0] if done_at else None,
        waiver_reason="The AWS standard contract applies." if status is TaskStatus.WAIVED else None,
    )


def _progress(story: Story, product: Row, needed: int) -> TaskStatus:
    if needed == 65 and product["id"] % 7 == 0:
        return TaskStatus.WAIVED
    gap = needed - product["launch_readiness_score"]
    if gap <= 0 or product["listing_live_date"]:
        return TaskStatus.DONE
    if gap > 20:
        return TaskStatus.TODO
    return story.world.turn("task", (TaskStatus.IN_PROGRESS, TaskStatus.BLOCKED, TaskStatus.TODO))
