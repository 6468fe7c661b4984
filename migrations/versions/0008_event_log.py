"""An event log that cannot be changed unseen, events from elsewhere once, tier figures, one product for each code"""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from db.ddl.append_only import AppendOnly
from db.ddl.columns import created_at, enum, pk, ref
from db.ddl.sealed import seal_events
from db.ddl.steps import Fill, Plan
from db.types import MYSQL, BigId

revision = "0008"
down_revision = "0007"

EXACT_TEXT = sa.String(200).with_variant(mysql.VARCHAR(200, charset="utf8mb4", collation="utf8mb4_bin"), *MYSQL)
REQUIREMENTS = ("accredited", "foundational", "technical", "professional", "launched", "monthly_revenue")

PLAN = Plan(
    revision,
    tables={
        "journey_event_sources": [
            pk(),
            ref("event_id", "partner_journey_events", "CASCADE", nullable=False),
            sa.Column("source", EXACT_TEXT, nullable=False),
            sa.Column("source_event_id", EXACT_TEXT, nullable=False),
            sa.Column("said", sa.CHAR(64), nullable=False),
            sa.UniqueConstraint("source", "source_event_id"),
        ],
        "journey_event_seals": [
            # No foreign key: the seal of an event stays when the event is gone.
            sa.Column("event_id", BigId, primary_key=True, autoincrement=False),
            ref("company_id", "companies", "CASCADE", nullable=False),
            sa.Column("position", sa.Integer, nullable=False),
            sa.Column("product_id", BigId),
            sa.Column("previous_seal", sa.CHAR(64)),
            sa.Column("seal", sa.CHAR(64), nullable=False),
            sa.UniqueConstraint("company_id", "position"),
        ],
        "partner_tier_progress": [
            pk(),
            ref("company_id", "companies", "CASCADE", nullable=False),
            ref("user_id", "users", "CASCADE", nullable=False),
            sa.Column("requirement", enum(*REQUIREMENTS), nullable=False),
            sa.Column("value", sa.Integer, nullable=False),
            sa.Column("as_of", sa.Date, nullable=False),
            sa.Column("note", sa.Text),
            created_at(),
        ],
    },
    indexes={
        "journey_event_sources": [["event_id"]],
        "partner_tier_progress": [
            ["company_id", "created_at", "id"],
            ["company_id", "requirement", "as_of", "id"],
        ],
    },
    unique={"products": ["aws_product_code"]},
    fills={"journey_event_seals": Fill("partner_journey_events", seal_events)},
)
GUARDS = (
    AppendOnly("partner_journey_events", {"company_id": "companies", "user_id": "users"}, emptied=("product_id",)),
    AppendOnly("journey_event_sources", {"event_id": "partner_journey_events"}),
    AppendOnly("journey_event_seals", {"company_id": "companies"}),
)


def upgrade() -> None:
    PLAN.upgrade()
    for each in GUARDS:
        each.guard()


def downgrade() -> None:
    for each in GUARDS:
        each.release()
    PLAN.downgrade()
