"""Where a browser may be sent back to with an authorization code."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext as _

LENGTH_MAX = 500
COUNT_MAX = 10
LOOPBACK = ("127.0.0.1", "localhost")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.ASCII)
_ADDRESS = re.compile(r"[!-~]+", re.ASCII)


def redirect_problem(address: str) -> str | None:
    """Return a sentence on why nobody may be sent to this address, or None.

    An address is https, or http on this very machine; it names no user, no fragment and no wildcard.
    """
    if len(address) > LENGTH_MAX:
        return _("Use at most %(count)d characters.") % {"count": LENGTH_MAX}
    parts = _split(address)
    if parts is None or not _HOST.fullmatch(parts.hostname or ""):
        return _("Enter a whole address, such as https://billing.contoso.example/signed-in.")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return _("Use https; http only for a program on your own machine (127.0.0.1 or localhost).")
    if "#" in address:
        return _("Leave out the part behind #: a code never goes there.")
    if "@" in parts.netloc or any(character in address for character in "*\\\"'<>;,"):
        return _(
            "Leave out user names, * and other special characters: the address is compared letter by letter."
        )
    return None


def is_registered(address: str, registered: list[str]) -> bool:
    """Return whether an address is exactly one of those registered.

    On 127.0.0.1 any port is allowed (RFC 8252, 7.3): a client on a desktop listens on whichever is free.
    """
    return address in registered or _without_port(address) in [
        _without_port(each) or each for each in registered
    ]


def origin_of(address: str) -> str:
    """Return scheme, host and port of a registered address, for the Content-Security-Policy."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def with_parameters(address: str, parameters: Mapping[str, str]) -> str:
    """Return a registered address with these parameters added to its query."""
    parts = urlsplit(address)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *parameters.items()]
    return urlunsplit(parts._replace(query=urlencode(query)))


def is_on_loopback(address: str) -> bool:
    """Return whether any port is allowed for a registered address."""
    return _without_port(address) is not None


def _without_port(address: str) -> str | None:
    """Return an address on 127.0.0.1 without its port, or None for any other address."""
    parts = _split(address)
    if parts is None or redirect_problem(address) or parts.scheme != "http" or parts.hostname != "127.0.0.1":
        return None
    return urlunsplit(parts._replace(netloc="127.0.0.1"))


def _split(address: str) -> SplitResult | None:
    if not _ADDRESS.fullmatch(address):
        return None
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return None
    return parts
