"""The audit names the application by which a person acted."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gcc_portal.core.audit.record import record
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests.api.kit import application

SignIn = Callable[[User], Client]


@pytest.fixture
def through(contoso: Partner, admin_actor: Actor) -> Actor:
    """Contoso's admin agent, at work through an application."""
    return replace(admin_actor, channel=Channel.API, application_id=application(contoso, "app_user").pk)


def test_list_history_and_download_name_it(
    through: Actor, contoso: Partner, admin: User, client_of: SignIn
) -> None:
    name = contoso.applications.get().name
    record(through, "deed", contoso)
    record(replace(through, application_id="", channel=Channel.PAGE), "deed", contoso)
    client = client_of(admin)
    for page in (reverse("audit:list"), reverse("partners:profile")):
        assert client.get(page).content.decode().count(f"{through.name}, with {name}") == 1
    text = b"".join(client.get(reverse("audit:export")).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Who"], row["With application"]) for row in rows] == [
        (through.name, ""),
        (through.name, name),
    ]


def test_it_costs_one_query_for_any_number(
    through: Actor, contoso: Partner, admin: User, client_of: SignIn, django_assert_num_queries: Any
) -> None:
    client = client_of(admin)
    client.get(reverse("home"))
    for _each in range(12):
        record(replace(through, application_id=application(contoso, "app_user").pk), "deed", contoso)
    with django_assert_num_queries(3):  # who is signed in, the list, and the names
        assert client.get(reverse("audit:list")).status_code == 200
