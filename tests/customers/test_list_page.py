"""The customers list and its export."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import Http404, QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer, CustomerAgreement, Relationship, SpecialQualification
from customers.queries import listing
from customers.queries.customers import customer_or_404, visible_customers
from customers.queries.search_params import SearchParams
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories

pytestmark = pytest.mark.django_db
LIST, EXPORT = "/customers/", "/customers/export/"


@pytest.fixture
def page(client_of: Callable[[User], Client], sales: User) -> Client:
    """Contoso's sales agent, signed in."""
    return client_of(sales)


def many(of: Partner, count: int, first: int = 0) -> None:
    """Write customers in sets: every second is GCC, every third has an agreement."""
    now = timezone.now()
    rows = Customer.objects.bulk_create(
        Customer(
            name=f"County {number:06}",
            domain=f"bulk{number}.onmicrosoft.com",
            created_at=now - timedelta(minutes=number % 97),
        )
        for number in range(first, first + count)
    )
    Relationship.objects.bulk_create(
        Relationship(partner=of, customer=row, state="active", is_request=False, organization_name=row.name)
        for row in rows
    )
    SpecialQualification.objects.bulk_create(
        SpecialQualification(customer=row, kind=factories.GCC, state="granted") for row in rows[::2]
    )
    CustomerAgreement.objects.bulk_create(
        CustomerAgreement(
            customer=row, partner=of, how="attested", first_name="A", last_name="B", email="a@b.example",
            agreed_on=now.date(), template_version="1",
        )
        for row in rows[::3]
    )  # fmt: skip


def names(answer: Any) -> list[str]:
    return [customer.name for customer in answer.context["page_obj"]]


def test_only_active_relationships_of_the_own_partner_are_seen(
    contoso: Partner, tailspin: Partner, sales_actor: Actor, reviewer_actor: Actor
) -> None:
    mine = factories.customer(contoso, "Mine")
    shared = factories.customer(contoso, "Shared")
    factories.relate(tailspin, shared)
    theirs = factories.customer(tailspin, "Theirs")
    ended = Customer.objects.create(name="Ended", domain="ended.onmicrosoft.com")
    factories.relate(contoso, ended, state="ended")
    assert set(visible_customers(sales_actor)) == {mine, shared}
    assert not visible_customers(reviewer_actor).exists()
    for hidden in (theirs.pk, ended.pk, "x", "", "\x00", None):
        with pytest.raises(Http404):
            customer_or_404(sales_actor, hidden)  # type: ignore[arg-type]


def test_rows_open_the_subscriptions(page: Client, contoso: Partner) -> None:
    customer = factories.customer(contoso, "City of Austin")
    shown = page.get(LIST).content.decode()
    assert f'href="/customers/{customer.pk}/subscriptions/"' in shown
    assert "Government Community Cloud" in shown


def test_a_row_shows_name_domain_qualification_agreement_and_age(page: Client, contoso: Partner) -> None:
    made = datetime(2026, 3, 2, 17, tzinfo=UTC)
    factories.customer(
        contoso, "City of Akron", domain="akron.onmicrosoft.com", agreed=False, created_at=made
    )
    text = page.get(LIST).content.decode()
    row = text.split("<tbody>")[1].split("</tbody>")[0]
    for word in (
        "City of Akron",
        "akron.onmicrosoft.com",
        "Government Community Cloud",
        "Missing",
        "Mar 2, 2026",
    ):
        assert word in row


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=aust", ["City of Austin"]),
        ("q=CITY", ["City of Austin", "City of Boston"]),
        ("q=bos.onmic", ["City of Boston"]),
        ("q=100%25", []),
        ("q=_ity", []),
        ("q=%07", ["City of Austin", "City of Boston", "Litware"]),
        ("qualification=none", ["Litware"]),
        ("qualification=government_community_cloud", ["City of Austin", "City of Boston"]),
        ("qualification=education", []),
        ("qualification=nonsense", ["City of Austin", "City of Boston", "Litware"]),
        ("agreement=no", ["City of Boston"]),
        ("agreement=yes&q=city", ["City of Austin"]),
        ("sort=-name", ["Litware", "City of Boston", "City of Austin"]),
        ("sort=since", ["Litware", "City of Austin", "City of Boston"]),
        ("sort=-since", ["City of Boston", "City of Austin", "Litware"]),
        ("sort=password", ["City of Austin", "City of Boston", "Litware"]),
        ("q=a&q=litware", ["Litware"]),
        ("after=nonsense&before=%22", ["City of Austin", "City of Boston", "Litware"]),
    ],
)
def test_search_filters_and_order(page: Client, contoso: Partner, query: str, found: list[str]) -> None:
    now = timezone.now()
    factories.customer(contoso, "City of Boston", domain="bos.onmicrosoft.com", agreed=False, created_at=now)
    factories.customer(contoso, "City of Austin", created_at=now - timedelta(days=1))
    factories.customer(contoso, "Litware", kinds=(), created_at=now - timedelta(days=2))
    answer = page.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert names(answer) == found


def test_a_tenant_id_finds_its_customer(page: Client, contoso: Partner) -> None:
    wanted = factories.customer(contoso)
    factories.customer(contoso)
    assert names(page.get(LIST, {"q": f" {{{str(wanted.pk).upper()}}} "})) == [wanted.name]


@pytest.mark.parametrize("sort", ["name", "-name", "since", "-since"])
def test_pages_go_through_all_rows_there_and_back(contoso: Partner, sales_actor: Actor, sort: str) -> None:
    many(contoso, 60)
    params = SearchParams()
    rows = listing.search_customers(sales_actor, params, sort).all()
    field = {"name": "customer__name", "since": "customer__created_at"}[sort.removeprefix("-")]
    sign = sort[: len(sort) - len(sort.removeprefix("-"))]
    expected = [row.pk for row in rows.order_by(f"{sign}{field}", f"{sign}customer_id")]
    there, query = [], QueryDict("")
    while True:
        shown = listing.page_at(sales_actor, params, sort, query, size=25)
        there.append([row.pk for row in shown])
        if not shown.has_next:
            break
        query = QueryDict(shown.next_url[1:])
    assert [pk for part in there for pk in part] == expected
    assert [len(part) for part in there] == [25, 25, 10]
    back = []
    while shown.has_previous:
        shown = listing.page_at(sales_actor, params, sort, QueryDict(shown.previous_url[1:]), size=25)
        back.append([row.pk for row in shown])
    assert back == [there[1], there[0]]


def test_filters_stay_in_the_links_of_the_pages(page: Client, contoso: Partner) -> None:
    many(contoso, 60)
    first = page.get(LIST, {"qualification": factories.GCC, "sort": "-name"})
    following = page.get(LIST + first.context["page_obj"].next_url)
    assert len(following.context["page_obj"]) == 5
    assert names(following)[-1] == "County 000000"


def test_the_list_asks_as_often_for_a_thousand_rows_as_for_thirty(page: Client, contoso: Partner) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert page.get(LIST).status_code == 200
        return len(queries)

    many(contoso, 30)
    page.get(LIST)  # warms what is kept between requests
    thirty = asked()
    many(contoso, 1000, first=30)
    assert Customer.objects.count() == 1030
    assert asked() == thirty <= 6


def test_what_is_many_is_not_counted_to_the_end(page: Client, contoso: Partner) -> None:
    many(contoso, 1003)
    assert "More than 1000 customers" in page.get(LIST).content.decode()


def test_empty_lists_say_what_next(page: Client, contoso: Partner) -> None:
    nothing = page.get(LIST).content.decode()
    assert "No customers yet" in nothing
    assert "/customers/create/" in nothing
    factories.customer(contoso)
    assert "No customer matches" in page.get(LIST, {"q": "zzz"}).content.decode()


def read(answer: Any) -> list[list[str]]:
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


def test_the_export_holds_what_the_filter_shows(page: Client, contoso: Partner, tailspin: Partner) -> None:
    factories.customer(contoso, "City of Austin", city="Austin", state="TX")
    factories.customer(contoso, "Litware", kinds=(), agreed=False)
    factories.customer(tailspin, "City of Elsewhere")
    answer = page.get(EXPORT, {"q": "city"})
    assert answer.streaming
    assert "attachment" in answer["Content-Disposition"]
    lines = read(answer)
    assert [line[0] for line in lines] == ["Legal name", "City of Austin"]
    assert lines[1][3:5] == ["Government Community Cloud", "In force"]
    lines = read(page.get(EXPORT, {"sort": "-name"}))
    assert [line[0] for line in lines[1:]] == ["Litware", "City of Austin"]
    assert lines[1][3:5] == ["None", "Missing"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_the_export_is_safe_against_formulas(page: Client, contoso: Partner, name: str) -> None:
    factories.customer(contoso, name)
    assert read(page.get(EXPORT))[1][0] == f"'{name}"


def test_the_export_asks_as_often_for_a_hundred_rows_as_for_ten(
    page: Client, contoso: Partner, django_assert_max_num_queries: Any
) -> None:
    many(contoso, 100)
    with django_assert_max_num_queries(6):
        assert len(read(page.get(EXPORT))) == 101


def test_the_list_and_its_export_are_for_agents(client_of: Callable[[User], Client], reviewer: User) -> None:
    for path in (LIST, EXPORT):
        assert client_of(reviewer).get(path).status_code == 403
        assert Client().get(path).status_code == 302
        assert client_of(reviewer).post(path).status_code in (403, 405)
