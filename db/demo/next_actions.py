"""What a company should do next, as the programme would have worked it out this morning."""

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256

from db.demo import blockers
from db.demo.clock import midnight
from db.demo.story import STAGES, Story
from db.demo.world import Row, document
from db.tables import MarketplaceEntitlement, SessionHandoff
from domain.documents import NextAction, NextActions, Reference
from domain.enums import ChainStatus, ChurnRisk, HandoffStatus, Severity

MOST = 6
WEIGHT = {Severity.CRITICAL: 92.0, Severity.HIGH: 80.0, Severity.MEDIUM: 55.0, Severity.LOW: 32.0}
RESUMABLE = {ChainStatus.PAUSED: (48.0, "chainResume", "Resume"), ChainStatus.FAILED: (62.0, "chainRedrive", "Retry")}


def recommend(story: Story) -> Row | None:
    # Nobody has asked yet for every fifth company.
    if story.number % 5 == 0:
        return None
    found = [
        *_blockers(story),
        *_tasks(story),
        *_chains(story),
        *_handoffs(story),
        *_upsells(story),
        *_next_stage(story),
    ]
    actions = tuple(sorted(found, key=lambda action: (-action.priority, action.id))[:MOST])
    digest = sha256(",".join(action.id for action in actions).encode()).hexdigest()
    return document(NextActions(generated_at=story.visits[-1].left, input_hash=digest, actions=actions))


def _action(
    story: Story, kind: str, target: tuple[str, object], title: str, priority: float, **more: object
) -> NextAction:
    reference = Reference(type=target[0], id=str(target[1]))
    return NextAction.model_validate(
        {
            "id": f"{kind}:{reference.type}:{reference.id}",
            "action_code": kind.upper(),
            "title": title,
            "kind": kind,
            "target": reference,
            "priority": priority,
            "stage": story.stage,
            "confidence": 0.9,
            "expires_at": story.now + timedelta(days=7),
        }
        | more
    )


def _blockers(story: Story) -> Iterator[NextAction]:
    for blocker in filter(blockers.is_open, story.blockers):
        yield _action(
            story,
            "resolve_blocker",
            ("blocker", blocker["id"]),
            f"Resolve: {blocker['title']}",
            WEIGHT[Severity(blocker["severity"])],
            why=(f"A {blocker['severity']} blocker is open in {blocker['stage']}.",),
            mutation="blockerResolve",
            args={"companyId": str(story.company["id"]), "blockerId": blocker["id"]},
            due_at=blocker["due_at"],
        )


def _tasks(story: Story) -> Iterator[NextAction]:
    today = story.now.date()
    for product in story.products:
        for task in product["prerequisite_tasks"] or ():
            due = date.fromisoformat(task["due_date"])
            if task["status"] in ("done", "waived") or due > today + timedelta(days=14):
                continue
            yield _action(
                story,
                "complete_prereq",
                ("product", product["id"]),
                f"{product['name']}: {task['task']}",
                68.0 if due < today else 50.0,
                why=("The task is overdue." if due < today else "The task is due within two weeks.",),
                args={"productId": str(product["id"]), "task": task["task"]},
                due_at=midnight(due),
            )
            # One for each product is enough to get it moving.
            break


def _chains(story: Story) -> Iterator[NextAction]:
    for chain in story.chains:
        if chain["status"] in RESUMABLE:
            priority, mutation, verb = RESUMABLE[chain["status"]]
            yield _action(
                story,
                "run_chain",
                ("workflow_chain", chain["chain_id"]),
                f"{verb}: {chain['name']}",
                priority,
                why=(f"Step {chain['current_step']} of {chain['total_steps']} is not done.",),
                mutation=mutation,
                args={"chainId": chain["chain_id"]},
            )


def _handoffs(story: Story) -> Iterator[NextAction]:
    own = {session["id"] for session in story.sessions}
    # Offers of this company are among the newest rows: it is the one being told.
    for handoff in reversed(story.world.rows[SessionHandoff.__tablename__]):
        if handoff["from_session_id"] not in own:
            return
        if handoff["status"] is HandoffStatus.PENDING:
            title = f"Decide on the handoff to {handoff['to_agent_type'].value}"
            more = {
                "why": (handoff["reason"],),
                "agent_type": handoff["to_agent_type"],
                "due_at": handoff["expires_at"],
            }
            yield _action(story, "review_handoff", ("session_handoff", handoff["id"]), title, 72.0, **more)


def _upsells(story: Story) -> Iterator[NextAction]:
    for row in reversed(story.world.rows[MarketplaceEntitlement.__tablename__]):
        if row["company_id"] != story.company["id"]:
            return
        target = ("marketplace_entitlement", row["id"])
        if row["churn_risk"] is not ChurnRisk.HIGH and row["recommended_upgrade"]:
            title = f"Offer the {row['recommended_upgrade']} plan to {row['customer_identifier']}"
            yield _action(story, "upsell", target, title, 44.0, why=("Use is close to the limit.",), source="history")


def _next_stage(story: Story) -> Iterator[NextAction]:
    place = STAGES.index(story.stage)
    if place + 1 < len(STAGES) and not any(map(blockers.is_open, story.blockers)):
        to = STAGES[place + 1]
        yield _action(
            story,
            "transition",
            ("company", story.company["id"]),
            f"Check the gates to {to.value}",
            40.0,
            why=("Nothing is in the way that we know of.",),
            mutation="companyTransitionStage",
            args={"companyId": str(story.company["id"]), "to": to.value},
        )
