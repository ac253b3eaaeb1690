"""Intake: both eligibility forms, their submissions, checks, automatic review and reviewers' pages."""
