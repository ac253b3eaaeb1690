"""The discovery document: where MSAL looks for the endpoints before it asks for anything."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from partners.models import Partner
from partners.services.applications import Credentials
from tests.api.test_tokens import ask
from tests.api.test_tokens import sync as sync

DOCUMENT = ".well-known/openid-configuration"


@pytest.mark.parametrize(
    ("place", "endpoints"),
    [
        ("{tenant}/v2.0/", "{tenant}/oauth2/v2.0"),
        ("{tenant}/", "{tenant}/oauth2"),
        ("common/v2.0/", "common/oauth2/v2.0"),
        ("{domain}/v2.0/", "{domain}/oauth2/v2.0"),
        ("v2.0/", "oauth2"),
        ("", "oauth2"),
    ],
)
def test_the_endpoints_are_told_and_answer(
    sync: Credentials, contoso: Partner, place: str, endpoints: str
) -> None:
    names = {"tenant": contoso.tenant_id, "domain": contoso.domain}
    place, endpoints = place.format(**names), endpoints.format(**names)
    answer = Client().get(f"/{place}{DOCUMENT}", secure=True, headers={"Host": "testserver:8443"})
    assert answer.status_code == 200, answer.content
    document = answer.json()
    portal = "https://testserver:8443"
    assert document["issuer"] == f"{portal}/{place}".rstrip("/")
    assert document["authorization_endpoint"] == f"{portal}/{endpoints}/authorize"
    assert document["token_endpoint"] == f"{portal}/{endpoints}/token"
    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert set(document["token_endpoint_auth_methods_supported"]) == {
        "client_secret_post",
        "client_secret_basic",
    }
    request = {"grant_type": "client_credentials", "scope": document["scopes_supported"][0]}
    assert request["grant_type"] in document["grant_types_supported"]
    assert ask(sync, urlsplit(document["token_endpoint"]).path, **request).status_code == 200
    assert Client().get(urlsplit(document["authorization_endpoint"]).path).status_code == 302


def test_each_scope_that_is_told_is_taken(sync: Credentials) -> None:
    document = Client().get(f"/{DOCUMENT}").json()
    for scope in document["scopes_supported"]:
        assert ask(sync, grant_type="client_credentials", scope=scope).status_code == 200, scope


def test_it_says_of_no_name_whether_it_is_a_partner(contoso: Partner) -> None:
    def shape(tenant: str) -> str:
        return Client().get(f"/{tenant}/v2.0/{DOCUMENT}").content.decode().replace(tenant, "*")

    assert (
        shape(str(contoso.tenant_id))
        == shape("0b1c6a10-0000-4000-8000-000000000000")
        == shape("nobody.example")
    )


@pytest.mark.parametrize("tenant", ["a b", "a%22b", "%3Cscript%3E", "x" * 300, "ü", "-", "a\\b"])
def test_what_is_no_tenant_has_no_document(tenant: str) -> None:
    assert Client().get(f"/{tenant}/v2.0/{DOCUMENT}").status_code == 404


def test_it_is_read_and_nothing_else() -> None:
    assert Client().post(f"/{DOCUMENT}").status_code == 405
