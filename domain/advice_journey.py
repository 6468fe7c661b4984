"""Advice that follows from the journey: gates, the move itself, blockers, tasks, launches that are late."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from domain.blockers import first_to_go, is_open, listed
from domain.boundaries import FTR
from domain.candidate import NO_CALL, Candidate, View, behind, counted, set_free
from domain.documents import Blocker, PrerequisiteTask
from domain.enums import LaunchStatus
from domain.facts import ProductFacts
from domain.fixes import blocker_fix
from domain.refusals import CLOSED, Fix, Gate, GateStatus, closed
from domain.tasks import DONE

BLOCKERS, CHECK, TASK = "BLOCKERS", "complianceCheckRecord", "taskFinish"


def gates(view: View) -> Iterator[Candidate]:
    """Each closed gate of the next boundary, and each that warns where a call can change it. What holds up at the gate
    of blockers are the blockers themselves: see `blockers`."""
    shut = closed(view.gates)
    for gate in view.gates:
        warns = gate.status is GateStatus.WARN and gate.fix is not None
        if gate.code != BLOCKERS and (warns or gate.status in CLOSED):
            yield _of_gate(view, gate, is_last=shut == (gate,))


def _of_gate(view: View, gate: Gate, *, is_last: bool) -> Candidate:
    kind, target, title = _meant(view, gate)
    product = None if gate.fix is None else view.product(gate.fix.args.get("productId"))
    is_closed, to = gate.status in CLOSED, view.to.name if view.to else ""
    return Candidate(
        kind=kind,
        target=target,
        code=gate.code,
        title=title,
        call=gate.fix,
        blocking=1.0 if is_closed else view.policy.actions.warning_share,
        blocks=f"The gate to {to} is {'closed' if is_closed else 'open, but'}: {gate.detail}",
        due_at=None if product is None or product.is_live else start_of(product.target_launch_date),
        unblocks=int(is_last),
        frees=f"It is the last closed gate to {to}.",
        notes=(NO_CALL,) if gate.fix is None else (),
        stage=view.facts.stage,
        template_slug=None if gate.fix is None else gate.fix.template_slug,
    )


def _meant(view: View, gate: Gate) -> tuple[str, tuple[str, str], str]:
    """Kind, target and title. What several gates, or others than gates, may ask for is known by its own target; all
    else by the gate."""
    call = gate.fix
    product = None if call is None else view.product(call.args.get("productId"))
    if call is not None and call.mutation == "blockerResolve":
        named = next((each for each in view.facts.blockers if each.id == call.args["blockerId"]), None)
        return "resolve_blocker", ("blocker", call.args["blockerId"]), f"Resolve “{named.title if named else ''}”"
    if call is not None and call.mutation == CHECK:
        return _check(view, call)
    if call is not None and call.mutation == TASK and product is not None:
        left = (each for each in product.tasks if each.required and each.status not in DONE)
        task = next((each for each in left if each.id == call.args.get("taskId")), None)
        if task is not None:
            return "complete_prereq", _of_task(product, task), _finish(product, task)
    return "complete_prereq", ("gate", gate.code), f"Open the gate “{gate.label}”"


def _check(view: View, call: Fix) -> tuple[str, tuple[str, str], str]:
    """Checks are known by what they look at and their type, where that is known."""
    product, report_type = view.product(call.args.get("productId")), call.args.get("reportType")
    ref, name = (view.facts.ref, "the company") if product is None else (product.ref, f"“{product.name}”")
    title = f"Have {name} checked for compliance"
    if report_type == FTR and product is None:
        title = "Pass the Foundational Technical Review"
    elif report_type is not None:
        title += f" ({report_type})"
    return "run_compliance", ("compliance_check", ref if report_type is None else f"{ref}/{report_type}"), title


def move(view: View) -> Iterator[Candidate]:
    """The move to the next stage, once nothing is in its way."""
    if view.to is None or closed(view.gates):
        return
    args = {"companyId": view.facts.ref, "to": view.to.name}
    yield Candidate(
        kind="transition",
        target=("company", view.facts.ref),
        code="ADVANCE",
        title=f"Move on to {view.to.name}",
        call=Fix("companyTransitionStage", args),
        blocking=1.0,
        blocks=f"All gates to {view.to.name} are open.",
        stage=view.facts.stage,
    )


def blockers(view: View) -> Iterator[Candidate]:
    """Open ones; where one waits for another, the other first."""
    known = view.facts.blockers
    waiting = behind((each.id, each.blocked_by) for each in known if is_open(each))
    for blocker in filter(is_open, listed(known)):
        first = first_to_go(blocker, known)
        product = next((each.ref for each in view.facts.products if each.id == first.product_id), None)
        call = blocker_fix(first, view.facts.ref, product, view.policy)
        if call.mutation == CHECK:
            kind, target, title = _check(view, call)
        else:
            kind, target, title = "resolve_blocker", ("blocker", first.id), f"Resolve “{first.title}”"
        share, freed = _share(view, blocker), set_free(first.id, waiting)
        yield Candidate(
            kind=kind,
            target=target,
            code=first.code,
            title=title,
            call=call,
            blocking=share,
            blocks=_held(view, blocker, share),
            severity=blocker.severity,
            due_at=blocker.due_at,
            unblocks=freed,
            frees=f"{counted(freed, 'blocker')} can go after it.",
            notes=() if first is blocker else (f"“{blocker.title}” waits for it.",),
            stage=blocker.stage,
        )


def _share(view: View, blocker: Blocker) -> float:
    gate = next((each for each in view.gates if each.code == BLOCKERS), None)
    if gate is None or ("blocker", blocker.id) not in gate.evidence:
        return 0
    return 1.0 if gate.status in CLOSED else view.policy.actions.warning_share


def _held(view: View, blocker: Blocker, share: float) -> str:
    to = view.to.name if view.to else ""
    how = "holds up the move" if share == 1 else "is warned of on the way"
    return f"“{blocker.title}” {how} to {to}."


def tasks(view: View) -> Iterator[Candidate]:
    """Prerequisites that are overdue or soon due, and that nothing else has to come before."""
    horizon = view.today + timedelta(days=view.policy.launch.at_risk_days)
    needed = next((each for each in view.gates if each.code == "PREREQ" and each.status in CLOSED), None)
    for product in view.facts.products:
        if product.is_live or product.launch_status is LaunchStatus.SUNSET:
            continue
        left = [task for task in product.tasks if task.status not in DONE]
        ids = {task.id for task in left}
        waiting = behind((task.id, task.depends_on) for task in left if task.id is not None)
        for task in left:
            if task.due_date is None or task.due_date > horizon or ids & set(task.depends_on):
                continue
            yield _task(view, product, task, needed, set_free(task.id or "", waiting))


def _task(view: View, product: ProductFacts, task: PrerequisiteTask, needed: Gate | None, unblocks: int) -> Candidate:
    args = {"productId": product.ref} | ({} if task.id is None else {"taskId": task.id})
    is_needed = (
        needed is not None
        and needed.fix is not None
        and needed.fix.args.get("productId") == product.ref
        and needed.fix.mutation == TASK
        and task.required
    )
    return Candidate(
        kind="complete_prereq",
        target=_of_task(product, task),
        code="PREREQ",
        title=_finish(product, task),
        call=Fix(TASK, args),
        blocking=float(is_needed),
        blocks=f"The gate to {view.to.name} waits for it." if is_needed and view.to else "",
        due_at=start_of(task.due_date),
        unblocks=unblocks,
        frees=f"{counted(unblocks, 'task')} can begin after it.",
        stage=view.facts.stage,
    )


def launches(view: View) -> Iterator[Candidate]:
    """Products whose target date has passed without a launch."""
    for product in view.facts.products:
        target = product.target_launch_date
        if product.is_live or product.launch_status is LaunchStatus.SUNSET or target is None or target >= view.today:
            continue
        yield Candidate(
            kind="complete_prereq",
            target=("product", product.ref),
            code="OVERDUE",
            title=f"Launch “{product.name}”, or move its date",
            call=Fix("productUpdate", {"productId": product.ref}),
            due_at=start_of(target),
            notes=(f"It was to be launched on {target}.",),
            stage=view.facts.stage,
        )


def _of_task(product: ProductFacts, task: PrerequisiteTask) -> tuple[str, str]:
    """Tasks are known within their product; those of the oldest form by what they say."""
    return "prerequisite_task", f"{product.ref}/{task.id or sha256(task.task.encode()).hexdigest()[:12]}"


def _finish(product: ProductFacts, task: PrerequisiteTask) -> str:
    return f"Finish “{task.task}” for “{product.name}”"


def start_of(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
