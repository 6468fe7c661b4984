"""${message}"""

from db.ddl.steps import Plan

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}

PLAN = Plan(
    revision,
    columns={},
    tables={},
    indexes={},
)
upgrade, downgrade = PLAN.upgrade, PLAN.downgrade
