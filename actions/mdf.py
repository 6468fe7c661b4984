"""Applications for market development funds: each step is an event."""

from typing import Any

from actions.access import check_expected
from actions.perform import Facts, Work
from actions.record import record
from db.opaque import global_id
from db.queries import events
from domain import mdf as rules
from domain import recording
from domain.enums import EventType, MdfStatus, TriggeredBy
from domain.event_data import MdfApprovedData
from domain.refusals import invalid


async def take(
    work: Work, company_id: int, product_id: int | None, to: MdfStatus, data: Any, *, moved: bool = False,
    expected: MdfStatus | None = None,
) -> Facts:  # fmt: skip
    """Facts: event_id (an earlier one's where it is there already), changed. `moved`: by the input of that name."""
    if errors := recording.wrong(data, "" if moved else recording.FIELDS[type(data)][0]):
        raise invalid(*errors)
    steps = await _steps(work, company_id)
    name = data.application_id
    known = rules.applications(steps).get(name, rules.Application(name))
    check_expected("expectedStatus", expected, known.status, "Company", company_id)
    if to is MdfStatus.APPROVED and known.submitted_at is None and work.actor.kind is TriggeredBy.USER:
        after = (EventType.MDF_SUBMITTED, "mdfSubmitted")
        raise recording.too_early(after, data, name, global_id("Company", company_id))
    leads = moved and work.actor.kind is not TriggeredBy.WEBHOOK
    told = rules.Telling(to, data.occurred_at, work.actor, moved=leads)
    if (earlier := rules.said_before(known, told, steps)) is not None:
        return {"event_id": earlier, "changed": False}
    at = rules.happened(known, told, work.now)
    in_order = rules.check(known, to, getattr(data, "reason", None), work.actor)
    data = data.model_copy(update={"occurred_at": at, "out_of_order": not in_order})
    event_type = EventType.MDF_APPROVED if isinstance(data, MdfApprovedData) else EventType.MDF_SUBMITTED
    event = await record(work, event_type, company_id, data, product_id=product_id)
    return {"event_id": event.id, "changed": True}


async def _steps(work: Work, company_id: int) -> list[rules.Step]:
    return rules.steps(await events.recorded(work.transaction.rows, company_id, rules.EVENTS, work.scope))
