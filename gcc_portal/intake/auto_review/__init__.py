"""Answers due forms from their checks alone, without a reviewer (T1)."""
