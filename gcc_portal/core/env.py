"""Typed readers of environment variables. Each raises ImproperlyConfigured, with the reason, for an invalid value."""

import os
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """Return the variable, or the content of the file that `NAME_FILE` points at (for secrets)."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text().strip()
    return os.environ.get(name, default)


def secret(name: str, *, at_least: int) -> str:
    """Return a secret, "" where none is set. Raises ImproperlyConfigured when it is shorter than `at_least`."""
    value = text(name)
    if value and len(value) < at_least:
        raise ImproperlyConfigured(f"{name} must have at least {at_least} characters, none of them guessable")
    return value


def boolean(name: str, default: bool) -> bool:
    """Return the variable as a bool."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be one of {sorted(TRUE | FALSE)}, not {value!r}")


def integer(name: str, default: int) -> int:
    """Return the variable as an int."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from None


def words(name: str, default: str = "") -> list[str]:
    """Return the words of a comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(url: str) -> dict[str, object]:
    """Return Django's settings for a `postgresql://user:password@host:port/name?option=value` URL.

    `?host=/a/folder` names a Unix socket folder, as in libpq. `?pooler=transaction` is for a pooler that lends a
    connection for one transaction: nothing is used then that lives longer on a connection.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql://: the portal runs on PostgreSQL alone"
        )
    options = dict(parse_qsl(parts.query))
    pooler = options.pop("pooler", "")
    if pooler not in {"", "transaction"}:
        raise ImproperlyConfigured("?pooler= must be transaction: poolers of other kinds need no setting")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A cursor WITH HOLD lives in one server connection, which the next statement may not get.
        "DISABLE_SERVER_SIDE_CURSORS": pooler == "transaction",
    }


def replica(url: str) -> dict[str, object]:
    """Return Django's settings for a read-only copy, with a short time-out: pages can read from the primary instead."""
    found = database(url)
    return {
        **found,
        "OPTIONS": {"connect_timeout": "3", **cast(dict[str, str], found["OPTIONS"])},
        "TEST": {"MIRROR": "default"},
    }


def redis(url: str, number: int, *, celery: bool = False) -> str:
    """Return the URL of database `number` on the Redis at `url`, in the form that redis-py or Celery reads."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        if celery:
            return f"redis+socket://{parts.path}?virtual_host={number}"
        return f"unix://{parts.path}?db={number}"
    if parts.scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured("REDIS_URL must begin with redis://, rediss:// or unix://")
    return parts._replace(path=f"/{number}").geturl()


def mail(url: str) -> dict[str, object]:
    """Return Django's mail settings for `smtp://user:password@host:port`, `smtps://` (TLS), `smtp+tls://` (STARTTLS),
    `console://` or `demo://` (delivered to the portal's own mailbox)."""
    parts = urlsplit(url)
    backends = {
        "console": "django.core.mail.backends.console.EmailBackend",
        "demo": "gcc_portal.core.mail.demo.EmailBackend",
        "memory": "django.core.mail.backends.locmem.EmailBackend",
    }
    if parts.scheme in backends:
        return {"EMAIL_DELIVERY": backends[parts.scheme]}
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"}:
        raise ImproperlyConfigured(
            "EMAIL_URL must begin with smtp://, smtps://, smtp+tls://, console:// or demo://"
        )
    return {
        "EMAIL_DELIVERY": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 20,
    }
