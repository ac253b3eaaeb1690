"""A relationship knows its customer's name, domain and age, whoever writes what."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Relationship
from customers.queries.customers import active_relationships, visible_customers
from customers.services import relationships as services
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories

pytestmark = pytest.mark.django_db
COLUMNS = ("customer_name", "customer_domain", "customer_since")


def told(relationship: Relationship) -> tuple[object, ...]:
    """Return what stands in the row now."""
    row: tuple[object, ...] = Relationship.objects.values_list(*COLUMNS).get(pk=relationship.pk)
    return row


def true_of(customer: Customer) -> tuple[object, ...]:
    """Return what should stand there."""
    customer.refresh_from_db()
    return customer.name.upper(), customer.domain.upper(), customer.created_at


def test_it_is_known_from_the_beginning(contoso: Partner) -> None:
    customer = factories.customer(contoso, "City of Cañon")
    assert told(customer.relationships.get()) == true_of(customer)
    assert told(customer.relationships.get())[0] == "CITY OF CAÑON"


def test_rows_in_a_batch_know_it(contoso: Partner) -> None:
    customers = Customer.objects.bulk_create(
        Customer(name=f"Town {number}", domain=f"town{number}.onmicrosoft.com") for number in range(3)
    )
    Relationship.objects.bulk_create(
        Relationship(partner=contoso, customer=each, state="active", organization_name=each.name)
        for each in customers
    )
    for each in customers:
        assert told(each.relationships.get()) == true_of(each)


def test_a_request_knows_nothing_until_it_is_accepted(contoso: Partner) -> None:
    request = Relationship.objects.create(partner=contoso, organization_name="Somebody")
    assert told(request) == (None, None, None)
    customer = Customer.objects.create(name="Fir County", domain="fir.onmicrosoft.com")
    request.customer = customer
    request.save()
    assert told(request) == true_of(customer)


def test_a_renaming_reaches_all_its_relationships(contoso: Partner, tailspin: Partner) -> None:
    customer = factories.customer(contoso, "Old Name")
    other = factories.relate(tailspin, customer)
    former = factories.relate(contoso, customer, state="ended")
    untouched = factories.customer(contoso, "Another")
    customer.name = "New Name"
    customer.save()
    assert not Relationship.objects.filter(customer_name__startswith="OLD").exists()
    for each in (customer.relationships.get(partner=contoso, state="active"), other, former):
        assert told(each) == true_of(customer)
    assert told(untouched.relationships.get()) == true_of(untouched)


def test_a_renaming_by_hand_reaches_them_too(contoso: Partner) -> None:
    customer = factories.customer(contoso, "Old Name")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET name = 'By Hand', domain = 'hand.example', created_at = %s WHERE id = %s",
            [timezone.now() - timedelta(days=9), customer.pk],
        )
    assert told(customer.relationships.get()) == true_of(customer)
    assert true_of(customer)[0] == "BY HAND"


def test_what_was_read_before_a_renaming_does_not_bring_the_old_name_back(contoso: Partner) -> None:
    customer = factories.customer(contoso, "Old Name")
    stale = customer.relationships.get()
    Customer.objects.filter(pk=customer.pk).update(name="New Name")
    stale.contact_name = "Pat"
    stale.save()
    assert told(stale) == true_of(customer)


def test_no_other_name_can_be_written_there(contoso: Partner) -> None:
    customer = factories.customer(contoso, "Only Name")
    Relationship.objects.update(customer_name="ANOTHER", customer_since=None)
    assert told(customer.relationships.get()) == true_of(customer)


def test_a_relationship_that_is_there_before_its_customer_learns_its_name(contoso: Partner) -> None:
    customer = Customer(name="Late County", domain="late.onmicrosoft.com")
    early = Relationship.objects.create(
        partner=contoso, customer_id=customer.pk, state="active", organization_name="Late County"
    )
    assert told(early) == (None, None, None)
    customer.save(force_insert=True)
    assert told(early) == true_of(customer)


def test_the_list_shows_it_at_its_new_place(contoso: Partner, admin_actor: Actor, admin: User) -> None:
    first, second = (factories.customer(contoso, name) for name in ("alder", "Birch"))
    rows = Customer.objects.filter(relationships__in=active_relationships(admin_actor)).order_by(
        "relationships__customer_name"
    )
    assert list(rows) == [first, second]  # whatever the case
    Customer.objects.filter(pk=first.pk).update(name="Cedar")
    assert list(rows.all()) == [second, first]
    client = Client()
    client.force_login(admin)
    assert [row.name for row in client.get("/customers/", {"q": "ced"}).context["page_obj"]] == ["Cedar"]
    assert not client.get("/customers/", {"q": "alder"}).context["page_obj"]


def test_who_is_let_go_leaves_the_list(contoso: Partner, admin_actor: Actor) -> None:
    customer = factories.customer(contoso, "Gone County")
    services.end_with(admin_actor, customer.pk)
    assert not visible_customers(admin_actor).exists()
    factories.relate(contoso, customer)
    assert list(visible_customers(admin_actor)) == [customer]
