"""Measures the server against its limit. See README.md."""
