"""Access to `/metrics`."""

import ipaddress
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

# Headers that a proxy adds: then the request does not come from this machine itself.
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")


def holds_token(request: HttpRequest) -> bool:
    """Return whether the request carries METRICS_TOKEN as its bearer token."""
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(given.strip(), settings.METRICS_TOKEN)


def from_this_machine(meta: Mapping[str, object]) -> bool:
    """Return whether a request comes from this machine itself and by no proxy."""
    if settings.TRUSTED_PROXIES or any(meta.get(name) for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(str(meta.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


def open_without_token(request: HttpRequest) -> bool:
    """Return whether the figures are open without a token: in the demo, to its own machine.

    Elsewhere a loopback address proves nothing: behind a proxy on the same machine every request has one.
    """
    return bool((settings.DEMO or settings.DEBUG) and from_this_machine(request.META))
