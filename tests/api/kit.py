"""An API client for tests: tokens, and requests as a partner's program sends them."""

import json
import secrets
import uuid
from datetime import timedelta
from typing import Any

from allauth.idp.oidc.models import Client as OAuthClient
from allauth.idp.oidc.models import Token
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from gcc_portal.core.people.models import User
from partners.models import ApiApplication, Partner
from tests import factories

# A GUID of no object. It is fixed, since tests are named after their arguments and names must not change.
NO_UUID = "00000000-0000-4000-8000-000000000000"

ADDRESS = {"addressLine1": "1 Dock St", "city": "Tacoma", "state": "WA", "postalCode": "98402", "country": "US",
           "firstName": "Ada", "lastName": "Reyes"}  # fmt: skip


def application(
    of: Partner, kind: str = "app_only", role: str = "admin_agent", **fields: Any
) -> ApiApplication:
    """Return an API application of the partner."""
    number = next(factories.numbers)
    client = OAuthClient.objects.create(id=uuid.uuid4().hex, name=f"Program {number}")
    by = fields.pop("created_by", None) or factories.agent(of).user
    name = fields.pop("name", client.name)
    return ApiApplication.objects.create(
        client=client, partner=of, name=name, kind=kind, role=role, created_by=by, **fields
    )


def access_token(of: ApiApplication, user: User | None = None, seconds: int = 3600) -> str:
    """Return the value of an access token of the application, for the user or (App-only) for itself."""
    value = secrets.token_urlsafe(32)
    token = Token(
        type=Token.Type.ACCESS_TOKEN,
        client=of.client,
        user=user,
        expires_at=timezone.now() + timedelta(seconds=seconds),
    )
    token.set_value(value)
    token.save()
    return value


def pascal(value: Any) -> Any:
    """Return a body as Json.NET writes it: PascalCase names, and nulls for what is not set."""
    if isinstance(value, dict):
        named = {key[:1].upper() + key[1:]: pascal(each) for key, each in value.items()}
        return {"Id": None, "Links": None, "Attributes": {"Etag": None, "ObjectType": "Resource"}} | named
    return [pascal(each) for each in value] if isinstance(value, list) else value


def new_customer(prefix: str = "harborviewcounty") -> dict[str, Any]:
    """Return the body that creates a customer."""
    billing = {"email": "it@harborview.example", "culture": "EN-US", "language": "En"}
    return {
        "companyProfile": {"domain": f"{prefix}.onmicrosoft.com"},
        "billingProfile": {**billing, "companyName": "Harborview County", "defaultAddress": ADDRESS},
    }


class Program:
    """A partner's program that calls the API in process."""

    def __init__(self, token: str, **headers: str) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {token}", **headers} if token else dict(headers)

    def send(
        self, verb: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> HttpResponse:
        """Send `verb /v1/{path}` with a JSON body; `raw` is sent as it is. Underscores of header names are dashes."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        address = path if path.startswith("/") else f"/v1/{path}"
        return self.client.generic(  # type: ignore[return-value]
            verb,
            address,
            data,
            content_type="application/json; charset=utf-8",
            headers={**self.headers, **named},
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Send a GET."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a POST."""
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a PUT."""
        return self.send("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a PATCH."""
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        """Send a DELETE."""
        return self.send("DELETE", path, **headers)


def refusal(response: HttpResponse) -> tuple[int, int]:
    """Return status and code of a refusal, after asserting that its body has all members and no other."""
    body = response.json()  # type: ignore[attr-defined]
    assert set(body) == {"code", "description", "data", "source"}, body
    assert isinstance(body["code"], int)
    assert 0 < len(body["description"]) <= 1024
    return response.status_code, body["code"]
