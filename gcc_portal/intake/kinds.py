"""What an app defines for its eligibility form: the steps, the checks, what an answer brings about.

`partners.intake` and `customers.intake` each register one kind when Django is ready; this package imports no app.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.gates import Text
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.identity.tenants.kinds import TenantKind
from gcc_portal.intake.models import IntakeForm
from gcc_portal.web.fields import PlainTextField

EXPLANATION_MAX = 2000
EXPLANATION_LABEL = _("Anything to add")


@dataclass(frozen=True)
class ReadOnlyField:
    """An answer from the beginning of the form, shown with a step. No step asks for it, so no save changes it.

    `note` says how else it can be changed, and the link `url_label` leads to where (`url_name`).
    """

    name: str
    label: Text
    note: Text = ""
    url_name: str = ""
    url_label: Text = ""


@dataclass(frozen=True)
class Step:
    """One page of a form. The field names are unique over all steps of the kind.

    A form class with `wants_intake = True` is made with `intake=<the IntakeForm>` as a keyword; one with a method
    `notices()` returns sentences about answers that are allowed and worth a word, shown once they are saved. A step
    with `attachments=True` shows the files of evidence below its fields.
    """

    slug: str
    title: Text
    form: type[forms.Form]
    lead: Text = ""
    attachments: bool = False
    read_only: Sequence[ReadOnlyField] = ()


@dataclass(frozen=True)
class CommonFields:
    """Under which names the answers hold what the checks of both forms look at.

    `tenant` is the organisation's own tenant; `accepts` says in which clouds it may live. In `explanation` the
    applicant explains what a check could not see. `fixed_email` says that the contact's address can't be changed.
    """

    organization: str = "organization_name"
    contact_email: str = "contact_email"
    web_domain: str = "web_domain"
    tenant: str = "tenant_id"
    explanation: str = "explanation"
    fixed_email: bool = False
    accepts: frozenset[TenantKind] = frozenset({TenantKind.COMMERCIAL})


@dataclass(frozen=True)
class CheckResult:
    """What one check found; written down as a `Check`.

    `came_back` is for reviewers alone. `question` is what the applicant is asked when the check does not pass, tied to
    the answer `field`: a sentence of its own, without ids of rules and without facts of others.
    """

    code: str
    label: Text
    asked: Text
    came_back: Text
    outcome: str
    field: str = ""
    forbids: bool = False
    question: Text = ""


@dataclass(frozen=True)
class DeclineReason:
    """A reason from the list, with the sentence that the applicant reads."""

    code: str
    label: Text
    sentence: Text


class IntakeKind(Protocol):
    """What differs between a partner's and a customer's form.

    An answer is given to a set of forms: `prepare_approval` and `prepare_close` lock what the answers depend on, in
    statements that don't grow with the forms; `on_approved` and `on_closed` then work in memory on one form and add to
    the `UnitOfWork` what is to be written.
    """

    name: str
    label: Text
    # What an approval brings about and who gets an e-mail, in words that the reviewer reads before giving it.
    approval_means: Text
    # The kind's own table, and what its rows are read with.
    model: type[IntakeForm]
    select_related: Sequence[str]
    steps: Sequence[Step]
    decline_reasons: Sequence[DeclineReason]
    # The name of the terms in `gcc_portal/intake/terms/`: "partner" finds the newest `partner-*.md`.
    terms_name: str
    sign_right: Right
    rule: str  # the rule that a signature answers to: P5 or C3
    fields: CommonFields

    def contexts(self, forms: Sequence[Any]) -> list[Any]:
        """Return the context of each form (a kind's own `FormContext`), in statements that don't grow with them."""

    def tenant_to_ask(self, context: Any) -> str:
        """Return the tenant ID about which the checks need the directory's answer, or ''."""

    def checks(self, context: Any) -> list[CheckResult]:
        """Run the kind's own checks. Writes nothing and asks nobody over the network."""

    def needs_reviewer(self, answers: dict[str, Any]) -> bool:
        """Return whether a form is never approved automatically, whatever the checks say (commercial entities)."""

    def on_submitted(self, form: Any, actor: Actor) -> None:
        """Carry out what signing brings about, in the same transaction (partner: none -> pending)."""

    def prepare_approval(self, contexts: Sequence[Any]) -> None:
        """Lock what the approvals depend on and make what they need; their contexts hold it as it is under the lock."""

    def prepare_close(self, contexts: Sequence[Any]) -> None:
        """Lock what declining or withdrawing the forms changes."""

    def on_approved(self, context: Any, actor: Actor, unit: UnitOfWork) -> None:
        """Carry out what an approval brings about (qualification, validation ID), after `prepare_approval`."""

    def on_closed(self, context: Any, actor: Actor, action: str, unit: UnitOfWork) -> None:
        """Carry out what the end of a form that had been submitted brings about, after `prepare_close`.

        `action` is the transition: "decline" or "withdraw".
        """

    def recipients(self, form: Any, context: Any = None) -> list[str]:
        """Return the addresses that every answer goes to; `context` saves asking for them."""

    def approval_emails(self, context: Any) -> list[tuple[str, str, EmailContent]]:
        """Return (address, key suffix, content) for each e-mail of an approval; called after `on_approved`."""

    def status_path(self, form: Any) -> str:
        """Return the path at which the applicant follows the form."""

    def edit_path(self, form: Any, field: str = "") -> str:
        """Return the path at which the applicant changes the answer `field` (the step that asks it, with #id_field)."""


KINDS: dict[str, IntakeKind] = {}

# Reasons of automatic declines, by the code of the check: a kind's own reason of the same code comes first.
AUTO_REVIEW_REASONS = {
    "tenant": DeclineReason(
        "tenant",
        _("Tenant of Azure Government"),
        _(
            "The tenant on the form lives in Azure Government. The Government Community Cloud is sold and used with a "
            "tenant of the commercial cloud, so this form can’t be approved."
        ),
    ),
    "csp_role": DeclineReason(
        "csp_role",
        _("Indirect reseller"),
        _("An indirect reseller does not apply itself: it works through its indirect provider."),
    ),
}


def decline_reason(kind: IntakeKind, code: str) -> DeclineReason | None:
    """Return the reason of a decline, of the kind's list or of the automatic review; None for an unknown code."""
    own = {reason.code: reason for reason in kind.decline_reasons}
    return own.get(code) or AUTO_REVIEW_REASONS.get(code)


def register(kind: IntakeKind) -> None:
    """Let an app add its kind; called once from the app's `apps.ready`."""
    KINDS[kind.name] = kind


def kind_of(form: IntakeForm) -> IntakeKind:
    """Return the kind of a form."""
    return KINDS[form.kind]


def common_fields(kind: IntakeKind) -> CommonFields:
    """Return under which names the kind keeps what the common checks read."""
    return getattr(kind, "fields", None) or CommonFields()


def step_named(kind: IntakeKind, slug: str) -> Step | None:
    """Return the step with this slug, or None."""
    return next((step for step in kind.steps if step.slug == slug), None)


def step_of_field(kind: IntakeKind, name: str) -> Step | None:
    """Return the step that asks for an answer, or None where none does any more."""
    return next((step for step in kind.steps if name in step.form.base_fields), None)


def field_label(kind: IntakeKind, name: str) -> str:
    """Return the label of an answer, or its name where no step asks for it any more."""
    step = step_of_field(kind, name)
    read_only = {each.name: each.label for page in kind.steps for each in page.read_only}
    label = step.form.base_fields[name].label if step else read_only.get(name, "")
    return str(label or name.replace("_", " ").capitalize())


def explanation_field() -> PlainTextField:
    """Return the field, of up to EXPLANATION_MAX characters; nobody has to fill it in."""
    return PlainTextField(
        label=EXPLANATION_LABEL,
        help_text=_(
            "Whatever else we should know: an answer to what we asked you, or why something looks unusual."
        ),
        max_length=EXPLANATION_MAX,
        required=False,
        multiline=True,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def context_of(form: IntakeForm) -> Any:
    """Return the context of one form: what its checks, its gate and its e-mails read."""
    return kind_of(form).contexts([form.specific])[0]
