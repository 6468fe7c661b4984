"""A prerequisite task as it lies in the product's column, whoever wrote it: whatever says what is to be done is one.

What cannot be read says nothing. A launch must not open because the status of a task, or its date, has another form.
"""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from domain.documents import PrerequisiteTask
from domain.enums import TaskStatus

WORDS = {
    "complete": TaskStatus.DONE, "completed": TaskStatus.DONE, "pending": TaskStatus.TODO, "open": TaskStatus.TODO,
    **{status.value: status for status in TaskStatus},
}  # fmt: skip


def read_task(raw: Any) -> PrerequisiteTask | None:
    """None: it has no text."""
    if not isinstance(raw, dict) or not isinstance(raw.get("task"), str):
        return None
    status = WORDS.get(_word(raw.get("status")), TaskStatus.TODO)
    values = {**raw, "status": status, "gate": _word(raw.get("gate")), "due_date": _day(raw.get("due_date"))}
    try:
        return PrerequisiteTask.model_validate(values)
    except ValidationError as error:
        unread = {each["loc"][0] for each in error.errors(include_url=False, include_input=False)}
    return PrerequisiteTask.model_validate({name: value for name, value in values.items() if name not in unread})


def _word(raw: Any) -> Any:
    """`In progress` and `in-progress` are the same word."""
    return raw.strip().lower().replace("-", "_").replace(" ", "_") if isinstance(raw, str) else None


def _day(raw: Any) -> Any:
    """Of a time, its day where it was written."""
    try:
        return datetime.fromisoformat(raw).date()
    except (TypeError, ValueError):
        return raw
