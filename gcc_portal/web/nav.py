"""Navigation links and the user menu's identity, registered by the apps, which this module does not import.

An app's `AppConfig.ready` calls `register_nav` with a function that returns the app's links for a request, and
`register_identity` with a function that returns the identity of the person signed in, or None for people of other apps.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class NavItem:
    """One link of the primary navigation. `order` sorts the links of all apps."""

    label: Text
    url: str
    order: int = 100
    current: bool = False


@dataclass(frozen=True)
class Identity:
    """Who is signed in, as shown in the user menu."""

    name: str
    organization: Text = ""
    role: Text = ""


NavProvider = Callable[[HttpRequest], Iterable[NavItem]]
IdentityProvider = Callable[[HttpRequest], Identity | None]

_nav: list[NavProvider] = []
_identity: list[IdentityProvider] = []


def register_nav(provider: NavProvider) -> None:
    """Add an app's links. Registering a function a second time changes nothing."""
    if provider not in _nav:
        _nav.append(provider)


def register_identity(provider: IdentityProvider) -> None:
    """Add a function that returns the identity of a request's person; the last one added is called first."""
    if provider not in _identity:
        _identity.insert(0, provider)


def items_for(request: HttpRequest) -> list[NavItem]:
    """Return the links for this request in order; of those that lead to this page, the longest is marked current."""
    if not _has_actor(request):
        return []
    items = sorted((item for provider in _nav for item in provider(request)), key=lambda item: item.order)
    here = [item for item in items if _leads_to(item.url, request.path)]
    best = max(here, key=lambda item: len(item.url), default=None)
    return [NavItem(item.label, item.url, item.order, item.current or item is best) for item in items]


def _leads_to(url: str, path: str) -> bool:
    """Return whether the page at `path` is the one at `url` or one below it."""
    bare = url.partition("?")[0]
    return path == bare or (bare != "/" and path.startswith(bare.rstrip("/") + "/"))


def identity_of(request: HttpRequest) -> Identity | None:
    """Return who is signed in, or None for a visitor."""
    if not _has_actor(request) or not request.user.is_authenticated:
        return None
    for provider in _identity:
        if found := provider(request):
            return found
    return Identity(name=request.user.get_full_name())


def _has_actor(request: HttpRequest) -> bool:
    """Return whether the middleware has set user and actor. A request refused earlier (a wrong host) has neither."""
    return hasattr(request, "user") and hasattr(request, "actor")
