"""Django's admin shows rows and corrects them; it bypasses neither transitions nor the sign-in."""

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from gcc_portal.core.machine import state_fields
from gcc_portal.core.people.models import User
from tests import factories

OURS = [
    (model, registered)
    for model, registered in admin.site._registry.items()
    if model._meta.app_label in {"gcc_portal", "partners", "customers", "orders"}
]


@pytest.fixture
def operator(db: None) -> User:
    """An operator with every permission of Django's."""
    return User.objects.create_superuser("operator@portal.example", "demo", name="Operator")


@pytest.mark.parametrize(("model", "registered"), OURS, ids=lambda value: getattr(value, "__name__", ""))
def test_states_are_read_only_and_nothing_is_deleted(operator: User, model, registered) -> None:
    request = RequestFactory().get("/")
    request.user = operator
    protected = {field.name for field in state_fields(model)}
    changeable = registered.has_change_permission(request)
    readonly = set(registered.get_readonly_fields(request, model()))
    assert not changeable or protected <= readonly
    assert not protected & set(registered.list_editable)
    if model._meta.label != "gcc_portal.DirectoryTenant":
        assert not registered.has_delete_permission(request)
        assert "delete_selected" not in registered.get_actions(request)


def test_every_machine_can_be_looked_at() -> None:
    from django.apps import apps

    machines = {m for m in apps.get_models() if any(f.model is m for f in state_fields(m))}
    assert machines <= {model for model, _registered in OURS}


@pytest.mark.parametrize(("model", "registered"), OURS, ids=lambda value: getattr(value, "__name__", ""))
def test_lists_and_pages_open(operator: User, model, registered) -> None:
    client = Client()
    client.force_login(operator)
    base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert client.get(reverse(f"{base}_changelist")).status_code == 200


def test_a_posted_state_changes_nothing(operator: User) -> None:
    partner = factories.partner("Wingtip")
    client = Client()
    client.force_login(operator)
    page = client.get(reverse("admin:partners_partner_change", args=[partner.pk]))
    form = page.context["adminform"].form
    values = {name: form.initial.get(name) or "" for name in form.fields}
    client.post(
        reverse("admin:partners_partner_change", args=[partner.pk]), {**values, "qualification": "qualified"}
    )
    partner.refresh_from_db()
    assert partner.qualification == "none"


def test_operators_sign_in_on_the_portals_page(client: Client, db: None) -> None:
    answer = client.get("/operator/login/")
    assert answer.status_code == 302
    assert reverse("account_login") in answer.url


def test_an_agent_is_not_let_in(client: Client, admin: User) -> None:
    client.force_login(admin)
    answer = client.get("/operator/")
    assert answer.status_code in (302, 403)
