"""Additions of this project: members, handoffs, safe retries, the outbox, and an index for every list"""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from db.ddl.columns import created_at, enum, pk, ref
from db.ddl.steps import Backfill, Plan
from db.types import MYSQL, BigId, Json, Timestamp

revision = "0006"
down_revision = "0005"

EXACT_TEXT = sa.String(200).with_variant(mysql.VARCHAR(200, charset="utf8mb4", collation="utf8mb4_bin"), *MYSQL)
AGENT_TYPES = (
    "content_strategist",
    "visual_creator",
    "content_optimizer",
    "market_analyst",
    "technical_builder",
    "solution_advisor",
    "mdf_assistant",
    "co_sell_advisor",
)


def version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer, nullable=False, server_default="1")


def key(name: str, parent: str) -> sa.Column[int]:
    return ref(name, parent, "CASCADE", primary_key=True, autoincrement=False)


PLAN = Plan(
    revision,
    columns={
        "companies": [version()],
        "products": [version()],
        "workflow_chains": [version()],
        "agent_sessions": [version()],
        "demo_requests": [sa.Column("company_id", BigId)],
    },
    tables={
        "company_members": [
            pk(),
            ref("company_id", "companies", "CASCADE", nullable=False),
            ref("user_id", "users", "CASCADE", nullable=False),
            sa.Column("role", enum("owner", "editor", "viewer"), nullable=False, server_default="viewer"),
            created_at(),
            sa.UniqueConstraint("company_id", "user_id"),
        ],
        "journey_event_chains": [
            key("event_id", "partner_journey_events"),
            key("chain_id", "workflow_chains"),
            sa.Column("relation", enum("started", "mentions"), nullable=False),
        ],
        "workflow_chain_sessions": [
            key("chain_id", "workflow_chains"),
            key("session_id", "agent_sessions"),
            sa.Column("step_num", sa.Integer, primary_key=True, autoincrement=False),
            created_at(),
        ],
        "session_handoffs": [
            pk(),
            ref("from_session_id", "agent_sessions", "CASCADE", nullable=False),
            ref("to_session_id", "agent_sessions", "SET NULL"),
            sa.Column("live_source_id", BigId, unique=True),
            sa.Column("to_agent_type", enum(*AGENT_TYPES), nullable=False),
            sa.Column("status", enum("pending", "accepted", "rejected", "expired", "cancelled"), nullable=False),
            ref("snapshot_id", "context_snapshots", "SET NULL"),
            sa.Column("reason", sa.Text, nullable=False),
            sa.Column("policy", Json, nullable=False),
            sa.Column("redactions", Json),
            sa.Column("open_questions", Json),
            sa.Column("hop", sa.Integer, nullable=False),
            ref("created_by", "users", "CASCADE", nullable=False),
            created_at(),
            sa.Column("expires_at", Timestamp),
            sa.Column("decided_at", Timestamp),
            sa.Column("decided_by", BigId),
        ],
        "idempotency_keys": [
            pk(),
            sa.Column("actor_scope", EXACT_TEXT, nullable=False),
            sa.Column("idempotency_key", EXACT_TEXT, nullable=False),
            sa.Column("operation", sa.String(100), nullable=False),
            sa.Column("request_hash", sa.CHAR(64), nullable=False),
            sa.Column("outcome", Json),
            created_at(),
            sa.UniqueConstraint("actor_scope", "idempotency_key"),
        ],
        "outbox": [
            pk(),
            sa.Column("topic", sa.String(100), nullable=False),
            sa.Column("company_id", BigId),
            sa.Column("event_id", BigId),
            sa.Column("payload", Json, nullable=False),
            created_at(),
            sa.Column("dispatched_at", Timestamp),
        ],
    },
    indexes={
        "companies": [["partner_journey_stage"]],
        "products": [["company_id", "launch_status"]],
        "partner_journey_events": [
            ["company_id", "created_at", "id"],
            ["product_id", "created_at", "id"],
            ["user_id", "created_at", "id"],
        ],
        "user_openai": [
            ["company_id", "created_at", "id"],
            ["product_id", "created_at", "id"],
            ["workflow_chain_id"],
            ["parent_generation_id"],
        ],
        "workflow_chains": [["company_id", "created_at", "id"], ["product_id", "created_at", "id"]],
        "agent_sessions": [["company_id", "started_at", "id"], ["product_id", "started_at", "id"]],
        "context_snapshots": [
            ["agent_session_id"],
            ["company_id", "created_at", "id"],
            ["product_id", "created_at", "id"],
        ],
        "demo_requests": [["lead_score", "id"], ["company_id"]],
        "compliance_reports": [
            ["company_id", "created_at", "id"],
            ["product_id", "created_at", "id"],
            ["remediation_chain_id"],
        ],
        "compliance_report_items": [["compliance_report_id", "id"]],
        "marketplace_entitlements": [["company_id", "created_at", "id"], ["product_id", "created_at", "id"]],
        "launch_readiness_scores": [["product_id", "created_at", "id"]],
        "performance_predictions": [["company_id", "created_at", "id"], ["content_id"], ["experiment_key"]],
        "company_members": [["user_id", "company_id"]],
        "journey_event_chains": [["chain_id", "event_id"]],
        "workflow_chain_sessions": [["session_id", "chain_id"]],
        "session_handoffs": [["from_session_id"], ["to_session_id"]],
        "idempotency_keys": [["created_at"]],
        "outbox": [["dispatched_at", "id"]],
    },
    backfills={
        "company_members": Backfill(
            ("company_id", "user_id", "role"),
            "SELECT companies.id, users.id, 'owner' FROM companies JOIN users ON users.id = companies.user_id",
        ),
        "journey_event_chains": Backfill(
            ("event_id", "chain_id", "relation"),
            """
            SELECT partner_journey_events.id, workflow_chains.id, 'mentions'
            FROM partner_journey_events JOIN workflow_chains ON workflow_chains.id = related_entity_id
            WHERE related_entity_type = 'workflow_chain'
            """,
        ),
    },
)
upgrade, downgrade = PLAN.upgrade, PLAN.downgrade
