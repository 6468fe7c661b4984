"""What agents ask managers to approve"""

import sqlalchemy as sa

from db.ddl.columns import created_at, enum, pk, ref
from db.ddl.steps import Plan
from db.types import BigId, Json, Timestamp

revision = "0007"
down_revision = "0006"

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

PLAN = Plan(
    revision,
    tables={
        "approvals": [
            pk(),
            sa.Column("public_id", sa.String(100), nullable=False, unique=True),
            ref("company_id", "companies", "CASCADE", nullable=False),
            ref("user_id", "users", "CASCADE", nullable=False),
            sa.Column("agent_id", sa.String(100), nullable=False),
            sa.Column("agent_type", enum(*AGENT_TYPES)),
            sa.Column("operation", sa.String(100), nullable=False),
            sa.Column("request", Json, nullable=False),
            sa.Column("request_hash", sa.CHAR(64), nullable=False),
            sa.Column("live_key", sa.CHAR(64), unique=True),
            sa.Column("summary", sa.Text, nullable=False),
            sa.Column("decision", enum("pending", "approved", "rejected"), nullable=False, server_default="pending"),
            created_at(),
            sa.Column("expires_at", Timestamp),
            sa.Column("decided_at", Timestamp),
            sa.Column("decided_by", BigId),
            sa.Column("note", sa.Text),
            sa.Column("used_at", Timestamp),
            sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        ],
    },
    indexes={"approvals": [["company_id", "created_at", "id"], ["decision", "expires_at"]]},
)
upgrade, downgrade = PLAN.upgrade, PLAN.downgrade
