"""The operators' page: who may open it, what it says of each queue and of workers."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email

from customers.models import Customer
from gcc_portal.core.people.models import User
from gcc_portal.operations import workers
from orders.models import Order
from tests import factories
from tests.intake import making
from tests.operations.conftest import Answering

URL = "/operations/"


def text(page: bytes) -> str:
    """Return what a person reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.decode()).split())


def test_a_visitor_is_asked_to_sign_in(client: Client, db: None) -> None:
    answer = client.get(URL)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


@pytest.mark.parametrize("who", ["admin", "sales", "reviewer"])
def test_others_are_told_why_not(client: Client, who: str, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(who))
    answer = client.get(URL)
    assert answer.status_code == 403
    assert "for those who run the portal" in text(answer.content)
    assert URL not in client.get("/").content.decode()


def test_an_operator_finds_it(client: Client, operator: User) -> None:
    client.force_login(operator)
    assert f'href="{URL}"' in client.get("/").content.decode()
    assert client.get(URL).status_code == 200


def test_it_is_only_read(client: Client, operator: User) -> None:
    client.force_login(operator)
    assert client.post(URL).status_code == 405


def test_no_worker_answers(client: Client, operator: User, answering: Answering) -> None:
    client.force_login(operator)
    page = text(client.get(URL).content)
    assert "No worker answers" in page
    assert page.count("Stopped") == 4


def test_redis_is_away(client: Client, operator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(operator)
    monkeypatch.setattr(workers, "look", lambda: workers.Workers(broker_is_up=False))
    page = text(client.get(URL).content)
    assert "Redis does not answer" in page
    assert page.count("Stopped") == 4


def test_keeping_up(client: Client, operator: User, at_work: None) -> None:
    client.force_login(operator)
    page = text(client.get(URL).content)
    assert "Everything that is due is being done." in page
    assert page.count("Keeping up") == 4
    assert "worker@here" in page


def test_behind_and_for_how_long(client: Client, operator: User, at_work: None) -> None:
    making.due_form(timezone.now() - timedelta(hours=3))
    client.force_login(operator)
    page = text(client.get(URL).content).replace("\xa0", " ")
    assert "Work that is due is not done in time." in page
    assert re.search(r"Behind 1 3 hours", page)


def test_what_failed_is_shown_with_a_way_that_leads_there(
    client: Client, operator: User, at_work: None, contoso: object
) -> None:
    making.due_form(error="ValueError: no")
    making.due_form(name="Northwind Due")
    Email.objects.create(from_email="a@b.example", to=["gone@d.example"], status=STATUS.failed)
    Email.objects.create(from_email="a@b.example", to=["fine@d.example"], status=STATUS.sent)
    client.force_login(operator)
    page = client.get(URL).content.decode()
    ways = dict(re.findall(r'href="(/operator/[^"]+)">([^<]+): 1<', page))
    assert set(ways.values()) == {"Forms set aside", "Mails given up"}
    listed = {label: client.get(url.replace("&amp;", "&")) for url, label in ways.items()}
    assert {each.status_code for each in listed.values()} == {200}
    mails = listed["Mails given up"].content.decode()
    assert "gone@d.example" in mails
    assert "fine@d.example" not in mails
    assert "Northwind Due" not in listed["Forms set aside"].content.decode()
    assert listed["Forms set aside"].context["cl"].result_count == 1


def test_failed_orders_and_creations_lead_there(
    client: Client, operator: User, sales: User, contoso: object
) -> None:
    customer: Customer = factories.customer(contoso)
    Order.objects.create(
        partner=contoso, customer=customer, created_by=sales, state="failed", submitted_at=timezone.now()
    )
    client.force_login(operator)
    page = client.get(URL).content.decode()
    (way,) = re.findall(r'href="(/operator/[^"]+)">Orders with lines that failed: 1<', page)
    assert client.get(way).context["cl"].result_count == 1
    assert client.get("/operator/customers/customercreation/?state__exact=failed").status_code == 200
