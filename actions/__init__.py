"""The only write API. One transaction each: the change, its event, its outbox rows, the answer to its key."""
