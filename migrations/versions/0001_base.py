"""Base tables: what the reader's application has already, or what stands in for it"""

import sqlalchemy as sa

from db.ddl.base import adopt, check_base
from db.ddl.columns import created_at, pk, ref
from db.types import BigId, Json, Timestamp

revision = "0001"
down_revision = None

TABLES = {
    "users": [
        pk(),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("email", sa.String(255), nullable=False, unique=True),
        created_at(),
        sa.Column("updated_at", Timestamp),
    ],
    "companies": [
        pk(),
        sa.Column("user_id", BigId),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("website", sa.String(255)),
        sa.Column("industry", sa.String(255)),
        sa.Column("country", sa.String(2)),
        sa.Column("description", sa.Text),
        sa.Column("gtm_goals", Json),
        created_at(),
        sa.Column("updated_at", Timestamp),
    ],
    "products": [
        pk(),
        ref("company_id", "companies", "CASCADE", nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("marketplace_type", sa.String(50)),
        created_at(),
        sa.Column("updated_at", Timestamp),
    ],
    "user_openai": [
        pk(),
        ref("user_id", "users", "CASCADE", nullable=False),
        sa.Column("title", sa.String(255)),
        sa.Column("slug", sa.String(255)),
        sa.Column("input", sa.Text),
        sa.Column("output", sa.Text),
        created_at(),
        sa.Column("updated_at", Timestamp),
    ],
    "demo_requests": [
        pk(),
        sa.Column("name", sa.String(255)),
        sa.Column("email", sa.String(255)),
        sa.Column("company_name", sa.String(255)),
        sa.Column("website", sa.String(255)),
        sa.Column("message", sa.Text),
        sa.Column("status", sa.String(50)),
        created_at(),
        sa.Column("updated_at", Timestamp),
    ],
    "compliance_reports": [
        pk(),
        ref("company_id", "companies", "CASCADE", nullable=False),
        ref("product_id", "products", "CASCADE"),
        sa.Column("report_type", sa.String(50)),
        sa.Column("status", sa.String(50)),
        sa.Column("score", sa.Integer),
        sa.Column("valid_until", sa.Date),
        created_at(),
        sa.Column("updated_at", Timestamp),
    ],
    "compliance_report_items": [
        pk(),
        ref("compliance_report_id", "compliance_reports", "CASCADE", nullable=False),
        sa.Column("control_id", sa.String(100)),
        sa.Column("title", sa.String(255)),
        sa.Column("result", sa.String(50)),
        sa.Column("severity", sa.String(50)),
        sa.Column("state", sa.String(50)),
        sa.Column("detail", sa.Text),
        created_at(),
    ],
    "marketplace_entitlements": [
        pk(),
        ref("company_id", "companies", "CASCADE", nullable=False),
        ref("product_id", "products", "CASCADE"),
        sa.Column("customer_identifier", sa.String(255)),
        sa.Column("dimension", sa.String(255)),
        sa.Column("value", sa.Integer),
        sa.Column("status", sa.String(50)),
        sa.Column("expires_at", Timestamp),
        created_at(),
        sa.Column("updated_at", Timestamp),
    ],
    "launch_readiness_scores": [
        pk(),
        ref("product_id", "products", "CASCADE", nullable=False),
        sa.Column("score", sa.Integer),
        created_at(),
    ],
    "platform_knowledge_bases": [
        pk(),
        sa.Column("name", sa.String(255)),
        sa.Column("description", sa.Text),
        created_at(),
        sa.Column("updated_at", Timestamp),
    ],
    "performance_predictions": [
        pk(),
        ref("company_id", "companies", "CASCADE"),
        sa.Column("content_id", BigId),
        sa.Column("experiment_key", sa.String(100)),
        sa.Column("metric", sa.String(100)),
        sa.Column("predicted_value", sa.Numeric(12, 4)),
        created_at(),
    ],
}


def upgrade() -> None:
    check_base(TABLES)
    for table, items in TABLES.items():
        adopt(table, items)


def downgrade() -> None:
    """Drops nothing: the base tables are the reader's, and may have been there before us."""
