"""Sends forms as a browser would."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.test import Client

from tests.security import payloads, urls
from tests.security.pages import Form, read
from tests.security.urls import PLACES
from tests.security.world import World

URLENCODED = "application/x-www-form-urlencoded"


@contextmanager
def undone() -> Iterator[None]:
    """Roll back whatever is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def all_forms(world: World) -> dict[str, Form]:
    """Return every form of the product's pages by the path that it is sent to; of several, the one with most fields."""
    found: dict[str, Form] = {}
    for name, place in PLACES.items():
        if name == "readyz":  # waits for a worker, and shows no form
            continue
        role = urls.asked_by(place)
        for who in {role, "sales" if role == "admin" else role} if place.answers("GET") else ():
            for arguments in place.own(world.home):
                _collect(found, world.client(who), urls.path(name, arguments))
    return found


def _collect(found: dict[str, Form], client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return
    for form in read(answer.content.decode(), path).forms:
        target = form.target
        if form.method == "post" and len(form.fields) >= len(found[target].fields if target in found else []):
            found[target] = form


def complete(name: str, form: Form, world: World) -> dict[str, Any]:
    """Return the data of the form, filled in correctly."""
    data: dict[str, Any] = form.data() | payloads.GOOD.get(name, {})
    if name == "review:decline":
        data["code"] = next(choice for choice in form.named("code")[0].choices if choice)
    if name == "relationships:answer":
        data["tenant_id"] = str(world.town.tenant_id)
    if name == "orders:seats":
        data = {**data, "quantity": "25"}
        data.pop("at_renewal", None)
    return data


def send(world: World, name: str, path: str, data: dict[str, Any]) -> Any:
    """Send a form as the person who owns the object at the path; return the answer."""
    client = world.client(urls.asked_by(PLACES[name]))
    return client.post(path, payloads.body(data), content_type=URLENCODED)
