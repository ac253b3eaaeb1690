"""The customer's form: C1 to C3. No writes."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.criteria import CRITERIA_SENTENCE, GOVERNMENT, Category, RegulatedData, ValidationOption
from customers.known import Known, known_of
from customers.models import CustomerForm
from gcc_portal.core.gates import Blocker, gate_of
from gcc_portal.identity.tenants.directory import tenant_directory
from gcc_portal.identity.tenants.kinds import TenantKind, parse_tenant_id
from partners.gates.qualification import holds_qualification, transacting
from partners.models import Partner

ID_FIELD = "partner_tenant_id"
ASK_PARTNER = _(
    "Ask your partner for its commercial tenant ID: it stands on its Organization profile as Microsoft ID."
)


def transacting_partner(
    tenant_id: str, *, ask: bool = True, known: Known | None = None
) -> tuple[Partner | None, list[Blocker]]:
    """C1: return the partner that a tenant ID names, and what is wrong with the ID.

    `ask` lets the tenant directory say where an ID belongs that is no partner's; without it (under a lock, where
    nothing waits for the network) such an ID is unknown. `known` holds what was loaded for many forms at once.
    """
    parsed = parse_tenant_id(tenant_id or "")
    if parsed is None:
        return None, [_wrong("C1.missing", _("Name your transacting partner’s tenant ID."), ASK_PARTNER)]
    partner = (known or Known()).partner(parsed)
    if partner is None:
        return None, [_not_a_partner(parsed, ask=ask)]
    return partner, _partner_blockers(partner)


def _partner_blockers(partner: Partner) -> list[Blocker]:
    if transacting(partner):
        return [_reseller(partner)]
    if holds_qualification(partner):
        return [
            _wrong(
                "C1.not_qualified",
                _("%(partner)s does not hold the Government Community Cloud qualification.")
                % {"partner": partner.name},
                _("It has to be approved first. Ask it to apply, or name a partner that is qualified."),
            )
        ]
    return []


def _reseller(partner: Partner) -> Blocker:
    message = _("%(partner)s is an indirect reseller: it does not transact itself.") % {
        "partner": partner.name
    }
    if partner.provider is None:
        return _wrong("C1.reseller", message, _("Ask it for the tenant ID of its indirect provider."))
    return _wrong(
        "C1.reseller",
        message,
        _("Name its indirect provider, %(provider)s: ask for that organization’s tenant ID.")
        % {"provider": partner.provider.name},
    )


def _not_a_partner(tenant_id: str, *, ask: bool) -> Blocker:
    """Return what is wrong with an ID that is no partner's: the words depend on where the tenant lives."""
    kind = tenant_directory().find(tenant_id).kind if ask else TenantKind.NOT_FOUND
    if kind.is_us_government_cloud:
        return _wrong(
            "C1.azure_government",
            _("This tenant ID belongs to %(cloud)s, not to the commercial cloud.") % {"cloud": kind.label},
            ASK_PARTNER,
        )
    if kind == TenantKind.UNCHECKED:
        return _wrong(
            "C1.unchecked",
            _("No partner with this tenant ID is known here, and the tenant directory did not answer."),
            _("Check the ID with your partner, or try again in a few minutes."),
        )
    if kind in (TenantKind.NOT_FOUND, TenantKind.MALFORMED):
        return _wrong("C1.unknown", _("No partner with this tenant ID is known."), ASK_PARTNER)
    return _wrong(
        "C1.no_partner",
        _("This tenant ID belongs to an organization that is not a transacting partner."),
        ASK_PARTNER,
    )


def _wrong(code: str, message: Any, next_step: Any) -> Blocker:
    return Blocker(code, message, next_step, field=ID_FIELD)


def option_blockers(answers: Mapping[str, Any]) -> list[Blocker]:
    """C1: the validation option is the one of a partner's customer."""
    if answers.get("validation_option") == ValidationOption.CUSTOMER:
        return []
    return [
        Blocker(
            "C1.option",
            _("A customer of a partner is validated with the option %(option)s.")
            % {"option": ValidationOption.CUSTOMER.label},
            _("Choose it. A partner applies on its own form, after signing in."),
            field="validation_option",
        )
    ]


def eligibility(answers: Mapping[str, Any]) -> list[Blocker]:
    """C2: a US government entity, or a commercial entity with a US presence that holds regulated data."""
    category = answers.get("category")
    if category in GOVERNMENT:
        return []
    if category == Category.COMMERCIAL:
        return _presence(answers) + _regulated_data(answers)
    if category == Category.INTERNATIONAL:
        message = _("An international entity can’t be validated for the Government Community Cloud.")
        return [Blocker("C2.international", message, CRITERIA_SENTENCE, field="category")]
    message = _("Your organization is in none of the eligible categories.")
    return [Blocker("C2.category", message, CRITERIA_SENTENCE, field="category")]


def _presence(answers: Mapping[str, Any]) -> list[Blocker]:
    if answers.get("us_presence") == "yes":
        return []
    message = _("A commercial entity needs a presence in the United States.")
    return [Blocker("C2.no_us_presence", message, CRITERIA_SENTENCE, field="us_presence")]


def _regulated_data(answers: Mapping[str, Any]) -> list[Blocker]:
    named = answers.get("regulated_data") or []
    if not named:
        message = _("A commercial entity is eligible only when it holds regulated data; none is named.")
        return [Blocker("C2.no_regulated_data", message, CRITERIA_SENTENCE, field="regulated_data")]
    found = []
    if RegulatedData.OTHER in named and not answers.get("regulated_other"):
        message = _("Say which other data you hold that needs a government cloud.")
        found.append(Blocker("C2.other_data", message, field="regulated_other"))
    if not answers.get("regulated_evidence"):
        message = _("Say what shows that you hold this data.")
        step = _("For example a contract number, a DDTC registration, or a letter of the sponsoring agency.")
        found.append(Blocker("C2.no_evidence", message, step, field="regulated_evidence"))
    return found


@gate_of(CustomerForm, "submit")
def can_submit_form(form: CustomerForm) -> list[Blocker]:
    """C1, C2 at the signing. That the signature is complete (C3) the intake machine sees to, as for P5."""
    answers = form.answers
    partner_id = str(answers.get(ID_FIELD) or "")
    return option_blockers(answers) + transacting_partner(partner_id, ask=False)[1] + eligibility(answers)


@gate_of(CustomerForm, "approve")
def can_approve_form(form: CustomerForm) -> list[Blocker]:
    """C1, C2 at the approval: the partner that the signed form names still holds the qualification."""
    latest = form.latest
    answers = latest.answers if latest else form.answers
    partner_id = str(answers.get(ID_FIELD) or "")
    named = transacting_partner(partner_id, ask=False, known=known_of(form))[1]
    return option_blockers(answers) + named + eligibility(answers)
