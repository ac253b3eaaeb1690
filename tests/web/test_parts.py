"""A list fetched alone: what comes, what does not, and what history and signing out make of it."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from gcc_portal.core.people.models import User
from gcc_portal.web import parts
from tests import factories
from tests.web.markup import find, one

FETCH = {"hx-request": "true", "hx-target": "page-part"}
SignIn = Callable[[User], Client]


@pytest.fixture
def agent(client_of: SignIn, admin: User) -> Client:
    """Contoso's admin agent, who has a customer."""
    return client_of(admin)


@pytest.mark.parametrize("path", ["/customers/", "/orders/", "/audit/"])
def test_a_fetch_gives_the_list_alone(agent: Client, path: str) -> None:
    whole = agent.get(path)
    part = agent.get(path, headers=FETCH)
    html = part.content.decode()
    assert part.status_code == 200
    assert one(html, "title").text == one(whole.content.decode(), "title").text
    assert not [
        tag
        for tag in ("html", "header", "main", "nav", "h1", "footer")
        if find(html, tag, class_="usa-header")
    ]
    assert "<header" not in html
    assert "usa-breadcrumb" not in html
    for name in (parts.PART, "page-actions"):
        assert (
            one(html, "div", id=name).text.split() == one(whole.content.decode(), "div", id=name).text.split()
        )
    assert len(part.content) < len(whole.content) - 2500


def test_a_page_without_a_frame_of_its_own_answers_whole(agent: Client) -> None:
    html = agent.get("/organization/", headers=FETCH).content.decode()
    assert one(html, "div", id=parts.PART)
    assert one(html, "h1")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"hx-request": "true"},
        {"hx-target": "page-part"},
        {"hx-request": "true", "hx-target": "progress"},
        {**FETCH, "hx-history-restore-request": "true"},
    ],
)
def test_everybody_else_gets_the_page(agent: Client, headers: dict[str, str]) -> None:
    answer = agent.get("/customers/", headers=headers)
    assert one(answer.content.decode(), "h1")
    assert "no-store" not in answer.headers.get("Cache-Control", "")


def test_a_part_is_kept_by_no_browser(agent: Client) -> None:
    answer = agent.get("/customers/", headers=FETCH)
    assert answer["Cache-Control"] == "no-store"
    assert "HX-Request" in answer["Vary"]


@pytest.mark.django_db
def test_who_was_signed_out_is_led_to_sign_in_with_the_whole_browser(client: Client) -> None:
    answer = client.get("/customers/?q=a", headers=FETCH)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/accounts/login/?next=/customers/%3Fq%3Da"
    assert not answer.content


@pytest.mark.parametrize(
    ("path", "status"), [("/review/?kind=partner", 403), ("/nowhere/?x=1%2F2", 404), ("/orders/G-0000/", 404)]
)
def test_a_refusal_leads_the_browser_to_the_page_that_says_why(agent: Client, path: str, status: int) -> None:
    answer = agent.get(path, headers=FETCH)
    assert answer.status_code == status
    assert answer["HX-Redirect"] == path
    page = agent.get(path)
    assert page.status_code == status
    assert "HX-Redirect" not in page
    assert find(page.content.decode(), "p", class_="usa-intro")


@pytest.mark.parametrize(("verb", "status"), [("get", 422), ("get", 500), ("post", 409)])
def test_other_answers_stay_where_they_are(rf: RequestFactory, verb: str, status: int) -> None:
    asked = getattr(rf, verb)("/", headers=FETCH)
    answer = parts.PartMiddleware(lambda request: HttpResponse("why", status=status))(asked)
    assert (answer.status_code, answer.content) == (status, b"why")
    assert "HX-Redirect" not in answer


def test_an_answer_that_goes_elsewhere_leads_the_browser_there(rf: RequestFactory) -> None:
    def elsewhere(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=303, headers={"Location": "/x/"})

    asked = rf.get("/", headers=FETCH)
    assert parts.PartMiddleware(elsewhere)(asked)["HX-Redirect"] == "/x/"
    assert parts.PartMiddleware(elsewhere)(rf.get("/")).status_code == 303


def test_filters_headers_and_page_links_fetch_the_part_and_work_as_links(agent: Client) -> None:
    html = agent.get("/customers/?sort=-name").content.decode()
    form = one(html, "form", role="search")
    assert form.attrs["method"] == "get"
    assert form.attrs["hx-target"] == f"#{parts.PART}"
    assert one(html, "button", id="filter-apply").attrs["type"] == "submit"
    for link in [element for element in find(html, "a") if "hx-boost" in element.attrs]:
        assert link.attrs["href"].startswith("?")


def test_who_is_removed_loses_access_with_the_next_request(agent: Client, admin: User) -> None:
    assert agent.get("/customers/").status_code == 200
    admin.agent.is_active = False
    admin.agent.save()
    assert agent.get("/customers/").status_code == 403
    admin.is_active = False
    admin.save()
    assert agent.get("/customers/").status_code == 302


def test_signing_in_costs_one_statement(
    agent: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    agent.get("/organization/")
    factories.reviewer()
    with django_assert_max_num_queries(1) as asked:  # type: ignore[attr-defined]
        agent.get("/customers/create/domain/")
    assert sum("gcc_portal_user" in query["sql"] for query in asked.captured_queries) == 1
