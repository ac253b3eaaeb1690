"""The first page: what waits for each kind of person, and nothing that is not theirs."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories

SignIn = Callable[[User], Client]


def test_a_visitor_is_welcomed(client: Client, db: None) -> None:
    page = client.get(reverse("home")).content.decode()
    assert "Sign in" in page
    assert reverse("eligibility:start") in page


def test_an_agent_sees_its_own_figures(
    client_of: SignIn, admin: User, contoso: Partner, tailspin: Partner
) -> None:
    factories.customer(contoso, "Harborview County")
    factories.customer(tailspin, "Elsewhere County")
    factories.validation_id(contoso)
    cards = client_of(admin).get(reverse("home")).context["figures"]
    figures = {str(card.label): card.value for card in cards}
    assert str(figures["Customers"]) == "1"
    assert figures["Validation IDs"] == 1
    assert str(figures["Relationship requests"]) == "0"
    assert figures["Government Community Cloud"] == "Qualified"


def test_a_reviewer_sees_no_partners_figures(client_of: SignIn, reviewer: User, contoso: Partner) -> None:
    page = client_of(reviewer).get(reverse("home"))
    assert "Customers" not in {str(card.label) for card in page.context["figures"]}
    assert reverse("review:queue") in page.content.decode()


def test_a_person_without_a_partner_reads_that(client_of: SignIn, db: None) -> None:
    user = User.objects.create_user("new@contoso.example", "demo")
    assert "not tied to a partner" in client_of(user).get(reverse("home")).content.decode()


@pytest.mark.parametrize("rows", [10, 200])
def test_it_costs_the_same_however_many_customers(
    client_of: SignIn, admin: User, contoso: Partner, django_assert_max_num_queries: Callable, rows: int
) -> None:
    for _ in range(rows):
        factories.customer(contoso, agreed=False)
    client = client_of(admin)
    with django_assert_max_num_queries(14):
        client.get(reverse("home"))
