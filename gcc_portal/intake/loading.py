"""Loads what the rules read of many forms at once, in a number of statements that does not grow with them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from django.db import connection

from gcc_portal.intake.kinds import KINDS, common_fields
from gcc_portal.intake.models import (
    OPEN_STATES,
    Attachment,
    Check,
    FormState,
    InformationPoint,
    IntakeForm,
    Prefetched,
    Submission,
)

ANSWERED = (FormState.APPROVED, FormState.DECLINED)
EARLIER_AT_MOST = 5
# Sorted by an expression, so that no plan walks all forms backwards by their key to find five of one name.
EARLIER = """
SELECT asked.form, other.reference, other.state
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS asked (form, kind, name)
CROSS JOIN LATERAL (
    SELECT id, reference, state FROM gcc_portal_intakeform
    WHERE kind = asked.kind AND UPPER(organization_name) = UPPER(asked.name) AND id <> asked.form
      AND state = ANY(%s)
    ORDER BY -id LIMIT %s
) AS other
ORDER BY asked.form, other.id DESC
"""


@contextmanager
def loaded(forms: Sequence[IntakeForm]) -> Iterator[None]:
    """Hold at hand what checks, gates and letters read of these forms while the context lasts."""
    load(forms)
    try:
        yield
    finally:
        for form in forms:
            form.prefetched = None


def load(forms: Sequence[IntakeForm]) -> None:
    """Set `prefetched` of forms that are rows of their own kind."""
    by_id = {form.pk: form for form in forms}
    newest = Submission.objects.filter(form_id__in=by_id).order_by("form_id", "-number").distinct("form_id")
    prefetched = {pk: Prefetched() for pk in by_id}
    for submission in newest:
        prefetched[submission.form_id].submission = submission
    found = {at.submission.pk: at for at in prefetched.values() if at.submission is not None}
    for check in Check.objects.filter(submission_id__in=found).order_by("id"):
        found[check.submission_id].checks.append(check)
    files = Attachment.objects.filter(form_id__in=by_id).order_by("id")
    for form_id, name, removed_at in files.values_list("form_id", "name", "removed_at"):
        prefetched[form_id].files.append((name, removed_at is not None))
    for form in forms:
        form.prefetched = prefetched[form.pk]
    _load_asked(prefetched)
    _load_earlier([form for form in forms if not prefetched[form.pk].checks])
    for name, group in groupby(sorted(forms, key=lambda form: form.kind), key=lambda form: form.kind):
        KINDS[name].load(list(group))


def earlier_forms(asked: Iterable[tuple[IntakeForm, str]]) -> dict[int, list[tuple[str, str]]]:
    """Return, by form, reference and state of other forms of an organization of this name, newest first, at most 5.

    Drafts and withdrawn forms are none.
    """
    questions = [(form.pk, str(form.kind), name) for form, name in asked if name]
    answers: dict[int, list[tuple[str, str]]] = {pk: [] for pk, _kind, _name in questions}
    if questions:
        states = [str(state) for state in (*OPEN_STATES, *ANSWERED) if state != FormState.DRAFT]
        with connection.cursor() as cursor:
            columns = [list(column) for column in zip(*questions, strict=True)]
            cursor.execute(EARLIER, [*columns, states, EARLIER_AT_MOST])
            for pk, reference, state in cursor.fetchall():
                answers[pk].append((reference, state))
    return answers


def _load_asked(prefetched: dict[int, Prefetched]) -> None:
    numbers = {pk: at.submission.number for pk, at in prefetched.items() if at.submission is not None}
    again = [pk for pk, number in numbers.items() if number > 1]
    if not again:
        return
    for pk in again:
        prefetched[pk].asked = set()
    points = InformationPoint.objects.filter(submission__form_id__in=again)
    for form_id, number, name in points.values_list("submission__form_id", "submission__number", "field"):
        asked = prefetched[form_id].asked
        if number == numbers[form_id] - 1 and asked is not None:
            asked.add(name)


def _load_earlier(forms: Sequence[IntakeForm]) -> None:
    asked = []
    for form in forms:
        submission = form.latest
        answers = submission.answers if submission is not None else {}
        asked.append((form, organization_of(form, answers)))
    found = earlier_forms(asked)
    for form in forms:
        if form.prefetched is not None:
            form.prefetched.earlier = found.get(form.pk, [])


def organization_of(form: IntakeForm, answers: dict[str, object]) -> str:
    """Return the organization's name as the answers give it."""
    name = answers.get(common_fields(KINDS[form.kind]).organization)
    return name if isinstance(name, str) else ""
