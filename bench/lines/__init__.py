"""The lines of the table, a file for each kind of work."""
