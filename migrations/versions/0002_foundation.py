"""Foundation: the journey of companies and products, its events, and what content was made for"""

import sqlalchemy as sa

from db.ddl.columns import created_at, enum, pk, ref
from db.ddl.steps import Plan
from db.types import BigId, Json, Timestamp

revision = "0002"
down_revision = "0001"

PLAN = Plan(
    revision,
    columns={
        "companies": [
            sa.Column(
                "partner_journey_stage",
                enum("discovery", "pre_list", "launch", "post_launch", "scale", "co_sell"),
                server_default="discovery",
            ),
            sa.Column("journey_started_at", Timestamp),
            sa.Column("journey_milestones", Json),
            sa.Column("next_recommended_actions", Json),
            sa.Column("blockers", Json),
            sa.Column("partner_tier", enum("standard", "select", "advanced", "premier")),
            sa.Column("aws_partner_id", sa.String(100)),
        ],
        "products": [
            sa.Column(
                "launch_status",
                enum("ideation", "development", "pre_launch", "soft_launch", "ga", "growth", "mature", "sunset"),
                server_default="ideation",
            ),
            sa.Column("launch_readiness_score", sa.Integer, server_default="0"),
            sa.Column("last_compliance_check_at", Timestamp),
            sa.Column("blocking_issues_count", sa.Integer, server_default="0"),
            sa.Column("aws_product_code", sa.String(100)),
            sa.Column("listing_live_date", sa.Date),
            sa.Column("target_launch_date", sa.Date),
            sa.Column("prerequisite_tasks", Json),
        ],
        "user_openai": [
            ref("company_id", "companies", "SET NULL"),
            ref("product_id", "products", "SET NULL"),
            sa.Column("journey_stage", sa.String(50)),
            sa.Column(
                "content_purpose",
                enum(
                    "listing_content",
                    "mdf_application",
                    "co_sell_materials",
                    "customer_facing",
                    "internal_planning",
                    "compliance",
                    "other",
                ),
            ),
            sa.Column("workflow_chain_id", sa.String(100)),
            sa.Column("parent_generation_id", BigId),
            sa.Column("quality_score", sa.Numeric(5, 2)),
            sa.Column("used_in_submission", sa.Boolean, server_default=sa.false()),
        ],
    },
    tables={
        "partner_journey_events": [
            pk(),
            ref("company_id", "companies", "CASCADE", nullable=False),
            ref("product_id", "products", "SET NULL"),
            ref("user_id", "users", "CASCADE", nullable=False),
            sa.Column(
                "event_type",
                enum(
                    "stage_transition",
                    "milestone_achieved",
                    "blocker_added",
                    "blocker_resolved",
                    "content_generated",
                    "compliance_check",
                    "mdf_submitted",
                    "mdf_approved",
                    "listing_published",
                    "first_customer",
                    "co_sell_initiated",
                    "deal_registered",
                ),
                nullable=False,
            ),
            sa.Column("from_stage", sa.String(50)),
            sa.Column("to_stage", sa.String(50)),
            sa.Column("related_entity_type", sa.String(100)),
            sa.Column("related_entity_id", BigId),
            sa.Column("event_data", Json),
            sa.Column("triggered_by", enum("user", "agent", "system", "webhook"), server_default="user"),
            sa.Column("agent_id", sa.String(100)),
            created_at(),
            sa.Index("idx_company_events", "company_id", "event_type", "created_at"),
            sa.Index("idx_journey_progression", "company_id", "from_stage", "to_stage"),
        ],
    },
)
upgrade, downgrade = PLAN.upgrade, PLAN.downgrade
