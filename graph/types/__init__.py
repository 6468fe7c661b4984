"""One node type a file. Sources are records (see `db.records`), never instances of these classes."""
