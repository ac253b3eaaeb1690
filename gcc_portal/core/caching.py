"""The cache in Redis, with one client for all questions."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class Client(RedisCacheClient):
    """Keeps redis-py's clients: Django makes one a question, and each fills a table of 160 commands."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._kept: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return a client. It can be used by threads at once: each question takes a connection from the pool."""
        if len(self._servers) > 1:  # type: ignore[attr-defined]
            return super().get_client(key, write=write)
        if 0 not in self._kept:
            self._kept[0] = super().get_client(key, write=write)
        return self._kept[0]


class Cache(RedisCache):
    """Django's cache in Redis, by those clients."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client
