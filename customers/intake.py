"""The customer's form, as the intake machine knows it."""

from gcc_portal.gates import Text


class CustomerKind:
    """The customer's part of the intake machine."""

    name = "customer"
    label: Text = "Customer"
    steps: tuple[()] = ()
