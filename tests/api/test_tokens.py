"""The token endpoint: who gets a token by what, in which words, and when it stops."""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as OAuthClient
from allauth.idp.oidc.models import Token
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.api.tokens import issue
from partners.models import Partner
from partners.services import agents as agent_services
from partners.services import applications as application_services
from partners.services.applications import Credentials
from tests.api.kit import Program, refusal

API = "https://api.partnercenter.microsoft.com"
URLENCODED = "application/x-www-form-urlencoded"
BACK = "https://desk.contoso.example/signed-in"


@pytest.fixture(autouse=True)
def nobody_was_refused() -> None:
    """Begin with no refusals counted."""
    cache.clear()


@pytest.fixture
def sync(admin_actor: Actor) -> Credentials:
    """Contoso's App-only application."""
    return application_services.make_application(
        admin_actor, name="Sync", kind="app_only", role="admin_agent"
    )


@pytest.fixture
def desk(admin_actor: Actor) -> Credentials:
    """Contoso's App+User application."""
    return application_services.make_application(
        admin_actor, name="Desk", kind="app_user", role="admin_agent", redirects=[BACK]
    )


def ask(of: Credentials, address: str = "/oauth2/token", **form: Any) -> Any:
    """Return the answer to a client's request for a token."""
    sent = {"client_id": of.application.pk, "client_secret": of.secret, **form}
    known = {key: value for key, value in sent.items() if value is not None}
    return Client(enforce_csrf_checks=True).post(address, known)


def own(of: Credentials, address: str = "/oauth2/token", **form: Any) -> Any:
    """Return the answer to a request for an App-only token."""
    return ask(of, address, **{"grant_type": "client_credentials", **form})


def refresh_token_of(of: Credentials, user: User) -> str:
    """Return a refresh token, as a sign-in leaves one behind."""
    token = Token(type="rt", client_id=of.application.pk, user=user, scopes="user_impersonation")
    token.set_value("refresh-me")
    token.save()
    return "refresh-me"


def refusal_of(answer: Any) -> tuple[int, str]:
    """Return status and error of a refusal, having seen that it has OAuth's shape."""
    assert answer["Content-Type"] == "application/json", answer.content
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["error_description"]
    return answer.status_code, answer.json()["error"]


def test_an_app_only_client_gets_a_token_and_calls(sync: Credentials) -> None:
    answer = own(sync, resource=API)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["resource"]) == ("Bearer", 3600, API)
    assert body["expires_on"] > body["expires_in"]
    assert "refresh_token" not in body
    assert answer["Cache-Control"] == "no-store"
    assert Program(body["access_token"]).get("customers").status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {"resource": API},
        {"resource": f"{API}/"},
        {"scope": f"{API}/.default"},
        {"scope": f"{API}/user_impersonation offline_access openid profile"},
        {"scope": "openid"},
        {},
    ],
)
def test_what_entra_clients_send_is_harmless(sync: Credentials, form: dict[str, str]) -> None:
    body = own(sync, **form).json()
    assert body["scope"] == form.get("scope", "user_impersonation")
    assert "id_token" not in body


def test_the_tenant_in_the_address_is_the_partner_s(
    sync: Credentials, contoso: Partner, tailspin: Partner
) -> None:
    spelled = [str(contoso.tenant_id), str(contoso.tenant_id).upper(), contoso.domain.upper(), "common"]
    for tenant in [*spelled, "organizations"]:
        for path in ("oauth2/token", "oauth2/v2.0/token"):
            assert own(sync, f"/{tenant}/{path}").status_code == 200, tenant
    for tenant in (str(tailspin.tenant_id), tailspin.domain, "nobody.example", "x" * 300):
        assert refusal_of(own(sync, f"/{tenant}/oauth2/token")) == (401, "invalid_client")


def test_credentials_may_stand_in_the_header(sync: Credentials) -> None:
    packed = base64.b64encode(f"{sync.application.pk}:{sync.secret}".encode()).decode()
    send = {"grant_type": "client_credentials"}
    answer = Client().post(
        "/oauth2/token?api-version=1.0", send, headers={"Authorization": f"Basic {packed}"}
    )
    assert answer.status_code == 200, answer.content
    for header in ("Basic !!", "Basic", f"Basic {base64.b64encode(b'a').decode()}", "Basic AA=="):
        answer = Client().post("/oauth2/token", send, headers={"Authorization": header})
        assert refusal_of(answer) == (401, "invalid_client"), header
        assert answer["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"client_secret": None}, (401, "invalid_client")),
        ({"client_id": "nobody"}, (401, "invalid_client")),
        ({"client_id": None}, (401, "invalid_client")),
        ({"client_id": "a\x00b"}, (400, "invalid_request")),
        ({"client_secret": "x" * 5000}, (400, "invalid_request")),
        ({"grant_type": None}, (400, "invalid_request")),
        ({"grant_type": "password", "username": "a", "password": "b"}, (400, "unsupported_grant_type")),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, (400, "unsupported_grant_type")),
        ({"grant_type": "authorization_code", "code": "x"}, (400, "invalid_grant")),
        ({"grant_type": "authorization_code"}, (400, "invalid_request")),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, (400, "unauthorized_client")),
        ({"grant_type": "refresh_token"}, (400, "invalid_request")),
        ({"resource": "https://graph.windows.net"}, (400, "invalid_target")),
        ({"resource": "nonsense#"}, (400, "invalid_target")),
        ({"scope": "everything"}, (400, "invalid_scope")),
        ({"scope": ["openid", "email"]}, (400, "invalid_request")),
    ],
)
def test_refusals_have_oauth_s_shape(sync: Credentials, form: dict[str, Any], told: tuple[int, str]) -> None:
    status, error = refusal_of(own(sync, **form))
    # A grant that is not the client's is told before or after the code is looked at.
    assert (status, error) == told or (form.get("code") and error == "unauthorized_client")
    assert not Token.objects.exists()


def test_other_verbs_and_bodies_are_refused(sync: Credentials) -> None:
    assert refusal_of(Client().get("/oauth2/token")) == (405, "invalid_request")
    for sent, kind in (
        ('{"grant_type":"client_credentials"}', "application/json"),
        ("", URLENCODED),
        ("hello", "text/plain"),
        ("--x\r\nbroken", "multipart/form-data; boundary=x"),
        ("a=%ff&%00=%00&=&&&", URLENCODED),
        ("grant_type=%ED%A0%80%FF", URLENCODED),
    ):
        answer = Client().generic("POST", "/oauth2/token", sent.encode(), kind)
        assert refusal_of(answer) in [(400, "invalid_request"), (400, "unsupported_grant_type")], sent
    for sent in ("--x\r\nbroken", "&".join(f"f{n}=1" for n in range(600)), "text=" + "x" * 3_000_000):
        kind = "multipart/form-data" if sent.startswith("--") else URLENCODED
        assert Client().generic("POST", "/oauth2/token", sent.encode(), kind).status_code in (400, 413)


def test_an_app_user_client_does_not_act_for_itself(desk: Credentials) -> None:
    assert refusal_of(own(desk)) == (400, "unauthorized_client")


def test_a_refresh_token_is_good_once(desk: Credentials, admin: User) -> None:
    first = ask(desk, grant_type="refresh_token", refresh_token=refresh_token_of(desk, admin), resource=API)
    assert first.status_code == 200, first.content
    body = first.json()
    assert body["refresh_token"] != "refresh-me"
    assert Program(body["access_token"]).get("customers").status_code == 200
    assert refusal_of(ask(desk, grant_type="refresh_token", refresh_token="refresh-me")) == (
        400,
        "invalid_grant",
    )
    again = ask(desk, grant_type="refresh_token", refresh_token=body["refresh_token"])
    assert again.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_refresh_token_is_good_once_also_at_the_same_moment(desk: Credentials, admin: User) -> None:
    value = refresh_token_of(desk, admin)

    def go(_number: int) -> int:
        try:
            return int(ask(desk, grant_type="refresh_token", refresh_token=value).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(go, range(6)))
    assert answers == [200, 400, 400, 400, 400, 400]
    assert Token.objects.filter(type="rt").count() == 1


def test_another_application_can_t_use_it(desk: Credentials, admin: User, admin_actor: Actor) -> None:
    other = application_services.make_application(
        admin_actor, name="Other", kind="app_user", role="admin_agent", redirects=[BACK]
    )
    value = refresh_token_of(desk, admin)
    assert refusal_of(ask(other, grant_type="refresh_token", refresh_token=value)) == (400, "invalid_grant")


def stop_by_rotating(actor: Actor, desk: Credentials, _admin: User) -> None:
    application_services.rotate_application(actor, desk.application.pk, seen="first")


def stop_by_revoking(actor: Actor, desk: Credentials, _admin: User) -> None:
    application_services.revoke_application(actor, desk.application.pk)


def stop_by_deactivating(_actor: Actor, _desk: Credentials, admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(is_active=False)


def stop_by_leaving(_actor: Actor, _desk: Credentials, admin: User) -> None:
    type(admin.agent).objects.filter(user=admin).update(is_active=False)


@pytest.mark.parametrize("stop", [stop_by_rotating, stop_by_revoking, stop_by_deactivating, stop_by_leaving])
def test_every_token_stops_at_once(
    desk: Credentials, admin: User, admin_actor: Actor, stop: Callable[[Actor, Credentials, User], None]
) -> None:
    value = refresh_token_of(desk, admin)
    program = Program(issue(desk.application, admin.pk))
    assert program.get("customers").status_code == 200
    stop(admin_actor, desk, admin)
    assert refusal(program.get("customers")) == (401, 400)
    status, error = refusal_of(ask(desk, grant_type="refresh_token", refresh_token=value))
    assert (status, error) in [(401, "invalid_client"), (400, "invalid_grant")]


def test_a_removed_agent_s_tokens_are_gone_for_good(
    desk: Credentials, admin: User, sales: User, admin_actor: Actor
) -> None:
    value = refresh_token_of(desk, sales)
    issue(desk.application, sales.pk)
    agent_services.remove(admin_actor, sales.agent.pk)
    assert not Token.objects.filter(user=sales).exists()
    # Invited again, the person starts without the old ones.
    type(sales.agent).objects.filter(user=sales).update(is_active=True)
    assert refusal_of(ask(desk, grant_type="refresh_token", refresh_token=value)) == (400, "invalid_grant")


def test_the_new_secret_works_and_the_old_one_does_not(sync: Credentials, admin_actor: Actor) -> None:
    renewed = application_services.rotate_application(admin_actor, sync.application.pk, seen="first")
    assert refusal_of(own(sync)) == (401, "invalid_client")
    assert own(renewed).status_code == 200


def test_nothing_is_kept_that_opens(sync: Credentials, desk: Credentials, admin: User) -> None:
    body = own(sync).json()
    refreshed = ask(desk, grant_type="refresh_token", refresh_token=refresh_token_of(desk, admin)).json()
    opening = [sync.secret, body["access_token"], refreshed["access_token"], refreshed["refresh_token"]]
    with connection.cursor() as cursor:
        kept = ""
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            kept += "\n".join(row[0] for row in cursor.fetchall())
    assert sync.application.pk in kept
    assert [each for each in opening if each in kept] == []
    assert OAuthClient.objects.get(pk=sync.application.pk).check_secret(sync.secret)


def test_who_is_refused_often_waits(sync: Credentials, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "token_refused": "3/m/ip"}
    assert own(sync).status_code == 200
    for _each in range(3):
        assert own(sync, client_secret="wrong").status_code == 401
    late = own(sync)
    assert refusal_of(late) == (429, "temporarily_unavailable")
    assert int(late["Retry-After"]) == 60


def test_the_provider_s_other_channels_stay_shut() -> None:
    for address in (
        "/.well-known/jwks.json",
        "/identity/o/api/token",
        "/identity/o/authorize",
        "/identity/o/api/clients",
        "/identity/o/api/userinfo",
        "/identity/o/api/device/code",
    ):
        assert Client().post(address).status_code == 404, address


def test_what_is_past_its_time_is_removed(desk: Credentials, admin: User, settings: Any) -> None:
    from gcc_portal.api.tasks import forget

    settings.API_TOKEN_SECONDS = -1
    issue(desk.application, admin.pk)
    settings.API_TOKEN_SECONDS = 60
    issue(desk.application, admin.pk)
    assert forget() == 1
    assert Token.objects.count() == 1
