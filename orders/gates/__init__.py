"""The orders app's rules O1, O2, O4 (and P2 at an order). No writes.

Importing the package registers what the transitions of `Order` and `Subscription` have to pass; callers import a rule
from the module of its subject.
"""

from orders.gates import order, seats  # noqa: F401 - registered for the transitions
