"""A chain's steps as they stand: done up to somewhere, one at the front, the rest to come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from db.demo.clock import later, pace, public_id, whole
from db.demo.story import agent_id
from domain.documents import StepError, StepLease, StepWaiver
from domain.enums import ChainStatus, StepStatus
from domain.templates import Template


class Front(StrEnum):
    """What the first unfinished step of a chain is up to."""

    RUNNING = "running"
    WAITING_INPUT = "waiting_input"
    RETRY = "retry"
    READY = "ready"
    GIVEN_UP = "given_up"


FRONTS = {
    ChainStatus.IN_PROGRESS: (Front.RUNNING, Front.WAITING_INPUT, Front.RUNNING, Front.RETRY, Front.READY),
    ChainStatus.PAUSED: (Front.WAITING_INPUT, Front.READY),
    ChainStatus.FAILED: (Front.GIVEN_UP,),
}
ERRORS = (
    StepError(code="MODEL_OVERLOADED", message="The model did not answer in time.", retryable=True),
    StepError(code="CONTEXT_MISSING", message="The budget table of the campaign is empty.", retryable=False),
    StepError(code="REVIEW_REJECTED", message="The reviewer sent the text back twice.", retryable=True),
)
MAX_ATTEMPTS = 3
LEASE = timedelta(minutes=25)
TERMINAL = (StepStatus.COMPLETED, StepStatus.SKIPPED, StepStatus.WAIVED)

Draft = dict[str, Any]


def blank(templates: Sequence[Template]) -> list[Draft]:
    return [
        {
            "step_num": number,
            "template_slug": template.slug,
            "required": template.required,
            "status": StepStatus.PENDING,
            "depends_on": template.after or ((number - 1,) if number > 1 and template.after is None else ()),
            "approval_required": template.approval,
            "est_minutes": template.minutes,
            "max_attempts": MAX_ATTEMPTS,
        }
        for number, template in enumerate(templates, start=1)
    ]


def work(rng: Random, drafts: list[Draft], done: int, began: datetime, ended: datetime, manager: int) -> None:
    """Finish the first `done` steps, mostly by doing them."""
    for draft, at in zip(drafts, pace(rng, began, ended, done), strict=False):
        if not draft["required"] and rng.random() < 0.4:
            draft |= {"status": StepStatus.SKIPPED, "completed_at": at}
        elif draft["required"] and 1 < draft["step_num"] < len(drafts) and rng.random() < 0.06:
            waiver = StepWaiver(by=manager, reason="The partner brought an approved text of their own.")
            draft |= {"status": StepStatus.WAIVED, "completed_at": at, "waived": waiver}
        else:
            started = whole(max(began, at - timedelta(minutes=draft["est_minutes"] * rng.uniform(0.3, 1.5))))
            draft |= {"status": StepStatus.COMPLETED, "attempts": 1, "started_at": started, "completed_at": at}


def advance(rng: Random, draft: Draft, template: Template, front: Front, since: datetime, now: datetime) -> None:
    """The step at the front. `since` is when the step before it was done."""
    if front is Front.READY:
        return
    started = later(rng, since, 0.05, 1.5, now - timedelta(minutes=5))
    draft |= {"attempts": 1, "started_at": started}
    if front is Front.RUNNING:
        started = whole(max(since, now - timedelta(minutes=rng.uniform(2, 20))))
        lease = StepLease(token=public_id(rng, started), holder=agent_id(template.agent), until=started + LEASE)
        draft |= {"status": StepStatus.RUNNING, "started_at": started, "lease": lease}
    elif front is Front.WAITING_INPUT:
        draft["status"] = StepStatus.WAITING_INPUT
    else:
        given_up = front is Front.GIVEN_UP
        error = rng.choice(ERRORS) if given_up else ERRORS[0]
        draft |= {"status": StepStatus.FAILED, "error": error, "attempts": MAX_ATTEMPTS if given_up else 1}


def current(drafts: Sequence[Draft]) -> int:
    return next((draft["step_num"] for draft in drafts if draft["status"] not in TERMINAL), len(drafts))
