"""The frame of every page, the pages of refusals, navigation, the style guide, sign-in."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.template.loader import get_template
from django.test import Client, RequestFactory

from gcc_portal.core.gates import Blocker
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Role
from gcc_portal.web import errors, nav
from tests.web.markup import find, one, read


@pytest.fixture
def request_of(rf: RequestFactory) -> HttpRequest:
    """A visitor's request."""
    request = rf.get("/x/")
    request.session = {}
    MessageMiddleware(lambda _: None).process_request(request)
    return request


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 429])
def test_a_problem_page_says_what_to_do_next(status: int, request_of: HttpRequest) -> None:
    response = errors.render_problem(request_of, status)
    html = response.content.decode()
    assert response.status_code == status
    assert one(html, "main").text.count(one(html, "h1").text) == 1
    assert one(html, "title").text.endswith("· GCC Portal")
    assert "Go to the home page" in html


def test_a_problem_page_shows_the_sentence_and_the_blockers(request_of: HttpRequest) -> None:
    blockers = [Blocker("A1", "Not qualified.", "Apply.", ("home", ()), "Go")]
    html = errors.render_problem(request_of, 409, "Not <yet>", "Because & so.", blockers).content.decode()
    assert one(html, "h1").text == "Not <yet>"
    assert "Because &amp; so." in html
    assert find(html, "li", data_code="A1")


def test_not_found_reads_the_same_whatever_the_reason(request_of: HttpRequest) -> None:
    pages = {
        one(errors.not_found(request_of, Http404(why)).content.decode(), "main").text
        for why in ("Order 7 is not yours", "no such order")
    }
    assert len(pages) == 1


def test_forbidden_says_which_right_is_missing(request_of: HttpRequest) -> None:
    html = errors.forbidden(request_of, PermissionDenied("You may not manage agents.")).content.decode()
    assert "You may not manage agents." in html


@pytest.mark.parametrize(
    ("role", "asks"),
    [(Role.SALES_AGENT, True), (Role.ADMIN_AGENT, False), (Role.REVIEWER, False), (Role.NOBODY, False)],
)
def test_who_may_ask_an_admin_agent_for_a_right_is_told_so(
    request_of: HttpRequest, role: Role, *, asks: bool
) -> None:
    request_of.actor = Actor(role=role, channel=Channel.PAGE, name="Ann")
    html = errors.forbidden(request_of, PermissionDenied("You may not.")).content.decode()
    assert ("ask an admin agent" in html) is asks


@pytest.mark.parametrize("role", [Role.SALES_AGENT, Role.NOBODY])
def test_a_stale_form_says_so_and_speaks_of_no_right(request_of: HttpRequest, role: Role) -> None:
    request_of.actor = Actor(role=role, channel=Channel.PAGE, name="Ann")
    response = errors.csrf_failure(request_of, "token missing")
    assert response.status_code == 403
    assert "stale" in response.content.decode()
    assert "right" not in one(response.content.decode(), "main").text


def test_a_fault_asks_nothing_of_the_database(rf: RequestFactory) -> None:
    response = errors.server_error(rf.get("/"))
    assert response.status_code == 500
    read(response.content.decode())


@pytest.fixture
def empty_nav(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room has registered anything."""
    monkeypatch.setattr(nav, "_nav", [])
    monkeypatch.setattr(nav, "_identity", [])


def asked_by(request: HttpRequest, user: User | AnonymousUser | None = None) -> HttpRequest:
    """Return the request as the middleware leaves it."""
    request.user = user or User(email="a@b.example", name="Ann")
    request.actor = object()
    return request


@pytest.mark.usefixtures("empty_nav")
def test_the_longest_link_that_leads_here_is_current(rf: RequestFactory) -> None:
    links = [
        nav.NavItem("Home", "/", 1),
        nav.NavItem("Orders", "/orders/", 30),
        nav.NavItem("Cart", "/orders/cart/", 20),
    ]
    nav.register_nav(lambda _: links)
    found = nav.items_for(asked_by(rf.get("/orders/cart/7/")))
    assert [(item.label, item.current) for item in found] == [
        ("Home", False),
        ("Cart", True),
        ("Orders", False),
    ]
    assert [item.current for item in nav.items_for(asked_by(rf.get("/")))] == [True, False, False]
    assert not any(item.current for item in nav.items_for(asked_by(rf.get("/ordersandmore/"))))


@pytest.mark.usefixtures("empty_nav")
def test_who_is_signed_in(rf: RequestFactory) -> None:
    request = asked_by(rf.get("/"))
    assert nav.identity_of(request) == nav.Identity("Ann")
    nav.register_identity(lambda _: None)
    nav.register_identity(lambda _: nav.Identity("Ann", "Contoso Cloud", "Admin agent"))
    assert nav.identity_of(request) == nav.Identity("Ann", "Contoso Cloud", "Admin agent")
    assert nav.identity_of(asked_by(rf.get("/"), AnonymousUser())) is None
    assert nav.identity_of(rf.get("/")) is None


def test_a_request_refused_before_anyone_knew_who_asks_gets_a_page(client: Client) -> None:
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert len(find(response.content.decode(), "h1")) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/styleguide/", "/accounts/login/", "/accounts/password/reset/"])
def test_public_pages_have_one_frame_and_nothing_inline(client: Client, path: str) -> None:
    response = client.get(path)
    html = response.content.decode()
    assert response.status_code == 200
    elements = read(html)
    assert one(html, "html").attrs["lang"].startswith("en")
    assert len(find(html, "h1")) == 1
    assert one(html, "a", class_="usa-skipnav").attrs["href"] == "#main-content"
    assert one(html, "main").attrs["id"] == "main-content"
    assert all(script.attrs.get("src") and "defer" in script.attrs for script in find(html, "script"))
    assert not find(html, "style")
    assert not [e for e in elements if "style" in e.attrs or any(name.startswith("on") for name in e.attrs)]
    ids = [element.attrs["id"] for element in elements if "id" in element.attrs]
    assert len(ids) == len(set(ids))


@pytest.mark.django_db
def test_the_user_menu_signs_out_by_post(client: Client) -> None:
    client.force_login(User.objects.create_user("ann@contoso.example", name="Ann Agent"))
    html = client.get("/styleguide/").content.decode()
    assert "Ann Agent" in one(html, "summary", class_="portal-user__summary").text
    out = [form for form in find(html, "form", method="post") if form.attrs["action"] == "/accounts/logout/"]
    assert len(out) == 1


@pytest.mark.django_db
def test_unknown_pages_are_404(client: Client) -> None:
    assert client.get("/no/such/page/").status_code == 404


@pytest.mark.django_db
def test_wrong_credentials_keep_the_address_and_say_why(client: Client) -> None:
    answer = client.post("/accounts/login/", {"login": "nobody@contoso.example", "password": "wrong"})
    html = answer.content.decode()
    assert one(html, "input", name="login").attrs["value"] == "nobody@contoso.example"
    assert "value" not in one(html, "input", name="password").attrs
    assert find(html, "div", class_="portal-error-summary")


TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("name", NAMES)
def test_every_template_can_be_read_and_is_free_of_inline_code(name: str) -> None:
    source = get_template(name).template.source
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:|\bhx-on", source)
    for included in re.findall(r'{% (?:include|extends) "([^"]+)"', source):
        get_template(included)


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = finders.find("uswds/img/sprite.svg")
    if sprite is None:
        pytest.skip("the front-end assets are not built: make setup")
    known = set(re.findall(r'id="([a-z_]+)"', Path(sprite).read_text(encoding="utf-8")))
    named = {
        icon
        for name in NAMES
        for icon in re.findall(
            r'(?:icon_name=|{% icon )"([a-z_]+)"', (TEMPLATES / name).read_text(encoding="utf-8")
        )
    }
    assert named - known == set()
