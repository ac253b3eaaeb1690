"""How often a partner may call a kind of resource: counted in Redis, and no partner feels another's haste."""

import logging
import math
import time
from functools import cache

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import RedisStorage
from limits.strategies import RateLimiter, SlidingWindowCounterRateLimiter
from redis import ConnectionPool
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


@cache
def _limiter() -> RateLimiter:
    # A sliding window frees itself call by call: nobody waits for the end of a minute (Java never stops trying).
    pool = ConnectionPool.from_url(settings.API_LIMITS_URL, socket_connect_timeout=1, socket_timeout=1)
    storage = RedisStorage("redis://", connection_pool=pool, key_prefix="portal-api")
    return SlidingWindowCounterRateLimiter(storage)


@cache
def _rate(text: str) -> RateLimitItem:
    return parse(text)


def wait_for(partner: int | str, resource: str) -> int:
    """Count a call of the partner to this kind of resource; return the seconds to wait, 0 when it may go on.

    A Redis that is away lets through: the limit is a courtesy, the gates are not.
    """
    rate = _rate(settings.API_RATES.get(resource, settings.API_RATES["*"]))
    try:
        if _limiter().hit(rate, str(partner), resource):
            return 0
        window = _limiter().get_window_stats(rate, str(partner), resource)
    except RedisError as trouble:
        logger.warning("calls are not counted, Redis is away: %s", trouble)
        return 0
    return max(1, math.ceil(window.reset_time - time.time()))
