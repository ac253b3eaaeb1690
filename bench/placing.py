"""Orders placed by the product's own service. A worker's functions."""

import time
from collections.abc import Sequence
from typing import Any

from bench.counting import counted
from bench.data import ADMIN
from gcc_portal.core.people.actors import Actor, Channel
from orders.services.placing import submit as place
from partners.models import Agent

_actors: dict[str, Actor] = {}


def submit(carts: Sequence[dict[str, Any]]) -> list[float]:
    """Place these carts; return the seconds of each."""
    actor, seconds = _actor(), []
    for cart in carts:
        began = time.perf_counter()
        place(actor, cart["number"], cart["revision"], due_cents=cart["due_cents"])
        seconds.append(time.perf_counter() - began)
    return seconds


def statements(cart: dict[str, Any]) -> dict[str, int]:
    """Place a cart; return its statements by kind."""
    actor = _actor()
    with counted() as found:
        place(actor, cart["number"], cart["revision"], due_cents=cart["due_cents"])
    return dict(found)


def profile(carts: Sequence[dict[str, Any]], lines: int = 45) -> str:
    """Place these carts under the profiler; return where the time of this process went, without what it waited for."""
    import cProfile
    import io
    import pstats

    profiler, text = cProfile.Profile(time.process_time), io.StringIO()
    profiler.runcall(submit, carts)
    pstats.Stats(profiler, stream=text).sort_stats("cumulative").print_stats(lines)
    return text.getvalue()


def _actor() -> Actor:
    if ADMIN not in _actors:
        agent = Agent.objects.select_related("user").get(user__email=ADMIN)
        _actors[ADMIN] = Actor(
            role=agent.role,
            channel=Channel.COMMAND,
            name=str(agent.user),
            user_id=agent.user_id,
            partner_id=agent.partner_id,
        )
    return _actors[ADMIN]
