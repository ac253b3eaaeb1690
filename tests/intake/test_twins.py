"""Conditions in SQL and their twins in Python say the same of every row."""

from itertools import product

import pytest
from django.utils import timezone

from gcc_portal.core.people.models import User
from gcc_portal.intake.models import FOR_AUTO_REVIEW, FormState, IntakeForm
from tests import factories
from tests.intake import making

pytestmark = pytest.mark.django_db


def test_forms_for_auto_review(reviewer: User) -> None:
    now = timezone.now()
    for state, person, at, error in product(FormState, (None, reviewer), (None, now), ("", "ValueError: x")):
        making.due_form(
            partner=factories.partner(), state=state, reviewer=person, auto_review_at=at, error=error
        )
    forms = list(IntakeForm.objects.all())
    twins = {form for form in forms if form.is_for_auto_review}
    assert len(forms) > len(twins) > 0
    assert set(IntakeForm.objects.filter(FOR_AUTO_REVIEW)) == twins


def test_reviewers() -> None:
    for reviews, active in product((True, False), repeat=2):
        User.objects.create_user(f"{reviews}.{active}@portal.example", is_reviewer=reviews, is_active=active)
    twins = {user for user in User.objects.all() if user.can_review}
    assert twins
    assert set(User.objects.reviewers()) == twins
