"""The customers' views, one file a subject."""
