"""The database: tables, the engine, and every SELECT. Knows nothing of GraphQL."""
