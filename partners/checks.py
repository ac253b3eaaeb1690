"""The partner's own checks of an intake form: each has a question, an answer and an outcome."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gcc_portal.intake.kinds import CheckResult
from gcc_portal.intake.models import Check
from partners.criteria import Evidence, claimed_criteria, evidence_of
from partners.gates import qualification as gates
from partners.gates.qualification import PartnerContext
from partners.models import Partner
from partners.states import PartnerRole

Outcome = Check.Outcome
Answers = Mapping[str, Any]

# The question to the partner where no claimed criterion has its evidence.
EVIDENCE_QUESTIONS = {
    Evidence.CONTRACT_NUMBER: gettext_lazy(
        "We need one thing that shows a criterion that you claimed. Give the number of a contract with a US government "
        "customer, or attach a document that shows the contract and name it here."
    ),
    Evidence.GSA_SCHEDULE: gettext_lazy(
        "We need one thing that shows a criterion that you claimed. Give the number of your GSA Schedule or of the "
        "other contract vehicle, with its name."
    ),
    Evidence.SPONSOR: gettext_lazy(
        "We need one thing that shows a criterion that you claimed. Name the government customer that sponsors you and "
        "the person to ask there, and attach its letter."
    ),
}


def run(context: PartnerContext) -> list[CheckResult]:
    """Return the results of the partner's own checks (P1 to P3, criteria, evidence). Writes nothing."""
    return [
        _enrolment(context.partner),
        _role(context.partner),
        _own_tenant(context.partner, context.answers),
        _criteria(context.answers),
        _evidence(context),
    ]


def _enrolment(partner: Partner) -> CheckResult:
    problems = gates.enrolled(partner)
    return CheckResult(
        code="csp_enrolment",
        label=_("CSP enrollment"),
        asked=_("Is %(name)s enrolled in the Cloud Solution Provider program?") % {"name": partner.name},
        came_back=str(problems[0].message)
        if problems
        else _("Enrolled; partner ID %(id)s.") % {"id": partner.mpn_id},
        outcome=Outcome.FAIL if problems else Outcome.PASS,
        field="explanation",
        question=_(
            "We could not confirm that your organization is enrolled in the Cloud Solution Provider program. Say under "
            "which name and partner ID it is, and attach what shows it."
        ),
    )


def _role(partner: Partner) -> CheckResult:
    problems = gates.transacting(partner)
    return CheckResult(
        code="csp_role",
        label=_("CSP role"),
        asked=_("Does %(name)s order for customers itself?") % {"name": partner.name},
        came_back=str(PartnerRole(partner.role).label),
        outcome=Outcome.FAIL if problems else Outcome.PASS,
        field="explanation",
        forbids=bool(problems),
        question=_("Does your organization order for customers itself? Say in which role it is enrolled."),
    )


def _own_tenant(partner: Partner, answers: Answers) -> CheckResult:
    given = str(answers.get("tenant_id") or "")
    problems = gates.own_tenant(partner, given)
    return CheckResult(
        code="own_tenant",
        label=_("Its own tenant"),
        asked=_("Is %(tenant)s the tenant that %(name)s is enrolled with?")
        % {"tenant": given, "name": partner.name},
        came_back=_("No: it is enrolled with %(tenant)s.") % {"tenant": partner.tenant_id}
        if problems
        else _("Yes."),
        outcome=Outcome.FAIL if problems else Outcome.PASS,
        field="tenant_id",
        question=_(
            "The tenant ID %(tenant)s is not the one that your organization is enrolled with. Copy the Microsoft ID "
            "that stands on your Organization profile."
        )
        % {"tenant": given},
    )


def _criteria(answers: Answers) -> CheckResult:
    problems = gates.a_criterion(answers)
    claimed = [str(criterion.label) for criterion in claimed_criteria(answers)]
    return CheckResult(
        code="criteria",
        label=_("Criteria"),
        asked=_("Which of the partner criteria are claimed?"),
        came_back="; ".join(claimed) or _("None."),
        outcome=Outcome.FAIL if problems else Outcome.PASS,
        field="criteria",
        question=_("Which of these holds for your organization? Choose at least one."),
    )


def _evidence(context: PartnerContext) -> CheckResult:
    """Check that a claimed criterion has its evidence: a number, or a sponsor's name with an attached file."""
    answers = context.answers
    files = [name for name, _removed in context.files]
    claimed = evidence_of(answers)
    shown = [kind for kind in claimed if answers.get(kind) and (kind != Evidence.SPONSOR or files)]
    given = [f"{kind.label}: {answers[kind]}" for kind in Evidence if answers.get(kind)]
    missing = next((kind for kind in claimed if kind not in shown), Evidence.CONTRACT_NUMBER)
    return CheckResult(
        code="evidence",
        label=_("Evidence"),
        asked=_("Is there evidence for one of the criteria claimed?"),
        came_back="\n".join([*given, *(_("File: %(name)s") % {"name": name} for name in files)])
        or _("None given."),
        outcome=Outcome.PASS if shown else Outcome.WARN,
        field="" if shown else missing.value,
        question=str(EVIDENCE_QUESTIONS[missing]),
    )
