"""The cards of the catalogue: what they show of an offer, and the form that puts it into the cart."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from gcc_portal.core.people.models import User
from orders.models import Offer
from tests.orders.conftest import make_offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client_of: Callable[[User], Client], sales: User) -> Client:
    return client_of(sales)


def shown(page: Client, customer: Customer, **query: Any) -> str:
    return page.get(reverse("orders:catalog", args=[customer.pk]), query).content.decode()


def test_a_changed_offer_is_shown_as_it_is_now(
    page: Client, county: Customer, g3: Offer, phone: Offer
) -> None:
    phone.prerequisites.set([g3])
    assert "Needs this offer" in shown(page, county)
    first = shown(page, county)
    for change in (
        {"sku_title": "Renamed <GCC>"}, {"price_cents": 123456}, {"description": "Said & anew"}, {"terms": ["P3Y"]},
        {"min_quantity": 7}, {"unit": "gigabyte"}, {"string_id": "NEW_ID"},
    ):  # fmt: skip
        Offer.objects.filter(pk=g3.pk).update(**change)
        changed = shown(page, county)
        assert changed != first
        first = changed
    for word in ("Renamed &lt;GCC&gt;", "$1,234.56", "Said &amp; anew", "Gigabytes", "NEW_ID", 'value="7"'):
        assert word in first
    phone.prerequisites.clear()
    assert "Needs this offer" not in shown(page, county)


def test_forms_lead_back_to_where_one_is_with_ones_own_token(
    page: Client, client_of: Callable[[User], Client], admin: User, county: Customer, g3: Offer
) -> None:
    text = shown(page, county, q="g3", x='"><script>')
    card = text.split("<article")[1].split("</article>")[0]
    assert '<form method="post" novalidate' in card  # without an address: it goes to where it stands
    here = f"{reverse('orders:catalog', args=[county.pk])}?q=g3&x=%22%3E%3Cscript%3E"
    sent = {"offer": g3.pk, "quantity": 3, "plan": g3.plans[0].code}
    assert page.post(here, sent)["Location"] == here
    assert text.count('name="csrfmiddlewaretoken"') >= 1
    mine = page.cookies["csrftoken"].value
    other = client_of(admin)
    shown(other, county)
    assert other.cookies["csrftoken"].value != mine


def test_the_token_of_a_card_is_taken(
    client_of: Callable[[User], Client], sales: User, county: Customer, g3: Offer
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_of(sales).cookies
    url = reverse("orders:catalog", args=[county.pk])
    text = strict.get(url).content.decode()
    token = text.split("<article")[1].split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    sent = {"offer": g3.pk, "quantity": 3, "plan": g3.plans[0].code}
    assert strict.post(url, sent).status_code == 403
    assert strict.post(url, {**sent, "csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.parametrize(
    ("number", "first"), [("", 0), ("1", 0), ("2", 15), ("99", 15), ("0", 0), ("x", 0), ("9" * 50, 15)]
)
def test_pages_are_the_nearest_there_are(page: Client, county: Customer, number: str, first: int) -> None:
    offers = [make_offer(f"Offer {each:02}") for each in range(25)]
    answer = page.get(reverse("orders:catalog", args=[county.pk]), {"page": number})
    assert [offer.pk for offer, _form in answer.context["offers"]] == [
        each.pk for each in offers[first : first + 15]
    ]
    assert "25 offers" in answer.content.decode()
    assert answer.context["page_obj"].paginator.num_pages == 2
