"""What the database does for each list when there are 100,000 rows."""
