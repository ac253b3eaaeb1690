"""The API's customers in SQL and JSON by hand: the caller in one statement, the limit in one round trip, the rows."""

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse
from redis import Redis

CALLER = """
SELECT p.id, p.tenant_id, a.client_id, u.id, coalesce(nullif(u.name, ''), u.email, a.name), u.email, g.role, a.role,
       a.last_used_at IS NULL OR a.last_used_at < now() - interval '1 minute'
FROM allauth_idp_oidc_token t
JOIN partners_apiapplication a ON a.client_id = t.client_id
JOIN partners_partner p ON p.id = a.partner_id
LEFT JOIN gcc_portal_user u ON u.id = t.user_id AND u.is_active
LEFT JOIN partners_agent g ON g.user_id = u.id AND g.partner_id = p.id AND g.is_active
WHERE t.type = 'at' AND t.hash = %s AND t.expires_at > now() AND a.revoked_at IS NULL
  AND CASE WHEN t.user_id IS NULL THEN a.kind = 'app_only' ELSE a.kind = 'app_user' AND g.id IS NOT NULL END
"""
USED = "UPDATE partners_apiapplication SET last_used_at = now() WHERE client_id = %s"
CUSTOMER = """
SELECT c.id, c.name, c.domain, c.email, c.first_name, c.last_name, c.address_line1, c.address_line2, c.city, c.state,
       c.postal_code, c.country, c.phone, c.culture, c.language, s.tenant_id
FROM customers_customer c
JOIN customers_relationship r ON r.customer_id = c.id AND r.partner_id = %s AND r.state = 'active'
LEFT JOIN partners_partner s ON s.id = r.reseller_id
WHERE c.id = %s
"""
CUSTOMERS = """
SELECT c.id, c.name, c.domain, r.customer_name FROM customers_relationship r
JOIN customers_customer c ON c.id = r.customer_id
WHERE r.partner_id = %s AND r.state = 'active' ORDER BY r.customer_name, r.customer_id LIMIT %s
"""
COUNT = "SELECT count(*) FROM customers_relationship WHERE partner_id = %s AND state = 'active'"
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Caller:
    """Who calls."""

    partner: int
    tenant: uuid.UUID
    application: str
    user: int | None
    name: str
    email: str | None
    role: str


def ask(sql: str, values: Any) -> list[Row]:
    """Return the rows of a statement, none of one that returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def many(sql: str, rows: Sequence[Row]) -> list[Row]:
    """Write the rows with one statement, whose `{}` is for them, and return what it returns."""
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    return ask(sql.format(", ".join([one] * len(rows))), [value for row in rows for value in row])


@cache
def redis() -> Redis:
    """Return the Redis in which the calls are counted."""
    return Redis.from_url(settings.API_LIMITS_URL)


def admitted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return the view behind the token and the limit."""

    @wraps(view)
    def asked(request: HttpRequest, **path: Any) -> HttpResponse:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        found = ask(CALLER, [hashlib.sha256(token.encode()).hexdigest()]) if scheme == "Bearer" else []
        if not found:
            return refused(401, 400)
        partner, tenant, application, user, name, email, agent, role, long_ago = found[0]
        if long_ago:
            ask(USED, [application])
        if not _within(partner):
            return refused(429, 429)
        both = "admin_agent" if role == (agent or role) == "admin_agent" else "sales_agent"
        return view(request, Caller(partner, tenant, application, user, name, email, both), **path)

    return asked


def _within(partner: int) -> bool:
    """Count the call in this minute and return whether the sliding minute has room: one round trip."""
    minute, into = divmod(time.time(), 60)
    with redis().pipeline(transaction=False) as pipeline:
        pipeline.incr(f"floor:{partner}:{minute:.0f}")
        pipeline.expire(f"floor:{partner}:{minute:.0f}", 120)
        pipeline.get(f"floor:{partner}:{minute - 1:.0f}")
        now, _set, before = pipeline.execute()
    return bool(now + int(before or 0) * (1 - into / 60) <= 100_000_000)


def refused(status: int, code: int) -> HttpResponse:
    """Return a refusal without words."""
    return HttpResponse(json.dumps({"code": code}), status=status, content_type="application/json")


def told(request: HttpRequest, text: str, status: int = 200) -> HttpResponse:
    """Return JSON with the call's trace."""
    response = HttpResponse(text, status=status, content_type="application/json; charset=utf-8")
    response["MS-RequestId"] = request.headers.get("MS-RequestId") or str(uuid.uuid4())
    response["MS-CorrelationId"] = request.headers.get("MS-CorrelationId") or str(uuid.uuid4())
    response["X-Locale"], response["Cache-Control"] = "en-US", "no-store"
    return response


@admitted
def customer(request: HttpRequest, caller: Caller, customer: uuid.UUID) -> HttpResponse:
    """Return a customer in full."""
    rows = ask(CUSTOMER, [caller.partner, customer])
    return told(request, json.dumps(_full(rows[0]))) if rows else refused(404, 60003)


@admitted
def customers(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Return the first page of the customers, and how many there are."""
    size = min(int(request.GET.get("size") or 500), 500)
    rows = ask(CUSTOMERS, [caller.partner, size + 1])
    total = ask(COUNT, [caller.partner])[0][0]
    page = rows[:size]
    links: dict[str, object] = {"self": _link(f"/customers?size={size}")}
    body = {"totalCount": total, "items": [_item(row) for row in page], "links": links}
    if len(rows) > size:
        ends = {"first": _key(page[0]), "last": _key(page[-1])}
        token = signing.dumps({"size": size, "asked": "", **ends}, salt="floor")
        body["continuationToken"] = token
        links["next"] = {
            "uri": f"/customers?size={size}&seekOperation=Next",
            "method": "GET",
            "headers": [{"key": "MS-ContinuationToken", "value": token}],
        }
    return told(request, json.dumps({**body, "attributes": {"objectType": "Collection"}}))


def _key(row: Row) -> list[str]:
    return [row[3], str(row[0])]


def _link(uri: str) -> dict[str, object]:
    return {"uri": uri, "method": "GET", "headers": []}


def _item(row: Row) -> dict[str, object]:
    pk, name, domain = str(row[0]), row[1], row[2]
    company = {"tenantId": pk, "domain": domain, "companyName": name}
    return {
        "id": pk,
        "companyProfile": {**company, "attributes": {"objectType": "CustomerCompanyProfile"}},
        "relationshipToPartner": "reseller",
        "links": {"self": _link(f"/customers/{pk}")},
        "attributes": {"objectType": "Customer"},
    }


def _full(row: Row) -> dict[str, object]:
    (
        pk,
        name,
        domain,
        email,
        first,
        last,
        line1,
        line2,
        city,
        state,
        code,
        country,
        phone,
        culture,
        language,
    ) = row[:15]
    here = f"/customers/{pk}"
    address = {
        "addressLine1": line1,
        "addressLine2": line2,
        "city": city,
        "postalCode": code,
        "country": country,
    }
    address = {key: value for key, value in {**address, "phoneNumber": phone}.items() if value}
    person = {"firstName": first, "lastName": last}
    kept = [first, last, email, culture, language, name, line1, line2, city, state, code, country, phone]
    etag = hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:16]
    return {
        "id": str(pk),
        "commerceId": str(uuid.uuid5(pk, "commerce")),
        "companyProfile": {
            "tenantId": str(pk),
            "domain": domain,
            "companyName": name,
            "address": {**address, **person, "region": state},
            "email": email,
            "links": {"self": _link(f"{here}/profiles/company")},
            "attributes": {"objectType": "CustomerCompanyProfile"},
        },
        "billingProfile": {
            "id": str(uuid.uuid5(pk, "billing")),
            **person,
            "email": email,
            "culture": culture,
            "language": language,
            "companyName": name,
            "defaultAddress": {**address, **person, "state": state},
            "links": {"self": _link(f"{here}/profiles/billing")},
            "attributes": {"objectType": "CustomerBillingProfile", "etag": etag},
        },
        "relationshipToPartner": "reseller",
        "allowDelegatedAccess": True,
        "customDomains": [],
        **({"associatedPartnerId": str(row[15])} if row[15] else {}),
        "links": {"self": _link(here)},
        "attributes": {"objectType": "Customer"},
    }
