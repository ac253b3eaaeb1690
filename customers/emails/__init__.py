"""The customers' letters, one file a subject."""
