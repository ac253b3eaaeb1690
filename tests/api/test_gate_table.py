"""The gate table: page and API refuse the same state with the same blockers, rule by rule.

Each row makes a state, and comes to it by the page and by the API. `gate_channels.meet` compares the two.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, CustomerAgreement, SpecialQualification
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from orders.models import Offer, Order, Subscription
from orders.services import carts
from partners.models import Partner
from tests import factories
from tests.api.gate_channels import SEATS, Stage, meet
from tests.api.holdings import sold
from tests.customers.conftest import ACCEPTED, ACCOUNT
from tests.orders.conftest import MONTHLY, YEARLY
from tests.orders.conftest import e3 as e3
from tests.orders.conftest import g3 as g3
from tests.orders.conftest import g5 as g5
from tests.orders.conftest import phone as phone

pytestmark = pytest.mark.django_db
GCC = {"kind": factories.GCC}
NOTHING: Callable[[Stage], Any] = lambda _stage: None  # noqa: E731
Channel = Callable[[Stage], HttpResponse]


@dataclass(frozen=True)
class Row:
    """A state, the codes of the rules that speak in it, and how each channel comes to it."""

    name: str
    codes: str
    make: Callable[[Stage], Any]
    page: Channel
    api: Channel

    def __str__(self) -> str:
        return self.name


@pytest.fixture
def stage(
    contoso: Partner, sales: User, stranger_actor: Actor, g3: Offer, phone: Offer, e3: Offer
) -> Stage:  # fmt: skip
    """Contoso's sales agent at both channels, with a customer of each kind."""
    return Stage(
        partner=contoso,
        user=sales,
        county=factories.customer(contoso, "Harborview County"),
        plain=factories.customer(contoso, "Harborview County", kinds=()),
        g3=g3,
        phone=phone,
        e3=e3,
        stranger=stranger_actor,
    )


# --- customers: P2, A1, A2, O2, O3, and the end of a relationship
def as_reseller(stage: Stage) -> None:
    provider = factories.partner("Fabrikam Distribution", role="indirect_provider", qualification="qualified")
    stage.come_as(factories.partner("Northwind Resale", role="indirect_reseller", provider=provider))


def as_unqualified(stage: Stage) -> None:
    stage.come_as(factories.partner("Fabrikam Distribution", role="indirect_provider"))
    stage.plain = factories.customer(stage.partner, "Harborview County", kinds=())
    stage.of.number = stage.code()


def code(
    organization: str = "Harborview County", foreign: bool = False, **fields: Any
) -> Callable[[Stage], None]:
    """Return how a validation ID comes into a state."""

    def make(stage: Stage) -> None:
        of = Partner.objects.get(pk=stage.stranger.partner_id) if foreign else None
        stage.of.number = stage.code(organization, of, **fields)

    return make


def name_unknown(stage: Stage) -> None:
    stage.of.number = "123456789"


def by_wizard(stage: Stage) -> HttpResponse:
    assert stage.wizard("qualification", GCC).status_code == 302
    return stage.wizard("validation", {"number": stage.of.number})


def by_code(stage: Stage) -> HttpResponse:
    return stage.qualify(stage.of.number)


def holds_commercial(stage: Stage) -> None:
    """Let the plain customer hold a commercial subscription: bought as a GCC customer's government one."""
    [held] = sold(stage.actor, stage.county, stage.g3)
    other = Offer.objects.get(pk=stage.e3.pk)
    Subscription.objects.filter(pk=held.pk).update(customer=stage.plain, offer=other)
    Order.objects.update(customer=stage.plain)
    stage.of.number = stage.code()


def holds_education(stage: Stage) -> None:
    SpecialQualification.objects.create(customer=stage.plain, kind="education", state="granted")
    stage.of.number = stage.code()


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def agreed(when: str) -> tuple[Channel, Channel]:
    """Return how an acceptance of that day is recorded by page and API."""
    data = {**ACCEPTED, "agreed_on": when}
    return (
        lambda stage: stage.post("customers:agreement", stage.county.pk, **data),
        lambda stage: stage.agree(when),
    )


def agreed_once(stage: Stage) -> None:
    assert stage.agree("2026-03-01").status_code == 201


def buys(stage: Stage) -> None:
    stage.of.held = sold(stage.actor, stage.county, stage.g3)[0]


def orders(stage: Stage) -> None:
    buys(stage)
    Subscription.objects.all().delete()
    Order.objects.update(finished_at=None)
    Order.objects.filter(pk=Order.objects.get().pk).update(**{"state": "processing"})


def ends_by_page(stage: Stage) -> HttpResponse:
    return stage.post("customers:end-relationship", stage.county.pk)


def ends_by_api(stage: Stage) -> HttpResponse:
    return stage.api.patch(f"customers/{stage.county.pk}", {"relationshipToPartner": "none"})


REQUEST = {
    "organization_name": "Harborview County", "contact_name": "", "contact_email": "it@h.gov", "for_gcc": "yes"
}  # fmt: skip
CUSTOMERS = [
    Row(
        "a reseller adds a customer", "P2.reseller", as_reseller,
        lambda stage: stage.post("customers:create", **ACCOUNT), lambda stage: stage.create("harborviewnew"),
    ),
    Row(
        "a reseller asks for a relationship", "P2.reseller", as_reseller,
        lambda stage: stage.post("relationships:new", **REQUEST),
        lambda stage: stage.api.get("customers/relationshiprequests"),
    ),
    Row(
        "a domain that is taken", "domain.taken",
        lambda stage: factories.customer(stage.partner, domain="harborviewnew.onmicrosoft.com"),
        lambda stage: stage.post("customers:create", **{**ACCOUNT, "prefix": "harborviewnew"}),
        lambda stage: stage.create("harborviewnew"),
    ),
    Row(
        "an address that is none", "address.postal_code", NOTHING,
        lambda stage: stage.post("customers:create", **{**ACCOUNT, "postal_code": "10001"}),
        lambda stage: stage.create("harborviewnew", postalCode="10001"),
    ),
    Row(
        "an unqualified partner", "A1.not_qualified", as_unqualified,
        lambda stage: stage.wizard("qualification", GCC), by_code,
    ),
    Row("an unknown code", "A2.unknown", name_unknown, by_wizard, by_code),
    Row("another partner's code", "A2.unknown", code(foreign=True), by_wizard, by_code),
    Row("an exhausted code", "A2.exhausted", code(state="exhausted", used=5), by_wizard, by_code),
    Row("a code with all creates under way", "A2.exhausted", code(used=2, reserved=3), by_wizard, by_code),
    Row("an expired code", "A2.expired", code(state="expired"), by_wizard, by_code),
    Row("a code past its day", "A2.expired", code(expires_at=timezone.now()), by_wizard, by_code),
    Row("a revoked code", "A2.revoked", code(state="revoked"), by_wizard, by_code),
    Row("another organization's code", "A2.other_organization", code("City of Tacoma"), by_wizard, by_code),
    Row(
        "another organization's code, used up", "A2.exhausted A2.other_organization",
        code("City of Tacoma", used=5), by_wizard, by_code,
    ),
    Row(
        "a customer with commercial subscriptions", "O2.commercial_held", holds_commercial,
        lambda stage: stage.answer_as("gcc"), by_code,
    ),
    Row(
        "a customer with education", "O2.excluded", holds_education, lambda stage: stage.answer_as("gcc"), by_code
    ),
    Row("an acceptance tomorrow", "O3.future", NOTHING, *agreed(day(2))),
    Row("an acceptance before there was an agreement", "O3.too_early", NOTHING, *agreed("2018-12-31")),
    Row("the same acceptance twice", "O3.twice", agreed_once, *agreed("2026-03-01")),
    Row("an end with subscriptions", "O4.subscriptions_held", buys, ends_by_page, ends_by_api),
    Row("an end with orders under way", "O1.orders_under_way", orders, ends_by_page, ends_by_api),
]  # fmt: skip


@pytest.mark.parametrize("row", CUSTOMERS, ids=str)
def test_of_customers(stage: Stage, row: Row) -> None:
    row.make(stage)
    meet(lambda: row.page(stage), lambda: row.api(stage), set(row.codes.split()))


# --- orders: O1 to O3, P2, at the order and at the cart's checkout
@dataclass(frozen=True)
class Break:
    """What is broken between a filled cart and its submit."""

    codes: str
    make: Callable[[Stage], Any]

    def __str__(self) -> str:
        return self.codes


def without_base(stage: Stage) -> None:
    stage.of.cart.lines.get(offer=stage.g3).delete()
    stage.of.offers = [stage.phone]


def without_lines(stage: Stage) -> None:
    stage.of.cart.lines.all().delete()
    stage.of.offers = []


def into_reseller(_stage: Stage) -> None:
    Partner.objects.filter(name="Contoso Cloud").update(role="indirect_reseller", qualification="none")


ORDERS = [
    Break("O1.partner_not_qualified", lambda _stage: Partner.objects.update(qualification="revoked")),
    Break(
        "O1.customer_not_gcc O2.segment O1.base", lambda _stage: SpecialQualification.objects.all().delete()
    ),
    Break("O2.segment O1.base", lambda _stage: Offer.objects.update(segment="commercial")),
    Break("O3.no_agreement", lambda _stage: CustomerAgreement.objects.all().delete()),
    Break("O1.withdrawn O1.base", lambda _stage: Offer.objects.update(is_active=False)),
    Break("O1.quantity", lambda _stage: Offer.objects.update(max_quantity=5)),
    Break("O1.plan", lambda _stage: Offer.objects.update(terms=["P1M"])),
    Break("O1.base", without_base),
    Break("O1.empty", without_lines),
    Break("P2.reseller_orders", into_reseller),
]


@pytest.mark.parametrize("channel", ["order", "check_out"])
@pytest.mark.parametrize("broken", ORDERS, ids=str)
def test_of_orders(stage: Stage, broken: Break, channel: str) -> None:
    stage.fill(stage.g3, stage.phone)
    broken.make(stage)
    meet(stage.submit, getattr(stage, channel), set(broken.codes.split()))


def test_of_the_same_offer_twice(stage: Stage) -> None:
    first = stage.fill(stage.g3)
    carts.add_line(stage.actor, stage.county.pk, stage.g3.pk, SEATS, MONTHLY)
    stage.of.offers = [stage.g3, stage.g3]

    def same_plan() -> HttpResponse:
        cart = Order.objects.get(pk=first.pk)
        sent = {f"line-{line.pk}-{key}": value for line in cart.lines.all() for key, value in
                (("quantity", SEATS), ("plan", YEARLY))}  # fmt: skip
        return stage.post("orders:cart", stage.county.pk, number=cart.number, revision=cart.revision, **sent)

    meet(same_plan, stage.order, {"O1.twice"})


# --- subscriptions: O1, O2, O4, P2
def after_window(_stage: Stage) -> None:
    Subscription.objects.update(period_started_at=timezone.now() - timedelta(days=9))


def over(_stage: Stage) -> None:
    ended = timezone.now() - timedelta(days=1)
    begun = ended - timedelta(days=365)
    Subscription.objects.update(auto_renew=False, period_started_at=begun, commitment_ends_at=ended)


def no_trial(_stage: Stage) -> None:
    Offer.objects.update(kind="trial")
    Subscription.objects.update(auto_renew=False)


def seats(number: int) -> tuple[Channel, Channel]:
    """Return how a number of seats is asked for by page and API."""
    return (
        lambda stage: stage.post("orders:seats", stage.of.held.pk, revision=stage.of.held.revision, quantity=number),
        lambda stage: stage.change(stage.of.held, quantity=number),
    )  # fmt: skip


def act(name: str, **wanted: Any) -> tuple[Channel, Channel]:
    """Return how a button is pressed and the same is asked of the API."""
    return (
        lambda stage: stage.post("orders:act", stage.of.held.pk, name, revision=stage.of.held.revision),
        lambda stage: stage.change(stage.of.held, **wanted),
    )


def addon_of_suspended(stage: Stage) -> None:
    """Hold an add-on that is suspended, and so is its base."""
    Subscription.objects.filter(customer=stage.county).update(**{"state": "suspended"})
    stage.of.held = Subscription.objects.get(offer=stage.phone)


def renewed_with(number: int) -> tuple[Channel, Channel]:
    """Return how a number of seats is scheduled for the renewal by page and API."""
    later = {"quantity": number, "at_renewal": "1"}
    return (
        lambda stage: stage.post("orders:seats", stage.of.held.pk, revision=stage.of.held.revision, **later),
        lambda stage: stage.change(stage.of.held, scheduledNextTermInstructions={"quantity": number}),
    )


def renewal_off(_stage: Stage) -> None:
    Subscription.objects.update(auto_renew=False)


SUBSCRIPTIONS = [
    Row("fewer seats after the window", "O4.window", after_window, *seats(5)),
    Row("more seats than the offer has", "O1.quantity", NOTHING, *seats(301)),
    Row("more seats of another segment", "O2.segment",
        lambda _s: Offer.objects.update(segment="commercial"), *seats(20)),
    Row("more seats by a partner without the qualification", "O1.partner_not_qualified",
        lambda _s: Partner.objects.update(qualification="revoked"), *seats(20)),
    Row("more seats by a reseller", "P2.reseller_orders", into_reseller, *seats(20)),
    Row("a cancellation of what add-ons stand on", "O4.addons", NOTHING, *act("cancel", status="deleted")),
    Row("a late cancellation of what add-ons stand on", "O4.window O4.addons", after_window,
        *act("cancel", status="deleted")),
    Row("a trial that should renew", "O4.trial", no_trial, *act("auto-renew-on", autoRenewEnabled=True)),
    Row("a renewal of what has ended", "O4.ended", over, *act("auto-renew-on", autoRenewEnabled=True)),
    Row("more seats from the renewal on", "O4.not_fewer", NOTHING, *renewed_with(20)),
    Row("fewer seats from a renewal that is off", "O4.no_renewal", renewal_off, *renewed_with(5)),
    Row("an add-on without its base", "O1.base_not_active", addon_of_suspended, *act("resume", status="active")),
]  # fmt: skip


@pytest.mark.parametrize("row", SUBSCRIPTIONS, ids=str)
def test_of_subscriptions(stage: Stage, row: Row) -> None:
    stage.of.held = sold(stage.actor, stage.county, stage.g3, stage.phone)[0]
    row.make(stage)
    stage.of.held.refresh_from_db()
    meet(lambda: row.page(stage), lambda: row.api(stage), set(row.codes.split()))


# --- what is not a gate's: somebody else's, and what ended
def test_what_is_gone_is_gone_by_both_channels(stage: Stage) -> None:
    stage.fill(stage.g3)
    factories.Relationship.objects.filter(customer=stage.county).update(**{"state": "ended"})
    assert stage.page.get(reverse("orders:review", args=[stage.county.pk])).status_code == 404
    assert stage.submit().status_code == 404
    told = stage.order()
    assert (told.status_code, told.json()["code"]) == (403, 20002)  # type: ignore[attr-defined]
    theirs: Customer = factories.customer(Partner.objects.get(pk=stage.stranger.partner_id), kinds=())
    assert stage.page.get(reverse("customers:account", args=[theirs.pk])).status_code == 404
    told = stage.qualify("123456789", theirs)
    assert (told.status_code, told.json()["code"]) == (404, 60003)  # type: ignore[attr-defined]
