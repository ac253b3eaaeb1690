"""Audit entries: what was done, by whom, through which channel. Append-only: a database trigger refuses changes."""
