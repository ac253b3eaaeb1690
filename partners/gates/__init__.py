"""The rules of the partners app, one module a subject. Importing the package registers the gates of transitions."""

from partners.gates import agents, applications, qualification

__all__ = ["agents", "applications", "qualification"]
