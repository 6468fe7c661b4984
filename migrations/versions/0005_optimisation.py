"""Optimisation: score trends, what people ask and do not find, predictions against actuals"""

import sqlalchemy as sa

from db.ddl.columns import enum
from db.ddl.steps import Plan
from db.types import Json

revision = "0005"
down_revision = "0004"

PLAN = Plan(
    revision,
    columns={
        "launch_readiness_scores": [
            sa.Column("previous_score", sa.Integer),
            sa.Column("score_trend", enum("declining", "stable", "improving")),
            sa.Column("days_until_target", sa.Integer),
            sa.Column("predicted_ready_date", sa.Date),
        ],
        "platform_knowledge_bases": [
            sa.Column("popular_queries", Json),
            sa.Column("gap_topics", Json),
            sa.Column("suggested_additions", Json),
        ],
        "performance_predictions": [
            sa.Column("variant_id", sa.String(100)),
            sa.Column("is_control", sa.Boolean, server_default=sa.true()),
            sa.Column("actual_performance", Json),
        ],
    },
)
upgrade, downgrade = PLAN.upgrade, PLAN.downgrade
