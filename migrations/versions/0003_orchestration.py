"""Workflow orchestration: chains, agent sessions, remediation"""

import sqlalchemy as sa

from db.ddl.columns import created_at, enum, now_and_on_update, pk, ref
from db.ddl.sqlite import touch_updated_at
from db.ddl.steps import Plan
from db.types import BigId, Json, Timestamp, TinyInt

revision = "0003"
down_revision = "0002"

PLAN = Plan(
    revision,
    columns={
        "compliance_reports": [
            sa.Column("remediation_chain_id", sa.String(100)),
            sa.Column("auto_fix_attempted", sa.Boolean, server_default=sa.false()),
            sa.Column("auto_fix_results", Json),
            sa.Column("next_check_scheduled_at", Timestamp),
            sa.Column("assigned_to", BigId),
        ],
        "compliance_report_items": [
            sa.Column("remediation_template_slug", sa.String(255)),
            sa.Column("remediation_generation_id", BigId),
        ],
    },
    tables={
        "workflow_chains": [
            pk(),
            sa.Column("chain_id", sa.String(100), nullable=False, unique=True),
            ref("user_id", "users", "CASCADE", nullable=False),
            ref("company_id", "companies", "SET NULL"),
            ref("product_id", "products", "SET NULL"),
            sa.Column("name", sa.String(255), nullable=False),
            sa.Column(
                "chain_type",
                enum(
                    "mdf_application",
                    "listing_creation",
                    "co_sell_prep",
                    "content_campaign",
                    "compliance_remediation",
                    "custom",
                ),
                nullable=False,
            ),
            sa.Column("status", enum("draft", "in_progress", "paused", "completed", "failed"), server_default="draft"),
            sa.Column("current_step", sa.Integer, server_default="0"),
            sa.Column("total_steps", sa.Integer, nullable=False),
            sa.Column("steps_config", Json, nullable=False),
            sa.Column("chain_context", Json),
            sa.Column("started_at", Timestamp),
            sa.Column("completed_at", Timestamp),
            sa.Column("estimated_completion", Timestamp),
            created_at(),
            sa.Column("updated_at", Timestamp, server_default=now_and_on_update()),
            sa.Index("idx_user_chains", "user_id", "status", "chain_type"),
            sa.Index("idx_company_chains", "company_id", "chain_type"),
        ],
        "agent_sessions": [
            pk(),
            sa.Column("session_id", sa.String(100), nullable=False, unique=True),
            ref("user_id", "users", "CASCADE", nullable=False),
            sa.Column("company_id", BigId),
            sa.Column("product_id", BigId),
            sa.Column("journey_stage", sa.String(50)),
            sa.Column(
                "agent_type",
                enum(
                    "content_strategist",
                    "visual_creator",
                    "content_optimizer",
                    "market_analyst",
                    "technical_builder",
                    "solution_advisor",
                    "mdf_assistant",
                    "co_sell_advisor",
                ),
                nullable=False,
            ),
            sa.Column("status", enum("active", "paused", "completed", "abandoned"), server_default="active"),
            sa.Column("messages_count", sa.Integer, server_default="0"),
            sa.Column("tokens_used", sa.Integer, server_default="0"),
            sa.Column("user_satisfaction", TinyInt),
            sa.Column("successful_outcome", sa.Boolean),
            sa.Column("outcome_type", sa.String(100)),
            sa.Column("session_context", Json),
            sa.Column("handoff_to_agent", sa.String(100)),
            created_at("started_at"),
            sa.Column("ended_at", Timestamp),
            sa.Index("idx_user_sessions", "user_id", "agent_type", "status"),
            sa.Index("idx_journey_sessions", "journey_stage", "agent_type"),
        ],
    },
)


def upgrade() -> None:
    PLAN.upgrade()
    touch_updated_at("workflow_chains")


downgrade = PLAN.downgrade
