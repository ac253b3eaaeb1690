"""After what programs did: every page still opens and shows no mark-up of theirs; and who hears of a foreign link."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from customers.models import CustomerCreation, Relationship
from gcc_portal.core.people.models import User
from orders.models import Offer, Subscription
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, new_customer
from tests.api.ordering import cart_of, item

pytestmark = pytest.mark.django_db

NAME = "Harborview County <script>steal()</script> \N{PINCHING HAND}"
LABEL = '"><img src=x onerror=steal()> \N{HEBREW LETTER ALEF}\N{GRINNING FACE}'
FORMULA = "=HYPERLINK(1)"
BAD = ("<script>steal", "<img src=x", '"=HYPERLINK', ",=HYPERLINK")
LISTS = (
    "customers:list", "customers:export", "customers:validation-ids", "relationships:list", "relationships:new",
    "orders:list", "audit:list", "audit:export", "partners:profile", "partners:edit-profile", "partners:legal-info",
    "partners:agents", "partners:applications", "home",
)  # fmt: skip
OF_CUSTOMER = (
    "customers:account",
    "customers:agreement",
    "orders:subscriptions",
    "orders:catalog",
    "orders:cart",
)


@pytest.fixture
def lived(program: Program, person: Program, contoso: Partner, g3: Offer, phone: Offer) -> dict[str, Any]:
    """A customer with everything, under names that a program may choose. Returns the addresses of its pages."""
    body = new_customer()
    body["billingProfile"]["companyName"] = NAME
    customer = program.post("customers", body).json()["id"]  # type: ignore[attr-defined]
    code = factories.validation_id(contoso, NAME)
    assert person.put(f"customers/{customer}/qualification?code={code.number}", 3).status_code == 200
    template = person.get("agreements?agreementType=*").json()["items"][0]["templateId"]  # type: ignore[attr-defined]
    contact = {"firstName": "<b>Ada", "lastName": FORMULA, "email": "ada@harborview.example"}
    agreed = {
        "templateId": template,
        "type": "MicrosoftCustomerAgreement",
        "dateAgreed": "2026-01-02T00:00:00Z",
    }
    at = f"customers/{customer}"
    assert person.post(f"{at}/agreements", {**agreed, "primaryContact": contact}).status_code == 201
    lines = cart_of(item(g3, friendlyName=LABEL, addonItems=[item(phone, 1)]))
    cart = program.post(f"{at}/carts", lines).json()["id"]  # type: ignore[attr-defined]
    order = program.post(f"{at}/carts/{cart}/checkout").json()["orders"][0]  # type: ignore[attr-defined]
    held = [each["subscriptionId"] for each in order["lineItems"]]
    renamed = program.patch(f"{at}/subscriptions/{held[1]}", {"friendlyName": FORMULA})
    assert renamed.status_code == 200
    assert person.get("customers/relationshiprequests").status_code == 200
    creation, request = CustomerCreation.objects.get(), Relationship.objects.get(is_request=True)
    return {
        "customer": [reverse(name, args=[customer]) for name in OF_CUSTOMER],
        "others": [
            *(reverse(name) for name in LISTS),
            *(reverse("orders:subscription", args=[each]) for each in held),
            reverse("orders:order", args=[order["id"]]),
            reverse("customers:creation", args=[creation.pk]),
            reverse("customers:validation-id", args=[code.number]),
            reverse("relationships:detail", args=[request.pk]),
            reverse("relationships:message", args=[request.pk]),
            reverse("relationships:answer", args=[request.token]),
        ],
        "end": lambda: person.patch(at, {"relationshipToPartner": "none"}),
    }


def shown(browser: Client, address: str) -> tuple[int, str]:
    """Return status and text of a page or a file."""
    answer = browser.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return answer.status_code, content.decode()


def test_every_page_opens_and_runs_nothing_of_it(
    lived: dict[str, Any], admin: User, client_of: Callable[[User], Client]
) -> None:
    browser = client_of(admin)
    for address in [*lived["customer"], *lived["others"]]:
        status, text = shown(browser, address)
        assert status == 200, address
        found = BAD[2:] if "export" in address else BAD[:2]
        assert [word for word in found if word in text] == [], address
    letters = [each.html_message for each in Email.objects.all()]
    assert not [text for text in letters for word in BAD[:2] if word in text]


def test_pages_of_a_former_customer(
    lived: dict[str, Any], admin: User, client_of: Callable[[User], Client]
) -> None:
    Subscription.objects.update(state="cancelled", ended_at=timezone.now())
    assert lived["end"]().status_code == 200
    browser = client_of(admin)
    assert {shown(browser, address)[0] for address in lived["customer"]} == {404}
    assert {shown(browser, address)[0] for address in lived["others"]} == {200}


def test_a_customer_hears_of_a_link_that_somebody_accepted_for_it(foreign: Program, contoso: Partner) -> None:
    """A link that names nobody can be opened by anybody: the customer that is known can object."""
    tenant = factories.tenant("commercial", "Harborview County")
    factories.customer(
        contoso, "Harborview County", id=tenant.tenant_id, kinds=(), email="clerk@harborview.example"
    )
    url = foreign.get("customers/relationshiprequests").json()["url"]  # type: ignore[attr-defined]
    sent = {
        "first_name": "Mallory", "last_name": "M", "title": "CIO", "email": "mallory@elsewhere.example",
        "accept_relationship": "on", "accept_agreement": "on", "go": "accept", "tenant_id": str(tenant.tenant_id),
    }  # fmt: skip
    assert Client().post(re.sub(r"^https?://[^/]+", "", url), sent).status_code == 302
    told = [each.to for each in Email.objects.filter(outbox__kind="relationship_confirmed").order_by("pk")]
    assert told == [["mallory@elsewhere.example"], ["clerk@harborview.example"]]
