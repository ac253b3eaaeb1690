"""Tenants: which cloud an organisation's directory lives in."""
