"""Faults beside the checks: none of them may keep the desk from the other forms, or speak of an answered one."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.identity.tenants.demo import DemoDirectory
from gcc_portal.intake.auto_review.sweep import set_aside, sweep
from gcc_portal.intake.models import FormState, IntakeForm, Submission
from partners.models import Partner, PartnerForm
from tests.intake import making

pytestmark = pytest.mark.django_db


def test_a_directory_that_fails_on_one_tenant_holds_nobody_up(monkeypatch: Any) -> None:
    forms = [making.due_form(timezone.now() - timedelta(minutes=minutes)) for minutes in (9, 8, 7)]
    bad, real = forms[0], DemoDirectory.find

    def find(self: DemoDirectory, identifier: str) -> Any:
        if identifier == bad.answers["tenant_id"]:
            raise ValueError("no such thing")
        return real(self, identifier)

    monkeypatch.setattr(DemoDirectory, "find", find)
    assert sweep() == {"set_aside": 1, "approve": 2}
    bad_now = PartnerForm.objects.get(pk=bad.pk)
    assert (bad_now.state, bad_now.error) == (FormState.SUBMITTED, "ValueError: no such thing")
    assert sweep() == {}
    assert AuditEntry.objects.filter(action="set_aside").count() == 1


def test_a_form_that_lost_its_own_row_holds_nobody_up(contoso: Partner) -> None:
    forms = making.customer_forms(3, contoso)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_customerform WHERE intakeform_ptr_id = %s", [forms[0].pk])
    assert sweep() == {"set_aside": 1, "approve": 2}
    assert IntakeForm.objects.exclude(error="").get().pk == forms[0].pk
    assert sweep() == {}


def test_what_was_answered_meanwhile_is_not_set_aside() -> None:
    form = making.due_form()
    sweep()
    set_aside(form.pk, ValueError("too late"))
    assert IntakeForm.objects.get(pk=form.pk).error == ""
    assert not AuditEntry.objects.filter(action="set_aside").exists()
    assert Submission.objects.get().answer == "approved"
