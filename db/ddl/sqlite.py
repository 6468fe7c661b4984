"""What SQLite needs: triggers that outlive a rebuilt table, and a stand-in for ON UPDATE CURRENT_TIMESTAMP."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"

# A statement that sets updated_at keeps its value; a trigger can tell only by the value being another than before. The
# comparison with the present moment is what ends the recursion where recursive_triggers is on.
TOUCH = """
CREATE TRIGGER IF NOT EXISTS {table}_updated_at AFTER UPDATE ON {table} FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN
    UPDATE {table} SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
END
"""


@contextmanager
def triggers_aside(table: str) -> Iterator[None]:
    """Rebuilding a table would lose its triggers, and filling restored columns must not fire them."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        yield
        return
    triggers = connection.exec_driver_sql(TRIGGERS, (table,)).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, sql in triggers:
        connection.exec_driver_sql(sql)


def touch_updated_at(table: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(TOUCH.format(table=table))
