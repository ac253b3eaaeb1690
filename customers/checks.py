"""The checks of a customer's form: each says what was asked, what came back, and what that means."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from customers.criteria import GOVERNMENT, SHOWN_BY_DOCUMENT, Category, RegulatedData, ValidationOption
from customers.gates.intake import (
    ID_FIELD,
    CustomerContext,
    eligibility,
    option_blockers,
    transacting_partner,
)
from gcc_portal.core.gates import Blocker
from gcc_portal.identity.registry.lookup import registrant_agrees
from gcc_portal.identity.registry.models import GovCategory, GovDomain
from gcc_portal.identity.tenants.kinds import parse_tenant_id
from gcc_portal.intake.kinds import EXPLANATION_LABEL, CheckResult
from gcc_portal.intake.models import Check

Outcome = Check.Outcome
Answers = Mapping[str, Any]
# Which kinds of registrant fit what the form says.
FITTING = {
    Category.FEDERAL: {GovCategory.FEDERAL},
    Category.FFRDC: {GovCategory.FEDERAL},
    Category.STATE: {GovCategory.STATE},
    Category.LOCAL: {GovCategory.LOCAL, GovCategory.SPECIAL_DISTRICT, GovCategory.SCHOOL},
    Category.TRIBAL: {GovCategory.TRIBAL},
    Category.REGIONAL: {GovCategory.REGIONAL},
}
# Blockers that no answer could remove: the automatic review declines.
OUTRIGHT = frozenset({"C2.international", "C2.no_us_presence"})


def run(context: CustomerContext) -> list[CheckResult]:
    """Return the results of the customer's own checks (C1, C2). Writes nothing and asks nobody over the network."""
    answers = context.answers
    found = [_option(answers), _partner(context), _category(answers)]
    if answers.get("category") in GOVERNMENT:
        found += [_registry(answers, context.registrant), _registrant(answers, context.registrant)]
    if answers.get("category") in SHOWN_BY_DOCUMENT:
        found.append(_document(context))
    if answers.get("category") == Category.COMMERCIAL:
        found += [_presence(answers), _regulated_data(context)]
    return found


def _said(blockers: list[Blocker], otherwise: str) -> str:
    return " ".join(str(blocker.message) for blocker in blockers) or otherwise


def _option(answers: Answers) -> CheckResult:
    problems = option_blockers(answers)
    chosen = str(answers.get("validation_option") or "")
    label = ValidationOption(chosen).label if chosen in ValidationOption.values else chosen
    return CheckResult(
        code="validation_option",
        label=_("Validation option (C1)"),
        asked=_("Is the validation option %(option)s?") % {"option": ValidationOption.CUSTOMER.label},
        came_back=str(label) or _("None."),
        outcome=Outcome.FAIL if problems else Outcome.PASS,
        field="validation_option",
        question=_("A customer of a partner is validated with the option %(option)s. Choose it.")
        % {"option": ValidationOption.CUSTOMER.label},
    )


def _partner(context: CustomerContext) -> CheckResult:
    tenant_id, partner = str(context.answers.get(ID_FIELD) or ""), context.partner
    answer = context.form.kept_tenant_answer(parse_tenant_id(tenant_id) or "")
    problems = transacting_partner(tenant_id, partner, answer)
    unchecked = any(blocker.code == "C1.unchecked" for blocker in problems)
    qualified = _("%(name)s, which holds the qualification.") % {"name": partner.name} if partner else ""
    return CheckResult(
        code="transacting_partner",
        label=_("Transacting partner (C1)"),
        asked=_("Whose tenant is %(tenant)s, and does it hold the qualification?") % {"tenant": tenant_id},
        came_back=_said(problems, qualified),
        outcome=Outcome.COULD_NOT_CHECK if unchecked else Outcome.FAIL if problems else Outcome.PASS,
        field="partner_tenant_id",
        question=_("We could not look up your partner’s tenant ID. Confirm it with your partner.")
        if unchecked
        else _(
            "The tenant ID that you gave is not, or no longer, that of a qualified transacting partner. Ask your "
            "partner for the right one, or name another partner."
        ),
    )


def _category(answers: Answers) -> CheckResult:
    problems = [one for one in eligibility(answers) if one.field == "category"]
    said = str(answers.get("category") or "")
    label = Category(said).label if said in Category.values else said
    return CheckResult(
        code="category",
        label=_("Category (C2)"),
        asked=_("Is the organization in an eligible category?"),
        came_back=_said(problems, str(label)),
        outcome=Outcome.FAIL if problems else Outcome.PASS,
        field="category",
        forbids=any(one.code in OUTRIGHT for one in problems),
        question=_("Which of the eligible categories is your organization in? Choose the one that fits."),
    )


def _registry(answers: Answers, row: GovDomain | None) -> CheckResult:
    domain = str(answers.get("web_domain") or "")
    return CheckResult(
        code="gov_registry",
        label=_(".gov registry (C2)"),
        asked=_("Does the .gov registry know %(domain)s?") % {"domain": domain},
        came_back=_row_in_words(row)
        if row
        else _("No. That proves nothing: many governments use other endings."),
        outcome=Outcome.PASS if row else Outcome.WARN,
        field="explanation",
        question=_registry_question(domain),
    )


def _registry_question(domain: str) -> str:
    """Return what is asked where the registry does not know the domain: many governments use other endings."""
    return _(
        "Your web site %(domain)s is not in the .gov registry, which many governments do without. What shows that your "
        "organization is a government entity? Name the statute, the charter or an official page, or attach it."
    ) % {"domain": domain}


def _row_in_words(row: GovDomain) -> str:
    part = f" ({row.suborganization_name})" if row.suborganization_name else ""
    place = ", ".join(word for word in (row.city, row.state) if word)
    return _("%(domain)s: %(name)s%(part)s, %(type)s, %(place)s.") % {
        "domain": row.domain,
        "name": row.organization_name,
        "part": part,
        "type": row.domain_type,
        "place": place,
    }


def _registrant(answers: Answers, row: GovDomain | None) -> CheckResult:
    """Compare the registrant's name and kind with the form's."""
    name, category = str(answers.get("organization_name") or ""), str(answers.get("category") or "")
    asked = _("Is the registrant %(name)s, and of the kind “%(kind)s”?") % {
        "name": name,
        "kind": Category(category).label,
    }
    code, label = "gov_registrant", _("Registrant’s name and kind (C2)")
    if row is None:
        came_back = _("The registry does not know the domain, so there is no registrant to compare with.")
        question = _registry_question(str(answers.get("web_domain") or ""))
        return CheckResult(code, label, asked, came_back, Outcome.WARN, "explanation", question=question)
    if not registrant_agrees(row, name):
        came_back = _("No: the domain is registered to %(name)s.") % {"name": row.organization_name}
        question = _(
            "The .gov registry does not list %(domain)s under the legal name that you gave. Correct the name or "
            "the web site; if both are right, tell us under “%(label)s” how the two belong together, and attach what "
            "shows it."
        ) % {"domain": row.domain, "label": EXPLANATION_LABEL}
        return CheckResult(
            code, label, asked, came_back, Outcome.FAIL, "organization_name", question=question
        )
    if row.category not in FITTING.get(Category(category), set()):
        came_back = _("The name agrees; the registrant’s kind is “%(kind)s”.") % {"kind": row.domain_type}
        question = _(
            "The .gov registry lists %(domain)s as “%(kind)s”, and you chose another category. Correct the category, "
            "or tell us under “%(label)s” why it fits and attach what shows it."
        ) % {"domain": row.domain, "kind": row.domain_type, "label": EXPLANATION_LABEL}
        return CheckResult(code, label, asked, came_back, Outcome.WARN, "category", question=question)
    return CheckResult(code, label, asked, _("Yes."), Outcome.PASS, "organization_name")


def _files(context: CustomerContext) -> list[str]:
    return [name for name, removed in context.files if not removed]


def _document(context: CustomerContext) -> CheckResult:
    """A tribe, a regional entity and an FFRDC are shown by a document, which a person looks at."""
    words, files = str(context.answers.get("category_evidence") or ""), _files(context)
    return CheckResult(
        code="category_evidence",
        label=_("What shows the category (C2)"),
        asked=_("What shows that the organization is in this category?"),
        came_back="\n".join([*([words] if words else []), *files]) or _("Nothing given."),
        outcome=Outcome.PASS if words else Outcome.FAIL,
        field="category_evidence",
        question=_("Say what shows that your organization is in this category, and attach the document."),
    )


def _presence(answers: Answers) -> CheckResult:
    problems = [one for one in eligibility(answers) if one.field == "us_presence"]
    return CheckResult(
        code="us_presence",
        label=_("Presence in the United States (C2)"),
        asked=_("Does the commercial entity have a presence in the United States?"),
        came_back=_said(problems, str(answers.get("us_presence_details") or "")),
        outcome=Outcome.FAIL if problems else Outcome.PASS,
        field="us_presence",
        forbids=any(one.code in OUTRIGHT for one in problems),
        question=_(
            "Does your organization have a mailing address or a site in the United States? Say where."
        ),
    )


def _regulated_data(context: CustomerContext) -> CheckResult:
    answers = context.answers
    problems = [one for one in eligibility(answers) if one.field.startswith("regulated")]
    named = [
        RegulatedData(one).label for one in answers.get("regulated_data") or [] if one in RegulatedData.values
    ]
    other, words = str(answers.get("regulated_other") or ""), str(answers.get("regulated_evidence") or "")
    lines = [*map(str, named), *([other] if other else []), *([words] if words else []), *_files(context)]
    return CheckResult(
        code="regulated_data",
        label=_("Regulated data and its evidence (C2)"),
        asked=_("Which regulated data does the entity hold, and what shows it?"),
        came_back="\n".join(lines) if not problems else _said(problems, ""),
        outcome=Outcome.FAIL if problems else Outcome.PASS,
        field=problems[0].field if problems else "regulated_evidence",
        question=_("Name the regulated data that your organization holds, and say or attach what shows it."),
    )
