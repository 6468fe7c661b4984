"""The console script `partner-graph`."""
