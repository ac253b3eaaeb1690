"""Each reason of O1 to O3 at the service and at the page: refused with one blocker, and let through without it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import CustomerAgreement, SpecialQualification
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from orders.models import Offer, Order
from orders.services import placing
from partners.models import Partner

Fill = Callable[..., Order]
BREAKS: list[tuple[str, Callable[[], Any]]] = [
    ("O1.partner_not_qualified", lambda: Partner.objects.update(qualification="revoked")),
    ("O1.customer_not_gcc", lambda: SpecialQualification.objects.update(state="revoked")),
    ("O2.segment", lambda: Offer.objects.update(segment="commercial")),
    ("O3.no_agreement", lambda: CustomerAgreement.objects.all().delete()),
    ("O1.withdrawn", lambda: Offer.objects.update(is_active=False)),
    ("O1.quantity", lambda: Offer.objects.update(max_quantity=5)),
    ("O1.plan", lambda: Offer.objects.update(terms=["P1M"])),
    ("O1.base", lambda: Order.objects.get().lines.first().delete()),
]


def sent(cart: Order) -> dict[str, Any]:
    """Return what the review page sends for the cart as it is."""
    due = sum(line.due_cents for line in cart.lines.all())
    return {"number": cart.number, "revision": cart.revision, "due_cents": due}


@pytest.mark.parametrize(("code", "break_it"), BREAKS, ids=[code for code, _break in BREAKS])
def test_refused_by_service_and_page(
    sales_actor: Actor,
    sales: User,
    client_of: Callable[[User], Client],
    g3: Offer,
    phone: Offer,
    fill: Fill,
    code: str,
    break_it: Callable[[], Any],
) -> None:
    cart = fill(g3, phone)
    break_it()
    with pytest.raises(Blocked) as refused:
        placing.submit(sales_actor, cart.number, cart.revision)
    assert code in [each.code for each in refused.value.blockers]
    assert code in history_of(cart).first().codes
    page, url = client_of(sales), reverse("orders:review", args=[cart.customer_id])
    for answer, status in ((page.get(url), 200), (page.post(url, sent(cart)), 409)):
        assert answer.status_code == status
        assert f'data-code="{code}"' in answer.content.decode()
        assert not answer.context["may_submit"]
    cart.refresh_from_db()
    assert cart.state == "cart"


def test_let_through_by_service_and_page(
    sales_actor: Actor, sales: User, client_of: Callable[[User], Client], g3: Offer, phone: Offer, fill: Fill
) -> None:
    cart = fill(g3, phone)
    assert placing.submit(sales_actor, cart.number, cart.revision).state == "submitted"
    second = fill(g3, phone)
    page, url = client_of(sales), reverse("orders:review", args=[second.customer_id])
    assert page.get(url).context["may_submit"]
    assert page.post(url, sent(second)).url == reverse("orders:order", args=[second.number])
    second.refresh_from_db()
    assert second.state == "submitted"
