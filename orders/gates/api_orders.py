"""What only an API client can get wrong: names of offers, subscriptions and carts that no page sends (O1)."""

from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocker
from orders.gates.order import one_of
from orders.models import ApiCart, Offer, Subscription


def is_known(item: str, offer: Offer | None) -> list[Blocker]:
    """O1: return a blocker for a catalog item ID that names no offer."""
    if offer is not None:
        return []
    text = _("There is no catalog item %(item)s.") % {"item": item or _("without an ID")}
    return [
        Blocker(
            "O1.unknown_offer",
            text,
            _("Take the ID from the customer's catalog, as product:SKU:availability."),
        )
    ]


def may_stand_on(offer: Offer, parent: Subscription | None) -> list[Blocker]:
    """O1: return a blocker unless the offer is an add-on to this subscription, which is active.

    `parent` is None for one that is not the customer's, or not through this partner.
    """
    if parent is None:
        way_out = _("Read the customer's subscriptions, and name one of them.")
        return [Blocker("O1.no_parent", _("The customer has no such parent subscription."), way_out)]
    bases = list(offer.prerequisites.all())
    if parent.offer_id not in {each.pk for each in bases}:
        text = _("%(offer)s is no add-on to %(parent)s.") % {"offer": offer, "parent": parent.offer}
        way_out = _("It stands on %(bases)s.") % {"bases": one_of(bases)} if bases else _("It needs no base.")
        return [Blocker("O1.wrong_parent", text, way_out)]
    if not parent.is_in_use():
        text = _("%(parent)s is not active, so nothing can be added to it.") % {"parent": parent.offer}
        return [Blocker("O1.parent_inactive", text, _("Resume it where it is suspended, or order it anew."))]
    return []


def may_check_out(cart: ApiCart) -> list[Blocker]:
    """O1: return a blocker for a cart of which an order was made already."""
    if cart.order is None:
        return []
    text = _("This cart was checked out already: order %(number)s.") % {"number": cart.order.number}
    return [Blocker("O1.cart_ordered", text, _("Get that order, or create a new cart."))]
