"""The page of a creation: its progress, its failure and retry, the password shown once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import CustomerCreation
from customers.services import creation as creations
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from tests import factories
from tests.customers.conftest import Drafter

pytestmark = pytest.mark.django_db
Commits = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def page(client_of: Callable[[User], Client], sales: User) -> Client:
    """Contoso's sales agent, signed in."""
    return client_of(sales)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def test_a_repeated_start_is_answered_with_the_state(
    page: Client, sales_actor: Actor, draft: Drafter
) -> None:
    creation = draft(sales_actor)
    url = reverse("customers:creation-start", args=[creation.pk])
    assert page.post(url, {"revision": str(creation.revision)}).status_code == 302
    again = page.post(url, {"revision": str(creation.revision)})
    assert again.status_code == 409
    assert "is provisioning now" in text(again)
    assert "Waiting for its turn" in text(again)


def test_progress_is_asked_for_until_it_is_over(
    page: Client, sales_actor: Actor, draft: Drafter, commits: Commits, eager: None
) -> None:
    creation = draft(sales_actor)
    with commits():
        creations.start_provisioning(sales_actor, creation.pk)
        url = reverse("customers:creation-progress", args=[creation.pk])
        waiting = page.get(url, headers={"HX-Request": "true"})
        assert "Waiting for its turn" in text(waiting)
        assert "every 2s" in text(waiting)
    over = page.get(url, headers={"HX-Request": "true"})
    assert over["HX-Refresh"] == "true"
    assert page.get(url).url == reverse("customers:creation", args=[creation.pk])


def test_a_failed_creation_shows_its_cause_and_is_tried_again(
    page: Client, sales_actor: Actor, draft: Drafter, commits: Commits, eager: None
) -> None:
    creation = draft(sales_actor)
    with commits():
        creations.start_provisioning(sales_actor, creation.pk)
        factories.tenant(domain="harborviewcounty.onmicrosoft.com")
    url = reverse("customers:creation", args=[creation.pk])
    failed = text(page.get(url))
    assert "The customer could not be created" in failed
    assert "harborviewcounty.onmicrosoft.com is taken" in failed
    revision = str(CustomerCreation.objects.get().revision)
    retry = reverse("customers:creation-retry", args=[creation.pk])
    assert page.post(retry, {"prefix": "9", "revision": revision}).status_code == 422
    assert page.post(retry, {"prefix": "harborviewcounty", "revision": revision}).status_code == 422
    assert page.post(retry, {"prefix": "harborviewwa", "revision": "0"}).status_code == 409
    with commits():
        assert page.post(retry, {"prefix": "harborviewwa", "revision": revision}).url == url
    assert "The customer is created" in text(page.get(url))
    assert page.post(retry, {"prefix": "harborviewwb", "revision": revision}).status_code == 409


def test_the_password_is_shown_once_and_never_cached(
    page: Client, sales_actor: Actor, draft: Drafter, commits: Commits, eager: None
) -> None:
    creation = draft(sales_actor)
    with commits():
        creations.start_provisioning(sales_actor, creation.pk)
    url = reverse("customers:creation-password", args=[creation.pk])
    assert page.get(url).status_code == 405
    first = page.post(url)
    assert 'id="one-time-password"' in text(first)
    assert "no-store" in first["Cache-Control"]
    second = text(page.post(url))
    assert 'id="one-time-password"' not in second
    assert "can't be shown again" in second
    assert "Show once" not in text(page.get(reverse("customers:creation", args=[creation.pk])))
