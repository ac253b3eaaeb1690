"""C1 to C3 at the service and at the transition: signing, approving, and what comes of it."""

from collections.abc import Callable
from typing import Any

import pytest
from post_office.models import Email

from customers.models import CustomerForm, ValidationId
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Blocked, NotAllowed, WrongState, blockers_of
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.intake import review
from gcc_portal.intake.kinds import context_of
from gcc_portal.intake.models import FormState
from gcc_portal.intake.services import save_step, sign_and_submit
from partners.models import Partner
from tests import factories

from .conftest import COMMERCIAL, signature_of

Filler = Callable[..., CustomerForm]
pytestmark = pytest.mark.django_db


def approve(form: CustomerForm, by: Actor) -> ValidationId:
    """Let a reviewer approve a signed form; return the validation ID."""
    review.take(by, form.pk)
    review.approve(by, form.pk)
    return ValidationId.objects.get(form=form)


def test_a_signed_form_is_submitted_and_keeps_its_partner(signed: Filler, contoso: Partner) -> None:
    form = signed()
    assert form.state == FormState.SUBMITTED
    assert form.partner == contoso
    assert form.respond_by is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "international"}, "C2.international"),
        ({"category": "other"}, "C2.category"),
        ({**COMMERCIAL, "us_presence": "no"}, "C2.no_us_presence"),
        ({**COMMERCIAL, "regulated_data": []}, "C2.no_regulated_data"),
        ({"validation_option": "general"}, "C1.option"),
        ({"partner_tenant_id": "11111111-aaaa-4bbb-8ccc-000000000001"}, "C1.unknown"),
    ],
)
def test_the_service_refuses_to_sign_and_writes_the_refusal_down(
    filled: Filler, contact: Actor, changes: dict[str, Any], code: str
) -> None:
    form = filled(**changes)
    with pytest.raises(Blocked):
        sign_and_submit(contact, form.pk, signature_of(form))
    form.refresh_from_db()
    assert form.state == FormState.DRAFT
    assert not form.submissions.exists()
    assert AuditEntry.objects.filter(object_id=str(form.pk), action="submit", refused=True).exists()
    assert code in [blocker.code for blocker in blockers_of(form, "submit")]


def test_the_transition_itself_asks_the_gate(filled: Filler) -> None:
    form = filled(category="other")
    with pytest.raises(Blocked) as refusal:
        form.submit(at=None, respond_by=None, auto_review_at=None)
    assert [blocker.code for blocker in refusal.value.blockers] == ["C2.category"]
    assert form.state == FormState.DRAFT


@pytest.mark.parametrize("changes", [{"name": ""}, {"title": " "}, {"accepted": False}])
def test_c3_wants_a_complete_signature(filled: Filler, contact: Actor, changes: dict[str, Any]) -> None:
    form = filled()
    with pytest.raises(Blocked) as refusal:
        sign_and_submit(contact, form.pk, signature_of(form, **changes))
    assert all(blocker.code.startswith("C3.") for blocker in refusal.value.blockers)


def test_c3_a_signed_form_does_not_change(signed: Filler, contact: Actor) -> None:
    form = signed()
    with pytest.raises(WrongState):
        save_step(contact, form.pk, "organization", {"organization_name": "Another"}, form.revision)
    assert form.latest is not None
    assert form.latest.signed_from == "192.0.2.7"


def test_an_agent_may_not_sign_a_customers_form(filled: Filler, sales_actor: Actor) -> None:
    form = filled()
    with pytest.raises(NotAllowed):
        sign_and_submit(sales_actor, form.pk, signature_of(form))


def test_an_approval_issues_a_validation_id_and_mails_it(
    signed: Filler, reviewer_actor: Actor, admin: User, sales: User, settings: Any
) -> None:
    settings.VALIDATION_ID_CREATES, settings.VALIDATION_ID_DAYS = 3, 30
    form = signed()
    issued = approve(form, reviewer_actor)
    assert (issued.partner_id, issued.organization_name) == (form.partner_id, "City of Harborview")
    assert (issued.max_creates, issued.remaining, issued.state) == (3, 3, "issued")
    assert (issued.expires_at - issued.issued_at).days == 30
    mails = Email.objects.filter(message__contains=issued.number)
    assert sorted(mail.to[0] for mail in mails) == sorted(["clerk@harborview.gov", admin.email])
    assert AuditEntry.objects.filter(action="issue", object_id=str(issued.pk)).count() == 1


def test_the_partners_mail_is_about_the_validation_id_and_not_the_form(
    signed: Filler, reviewer_actor: Actor, admin: User
) -> None:
    issued = approve(signed(), reviewer_actor)
    mail = OutboxMail.objects.get(email__to__contains=admin.email)
    assert (mail.about_type, mail.about_id, mail.partner_id) == (
        "validationid",
        str(issued.pk),
        issued.partner_id,
    )


def test_a_partner_without_admin_agents_gets_it_at_its_own_address(
    signed: Filler, reviewer_actor: Actor, contoso: Partner
) -> None:
    issued = approve(signed(), reviewer_actor)
    assert Email.objects.filter(message__contains=issued.number, to__contains=contoso.email).count() == 1


def test_c1_is_asked_again_at_the_approval(signed: Filler, reviewer_actor: Actor, contoso: Partner) -> None:
    form = signed()
    review.take(reviewer_actor, form.pk)
    Partner.objects.filter(pk=contoso.pk).update(qualification="revoked")
    with pytest.raises(Blocked) as refusal:
        review.approve(reviewer_actor, form.pk)
    assert "C1.not_qualified" in [blocker.code for blocker in refusal.value.blockers]
    assert not ValidationId.objects.exists()


def test_the_approval_transition_asks_what_was_signed_and_not_what_stands_in_the_draft(
    signed: Filler, reviewer_actor: Actor
) -> None:
    form = signed()
    review.take(reviewer_actor, form.pk)
    form.refresh_from_db()
    form.answers["category"] = "other"
    assert blockers_of(form, "approve", context=context_of(form)) == []


def test_a_form_that_names_a_stranger_gives_the_stranger_the_id(
    signed: Filler, reviewer_actor: Actor, tailspin: Partner
) -> None:
    issued = approve(signed(partner_tenant_id=str(tailspin.tenant_id)), reviewer_actor)
    assert issued.partner == tailspin


def test_a_number_that_is_taken_is_drawn_again(
    signed: Filler, reviewer_actor: Actor, contoso: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.validation_id(contoso, number="111111111")
    drawn = iter(["111111111", "222222222"])
    monkeypatch.setattr("customers.services.validation.new_number", lambda: next(drawn))
    assert approve(signed(), reviewer_actor).number == "222222222"
