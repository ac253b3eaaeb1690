"""The customers of the demo story."""

from customers.demo.story import load

__all__ = ["load"]
