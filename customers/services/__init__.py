"""The customers' services, one file a subject."""
