"""Intake: the one machine of both eligibility forms, its submissions, checks, desk and review."""
