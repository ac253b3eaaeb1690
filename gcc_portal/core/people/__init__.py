"""People: who signs in, what roles they have, what each role may do."""
