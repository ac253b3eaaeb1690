"""Adding and qualifying a customer: A1 to A3."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.gates.contact import is_no_reseller
from customers.models import Customer, CustomerCreation, SpecialQualification, ValidationId
from customers.states import EXCLUDED_BY_GCC, GCC, REQUESTABLE_KINDS, ValidationState
from gcc_portal.core.gates import Blocker, gate_of
from gcc_portal.core.mail.emails import absolute
from gcc_portal.identity.registry.names import names_agree
from partners.gates.qualification import holds_qualification
from partners.models import Partner

CommerceGate = Callable[[Customer], list[Blocker]]
_commerce_gates: list[CommerceGate] = []


def register_commerce_gate(gate: CommerceGate) -> None:
    """Let the app that sells add what forbids Government Community Cloud (O2). Idempotent."""
    if gate not in _commerce_gates:
        _commerce_gates.append(gate)


def can_add_customer(partner: Partner) -> list[Blocker]:
    """P2: an indirect reseller works through its provider; others add customers themselves."""
    return is_no_reseller(partner)


def can_add_gcc_customer(partner: Partner) -> list[Blocker]:
    """A1: the partner holds the qualification."""
    if not holds_qualification(partner):
        return []
    return [
        Blocker(
            "A1.not_qualified",
            _("%(partner)s does not hold the Government Community Cloud reseller qualification, so it can't add a "
              "Government Community Cloud customer.") % {"partner": partner.name},
            _("Legal info shows where your organization stands and leads to the intake form."),
            to=("partners:legal-info", ()),
            url_label=_("Legal info"),
        )
    ]  # fmt: skip


def ask_eligibility() -> str:
    """Return the way out for a customer without a validation ID (A2)."""
    return _(
        "Ask the customer to write to US Government Cloud Eligibility (%(address)s), or to fill in the eligibility "
        "form at %(form)s, and to have itself validated. Without a validation ID no customer is created for Government "
        "Community Cloud, or qualified for it."
    ) % {"address": settings.ELIGIBILITY_ADDRESS, "form": absolute(reverse("eligibility:start"))}


def usable_validation(validation: ValidationId | None, partner: Partner, organization: str) -> list[Blocker]:
    """A2: the validation ID is this partner's, for this organisation, in force, with creates left.

    Unknown and another partner's give the same answer, so that numbers can't be probed.
    """
    if validation is None or validation.partner_id != partner.pk:
        return [_a2("unknown", _("Your organization has no validation ID with this number."))]
    number = {
        "number": validation.number,
        "organization": validation.organization_name,
        "customer": organization,
    }
    if validation.state == ValidationState.REVOKED:
        return [_a2("revoked", _("Validation ID %(number)s was revoked.") % number)]
    if not validation.is_valid():
        return [_a2("expired", _("Validation ID %(number)s has expired.") % number)]
    found = []
    if validation.remaining < 1:
        found.append(_a2("exhausted", _("Validation ID %(number)s has no creates left.") % number))
    if not names_agree(validation.organization_name, organization):
        sentence = (
            _("Validation ID %(number)s was issued for %(organization)s, not for %(customer)s.") % number
        )
        found.append(_a2("other_organization", sentence))
    return found


def no_usable_validation() -> Blocker:
    """A2: return the blocker of a partner that has no validation ID with creates left at all."""
    return _a2("none", _("Your organization has no validation ID that can be used now."))


def _a2(code: str, sentence: str) -> Blocker:
    return Blocker(
        f"A2.{code}",
        sentence,
        ask_eligibility(),
        to=("customers:validation-ids", ()),
        url_label=_("Your validation IDs"),
        field="number",
    )


@gate_of(CustomerCreation, "check_qualification")
def can_check_qualification(creation: CustomerCreation) -> list[Blocker]:
    """A1, A2 at the wizard's qualification and validation steps."""
    found = can_add_customer(creation.partner)
    if creation.wants_gcc:
        found += can_add_gcc_customer(creation.partner)
        found += usable_validation(creation.validation, creation.partner, creation.company_name)
    return found


@gate_of(CustomerCreation, "provision")
def can_provision(creation: CustomerCreation) -> list[Blocker]:
    """A1, A2 and complete answers, asked under lock when provisioning begins."""
    missing = creation.missing_steps()
    if missing:
        return [
            Blocker(
                "A2.incomplete",
                _("Not all steps are filled in yet."),
                _("Go on where it stopped."),
                to=("customers:create-step", (creation.pk, missing[0])),
                url_label=_("Go on"),
            )
        ]
    return can_check_qualification(creation)


def can_request_kind(customer: Customer, kind: str) -> list[Blocker]:
    """A3: after the creation some kinds can be requested, each once."""
    if kind not in REQUESTABLE_KINDS:
        return [
            Blocker(
                "A3.kind",
                _("This special qualification can't be set."),
                _("Use %(kinds)s.") % {"kinds": ", ".join(REQUESTABLE_KINDS)},
                field="kind",
            )
        ]
    if not customer.qualifications.live().filter(kind=kind).exists():
        return []
    return [
        Blocker(
            "A3.already",
            _("%(customer)s holds this special qualification already, or it is in review.")
            % {"customer": customer.name},
            _("There is nothing more to do."),
        )
    ]


def validation_is_named(number: str) -> list[Blocker]:
    """A3: Government Community Cloud is granted only with a validation ID that the caller names."""
    if number:
        return []
    return [
        _a2("missing", _("Government Community Cloud is given only with a validation ID, and none is named."))
    ]


@gate_of(SpecialQualification, "grant")
def can_be_granted(qualification: SpecialQualification) -> list[Blocker]:
    """A3, O2: GCC needs a validation ID or the tenant's own word, and excludes education and nonprofit."""
    customer = qualification.customer
    others = customer.granted_kinds - {qualification.kind}
    if qualification.kind != GCC:
        return [_excluded()] if GCC in others and qualification.kind in EXCLUDED_BY_GCC else []
    found = []
    if qualification.validation is None and not qualification.source:
        found.append(
            _a3("A3.no_validation", _("Government Community Cloud is given only with a validation ID."))
        )
    if any(kind in others for kind in EXCLUDED_BY_GCC):
        found.append(_excluded())
    for gate in _commerce_gates:
        found += gate(customer)
    return found


def _a3(code: str, sentence: str) -> Blocker:
    return Blocker(code, sentence, ask_eligibility())


def _excluded() -> Blocker:
    return Blocker(
        "O2.excluded",
        _("Government Community Cloud does not go together with education or nonprofit."),
        _("A customer of both kinds needs a tenant for each."),
    )
