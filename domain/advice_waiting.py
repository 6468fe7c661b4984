"""Advice on what waits for somebody: chains, handoffs, approvals, customers."""

from collections.abc import Iterator

from domain.candidate import NO_CALL, Candidate, View, counted
from domain.documents import Step
from domain.enums import ChainStatus, ChurnRisk, Severity, StepStatus
from domain.refusals import Fix
from domain.waiting import ChainFacts, EntitlementFacts

FINISHED = frozenset({StepStatus.COMPLETED, StepStatus.SKIPPED, StepStatus.WAIVED})


def chains(view: View) -> Iterator[Candidate]:
    """Paused and failed ones, and those in progress in which a step has failed."""
    for chain in view.waiting.chains:
        left = [step for step in chain.steps if step.status not in FINISHED]
        failed = next((step for step in left if step.status is StepStatus.FAILED), None)
        if chain.status is ChainStatus.IN_PROGRESS and failed is None:
            continue
        yield _chain(view, chain, left, failed)


def _chain(view: View, chain: ChainFacts, left: list[Step], failed: Step | None) -> Candidate:
    front = failed or next(iter(left), None)
    notes = [] if front is None else [f"Step {front.step_num} of {len(chain.steps)} is {front.status.name}."]
    if failed is not None and failed.error is not None:
        notes.append(failed.error.message)
    code, verb = WORDS[chain.status]
    after = max(0, len(left) - 1)
    return Candidate(
        kind="run_chain",
        target=("workflow_chain", chain.ref),
        code=code,
        title=f"{verb} “{chain.name}”",
        due_at=chain.due_at,
        unblocks=after,
        frees=f"It holds up {counted(after, 'step')}.",
        notes=(*notes, NO_CALL),
        stage=view.facts.stage,
        template_slug=None if front is None else front.template_slug,
    )


WORDS = {
    ChainStatus.PAUSED: ("CHAIN_PAUSED", "Resume"),
    ChainStatus.FAILED: ("CHAIN_FAILED", "Take up again"),
    ChainStatus.IN_PROGRESS: ("STEP_FAILED", "Try the failed step again of"),
}


def handoffs(view: View) -> Iterator[Candidate]:
    for each in view.waiting.handoffs:
        yield Candidate(
            kind="review_handoff",
            target=("session_handoff", each.ref),
            code="HANDOFF_PENDING",
            title=f"Decide on the handoff to {each.to_agent_type.name}",
            due_at=each.expires_at,
            notes=(each.reason, NO_CALL),
            stage=view.facts.stage,
            agent_type=each.to_agent_type,
        )


def approvals(view: View) -> Iterator[Candidate]:
    for each in view.waiting.approvals:
        yield Candidate(
            kind="review_approval",
            target=("approval", each.ref),
            code="APPROVAL_PENDING",
            title=f"Decide on: {each.summary}",
            call=Fix("approvalApprove", {"approvalId": each.ref}),
            due_at=each.expires_at,
            notes=(f"{each.agent_id} asks for it, and a manager decides.",),
            stage=view.facts.stage,
        )


def customers(view: View) -> Iterator[Candidate]:
    """One for each entitlement: keep who is about to leave, then renew what ends soon, then offer more."""
    for each in view.waiting.entitlements:
        ends_in = None if each.expires_at is None else (each.expires_at.date() - view.today).days
        if each.churn_risk is ChurnRisk.HIGH:
            note = "The risk that they leave is high."
            yield _customer(view, each, "retain", f"Keep {each.customer}", note, severity=Severity.HIGH)
        elif ends_in is not None and ends_in <= view.policy.actions.urgency_days:
            yield _customer(view, each, "renew", f"Renew with {each.customer}", "What they bought ends soon.")
        elif each.recommended_upgrade is not None:
            title = f"Offer {each.recommended_upgrade} to {each.customer}"
            yield _customer(view, each, "upsell", title, "Their use calls for more.", confidence=each.signal)


def _customer(
    view: View,
    each: EntitlementFacts,
    kind: str,
    title: str,
    note: str,
    *,
    severity: Severity | None = None,
    confidence: float | None = 1.0,
) -> Candidate:
    return Candidate(
        kind=kind,
        target=("marketplace_entitlement", each.ref),
        code=CODES[kind],
        title=title,
        severity=severity,
        due_at=each.expires_at,
        notes=(note, NO_CALL),
        stage=view.facts.stage,
        confidence=confidence,
    )


CODES = {"retain": "CHURN_RISK", "renew": "RENEWAL_DUE", "upsell": "UPGRADE_RECOMMENDED"}
