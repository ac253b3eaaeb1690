"""Rate limits of pages, tokens and the API: sliding windows in Redis, kept by the `limits` library.

A sliding window frees itself call by call, so nobody waits for the end of a minute. While Redis is down nothing is
limited: limits protect the servers' capacity, and no rule depends on them.
"""

import logging
import math
import time
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from limits import RateLimitItem, parse
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import ConnectionPool
from redis.exceptions import RedisError

from gcc_portal.core.gates import Refusal
from gcc_portal.core.people.address import client_address

logger = logging.getLogger(__name__)
UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}


class TooMany(Refusal):
    """Something was done too often (429); `seconds` is how long to wait."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(_("You have done this many times in a short while. Wait a minute, then try again."))
        self.seconds = seconds


@cache
def limiter() -> SlidingWindowCounterRateLimiter:
    """Return this process's limiter."""
    pool = ConnectionPool.from_url(settings.API_LIMITS_URL, socket_connect_timeout=1, socket_timeout=1)
    return SlidingWindowCounterRateLimiter(
        RedisStorage("redis://", connection_pool=pool, key_prefix="portal")
    )


@cache
def rate_of(text: str) -> RateLimitItem:
    """Return the rate written in a setting, such as `500/minute`. Raises ValueError for other text."""
    return parse(text)


def seconds_to_wait(rate: RateLimitItem, *key: str, count: bool = True) -> int:
    """Count a call under this key; return how many seconds to wait, 0 if it may go on. `count=False` only looks."""
    try:
        if limiter().hit(rate, *key) if count else limiter().test(rate, *key):
            return 0
        window = limiter().get_window_stats(rate, *key)
    except RedisError as problem:
        logger.warning("calls are not counted, Redis is away: %s", problem)
        return 0
    return max(1, math.ceil(window.reset_time - time.time()))


def wait_for(request: HttpRequest, action: str, *, count: bool = True) -> int:
    """Return the seconds to wait by `settings.ACCOUNT_RATE_LIMITS[action]`, written as allauth does: `30/m/ip`.

    Requests are counted for each address, or with `/user` for each user.
    """
    amount, unit, per = settings.ACCOUNT_RATE_LIMITS[action].split("/")
    user = getattr(request, "user", None)
    whose = f"user {user.pk}" if per == "user" and user is not None and user.pk else client_address(request)
    return seconds_to_wait(rate_of(f"{amount}/{UNITS[unit]}"), action, whose, count=count)


def limited(
    action: str, *, methods: tuple[str, ...] = ("POST",)
) -> Callable[..., Callable[..., HttpResponse]]:
    """Return a view decorator that raises `TooMany` (429) past the rate of the action (see `wait_for`)."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods and (seconds := wait_for(request, action)):
                raise TooMany(seconds)
            return view(request, *args, **kwargs)

        return run

    return decorate
