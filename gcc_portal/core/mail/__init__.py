"""E-mail: contents, the outbox in which they wait, and their delivery."""
