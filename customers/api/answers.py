"""Status and error code of each of the partners' and customers' rules.

Partner Center's list has no code for an unusable validation code: exhausted, expired and revoked ones are answered
403/600006, others with the general 400/800002.
"""

from django.utils.translation import gettext_lazy as _

from customers.queries.customers import FormerCustomer, NoCustomer
from gcc_portal.api.errors import (
    INPUT,
    NO_AGREEMENT,
    NO_PARTNER,
    NO_RELATIONSHIP,
    NOT_ALLOWED,
    NOT_ELIGIBLE,
    REFUSED,
    WRONG_STATE,
    ErrorCode,
    register_codes,
    register_not_found,
)

NO_CUSTOMER: ErrorCode = (404, 60003)
AGREED_BEFORE: ErrorCode = (400, 600061)

register_not_found(NoCustomer, NO_CUSTOMER, _("There is no such customer."))
register_not_found(
    FormerCustomer, NO_RELATIONSHIP, _("The reseller relationship with this customer has ended.")
)
register_codes(
    {
        # The partner: it works through its provider, or does not hold the reseller qualification.
        "P2": NOT_ALLOWED,
        "P4.not_qualified": NOT_ELIGIBLE,
        "A1": NOT_ELIGIBLE,
        "R1.not_qualified": NOT_ELIGIBLE,
        # The validation code: none or a wrong one is bad input; one that was good is not good any more.
        "A2": REFUSED,
        "A2.exhausted": NOT_ALLOWED,
        "A2.expired": NOT_ALLOWED,
        "A2.revoked": NOT_ALLOWED,
        # The customer's special qualification.
        "A3": REFUSED,
        "A3.kind": INPUT,
        "A3.already": WRONG_STATE,
        "O2.excluded": WRONG_STATE,
        "O2.commercial_held": WRONG_STATE,
        # The agreement.
        "O3": INPUT,
        "O3.no_agreement": NO_AGREEMENT,
        "O3.twice": AGREED_BEFORE,
        # Relationships and creations.
        "R1": REFUSED,
        "R2": REFUSED,
        "R2.already": WRONG_STATE,
        "P2.not_your_reseller": NO_PARTNER,
        "country": (403, 2030),
        "registration": (400, 600002),
        "domain.malformed": INPUT,
        "domain.taken": WRONG_STATE,
        "A2.name_fixed": INPUT,
        "sandbox": NOT_ALLOWED,
    }
)
