"""The rules of the customers app, one module a subject. Importing the package registers the gates of transitions."""

from customers.gates import adding, answering, contact, intake, relationship, segments

__all__ = ["adding", "answering", "contact", "intake", "relationship", "segments"]
