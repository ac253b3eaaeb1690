"""The admin agents' pages of API applications: made, the secret seen once, renewed, revoked."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from allauth.idp.oidc.models import Token
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners import demo
from partners.api.tokens import issue
from partners.gates import applications as application_gates
from partners.models import ApiApplication, Partner
from partners.services import applications as application_services
from tests import factories
from tests.api.kit import Program, application, refusal

LIST = "/organization/applications/"
NEW = f"{LIST}new/"
SYNC = {"name": "Billing sync", "kind": "app_only", "role": "sales_agent", "redirects": ""}
SECRET = re.compile(r'id="client-secret"[^>]*>([^<]+)<')
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def nobody_was_refused() -> None:
    """Begin with no refusals counted."""
    cache.clear()


def make(client: Client, **form: str) -> tuple[ApiApplication, str]:
    """Make an application on the page; return it and the secret that the page shows."""
    answer = client.post(NEW, {**SYNC, **form}, follow=True)
    assert answer.status_code == 200, answer.content
    found = SECRET.search(answer.content.decode())
    assert found is not None
    return ApiApplication.objects.get(name=form.get("name", SYNC["name"]), revoked_at=None), found[1]


def token_answer(of: ApiApplication, secret: str) -> Any:
    """Return the answer to a request for an App-only token."""
    form = {"grant_type": "client_credentials", "client_id": of.pk, "client_secret": secret}
    return Client().post("/oauth2/token", form)


def test_the_secret_is_shown_once(admin: User, client_of: SignIn) -> None:
    client = client_of(admin)
    found, secret = make(client)
    assert (found.kind, found.role, found.created_by) == ("app_only", "sales_agent", admin)
    body = token_answer(found, secret).json()
    assert Program(body["access_token"]).get("customers").status_code == 200
    page = client.get(reverse("partners:application", args=[found.pk]))
    assert page["Cache-Control"] == "no-store, private"
    assert secret not in page.content.decode()
    assert str(found.partner.tenant_id) in page.content.decode()
    assert f"/{found.partner.tenant_id}/oauth2/token" in page.content.decode()
    assert secret not in str(client.session.items())


def test_nobody_else_gets_to_see_it(admin: User, contoso: Partner, client_of: SignIn) -> None:
    client, other = client_of(admin), client_of(factories.agent(contoso).user)
    where = client.post(NEW, SYNC)["Location"]
    assert SECRET.search(other.get(where).content.decode()) is None
    # In the session it stands sealed.
    secret = SECRET.search(client.get(where).content.decode())
    assert secret is not None


def test_everyone_who_manages_is_told_and_it_is_noted(
    admin: User, contoso: Partner, client_of: SignIn
) -> None:
    second = factories.agent(contoso).user
    client = client_of(admin)
    found, secret = make(client)
    client.post(reverse("partners:application-rotate", args=[found.pk]), {"seen": "first"})
    client.post(reverse("partners:application-revoke", args=[found.pk]))
    mails = list(Email.objects.order_by("pk"))
    assert [mail.subject for mail in mails] == [
        "New API application: Billing sync",
        "New secret for the API application Billing sync",
        "API application revoked: Billing sync",
    ]
    for mail in mails:
        assert sorted(mail.to) == sorted([admin.email, second.email])
        assert secret not in mail.message + mail.html_message
    acts = ["make_application", "rotate_application", "revoke_application"]
    noted = AuditEntry.objects.filter(object_id=found.pk).order_by("id")
    assert [(each.action, each.user_id, each.partner_id) for each in noted] == [
        (act, admin.pk, contoso.pk) for act in acts
    ]


def test_renewing_stops_the_old_secret_and_shows_a_new_one(admin: User, client_of: SignIn) -> None:
    client = client_of(admin)
    found, secret = make(client)
    program = Program(token_answer(found, secret).json()["access_token"])
    rotate = reverse("partners:application-rotate", args=[found.pk])
    page = client.post(rotate, {"seen": "first"}, follow=True)
    # Pressed twice, it is renewed once.
    assert client.post(rotate, {"seen": "first"}).status_code == 409
    renewed = SECRET.search(page.content.decode())[1]  # type: ignore[index]
    assert renewed != secret
    assert refusal(program.get("customers")) == (401, 400)
    assert token_answer(found, secret).status_code == 401
    assert token_answer(found, renewed).status_code == 200


def test_a_revoked_one_is_final(admin: User, client_of: SignIn) -> None:
    client = client_of(admin)
    found, secret = make(client)
    revoke = reverse("partners:application-revoke", args=[found.pk])
    page = client.post(revoke, follow=True).content.decode()
    assert "Revoked on" in page
    assert "Renew the secret" not in page
    assert token_answer(found, secret).status_code == 401
    for act in ("application-revoke", "application-rotate"):
        assert client.post(reverse(f"partners:{act}", args=[found.pk])).status_code == 409
    # Its name is free again.
    assert make(client)[0].pk != found.pk


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 101}, "at most 100"),
        ({"name": "a\x00b"}, "invisible control character"),
        ({"kind": "both"}, "Select a valid choice"),
        ({"role": "reviewer"}, "Select a valid choice"),
        ({"kind": "app_user"}, "Give at least one address"),
        ({"kind": "app_user", "redirects": "http://contoso.example/"}, "Use https"),
        ({"kind": "app_user", "redirects": "https://a.example/\nnonsense"}, "Enter a whole address"),
        (
            {"kind": "app_user", "redirects": "\n".join(f"https://a.example/{n}" for n in range(11))},
            "at most 10",
        ),
        ({"redirects": "https://a.example/"}, "signs nobody in"),
    ],
)
def test_bad_input_is_told_at_the_field_and_kept(
    admin: User, client_of: SignIn, form: dict[str, str], said: str
) -> None:
    answer = client_of(admin).post(NEW, {**SYNC, **form})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    if form.get("name") != "":
        assert form.get("redirects", "")[:10] in page
    assert not ApiApplication.objects.exists()


def test_redirect_addresses_are_kept_each_once(admin: User, client_of: SignIn) -> None:
    there = "https://a.example/in"
    found, _secret = make(client_of(admin), kind="app_user", redirects=f" {there}\r\n\r\n{there}\r\n")
    assert found.client.get_redirect_uris() == [there]
    assert found.client.get_grant_types() == ["authorization_code", "refresh_token"]


def test_the_page_tells_where_the_port_is_free_and_when_it_was_used(
    admin: User, contoso: Partner, client_of: SignIn
) -> None:
    client, free = client_of(admin), "any port is taken: add"
    local, _secret = make(client, name="Mine", kind="app_user", redirects="http://127.0.0.1/in")
    web, _secret = make(client, name="Web", kind="app_user", redirects="https://a.example/in")
    pages = [client.get(reverse("partners:application", args=[each.pk])) for each in (local, web)]
    assert [free in page.content.decode() for page in pages] == [True, False]
    ApiApplication.objects.filter(pk=web.pk).update(last_used_at=datetime(2026, 11, 22, 12, 50, tzinfo=UTC))
    page = client.get(reverse("partners:application", args=[web.pk])).content.decode()
    assert ">Nov 22, 2026, 7:50 AM EST</time>.\n" in page or ">Nov 22, 2026, 7:50 AM EST</time>.<" in page
    assert "7:50 AM EST" in client.get(LIST).content.decode()


def test_a_name_is_used_once_and_there_are_not_hundreds(
    admin: User, contoso: Partner, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(admin)
    make(client)
    again = client.post(NEW, {**SYNC, "name": "BILLING SYNC"})
    assert again.status_code == 409
    assert "is called BILLING SYNC already" in again.content.decode()
    monkeypatch.setattr(application_gates, "APPLICATIONS_MAX", 1)
    assert client.post(NEW, {**SYNC, "name": "One more"}).status_code == 409
    assert "Revoke those that are not needed" in client.get(NEW).content.decode()
    assert contoso.applications.count() == 1


def test_who_may(
    admin: User, sales: User, stranger: User, reviewer: User, contoso: Partner, client_of: SignIn
) -> None:
    found = application(contoso)
    pages = [LIST, NEW, reverse("partners:application", args=[found.pk])]
    acts = [reverse(f"partners:application-{act}", args=[found.pk]) for act in ("rotate", "revoke")]
    for person in (sales, reviewer):
        client = client_of(person)
        assert [client.get(page).status_code for page in pages] == [403] * 3
        assert [client.post(act).status_code for act in acts] == [403] * 2
    assert "make API credentials" in client_of(sales).get(LIST).content.decode()
    client = client_of(stranger)
    assert client.get(pages[2]).status_code == 404
    assert [client.post(act).status_code for act in acts] == [404] * 2
    assert found.name not in client.get(LIST).content.decode()
    assert Client().get(LIST).status_code == 302
    assert LIST in client_of(admin).get("/organization/").content.decode()
    assert LIST not in client_of(sales).get("/organization/").content.decode()


def test_the_list_costs_the_same_for_any_number(
    admin: User, contoso: Partner, client_of: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = client_of(admin)
    assert "No applications yet" in client.get(LIST).content.decode()
    for _each in range(12):
        application(contoso)
    client.get(LIST)
    with django_assert_max_num_queries(8):
        client.get(LIST)


def test_an_operator_who_shuts_a_person_out_ends_its_tokens(
    contoso: Partner, admin_actor: Actor, sales: User, client_of: SignIn
) -> None:
    desk = application(contoso, "app_user")
    issue(desk, sales.pk)
    operator = User.objects.create_superuser("operator@portal.example", "demo")
    form = {"email": sales.email, "name": sales.name, "is_active": ""}
    client_of(operator).post(f"/operator/gcc_portal/user/{sales.pk}/change/", form)
    sales.refresh_from_db()
    assert not sales.is_active
    assert not Token.objects.exists()


def test_the_demo_has_two_applications(db: None, settings: Any) -> None:
    for _twice in range(2):
        demo.load()
    for _name, kind, client_id, secret, _redirects in demo.APPLICATIONS:
        found = ApiApplication.objects.get(pk=client_id)
        assert found.kind == kind
        assert found.client.check_secret(secret)
    assert (
        token_answer(ApiApplication.objects.get(kind="app_only"), demo.APPLICATIONS[0][3]).status_code == 200
    )
    with pytest.raises(CommandError, match="demo"):
        call_command("api_token", "admin@contoso.example")
    settings.DEMO = True
    out = StringIO()
    call_command("api_token", "admin@contoso.example", stdout=out)
    assert Program(out.getvalue().strip()).get("customers").status_code == 200
    for wrong in (
        ["nobody@contoso.example"],
        ["admin@tailspin.example"],
        ["admin@contoso.example", "--client-id=x"],
    ):
        with pytest.raises(CommandError):
            call_command("api_token", *wrong)
    with pytest.raises(CommandError, match=r"API applications: http.*/organization/applications/new/"):
        call_command("api_token", "admin@tailspin.example")


def test_services_ask_the_right_themselves(sales_actor: Actor, contoso: Partner) -> None:
    from gcc_portal.core.gates import NotAllowed

    found = application(contoso)
    with pytest.raises(NotAllowed):
        application_services.make_application(sales_actor, name="Mine", kind="app_only", role="admin_agent")
    with pytest.raises(NotAllowed):
        application_services.rotate_application(sales_actor, found.pk, seen="first")
    with pytest.raises(NotAllowed):
        application_services.revoke_application(sales_actor, found.pk)
    assert contoso.applications.count() == 1


def test_operators_look_at_applications_and_touch_no_credentials(contoso: Partner, client_of: SignIn) -> None:
    found = application(contoso)
    client = client_of(User.objects.create_superuser("operator@portal.example", "demo"))
    page = client.get(f"/operator/partners/apiapplication/{found.pk}/change/")
    assert page.status_code == 200
    assert found.client.secret not in page.content.decode()
    assert (
        client.post(f"/operator/partners/apiapplication/{found.pk}/change/", {"name": "x"}).status_code == 403
    )
    for model in ("client", "token"):
        assert client.get(f"/operator/allauth_idp_oidc/{model}/").status_code == 404
