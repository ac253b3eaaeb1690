"""Peers from PyPI that do the same work in their own way. They run in `.venv-bench`."""
