"""The first page: a landing page for visitors, a desk for those who work here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gcc_portal.core.gates import Text


@dataclass(frozen=True)
class Task:
    """One thing that waits for the person, with the way to it."""

    label: object
    url: str
    note: Text = ""


@dataclass(frozen=True)
class Card:
    """A figure on the first page, or a list of what waits."""

    label: Text
    value: object = ""
    url: str = ""
    note: Text = ""
    tasks: tuple[Task, ...] = field(default_factory=tuple)
    order: int = 100


CardSource = Callable[[HttpRequest], Iterable[Card]]
_sources: list[CardSource] = []


def register_card(source: CardSource) -> None:
    """Let an app show cards: `source(request)` returns none for people whom they do not concern."""
    if source not in _sources:
        _sources.append(source)


def home(request: HttpRequest) -> HttpResponse:
    """Show the landing page to a visitor, and to everyone else what waits for them."""
    if not request.user.is_authenticated:
        return render(request, "home.html")
    cards = sorted((card for source in _sources for card in source(request)), key=lambda card: card.order)
    context: dict[str, Any] = {
        "figures": [card for card in cards if not card.tasks],
        "waiting": [card for card in cards if card.tasks],
    }
    return render(request, "home_desk.html", context)
