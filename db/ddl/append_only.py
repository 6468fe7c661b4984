"""Rows that are never changed or removed, whoever asks: triggers refuse it, and let foreign keys do what they do.

InnoDB fires no triggers for what foreign keys do. SQLite does: there, a row may go with the parent that is gone
already, and a reference may be emptied.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from alembic import op

from db.ddl import facts

LOG = logging.getLogger(__name__)
# No TRIGGER privilege; no SUPER where there is a binary log. Servers that others run are often like this.
NOT_ALLOWED = {1142, 1227, 1419}
MESSAGE = "rows of {table} are never changed or removed"


@dataclass(frozen=True)
class AppendOnly:
    """`parents`: the columns whose foreign keys take the row along, and where they point; `emptied`: those that are
    set NULL."""

    table: str
    parents: Mapping[str, str] = field(default_factory=dict)
    emptied: Sequence[str] = ()

    def guard(self) -> None:
        for name, statement in self._triggers():
            if name in self._present():
                continue
            try:
                op.get_bind().exec_driver_sql(statement)
            except sa.exc.DBAPIError as error:
                if error.orig is None or error.orig.args[0] not in NOT_ALLOWED:
                    raise
                LOG.warning("%s: this user may not create triggers, so only the server refuses changes", self.table)
                return

    def release(self) -> None:
        for name in self._present():
            op.execute(f"DROP TRIGGER {name}")

    def _present(self) -> list[str]:
        """Of ours, which there are."""
        on_mysql = "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
        on_sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        found = op.get_bind().exec_driver_sql(on_mysql if facts.on_mysql() else on_sqlite).scalars().all()
        return [name for name, _ in self._triggers() if name in found]

    def _triggers(self) -> Iterable[tuple[str, str]]:
        message = MESSAGE.format(table=self.table)
        for what, when in (("UPDATE", self._no_mere_emptying()), ("DELETE", self._parents_live())):
            name = f"{self.table}_no_{what.lower()}"
            begun = f"CREATE TRIGGER {name} BEFORE {what} ON {self.table} FOR EACH ROW"
            if facts.on_mysql():
                yield name, f"{begun} SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{message}'"
            else:
                yield name, f"{begun} WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"

    def _no_mere_emptying(self) -> str:
        columns = facts.column_names(self.table)
        same = [f"NEW.{name} IS OLD.{name}" for name in columns if name not in self.emptied]
        same += [f"(NEW.{name} IS NULL OR NEW.{name} IS OLD.{name})" for name in self.emptied]
        return f"NOT ({' AND '.join(same)})"

    def _parents_live(self) -> str:
        live = [f"EXISTS (SELECT 1 FROM {to} WHERE id = OLD.{name})" for name, to in self.parents.items()]  # noqa: S608
        return " AND ".join(live) or "1"
