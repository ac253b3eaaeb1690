"""By which code each of the partners' and customers' rules is answered (section 3 of the API contract).

Microsoft's list has no code for a validation code that is no good: the mapping is the one that the contract suggests.
"""

from gcc_portal.api.errors import INPUT, REFUSED, WRONG_STATE, Answer, name_answers

NOT_ALLOWED: Answer = (403, 600006)
PARTNER_NOT_ELIGIBLE: Answer = (403, 2006)
NO_AGREEMENT: Answer = (403, 13605)
AGREED_BEFORE: Answer = (400, 600061)

name_answers(
    {
        # The partner: it works through its provider, or does not hold the reseller qualification.
        "P2": NOT_ALLOWED,
        "P4.not_qualified": PARTNER_NOT_ELIGIBLE,
        "A1": PARTNER_NOT_ELIGIBLE,
        "R1.not_qualified": PARTNER_NOT_ELIGIBLE,
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
        "domain.taken": WRONG_STATE,
    }
)
