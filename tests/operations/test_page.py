"""The operators' page: who may open it, what it says of each queue, its charts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email

from customers.models import Customer
from gcc_portal.core.people.models import User
from gcc_portal.operations import charts, notes, sampling
from gcc_portal.operations.models import QueueSample
from orders.models import Order
from tests import factories
from tests.intake import making

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


def test_nothing_was_heard_of(client: Client, operator: User) -> None:
    client.force_login(operator)
    page = text(client.get(URL).content)
    assert "No worker gave a sign of life" in page
    assert page.count("Stopped") == 4
    assert page.count("Nothing was noted in the last hour") == 4


def test_keeping_up(client: Client, operator: User, at_work: None) -> None:
    client.force_login(operator)
    page = text(client.get(URL).content)
    assert "Everything that is due is being done." in page
    assert page.count("Keeping up") == 4
    assert "worker@here" in page


def test_behind_since_when(client: Client, operator: User, at_work: None) -> None:
    making.due_form(timezone.now() - timedelta(hours=3))
    client.force_login(operator)
    page = text(client.get(URL).content)
    assert "Work comes in faster than it is done." in page
    assert re.search(r"Behind since [\w.]+ \d+, \d\d:\d\d 1 3 hours", page)


def test_a_stopped_clock(client: Client, operator: User, at_work: None) -> None:
    notes.redis().delete(notes.RAN)
    hour_ago = timezone.now().timestamp() - 3600
    notes.redis().hset(notes.RAN, "gcc_portal.core.mail.tasks.deliver_outbox", str(hour_ago))
    client.force_login(operator)
    page = text(client.get(URL).content)
    assert "Work that should be done by the clock is not" in page
    assert page.count("Stopped") == 1


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


START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def sampled(*rows: tuple[int, int, int, int]) -> charts.Hour:
    """Return an hour with (place, depth, lag, done) of these minutes."""
    return charts.hour_of(START, {p: QueueSample(depth=d, lag=lag, done=done) for p, d, lag, done in rows})


def test_a_chart_has_a_column_a_minute_and_gaps_where_nothing_is_known() -> None:
    hour = sampled((0, 10, 0, 1), (1, 0, 0, 0), (59, 5, 30, 4))
    assert hour.depth.path == "M0 48v-48h4v48zM5 48v-1h4v1zM295 48v-24h4v24z"
    assert (hour.depth.now, hour.depth.most) == (5, 10)
    assert (hour.lag.now, hour.lag.most) == (30, 30)


def test_nought_all_along_is_a_line_at_the_foot() -> None:
    hour = sampled(*((place, 0, 0, 0) for place in range(60)))
    assert hour.depth.path.count("v-1h4") == 60


def test_the_table_says_the_same() -> None:
    hour = sampled((55, 3, 10, 1), (57, 9, 5, 2), (0, 1, 0, 7))
    newest, oldest = hour.spans[0], hour.spans[-1]
    assert (newest.begins.minute, newest.depth, newest.lag, newest.done) == (55, 9, 10, 3)
    assert (oldest.begins.minute, oldest.depth, oldest.done) == (0, 1, 7)
    assert hour.spans[5].depth is None


def test_the_hour_shows_its_samples(client: Client, operator: User, at_work: None) -> None:
    now = timezone.now()
    for minutes in range(90, 0, -1):
        sampling.take(now - timedelta(minutes=minutes))
    client.force_login(operator)
    page = client.get(URL).content.decode()
    assert page.count("portal-chart__drawing") == 3 * 4
    assert (
        len(re.findall(r'<path d="(M[^"]+)"/></svg>\s*<p class="portal-chart', page)[0].split("z")) - 1 == 59
    )
    assert " style=" not in page
    assert len(page) < 60_000


def test_it_asks_little(client: Client, operator: User, at_work: None, django_assert_max_num_queries) -> None:
    client.force_login(operator)
    client.get(URL)
    with django_assert_max_num_queries(16):
        client.get(URL)


def test_every_task_of_the_clock_is_listed(client: Client, operator: User) -> None:
    client.force_login(operator)
    page = text(client.get(URL).content)
    for name in settings.EVERY:
        assert name[:1].upper() + name[1:] in page
