"""What the list's search looks at: beginnings first, then what stands inside."""

from typing import Any

import pytest
from django.test import Client

from gcc_portal.core.people.models import User
from gcc_portal.web import keyset
from partners.models import Partner
from tests import factories

pytestmark = pytest.mark.django_db
LIST, EXPORT = "/customers/", "/customers/export/"


@pytest.fixture
def page(client: Client, sales: User, contoso: Partner, tailspin: Partner) -> Client:
    """Contoso's sales agent among five customers."""
    for name, domain in (
        ("Harbor County", "first.onmicrosoft.com"),
        ("harbor town", "second.onmicrosoft.com"),
        ("Old Harbor", "third.onmicrosoft.com"),
        ("Port Authority", "harborport.onmicrosoft.com"),
        ("100% Fire", "fire_one.onmicrosoft.com"),
    ):
        factories.customer(contoso, name, domain=domain)
    factories.customer(tailspin, "Harbor of Others", domain="harborothers.onmicrosoft.com")
    client.force_login(sales)
    return client


def names(answer: Any) -> list[str]:
    return [row.name for row in answer.context["page_obj"]]


def test_names_and_domains_that_begin_so_in_one_order(page: Client) -> None:
    answer = page.get(LIST, {"q": "HarBor"})
    assert names(answer) == ["Harbor County", "harbor town", "Port Authority"]
    assert "3 customers" in answer.content.decode()
    assert names(page.get(LIST, {"q": "harbor", "sort": "-name"})) == names(answer)[::-1]


def test_the_link_searches_inside(page: Client) -> None:
    link = "?q=harbor&amp;inside=yes"
    assert link in page.get(LIST, {"q": "harbor"}).content.decode()
    inside = page.get(LIST, {"q": "harbor", "inside": "yes"})
    assert names(inside) == ["Harbor County", "harbor town", "Old Harbor", "Port Authority"]
    assert "Only those that begin with it" in inside.content.decode()


def test_where_nothing_begins_so_the_inside_is_searched_and_said(page: Client) -> None:
    answer = page.get(LIST, {"q": "arbor"})
    assert len(names(answer)) == 4
    assert "No name or domain begins with “arbor”" in answer.content.decode()
    # The download and the next page show the same.
    assert "export/?q=arbor&amp;inside=yes" in answer.content.decode()
    body = b"".join(page.get(EXPORT, {"q": "arbor", "inside": "yes"}).streaming_content)  # type: ignore[attr-defined]
    assert body.count(b"\r\n") == 5


@pytest.mark.parametrize(("q", "found"), [("100%", 1), ("%", 1), ("_one", 1), ("e_o", 1), ("\\", 0)])
def test_signs_of_patterns_are_letters(page: Client, q: str, found: int) -> None:
    assert len(names(page.get(LIST, {"q": q, "inside": "yes"}))) == found


def test_a_bounded_search_goes_on_with_the_next_page(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "SCAN_LIMIT", 2)
    found, url = [], f"{LIST}?q=port&inside=yes"
    for _part in range(4):
        answer = page.get(url)
        found += names(answer)
        following = answer.context["page_obj"].next_url
        if not following:
            break
        assert "2 customers were searched here" in answer.content.decode()
        url = LIST + following
    assert found == ["Port Authority"]
    # And back again, from the end.
    back = page.get(LIST + answer.context["page_obj"].previous_url)
    assert back.status_code == 200


def test_each_actor_searches_its_own_customers(page: Client, stranger: User, reviewer: User) -> None:
    assert len(names(page.get(LIST, {"q": "harbor"}))) == 3
    other = Client()
    other.force_login(stranger)
    assert names(other.get(LIST, {"q": "harbor"})) == ["Harbor of Others"]
    assert names(page.get(LIST, {"q": "old"})) == ["Old Harbor"]
    other.force_login(reviewer)
    assert other.get(LIST, {"q": "harbor"}).status_code == 403
