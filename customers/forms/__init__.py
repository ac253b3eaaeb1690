"""The customers' forms, one file a subject."""
