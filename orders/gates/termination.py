"""Rules of orders that block acts on customers: ending a relationship, granting Government (O1, O2, O4)."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Customer, Relationship
from gcc_portal.core.gates import Blocker
from orders.models import Order, Subscription
from orders.states import OPEN_ORDERS, Segment


def nothing_runs(relationship: Relationship) -> list[Blocker]:
    """Return a blocker for subscriptions still held and for orders under way through the relationship."""
    customer = relationship.customer
    if customer is None:
        return []
    found = []
    of_both = {"partner_id": relationship.partner_id, "customer": customer}
    held = Subscription.objects.live().filter(**of_both).count()
    if held:
        text = ngettext("%(n)s subscription is still held.", "%(n)s subscriptions are still held.", held)
        way_out = _("Cancel them, or turn off auto-renew and let them run out.")
        found.append(_blocker("O4.subscriptions_held", text % {"n": held}, way_out, customer))
    ordered = Order.objects.filter(**of_both, state__in=OPEN_ORDERS).count()
    if ordered:
        text = ngettext("%(n)s order is under way.", "%(n)s orders are under way.", ordered)
        found.append(
            _blocker("O1.orders_under_way", text % {"n": ordered}, _("Wait until it is done."), customer)
        )
    return found


def no_other_commerce(customer: Customer) -> list[Blocker]:
    """O2: return a blocker when the customer holds subscriptions of another segment than government."""
    live = Subscription.objects.live().filter(customer=customer)
    other = live.exclude(offer__segment=Segment.GOVERNMENT).count()
    if not other:
        return []
    text = ngettext(
        "%(customer)s holds %(n)s subscription that is not a government one.",
        "%(customer)s holds %(n)s subscriptions that are not government ones.",
        other,
    )
    way_out = _("A customer with commercial subscriptions can't be given Government Community Cloud.")
    return [_blocker("O2.commercial_held", text % {"customer": customer, "n": other}, way_out, customer)]


def _blocker(code: str, text: str, way_out: str, customer: Customer) -> Blocker:
    return Blocker(code, text, way_out, ("orders:subscriptions", (customer.pk,)), _("See the subscriptions"))
