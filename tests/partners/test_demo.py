"""The demo story's partners: who they are, how they stand, and that their history is true."""

from pathlib import Path

import pytest

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.people.models import User
from gcc_portal.identity.tenants.models import DirectoryTenant
from gcc_portal.intake.models import FormState
from partners import demo
from partners.models import Agent, Partner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def story() -> None:
    demo.load()


def test_how_the_partners_stand() -> None:
    states = dict(Partner.objects.values_list("name", "qualification"))
    assert states == {
        "Contoso Cloud": "qualified",
        "Fabrikam Distribution": "none",
        "Northwind Resale": "none",
        "Tailspin Gov Services": "pending",
    }
    northwind = Partner.objects.get(name="Northwind Resale")
    assert northwind.provider is not None
    assert northwind.provider.name == "Fabrikam Distribution"


def test_the_history_is_true() -> None:
    contoso = Partner.objects.get(name="Contoso Cloud")
    assert [entry.action for entry in history_of(contoso)] == ["qualify", "apply", "enrol_partner"]
    form = Partner.objects.get(name="Tailspin Gov Services").intake_forms.get()
    assert form.state == FormState.IN_REVIEW
    assert form.reviewer is not None
    assert form.reviewer.email == demo.REVIEWER


def test_everyone_can_sign_in() -> None:
    for _key, email, _name, _role in demo.PEOPLE:
        assert User.objects.get(email=email).check_password("demo")
    assert Agent.objects.count() == len(demo.PEOPLE)


def test_the_wrong_tenants_are_there_to_paste() -> None:
    for tenant_id in demo.GOVERNMENT_TENANTS.values():
        assert DirectoryTenant.objects.get(pk=tenant_id).kind == "azure_government"
    for key, tenant_id in demo.TENANTS.items():
        assert Partner.objects.get(tenant_id=tenant_id).name == demo.PARTNERS[key]["name"]


def test_the_page_of_demo_names_lists_them() -> None:
    text = (Path(__file__).parents[2] / "docs" / "demo.md").read_text()
    for tenant_id in (*demo.TENANTS.values(), *demo.GOVERNMENT_TENANTS.values()):
        assert str(tenant_id) in text


def test_a_second_load_changes_nothing() -> None:
    demo.load()
    assert Partner.objects.count() == 4
