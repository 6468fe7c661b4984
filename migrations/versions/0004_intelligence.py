"""Intelligence: snapshots of context, lead scores, upsell signals"""

import sqlalchemy as sa

from db.ddl.columns import created_at, enum, pk, ref
from db.ddl.steps import Plan
from db.types import BigId, Json, Timestamp

revision = "0004"
down_revision = "0003"

PLAN = Plan(
    revision,
    columns={
        "demo_requests": [
            sa.Column("lead_score", sa.Integer, server_default="0"),
            sa.Column("lead_signals", Json),
            sa.Column("recommended_plan_id", BigId),
            sa.Column("recommended_templates", Json),
            sa.Column("partner_potential", enum("low", "medium", "high", "enterprise")),
            sa.Column("estimated_arr", sa.Numeric(12, 2)),
            sa.Column("journey_started", sa.Boolean, server_default=sa.false()),
        ],
        "marketplace_entitlements": [
            sa.Column("usage_trend", enum("declining", "stable", "growing", "spiking")),
            sa.Column("upsell_signals", Json),
            sa.Column("recommended_upgrade", sa.String(100)),
            sa.Column("churn_risk", enum("low", "medium", "high")),
            sa.Column("last_engagement_at", Timestamp),
            sa.Column("health_score", sa.Integer, server_default="100"),
        ],
    },
    tables={
        "context_snapshots": [
            pk(),
            sa.Column("snapshot_id", sa.String(100), nullable=False, unique=True),
            ref("user_id", "users", "CASCADE", nullable=False),
            sa.Column("company_id", BigId),
            sa.Column("product_id", BigId),
            sa.Column("snapshot_type", enum("auto", "manual", "milestone", "handoff"), nullable=False),
            sa.Column("context_data", Json, nullable=False),
            sa.Column("trigger_event", sa.String(100)),
            sa.Column("workflow_chain_id", sa.String(100)),
            sa.Column("agent_session_id", sa.String(100)),
            sa.Column("expires_at", Timestamp),
            created_at(),
            sa.Index("idx_company_snapshots", "company_id", "snapshot_type", "created_at"),
            sa.Index("idx_chain_snapshots", "workflow_chain_id"),
        ],
    },
)
upgrade, downgrade = PLAN.upgrade, PLAN.downgrade
