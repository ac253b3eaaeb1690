"""Reads host names from text that people paste: a domain, an e-mail address or a web address."""

import re
from urllib.parse import urlsplit

LONGEST_HOST = 253
LONGEST_TEXT = 2048
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def parse_domain(text: str) -> str | None:
    """Return the bare domain name in `text`, lower case and in its ASCII form, or None.

    Only a name is accepted: no scheme, path, port or e-mail address. The name has at least two labels and is no IP
    address.
    """
    if len(text) > LONGEST_TEXT:
        return None
    name = text.strip().rstrip(".").lower()
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return None
    labels = name.split(".")
    if len(name) > LONGEST_HOST or len(labels) < 2 or labels[-1].isdigit():
        return None
    return name if all(LABEL.fullmatch(label) for label in labels) else None


def host_of(text: str) -> str | None:
    """Return the host named by a domain, an e-mail address or a web address, or None.

    `clerk@Example.gov`, `https://www.example.gov/permits` and `example.gov/x` give
    `example.gov`, `www.example.gov` and `example.gov`.
    """
    trimmed = text.strip()
    if len(trimmed) > LONGEST_TEXT or any(character.isspace() for character in trimmed):
        return None
    if "://" not in trimmed and "@" in trimmed:
        return parse_domain(trimmed.rpartition("@")[2])
    try:
        host = urlsplit(trimmed if "://" in trimmed else f"//{trimmed}").hostname
    except ValueError:
        return None
    return parse_domain(host or "")


def web_domain(text: str) -> str | None:
    """Return the host of a domain, e-mail or web address without its leading `www.`, or None."""
    host = host_of(text)
    if host is None:
        return None
    return parse_domain(host.removeprefix("www.")) or host


def same_organization(one: str, other: str) -> bool:
    """Return whether two hosts, e-mail or web addresses share a domain: equal, or one a sub-domain of the other."""
    first, second = web_domain(one), web_domain(other)
    if first is None or second is None:
        return False
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")
