"""Commands of the partners app."""
