"""Alembic's entry: runs on a connection handed in by `db.migrate`, or on PARTNER_GRAPH_DATABASE_URL from the command line."""
