"""What migrations are written in: re-runnable steps, parking instead of dropping, and the checks around them."""
