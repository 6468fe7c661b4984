"""Why a migration stops before it changes anything."""

from alembic.util import CommandError


class MigrationRefused(CommandError):
    """One line that says what does not fit and which statement would make it fit."""
