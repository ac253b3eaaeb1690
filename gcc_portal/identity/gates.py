"""Rules of addresses, as blockers."""

from collections.abc import Mapping
from typing import Any

from gcc_portal.core.gates import Blocker
from gcc_portal.identity.postal import address_problems


def address_may_be_kept(address: Mapping[str, Any]) -> list[Blocker]:
    """Return a blocker for each problem of a US address; its code names the field: `address.city`."""
    problems = address_problems(address).items()
    return [Blocker(f"address.{field}", problem, field=field) for field, problem in problems]
