"""Execution by whole levels: see docs/execution.md."""
