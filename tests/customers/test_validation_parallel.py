"""Many connections at once: the validation ID's counter, and two answers to one link."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from customers.models import (
    Customer,
    CustomerAgreement,
    CustomerCreation,
    Relationship,
    ValidationId,
    ValidationUse,
)
from customers.services import answering, validation
from customers.services import relationships as requests
from gcc_portal.core.gates import Blocked, Refusal
from gcc_portal.core.people.actors import customer_contact, portal
from gcc_portal.identity.tenants.directory import tenant_directory
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Run `act(0..count-1)`, each on a connection of its own; return the results or the refusals."""

    def run(number: int) -> Any:
        try:
            return act(number)
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(run, range(count)))


def test_twenty_creations_on_five_creates_are_five() -> None:
    partner = factories.partner("Contoso Cloud", qualification="qualified")
    actor = factories.actor(factories.agent(partner, "sales_agent").user)
    issued = factories.validation_id(partner, "Harborview County", max_creates=5)
    creations = [
        CustomerCreation.objects.create(partner=partner, company_name="Harborview County")
        for _each in range(20)
    ]
    results = at_once(20, lambda n: validation.reserve(actor, issued.pk, creation=creations[n]))
    taken = [each for each in results if isinstance(each, ValidationUse)]
    refused = [each for each in results if isinstance(each, Blocked)]
    assert (len(taken), len(refused)) == (5, 15)
    issued.refresh_from_db()
    assert (issued.reserved, issued.used) == (5, 0)

    customers = [factories.customer(partner, "Harborview County") for _each in taken]
    at_once(5, lambda n: validation.use(portal(), taken[n].pk, customers[n]))
    issued.refresh_from_db()
    assert (issued.reserved, issued.used, issued.state) == (0, 5, "exhausted")


def test_using_and_releasing_at_once_settles_each_once() -> None:
    partner = factories.partner("Contoso Cloud", qualification="qualified")
    actor = factories.actor(factories.agent(partner, "sales_agent").user)
    issued = factories.validation_id(partner, "Harborview County", max_creates=5)
    made = CustomerCreation.objects.create(partner=partner, company_name="Harborview County")
    taken = validation.reserve(actor, issued.pk, creation=made)
    customer = factories.customer(partner, "Harborview County")

    def settle(number: int) -> Any:
        if number % 2:
            return validation.use(portal(), taken.pk, customer)
        return validation.release(portal(), taken.pk, "failed")

    at_once(8, settle)
    issued.refresh_from_db()
    taken.refresh_from_db()
    assert issued.reserved == 0
    assert issued.used == (1 if taken.state == "used" else 0)


def test_one_link_is_accepted_once_by_eight_at_once() -> None:
    partner = factories.partner("Contoso Cloud", qualification="qualified")
    actor = factories.actor(factories.agent(partner, "sales_agent").user)
    home = factories.tenant("gcc", "City of Harborview")
    begun = requests.request(
        actor,
        organization_name="City of Harborview",
        contact_name="",
        contact_email="it@harborview.gov",
        for_gcc=True,
    )
    known = tenant_directory().find(str(home.tenant_id))
    who = answering.Administrator("Pat", "Clerk", "CIO", "cio@harborview.gov")
    contact = customer_contact("Pat Clerk")
    results = at_once(8, lambda _n: answering.accept(contact, begun.token, known, who, agrees=True))
    assert sum(isinstance(each, Relationship) for each in results) == 1
    assert Customer.objects.count() == 1
    assert CustomerAgreement.objects.count() == 1
    assert Relationship.objects.filter(state="active").count() == 1


def test_two_partners_links_for_one_tenant_meet_one_customer() -> None:
    home = factories.tenant("gcc", "City of Harborview")
    known = tenant_directory().find(str(home.tenant_id))
    tokens = []
    for name in ("Contoso Cloud", "Tailspin Gov Services"):
        partner = factories.partner(name, qualification="qualified")
        actor = factories.actor(factories.agent(partner, "sales_agent").user)
        begun = requests.request(
            actor,
            organization_name="City of Harborview",
            contact_name="",
            contact_email="it@harborview.gov",
            for_gcc=True,
        )
        tokens.append(begun.token)
    who = answering.Administrator("Pat", "Clerk", "CIO", "cio@harborview.gov")
    contact = customer_contact("Pat Clerk")
    results = at_once(2, lambda n: answering.accept(contact, tokens[n], known, who, agrees=True))
    assert all(isinstance(each, Relationship) for each in results)
    customer = Customer.objects.get()
    assert customer.qualifications.filter(state="granted").count() == 1
    assert customer.agreements.count() == 1
    assert customer.relationships.filter(state="active").count() == 2
    assert customer.created_at <= timezone.now()


def test_expiring_in_two_workers_writes_one_entry_each() -> None:
    partner = factories.partner("Contoso Cloud", qualification="qualified")
    for number in range(40):
        factories.validation_id(partner, f"County {number}", expires_at=timezone.now())
    results = at_once(4, lambda _n: validation.expire_due(portal()))
    assert sum(results) == 40
    assert ValidationId.objects.filter(state="expired").count() == 40
