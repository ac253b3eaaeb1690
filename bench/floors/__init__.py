"""Floors: the same checks and the same durable writes in SQL written by hand, behind bare views or none."""
