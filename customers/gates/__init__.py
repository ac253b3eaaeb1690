"""The customers' rules. No writes. One file a subject; every caller imports from here."""

from customers.gates.adding import (
    can_add_customer,
    can_add_gcc_customer,
    can_be_granted,
    can_check_qualification,
    can_provision,
    register_commerce_gate,
    usable_validation,
)
from customers.gates.answering import Answer, can_accept, may_answer, tenant_may_be_named
from customers.gates.contact import address_may_be_kept, name_may_become
from customers.gates.intake import (
    can_approve_form,
    can_submit_form,
    eligibility,
    option_blockers,
    transacting_partner,
)
from customers.gates.relationship import (
    answer_link,
    can_activate,
    can_end,
    can_request,
    letter_may_go,
    may_be_answered,
    not_yet_customer,
    partner_may_serve,
    register_end_gate,
    tenant_may_accept,
)
from customers.gates.segments import (
    AGREEMENT_SINCE,
    allowed_segments,
    can_attest,
    has_agreement,
    is_new_attestation,
)

__all__ = [
    "AGREEMENT_SINCE",
    "Answer",
    "address_may_be_kept",
    "allowed_segments",
    "answer_link",
    "can_accept",
    "can_activate",
    "can_add_customer",
    "can_add_gcc_customer",
    "can_approve_form",
    "can_attest",
    "can_be_granted",
    "can_check_qualification",
    "can_end",
    "can_provision",
    "can_request",
    "can_submit_form",
    "eligibility",
    "has_agreement",
    "is_new_attestation",
    "letter_may_go",
    "may_answer",
    "may_be_answered",
    "name_may_become",
    "not_yet_customer",
    "option_blockers",
    "partner_may_serve",
    "register_commerce_gate",
    "register_end_gate",
    "tenant_may_accept",
    "tenant_may_be_named",
    "transacting_partner",
    "usable_validation",
]
