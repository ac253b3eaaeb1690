"""Mail: letters, the outbox they wait in, and their delivery."""
