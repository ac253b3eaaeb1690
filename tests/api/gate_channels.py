"""One state met through the page and through the API: how to come in by either channel, and what both must say."""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from customers.models import Customer, CustomerCreation, ValidationId
from customers.services import relationships
from customers.services.agreement import template_id
from gcc_portal.api.errors import DESCRIPTION_MAX
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Blocked, Blocker
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from orders.models import Offer, Order, Subscription
from orders.services import carts
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application
from tests.customers.conftest import ACCEPTED, ACCOUNT
from tests.orders.conftest import YEARLY

TAG = re.compile(r"<[^>]*>")
CODE = re.compile(r'data-code="([^"]+)"')
BLANKS = re.compile(r"\s+")
SEATS = 10
ADMINISTRATOR = {
    "first_name": "Pat", "last_name": "Clerk", "title": "CIO", "email": "cio@harborview.gov",
    "accept_relationship": "on", "accept_agreement": "on", "go": "accept",
}  # fmt: skip


@dataclass
class Stage:
    """Who stands at the two channels, and for whom."""

    partner: Partner
    user: User
    county: Customer  # GCC, with an agreement
    plain: Customer  # of the same name, without a special qualification
    g3: Offer
    phone: Offer
    e3: Offer
    stranger: Actor
    of: SimpleNamespace = field(default_factory=SimpleNamespace)

    def __post_init__(self) -> None:
        self.come_as(self.partner, self.user)

    def come_as(self, partner: Partner, user: User | None = None) -> None:
        """Let a sales agent of the partner stand at both channels."""
        self.partner = partner
        self.user = user or factories.agent(partner, "sales_agent").user
        self.page = Client()
        self.page.force_login(self.user)
        self.api = Program(access_token(application(partner, "app_user"), self.user))
        self.actor = factories.actor(self.user)

    # --- by the page
    def post(self, name: str, *args: Any, **data: Any) -> HttpResponse:
        """Send a form to a page."""
        return self.page.post(reverse(name, args=args), data)  # type: ignore[return-value]

    def wizard(self, slug: str, data: dict[str, Any], prefix: str = "harborviewnew") -> HttpResponse:
        """Send a step of the wizard, having begun it where it is not begun."""
        creation = CustomerCreation.objects.filter(partner=self.partner).first()
        if creation is None:
            assert self.post("customers:create", **{**ACCOUNT, "prefix": prefix}).status_code == 302
            creation = CustomerCreation.objects.get(partner=self.partner)
        data = {**data, "revision": creation.revision}
        return self.post("customers:create-step", creation.pk, slug, **data)

    def fill(self, *offers: Offer) -> Order:
        """Put offers into the agent's cart and remember it."""
        for offer in offers:
            line, _before = carts.add_line(self.actor, self.county.pk, offer.pk, SEATS, YEARLY)
        self.of.cart = Order.objects.get(pk=line.order_id)
        self.of.offers = list(offers)
        return self.of.cart  # type: ignore[no-any-return]

    def submit(self) -> HttpResponse:
        """Send the review page of the cart."""
        cart = Order.objects.get(pk=self.of.cart.pk)
        due = sum(line.due_cents for line in cart.lines.all())
        fields = {"number": cart.number, "revision": cart.revision, "due_cents": due}
        return self.post("orders:review", cart.customer_id, **fields)

    def answer_as(self, tenant_kind: str) -> HttpResponse:
        """Let the plain customer answer a stranger's request by its link, its tenant being of this kind."""
        factories.tenant(tenant_kind, self.plain.name, tenant_id=self.plain.pk, domain=self.plain.domain)
        begun = relationships.request(
            self.stranger, organization_name=self.plain.name, contact_name="", contact_email="it@h.gov", for_gcc=True
        )  # fmt: skip
        path = reverse("relationships:answer", args=[begun.token])
        return Client().post(path, {**ADMINISTRATOR, "tenant_id": str(self.plain.pk)})  # type: ignore[return-value]

    # --- by the API
    def qualify(self, number: str = "", customer: Customer | None = None) -> HttpResponse:
        """Ask for Government Community Cloud."""
        body = {"qualification": "GovernmentCommunityCloud", "validationCode": number}
        return self.api.post(f"customers/{(customer or self.plain).pk}/qualifications", body)

    def create(self, prefix: str, **address_changes: str) -> HttpResponse:
        """Create a customer."""
        address = {
            "addressLine1": "1 Main Street", "city": "Tacoma", "state": "WA", "postalCode": "98402", "country": "US",
            "firstName": "Ada", "lastName": "Reyes",
        }  # fmt: skip
        address |= address_changes
        billing = {
            "email": "clerk@harborview.example", "culture": "en-US", "language": "en",
            "companyName": "Harborview County", "defaultAddress": address,
        }  # fmt: skip
        domain = f"{prefix}.onmicrosoft.com"
        return self.api.post("customers", {"companyProfile": {"domain": domain}, "billingProfile": billing})

    def agree(self, day: str) -> HttpResponse:
        """Record an agreement."""
        contact = {"firstName": "Ada", "lastName": "Reyes", "email": ACCEPTED["email"]}
        body = {
            "primaryContact": contact, "dateAgreed": f"{day}T00:00:00Z", "templateId": str(template_id()),
            "type": "MicrosoftCustomerAgreement",
        }  # fmt: skip
        return self.api.post(f"customers/{self.county.pk}/agreements", body)

    def order(self) -> HttpResponse:
        """Order by the API what the page's cart holds."""
        lines = [
            {
                "lineItemNumber": number,
                "offerId": offer.catalog_item_id,
                "quantity": SEATS,
                "termDuration": "P1Y",
            }
            for number, offer in enumerate(self.of.offers)
        ]
        body = {"billingCycle": "annual", "lineItems": lines}
        return self.api.post(f"customers/{self.county.pk}/orders", body)

    def check_out(self) -> HttpResponse:
        """Put what the page's cart holds into a cart of the API and check it out."""
        lines = [
            {
                "id": number,
                "catalogItemId": offer.catalog_item_id,
                "quantity": SEATS,
                "termDuration": "P1Y",
                "billingCycle": "annual",
            }
            for number, offer in enumerate(self.of.offers)
        ]
        base = f"customers/{self.county.pk}/carts"
        made = self.api.post(base, {"lineItems": lines})
        if made.status_code != 201:
            return made
        return self.api.post(f"{base}/{made.json()['id']}/checkout")  # type: ignore[attr-defined]

    def change(self, held: Subscription, **wanted: Any) -> HttpResponse:
        """Change a subscription."""
        return self.api.patch(f"customers/{held.customer_id}/subscriptions/{held.pk}", wanted)

    def code(self, organization: str = "Harborview County", of: Partner | None = None, **fields: Any) -> str:
        """Return the number of a validation ID in this state."""
        made = factories.validation_id(of or self.partner, organization)
        ValidationId.objects.filter(pk=made.pk).update(**fields)
        return made.number


@contextmanager
def raised() -> Iterator[list[Blocked]]:
    """Collect the refusals of gates that are raised in the block."""
    found: list[Blocked] = []
    plain = Blocked.__init__

    def noting(self: Blocked, blockers: Any) -> None:
        plain(self, blockers)
        found.append(self)

    with patch.object(Blocked, "__init__", noting):
        yield found


def spoken(blockers: list[Blocker]) -> set[tuple[str, str]]:
    """Return codes and sentences."""
    return {(each.code, str(each)) for each in blockers}


def words(answer: HttpResponse) -> str:
    """Return what a person reads on a page."""
    return plain(TAG.sub(" ", answer.content.decode()))


def plain(text: str) -> str:
    """Return the text with single blanks and without the page's escapes."""
    return BLANKS.sub(" ", html.unescape(text)).strip()


def meet(page: Callable[[], HttpResponse], api: Callable[[], HttpResponse], codes: set[str]) -> None:
    """Come in by both channels and hold what they say against each other and against the codes."""
    before = state()
    with raised() as at_page:
        shown = page()
    assert shown.status_code in (409, 422), (shown.status_code, shown.get("Location"))
    with raised() as at_api:
        told = api()
    assert told.status_code in (400, 403, 404, 409), told.content
    assert at_api, told.content
    refused = told.wsgi_request.api_refusal  # type: ignore[attr-defined]
    assert isinstance(refused, Blocked), told.content
    body = told.json()  # type: ignore[attr-defined]
    # The API says what the gate says: the ids as data, the sentences as description.
    assert {each.code for each in refused.blockers} == set(body["data"]) == codes
    said = " ".join(str(each) for each in refused.blockers)
    assert body["description"] == (
        said if len(said) <= DESCRIPTION_MAX else f"{said[: DESCRIPTION_MAX - 1]}…"
    )
    # The page says the same: the very same blockers where it asked a service, their sentences where it asked before.
    text = words(shown)
    for each in refused.blockers:
        assert plain(str(each.message)) in text
        assert plain(str(each.next_step)) in text
    if at_page:
        assert spoken(at_page[-1].blockers) == spoken(refused.blockers)
    elif shown.status_code == 409:
        assert set(CODE.findall(shown.content.decode())) == codes
    assert state() == before, "a refusal left something behind"
    written = dict(AuditEntry.objects.filter(refused=True).values_list("channel", "reason"))
    if {"page", "api"} <= set(written):
        assert sentences(written["page"]) == sentences(written["api"])


def sentences(reason: str) -> list[str]:
    """Return a reason's words, in no order: two channels may ask the lines in another."""
    return sorted(reason.replace(",", "").replace(":", "").split())


def state() -> dict[str, Any]:
    """Return all that a refusal must leave as it was."""
    return {
        "customers": list(Customer.objects.order_by("pk").values()),
        "qualifications": list(factories.SpecialQualification.objects.order_by("pk").values()),
        "agreements": factories.CustomerAgreement.objects.count(),
        "validations": list(
            ValidationId.objects.order_by("pk").values_list("pk", "used", "reserved", "state")
        ),
        "orders": list(Order.objects.exclude(state="cart").order_by("pk").values()),
        "subscriptions": list(Subscription.objects.order_by("pk").values()),
        "relationships": list(
            factories.Relationship.objects.filter(is_request=False).order_by("pk").values()
        ),
    }
