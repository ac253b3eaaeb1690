"""The client's IP address of a request."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's IP address: the peer's, or the one that TRUSTED_PROXIES proxies report.

    Entries of X-Forwarded-For before the trusted ones were written by the client and can be forged.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "127.0.0.1")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    candidate = hops[-trusted] if trusted and len(hops) >= trusted else peer
    try:
        return str(ipaddress.ip_address(candidate))
    except ValueError:
        return "127.0.0.1"
