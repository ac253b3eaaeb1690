"""Rules of the customer's form: C1, C2. No writes, and nothing is asked over the network."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.criteria import CRITERIA_SENTENCE, GOVERNMENT, Category, RegulatedData, ValidationOption
from customers.models.intake import CustomerForm
from customers.models.validation import ValidationId
from gcc_portal.core.gates import Blocker, gate_of
from gcc_portal.identity.registry.models import GovDomain
from gcc_portal.identity.tenants.kinds import TenantKind, parse_tenant_id
from gcc_portal.intake.context import FormContext
from partners.gates.qualification import holds_qualification, transacting
from partners.models import Partner

ID_FIELD = "partner_tenant_id"
ASK_PARTNER = _(
    "Ask your partner for its commercial tenant ID: it stands on its Organization profile as Microsoft ID."
)


@dataclass
class CustomerContext(FormContext):
    """A customer's form with what its rules read of others."""

    # The partner whose tenant ID the form names; `prepare_approval` reads it anew under a lock.
    partner: Partner | None = None
    # The .gov registry's row of the form's web domain.
    registrant: GovDomain | None = None
    # The validation ID that an approval issues, made by `prepare_approval`.
    validation: ValidationId | None = None


def named_partner(tenant_id: str) -> Partner | None:
    """Return the partner whose commercial tenant ID this is, or None."""
    parsed = parse_tenant_id(tenant_id or "")
    return Partner.objects.select_related("provider").filter(tenant_id=parsed).first() if parsed else None


def transacting_partner(tenant_id: str, partner: Partner | None, answer: Mapping[str, Any]) -> list[Blocker]:
    """C1: the tenant ID is that of a qualified transacting partner.

    `partner` is the one that it names. `answer` is what the tenant directory said of an ID that is no partner's
    (`ask_directory`): it only decides which words explain the refusal, and {} gives the plain ones.
    """
    parsed = parse_tenant_id(tenant_id or "")
    if parsed is None:
        return [_wrong("C1.missing", _("Name your transacting partner’s tenant ID."), ASK_PARTNER)]
    if partner is None:
        return [_not_a_partner(answer if answer.get("asked") == parsed else {})]
    return _partner_blockers(partner)


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


def _not_a_partner(answer: Mapping[str, Any]) -> Blocker:
    """Return what is wrong with an ID that is no partner's: the words depend on where the tenant lives."""
    kind = TenantKind(answer.get("kind", TenantKind.NOT_FOUND))
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
    """C1, C2 at the signing. That the form is complete and signed (C3) is a rule of both kinds (`intake.gates`)."""
    tenant_id = str(form.answers.get(ID_FIELD) or "")
    return _form_blockers(form, form.answers, named_partner(tenant_id))


@gate_of(CustomerForm, "approve")
def can_approve_form(form: CustomerForm, *, context: CustomerContext) -> list[Blocker]:
    """C1, C2 at the approval: the partner that the signed form names still holds the qualification."""
    return _form_blockers(form, context.answers, context.partner)


def _form_blockers(form: CustomerForm, answers: Mapping[str, Any], partner: Partner | None) -> list[Blocker]:
    tenant_id = str(answers.get(ID_FIELD) or "")
    answer = form.kept_tenant_answer(parse_tenant_id(tenant_id) or "")
    named = transacting_partner(tenant_id, partner, answer)
    return option_blockers(answers) + named + eligibility(answers)
