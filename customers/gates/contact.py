"""A customer's address and contact: what the programme takes, wherever it is given. No writes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from gcc_portal.gates import Blocker
from gcc_portal.postal import address_problems

if TYPE_CHECKING:
    from customers.models import Customer


def address_may_be_kept(address: Mapping[str, Any]) -> list[Blocker]:
    """Return a blocker for each field of a US address that the address service would refuse.

    Reads what `gcc_portal.postal.address_problems` reads. The codes are `address.city`, `address.postal_code`, …
    """
    problems = address_problems(address).items()
    return [Blocker(f"address.{field}", problem, field=field) for field, problem in problems]


def name_may_become(customer: "Customer", company_name: str) -> list[Blocker]:
    """A2: the legal name stays as it was created: validation IDs are issued for it."""
    if company_name == customer.name:
        return []
    return [
        Blocker(
            "A2.name_fixed",
            _("The legal name of %(customer)s can't be changed: its validation rests on it.")
            % {"customer": customer.name},
            _("Leave the company name as it is. An organization of another name is another customer."),
            field="company_name",
        )
    ]
