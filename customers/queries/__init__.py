"""The customers' queries, one file a subject."""
