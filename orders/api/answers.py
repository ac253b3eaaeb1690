"""Status and error code of each of the orders' rules.

A resource where a rule has another code (a cart's lines, a subscription's cancellation) says so itself.
"""

from django.utils.translation import gettext_lazy as _

from gcc_portal.api.errors import (
    INPUT,
    NO_AGREEMENT,
    NO_RELATIONSHIP,
    NOT_ALLOWED,
    NOT_ELIGIBLE,
    NOT_FOUND,
    REFUSED,
    ErrorCode,
    register_codes,
    register_not_found,
)
from orders.queries.api_carts import NoCart
from orders.queries.catalog import NoOffer
from orders.queries.orders import NoOrder
from orders.queries.subscriptions import NoSubscription

NO_CART: ErrorCode = (404, 800008)
NO_ORDER: ErrorCode = (404, 20000)
NO_SUBSCRIPTION: ErrorCode = (404, 20003)
LINE_IN_ERROR: ErrorCode = (400, 800009)
NOT_FOR_CUSTOMER: ErrorCode = (400, 800086)
CANNOT_PROCESS: ErrorCode = (400, 4018)
PARENT_INACTIVE: ErrorCode = (409, 27009)
NOT_NOW: ErrorCode = (400, 800096)

register_not_found(NoOffer, NOT_FOUND, _("There is no such offer here."))
register_not_found(NoCart, NO_CART, _("There is no such cart, or its days are over."))
register_not_found(NoOrder, NO_ORDER, _("There is no such order."))
register_not_found(NoSubscription, NO_SUBSCRIPTION, _("There is no such subscription of this customer."))

# What is wrong with a line, whoever orders it.
OF_LINES: dict[str, ErrorCode] = {
    "O1.unknown_offer": (400, 800004),
    "O1.withdrawn": (403, 2085),
    "O1.quantity": (400, 2002),
    "O1.plan": REFUSED,
    "O1.twice": REFUSED,
    "O1.base": CANNOT_PROCESS,
    "O1.no_parent": NO_SUBSCRIPTION,
    "O1.wrong_parent": CANNOT_PROCESS,
    "O1.parent_inactive": PARENT_INACTIVE,
    "O2.segment": NOT_FOR_CUSTOMER,
    "P2.own_mpn": (404, 2072),
    "P2.unknown_mpn": (404, 800015),
    "P2.not_reseller": (400, 800016),
}

# What stands between this partner and any order for this customer.
OF_PARTIES: dict[str, ErrorCode] = {
    "P2.reseller_orders": NOT_ALLOWED,
    "O1.partner_not_qualified": NOT_ELIGIBLE,
    "O1.no_relationship": NO_RELATIONSHIP,
    "O1.customer_not_gcc": NOT_FOR_CUSTOMER,
    "O3.no_agreement": NO_AGREEMENT,
}

register_codes(
    {
        **OF_PARTIES,
        **OF_LINES,
        # Carts and orders.
        "O1.cart_expired": NO_CART,
        "O1.cart_ordered": (400, 800065),
        "O1.empty": REFUSED,
        "O1.full": INPUT,
        "O1.lines_open": CANNOT_PROCESS,
        "O1.nothing_failed": CANNOT_PROCESS,
        "O1.orders_under_way": (409, 800060),
        # Subscriptions.
        "O1.base_not_active": PARENT_INACTIVE,
        "O4": REFUSED,
        "O4.window": (400, 800090),
        "O4.ended": (400, 2011),
        "O4.not_fewer": (400, 800095),
        "O4.no_renewal": NOT_NOW,
        "O4.renews": NOT_NOW,
        "O4.period_runs": NOT_NOW,
        "O4.addons": NOT_NOW,
        "O4.trial": (400, 800093),
        "O4.unchanged": REFUSED,
        "O4.subscriptions_held": REFUSED,
    }
)
