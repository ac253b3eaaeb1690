"""The demo story's customers: true states, made by the services."""

import pytest

from customers import demo
from customers.demo import customers as demo_customers
from customers.models import Customer, CustomerCreation, SpecialQualification, ValidationId
from customers.states import GCC
from gcc_portal.core.audit.record import history_of
from partners import demo as partners_demo

pytestmark = pytest.mark.django_db


def test_the_story_has_customers_of_every_kind_and_is_told_once() -> None:
    partners_demo.load()
    demo.load()
    made = {customer.pk: customer for customer in Customer.objects.all()}
    assert set(made) == {each.tenant_id for each in demo_customers.CUSTOMERS}
    for each in demo_customers.CUSTOMERS:
        customer = made[each.tenant_id]
        assert customer.granted_kinds == ({GCC} if each.web_domain else set())
        assert customer.agreements.exists() == each.agreed
        creation = CustomerCreation.objects.get(customer=customer)
        assert next(entry.to_state for entry in history_of(creation) if entry.to_state) == "active"
    for qualification in SpecialQualification.objects.select_related("validation"):
        assert qualification.validation is not None
        assert (qualification.validation.used, qualification.validation.reserved) == (1, 0)
    austin = ValidationId.objects.get(organization_name="City of Austin")
    assert austin.remaining == austin.max_creates
    demo.load()
    assert Customer.objects.count() == len(made)
