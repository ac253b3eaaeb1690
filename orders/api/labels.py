"""Field types of orders and carts that API clients send and read."""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from gcc_portal.api.call import Call
from gcc_portal.api.schema import WHOLE_MAX, one_of

Cycle = Literal["monthly", "annual", "triennial", "one_time", "none", "unknown"]
SentCycle = Annotated[Cycle, one_of(*get_args(Cycle), numbers=dict(enumerate(
    ("unknown", "monthly", "annual", "none", "one_time", "triennial"))))]  # fmt: skip
# Named neither: the portal chooses among the offer's own.
OPEN = ("none", "unknown")

Seats = Annotated[int, Field(strict=True, ge=-WHOLE_MAX, le=WHOLE_MAX)]
"""A number that the gates judge, so that each line gets an error of its own."""

CURRENCY, CURRENCY_SYMBOL = "USD", "$"
ITEM_MAX, TERM_MAX, NAME_MAX, MPN_MAX = 100, 20, 200, 20  # characters


def asked_cycle(sent: Cycle | None) -> str:
    """Return the billing cycle that was asked for, or an empty string where the choice is open."""
    return "" if sent is None or sent in OPEN else sent


def told_cycle(call: Call, cycles: set[str]) -> Any:
    """Return the one billing cycle as the client knows it; `unknown` where an order holds several."""
    return call.client.word(next(iter(cycles))) if len(cycles) == 1 else "unknown"
