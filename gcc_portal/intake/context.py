"""What checks, gates and e-mails read of a form beside its own row, loaded for a set of forms at once.

The number of statements does not grow with the forms. A kind adds what its own rules read (`IntakeKind.contexts`). A
context is passed as an argument to whoever reads it; nothing is kept on the form.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from gcc_portal.intake.models import (
    SIGNED_STATES,
    Attachment,
    Check,
    InformationPoint,
    IntakeForm,
    Submission,
)

EARLIER_MAX = 5


@dataclass
class FormContext:
    """A form of one kind with its newest submission and what belongs to it, as it was when it was loaded."""

    form: Any
    submission: Submission | None = None
    # The checks of the newest submission that are on record.
    checks: list[Check] = field(default_factory=list)
    # Other signed forms of the organization: reference and state.
    earlier: list[tuple[str, str]] = field(default_factory=list)
    # Files: name, and whether the applicant took it off.
    files: list[tuple[str, bool]] = field(default_factory=list)
    # The answers about which the applicant was asked with the submission before the newest.
    asked_fields: set[str] = field(default_factory=set)
    # E-mail addresses of the admin agents of the form's partner.
    admin_addresses: list[str] = field(default_factory=list)

    @property
    def answers(self) -> dict[str, Any]:
        """Return the signed answers; the draft's where nothing was signed yet."""
        return dict(self.submission.answers if self.submission is not None else self.form.answers)


Context = TypeVar("Context", bound=FormContext)


def load_contexts(context_type: type[Context], forms: Iterable[IntakeForm]) -> list[Context]:
    """Return a context of this type for each form, in their order, with all that is common to both kinds."""
    contexts = {form.pk: context_type(form) for form in forms}
    newest = (
        Submission.objects.filter(form_id__in=contexts).order_by("form_id", "-number").distinct("form_id")
    )
    for submission in newest:
        contexts[submission.form_id].submission = submission
    of_submission = {each.submission.pk: each for each in contexts.values() if each.submission is not None}
    for check in Check.objects.filter(submission_id__in=of_submission).order_by("id"):
        of_submission[check.submission_id].checks.append(check)
    files = Attachment.objects.filter(form_id__in=contexts).order_by("id")
    for form_id, name, removed_at in files.values_list("form_id", "name", "removed_at"):
        contexts[form_id].files.append((name, removed_at is not None))
    for form_id, found in earlier_forms(list(contexts)).items():
        contexts[form_id].earlier = found
    _load_asked_fields(contexts)
    return list(contexts.values())


def earlier_forms(form_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Return, by form, reference and state of other signed forms of an organization of its name, newest first.

    At most EARLIER_MAX each. Drafts and withdrawn forms don't count, nor do forms without a name.
    """
    others = (
        IntakeForm.objects.filter(
            kind=OuterRef("kind"),
            organization_name__iexact=OuterRef("organization_name"),
            state__in=SIGNED_STATES,
        )
        .exclude(pk=OuterRef("pk"))
        # Sorted by an expression, so that no plan walks all forms backwards by their key to find five of one name.
        .order_by(F("pk") * -1)
        .values(form=JSONObject(reference="reference", state="state"))[:EARLIER_MAX]
    )
    named = IntakeForm.objects.filter(pk__in=form_ids).exclude(organization_name="")
    rows = named.values_list("pk", ArraySubquery(others))
    return {pk: [(each["reference"], each["state"]) for each in found] for pk, found in rows}


def _load_asked_fields(contexts: dict[int, Context]) -> None:
    numbers = {pk: each.submission.number for pk, each in contexts.items() if each.submission is not None}
    again = [pk for pk, number in numbers.items() if number > 1]
    if not again:
        return
    points = InformationPoint.objects.filter(submission__form_id__in=again)
    for form_id, number, name in points.values_list("submission__form_id", "submission__number", "field"):
        if number == numbers[form_id] - 1:
            contexts[form_id].asked_fields.add(name)
