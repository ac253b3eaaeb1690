"""A set of forms is answered as each of them would be by itself, whatever stands beside it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from customers.intake import CustomerKind
from customers.models import CustomerForm, ValidationId
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.models import User
from gcc_portal.intake.auto_review.sweep import sweep
from gcc_portal.intake.models import Check, FormState, InformationPoint, IntakeForm, Submission
from partners.models import Partner
from tests import factories
from tests.intake import making

pytestmark = pytest.mark.django_db


def again(form: Any, points: list[str]) -> None:
    """Sign a form once more, with the submission before it having asked for these fields."""
    first = Submission.objects.get(form_id=form.pk)
    for field in points:
        InformationPoint.objects.create(submission=first, field=field, text="What of it?")
    Submission.objects.filter(pk=first.pk).update(answer="information_requested", answered_at=timezone.now())
    Submission.objects.create(
        form_id=form.pk, number=2, answers=first.answers, terms_version=first.terms_version,
        signatory_name="X", signatory_title="Y", signed_at=timezone.now(), signed_from="203.0.113.7",
        respond_by=first.respond_by,
    )  # fmt: skip


def a_mixture(contoso: Partner, fabrikam: Partner, reviewer: User) -> None:
    """Make forms of both kinds that come to every end there is."""
    long_ago = timezone.now() - timedelta(days=6)
    making.customer_forms(4, contoso)
    making.customer_forms(
        2, contoso, organization_name="One City", web_domain="city1.gov"
    )  # twice, and another's name
    making.customer_forms(1, contoso, category="commercial")
    making.customer_forms(1, contoso, category="international")
    making.customer_forms(1, fabrikam)  # not qualified
    making.customer_forms(1, contoso, partner_tenant_id="5ca1ab1e-0000-4000-8000-00000000feed")
    making.customer_forms(
        1, contoso, partner_tenant_id=str(factories.tenant("azure_government", "Elsewhere").tenant_id)
    )
    for form in making.customer_forms(2, contoso, contact_email="city@gmail.com"):
        again(form, ["explanation"] if form.pk % 2 else ["explanation", "contact_email", "web_domain"])
    unnamed = making.customer_forms(1, contoso)[0]
    CustomerForm.objects.filter(pk=unnamed.pk).update(partner=None)
    making.due_form()
    making.due_form(answers={"contact_email": "who@gmail.com"})
    making.due_form(partner=factories.partner(qualification="none"))  # nothing is pending
    making.due_form(
        partner=factories.partner(role="indirect_reseller", qualification="pending", provider=contoso)
    )
    making.due_form(answers={"tenant_id": str(factories.tenant("azure_government", "Fort").tenant_id)})
    making.due_form(answers={"tenant_id": "nonsense"})
    making.due_form(
        answers={"tenant_id": str(factories.tenant("unchecked", "Away").tenant_id)}
    )  # no host answers
    again(making.due_form(answers={"contract_number": ""}), ["contract_number"])
    making.due_form(long_ago, state=FormState.IN_REVIEW, reviewer=reviewer)
    making.due_form(long_ago, error="ValueError: x")
    making.due_form(long_ago)
    unsigned = making.draft(factories.partner(qualification="pending"))
    now = timezone.now() - timedelta(minutes=1)
    IntakeForm.objects.filter(pk=unsigned.pk).update(
        state=FormState.SUBMITTED, submitted_at=now, auto_review_at=now, respond_by=now + timedelta(days=2)
    )


def outcome() -> dict[str, Any]:
    """Return all that is written of the forms, but for what was drawn."""
    labels = {str(pk): reference for pk, reference in IntakeForm.objects.values_list("pk", "reference")}
    issued = {str(pk): labels[str(form)] for pk, form in ValidationId.objects.values_list("pk", "form_id")}
    numbers = dict(ValidationId.objects.values_list("number", "form__reference"))
    points = InformationPoint.objects.order_by("submission_id", "id")

    def plain(text: str) -> str:
        for number, reference in numbers.items():
            text = text.replace(number, f"<{reference}>")
        return text

    def of(kind: str, key: str) -> str:
        return {"intakeform": labels, "validationid": issued}.get(kind, {}).get(key, key)

    found: dict[str, Any] = {
        "forms": list(
            IntakeForm.objects.order_by("pk").values_list(
                "pk",
                "state",
                "error",
                "reviewer_id",
                "respond_by",
                "decision_code",
                "decision_text",
                "auto_review_at",
            )
        ),
        "partners": list(Partner.objects.order_by("pk").values_list("pk", "qualification")),
        "answers": list(Submission.objects.order_by("pk").values_list("pk", "answer", "notices")),
        "points": list(points.values_list("submission_id", "field", "text")),
        "checks": list(
            Check.objects.order_by("submission_id", "id").values_list(
                "submission_id", "code", "asked", "outcome", "field", "question", "forbids"
            )
        ),
        "issued": sorted(
            ValidationId.objects.values_list("form_id", "partner_id", "organization_name", "state")
        ),
    }
    audit: dict[tuple[str, str], list[Any]] = {}
    for each in AuditEntry.objects.order_by("id"):
        key = each.object_type, of(each.object_type, each.object_id)
        audit.setdefault(key, []).append(
            (each.action, each.actor_label, each.channel, each.refused, each.from_state, each.to_state,
             plain(each.reason),
             plain(each.object_label), each.partner_id)
        )  # fmt: skip
    found["audit"] = audit
    found["mails"] = sorted(
        (mail.kind, of(mail.about_type, mail.about_id), mail.partner_id, str(mail.email.to), plain(mail.email.subject),
         plain(mail.email.message), mail.key if mail.about_type == "intakeform" else "")
        for mail in OutboxMail.objects.select_related("email")
    )  # fmt: skip
    return found


@pytest.mark.parametrize("poisoned", [False, True])
def test_as_one_by_one(
    contoso: Partner, fabrikam: Partner, reviewer: User, monkeypatch: Any, settings: Any, poisoned: bool
) -> None:
    a_mixture(contoso, fabrikam, reviewer)
    if poisoned:
        bad = [form.pk for form in making.customer_forms(3, contoso)]
        checks, emails = CustomerKind.checks, CustomerKind.approval_emails

        def raising(self: CustomerKind, context: Any) -> Any:
            if context.form.pk == bad[0]:
                raise ValueError("no such thing")
            return checks(self, context)

        def twice(self: CustomerKind, context: Any) -> Any:
            if context.form.pk == bad[1]:
                raise KeyError("e-mail")
            return emails(self, context) * (2 if context.form.pk == bad[2] else 1)

        monkeypatch.setattr(CustomerKind, "checks", raising)
        monkeypatch.setattr(CustomerKind, "approval_emails", twice)
    seen, now = [], timezone.now()
    for size in (1, 7, 250):
        settings.INTAKE_BATCH = size
        with time_machine.travel(now, tick=False), transaction.atomic():
            done = sweep(600.0)
            seen.append((dict(done), outcome()))
            transaction.set_rollback(True)
    assert set(seen[0][0]) >= {"approve", "ask", "decline", "leave", "notice", "set_aside"}
    for each in seen[1:]:
        assert each[0] == seen[0][0]
        for part, value in each[1].items():
            assert value == seen[0][1][part], part
