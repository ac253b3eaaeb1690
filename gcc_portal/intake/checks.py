"""The checks that both forms have in common, and running all checks of a form once a submission."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gcc_portal.core.gates import WrongState
from gcc_portal.core.hosts import host_of, same_organization
from gcc_portal.identity.free_mail import is_free_mail
from gcc_portal.identity.tenants.kinds import TenantKind
from gcc_portal.intake.answers import texts
from gcc_portal.intake.context import FormContext
from gcc_portal.intake.kinds import (
    EXPLANATION_LABEL,
    CheckResult,
    CommonFields,
    common_fields,
    context_of,
    kind_of,
)
from gcc_portal.intake.models import Check, FormState, IntakeForm, Submission
from gcc_portal.intake.tenant_answers import ask_directory, keep_for_review

Outcome = Check.Outcome
# The columns that texts from elsewhere must fit in.
LABEL_MAX, CODE_MAX, FIELD_MAX = 150, 40, 40


def run_checks(form: IntakeForm) -> list[Check]:
    """Return the checks of the newest submission: those on record, or new ones, written down.

    Not inside a transaction: it may ask the tenant directory. Raises `WrongState` for a form that was never signed.
    """
    context = context_of(form)
    if context.checks:
        return list(context.checks)
    ask_what_checks_need(context)
    submission, results = newest_submission(context), gather(context)
    with transaction.atomic():
        # Two who checked at once write one set: the second waits for the first here.
        IntakeForm.objects.select_for_update().get(pk=form.pk)
        return list(submission.checks.all()) or Check.objects.bulk_create(rows_of(submission, results))


def newest_submission(context: FormContext) -> Submission:
    """Return the submission that is being reviewed. Raises WrongState where nothing was signed yet."""
    if context.submission is None:
        raise WrongState(_("This form has not been signed yet, so there is nothing to decide."))
    return context.submission


def ask_what_checks_need(context: FormContext) -> None:
    """Ask the tenant directory anew, and keep its answer on the form. Not inside a transaction.

    What it said when the form was signed may hold no longer: a tenant may have moved, a host may answer by now.
    """
    tenant_id = kind_of(context.form).tenant_to_ask(context)
    if tenant_id:
        context.form.tenant_answer = ask_directory(tenant_id)
        keep_for_review(context.form, context.form.tenant_answer)


def gather(context: FormContext) -> list[CheckResult]:
    """Return what all checks find. Writes nothing and asks nobody over the network.

    What the tenant directory says was asked before (`ask_what_checks_need`, the sweep) and is kept on the form.
    """
    kind = kind_of(context.form)
    fields = common_fields(kind)
    return [
        *([tenant_check(context, fields)] if fields.tenant else []),
        signature_check(newest_submission(context)),
        address_check(context.answers, fields),
        free_mail_check(context.answers, fields),
        earlier_form_check(context, fields),
        *kind.checks(context),
    ]


def rows_of(submission: Submission, results: list[CheckResult]) -> list[Check]:
    """Return what was found as rows that are not written yet."""
    return [
        Check(
            submission=submission,
            code=result.code[:CODE_MAX],
            label=str(result.label)[:LABEL_MAX],
            asked=str(result.asked),
            came_back=str(result.came_back),
            outcome=result.outcome,
            field=result.field[:FIELD_MAX],
            question="" if result.outcome == Outcome.PASS else str(result.question),
            forbids=result.forbids,
        )
        for result in results
    ]


def tenant_check(context: FormContext, fields: CommonFields) -> CheckResult:
    """P3: the tenant lives in a cloud that the form is for; never in Azure Government."""
    given = str(context.answers.get(fields.tenant) or "")
    label = _("The tenant’s cloud")
    if not given:
        return CheckResult(
            "tenant", label, _("No tenant ID was given."), _("Not needed yet."), Outcome.PASS, fields.tenant
        )
    answer = context.form.kept_tenant_answer(given)
    kind = TenantKind(answer.get("kind", TenantKind.UNCHECKED))
    outcome = _tenant_outcome(kind, fields)
    return CheckResult(
        "tenant",
        label,
        _("In which cloud does the tenant %(tenant)s live?") % {"tenant": given},
        f"{kind.label}. {answer.get('detail', '')}".strip(),
        outcome,
        fields.tenant,
        forbids=kind.is_us_government_cloud,
        question=_tenant_question(given, outcome),
    )


def _tenant_question(given: str, outcome: str) -> str:
    if outcome == Outcome.COULD_NOT_CHECK:
        asked = _(
            "We could not look up the tenant ID %(tenant)s. Confirm that it is your organization’s own."
        )
    else:
        asked = _(
            "We could not find the tenant ID %(tenant)s in the commercial cloud. Copy it again from where it stands "
            "in your own administration."
        )
    return asked % {"tenant": given}


def _tenant_outcome(kind: TenantKind, fields: CommonFields) -> str:
    if kind in fields.accepts:
        return Outcome.PASS
    if kind is TenantKind.UNCHECKED:
        return Outcome.COULD_NOT_CHECK
    unclear = (TenantKind.GCC, TenantKind.UNKNOWN_CLOUD, TenantKind.AMBIGUOUS)
    return Outcome.WARN if kind in unclear else Outcome.FAIL


def signature_check(submission: Submission) -> CheckResult:
    """P5: name, title, version of the terms, time and address are all there."""
    parts = {
        _("name"): submission.signatory_name,
        _("title"): submission.signatory_title,
        _("version of the terms"): submission.terms_version,
        _("time"): submission.signed_at,
        _("network address"): submission.signed_from,
    }
    missing = [name for name, value in parts.items() if not value]
    found = _("Missing: %(parts)s.") % {"parts": ", ".join(missing)} if missing else _("All of them.")
    asked = _("Are name, title, terms, time and network address of the signature on record?")
    return CheckResult(
        "signature",
        _("Signature complete"),
        asked,
        found,
        Outcome.WARN if missing else Outcome.PASS,
        question=_("Your signature did not reach us whole. Look over your answers and sign the form again."),
    )


def address_check(answers: dict[str, Any], fields: CommonFields) -> CheckResult:
    """The contact writes from the organisation's own web domain."""
    given = texts(answers, (fields.contact_email, fields.web_domain))
    email, web = given[fields.contact_email], given[fields.web_domain]
    agrees = bool(web) and same_organization(email, web)
    found = (
        _("Yes.")
        if agrees
        else _("No: the address is at %(email)s, the web site is %(web)s.")
        % {"email": host_of(email) or _("no domain"), "web": web or _("not given")}
    )
    asked = _("Is the contact’s e-mail address at the organization’s web domain?")
    return CheckResult(
        "email_domain",
        _("E-mail domain"),
        asked,
        found,
        Outcome.PASS if agrees else Outcome.WARN,
        _address_field(fields),
        question=_(
            "Your e-mail address %(email)s is not at your organization’s web site, %(web)s. How do you belong to the "
            "organization?"
        )
        % {"email": email, "web": web}
        + " "
        + _other_address(fields),
    )


def _address_field(fields: CommonFields) -> str:
    """Return the answer to which a question about the contact's address is tied."""
    return fields.explanation if fields.fixed_email else fields.contact_email


def _other_address(fields: CommonFields) -> str:
    """Return what to do about an address that raises a question."""
    label = {"label": EXPLANATION_LABEL}
    if fields.fixed_email:
        return (
            _(
                "Tell us under “%(label)s” and attach what shows it, or start a new form from an address of the "
                "organization: this form keeps the address that its personal link went to."
            )
            % label
        )
    return (
        _("Give an address of the organization, or tell us under “%(label)s” and attach what shows it.")
        % label
    )


def free_mail_check(answers: dict[str, Any], fields: CommonFields) -> CheckResult:
    """The contact's address is not one that anybody can have."""
    email = texts(answers, (fields.contact_email,))[fields.contact_email]
    free = is_free_mail(email)
    found = _("Yes: anyone can open an account at %(host)s.") % {"host": host_of(email)} if free else _("No.")
    asked = _("Is the contact’s e-mail address one of a free mail service?")
    return CheckResult(
        "free_mail",
        _("Free mail address"),
        asked,
        found,
        Outcome.FAIL if free else Outcome.PASS,
        _address_field(fields),
        question=_("Your e-mail address is one of a free mail service, which anyone can have.")
        + " "
        + _other_address(fields),
    )


def earlier_form_check(context: FormContext, fields: CommonFields) -> CheckResult:
    """The organisation has no other form that is open or answered."""
    name = texts(context.answers, (fields.organization,))[fields.organization]
    found = [f"{reference} ({FormState(state).label})" for reference, state in context.earlier]
    return CheckResult(
        "earlier_form",
        _("Other forms of the organization"),
        _("Has %(name)s another form that is open or answered?") % {"name": name},
        _("Yes: %(forms)s.") % {"forms": ", ".join(found)} if found else _("No."),
        Outcome.WARN if found else Outcome.PASS,
        fields.explanation,
        # Who else asked, and what came of it, is no business of whoever asks now.
        question=_(
            "Has your organization sent an eligibility form before, or may a colleague have sent one? If so, say what "
            "this one is for."
        ),
    )
