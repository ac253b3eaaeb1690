"""What the tenant directory said of a tenant ID: asked before a transaction, kept on the form for gates and checks."""

from typing import Any

from gcc_portal.identity.tenants.directory import tenant_directory
from gcc_portal.intake.models import EDITABLE_STATES, WAITING_STATES, IntakeForm


def ask_directory(tenant_id: str) -> dict[str, Any]:
    """Ask the directory now and return its answer as plain values, with the ID that was asked (`asked`).

    May wait for the network: never called with a row locked.
    """
    return {"asked": tenant_id, **tenant_directory().find(tenant_id).as_record()}


def ask_for_applicant(form: IntakeForm, tenant_id: str) -> dict[str, Any]:
    """Ask, and keep the answer on the form while it can still be signed: the gate reads it there. Return the answer.

    What a form was signed with is not overwritten.
    """
    answer = ask_directory(tenant_id)
    if IntakeForm.objects.filter(pk=form.pk, state__in=EDITABLE_STATES).update(tenant_answer=answer):
        form.tenant_answer = answer
    return answer


def keep_for_review(form: IntakeForm | int, answer: dict[str, Any]) -> None:
    """Keep an answer on a form that waits for a review; the checks and the gate of the approval read it there."""
    form_id = form if isinstance(form, int) else form.pk
    IntakeForm.objects.filter(pk=form_id, state__in=WAITING_STATES).update(tenant_answer=answer)
