"""Commands of the partners room."""
