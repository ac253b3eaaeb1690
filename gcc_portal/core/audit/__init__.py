"""The audit: what happened, who did it, by which channel. Append-only; the database itself refuses a change."""
