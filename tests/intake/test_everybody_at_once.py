"""Sweeps, reviewers and applicants at the same forms at the same time."""

import contextlib
import random
import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Refusal
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor
from gcc_portal.intake import review
from gcc_portal.intake.auto_review.sweep import sweep
from gcc_portal.intake.models import IntakeForm, Submission
from gcc_portal.intake.services import withdraw
from partners.models import Partner
from tests import factories
from tests.intake import making


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_each_form_goes_one_way(contoso: Partner, reviewer_actor: Actor, settings: Any) -> None:
    settings.INTAKE_BATCH = 9
    forms: list[IntakeForm] = [*making.customer_forms(30, contoso)]
    applicants: dict[int, Actor] = {}
    for _number in range(30):
        form = making.due_form()
        forms.append(form)
        applicants[form.pk] = factories.actor(factories.agent(form.partner).user)
    problems: list[BaseException] = []
    begin = threading.Barrier(5)

    def run(work: Any) -> None:
        try:
            begin.wait(20)
            work()
        except BaseException as problem:  # noqa: BLE001 - told below
            problems.append(problem)
        finally:
            connection.close()

    def people(act: Any, pks: list[int]) -> Any:
        def work() -> None:
            random.shuffle(pks)
            for pk in pks:
                with contextlib.suppress(Refusal):
                    act(pk)

        return work

    threads = [
        threading.Thread(target=run, args=(work,))
        for work in (
            sweep, sweep, sweep,
            people(lambda pk: review.take(reviewer_actor, pk), [form.pk for form in forms]),
            people(lambda pk: withdraw(applicants[pk], pk), list(applicants)),
        )
    ]  # fmt: skip
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert problems == []
    sweep()
    all_went_one_way(reviewer_actor)


def all_went_one_way(reviewer_actor: Actor) -> None:
    """Assert that each form was approved, taken or withdrawn, and that all that hangs on it went the same way."""
    states = Counter(IntakeForm.objects.values_list("state", flat=True))
    assert set(states) <= {"approved", "in_review", "withdrawn"}
    assert IntakeForm.objects.exclude(error="").count() == 0
    assert AuditEntry.objects.filter(action="approve").count() == states["approved"]
    assert Submission.objects.filter(answer="approved").count() == states["approved"]
    told = OutboxMail.objects.filter(kind="intake.approved")
    assert len({mail.about_id for mail in told}) == states["approved"]
    for form in IntakeForm.objects.filter(kind="partner"):
        ends = {"approved": "qualified", "in_review": "pending", "withdrawn": "none"}
        assert form.specific.partner.qualification == ends[form.state]
    taken = AuditEntry.objects.filter(action="take", user_id=reviewer_actor.user_id)
    by_hand = {int(each.object_id) for each in taken}
    assert not by_hand & set(IntakeForm.objects.filter(state="approved").values_list("pk", flat=True))
