"""The first page: a landing page for visitors, cards with figures and open tasks for people who are signed in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gcc_portal.core.gates import Text


@dataclass(frozen=True)
class Task:
    """One open task of the person, with its page."""

    label: object
    url: str
    note: Text = ""


@dataclass(frozen=True)
class Card:
    """A figure on the first page, or a list of open tasks. `order` sorts the cards of all apps."""

    label: Text
    value: object = ""
    url: str = ""
    note: Text = ""
    tasks: tuple[Task, ...] = field(default_factory=tuple)
    order: int = 100


CardSource = Callable[[HttpRequest], Iterable[Card]]
_sources: list[CardSource] = []


def register_card(source: CardSource) -> None:
    """Register `source(request)`, which returns an app's cards for the person, none where it has none for them."""
    if source not in _sources:
        _sources.append(source)


def home(request: HttpRequest) -> HttpResponse:
    """Show the landing page to a visitor, and to people who are signed in their cards."""
    if not request.user.is_authenticated:
        return render(request, "home.html")
    cards = sorted((card for source in _sources for card in source(request)), key=lambda card: card.order)
    context: dict[str, Any] = {
        "figures": [card for card in cards if not card.tasks],
        "waiting": [card for card in cards if card.tasks],
    }
    return render(request, "home_desk.html", context)
