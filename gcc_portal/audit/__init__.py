"""The audit: what happened, who did it, by which door. Append-only; the database itself refuses a change."""
