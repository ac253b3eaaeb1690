"""From the review to the customer: reserve, provision, use or release, retry, the password once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import Http404
from django.utils import timezone

from customers import tasks
from customers.models import Customer, CustomerCreation, Relationship, ValidationId, ValidationUse
from customers.services import creation as creations
from customers.services import provisioning
from customers.services import validation as validations
from customers.services.provisioner import NewTenant, ProvisioningFailed, TenantOrder
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked, NotAllowed, Stale, WrongState
from gcc_portal.core.mail.outbox import emails_about
from gcc_portal.core.people.actors import Actor
from gcc_portal.identity.tenants.directory import tenant_directory
from gcc_portal.identity.tenants.models import DirectoryTenant
from partners.models import Partner
from tests import factories
from tests.customers.conftest import ACCEPTED, Drafter

pytestmark = pytest.mark.django_db


class Broken:
    """A provisioner that makes no tenant."""

    def create(self, order: TenantOrder) -> NewTenant:
        raise ProvisioningFailed("The directory is closed for repairs. Try again tomorrow.")


@pytest.fixture
def begun(sales_actor: Actor, validation: ValidationId, draft: Drafter) -> CustomerCreation:
    """A GCC creation that is being provisioned."""
    creation = draft(sales_actor, validation.number, agreement=ACCEPTED)
    return creations.start_provisioning(sales_actor, creation.pk)


def counts(validation: ValidationId) -> tuple[int, int]:
    validation.refresh_from_db()
    return validation.reserved, validation.used


def test_a_create_is_reserved_with_who_and_when(begun: CustomerCreation, validation: ValidationId) -> None:
    assert begun.state == "provisioning"
    assert counts(validation) == (1, 0)
    held = ValidationUse.objects.get(creation=begun)
    assert (held.state, held.by_label) == ("reserved", str(begun.created_by))
    assert held.reserved_at is not None


def test_success_makes_tenant_customer_relationship_qualification_agreement(
    begun: CustomerCreation, validation: ValidationId, contoso: Partner
) -> None:
    assert provisioning.provision(begun.pk) == "active"
    customer = Customer.objects.get(domain="harborviewcounty.onmicrosoft.com")
    assert (customer.name, customer.city, customer.state) == ("Harborview County", "Tacoma", "WA")
    tenant = tenant_directory().find(str(customer.pk))
    assert (tenant.kind, tenant.special_qualifications) == ("gcc", (factories.GCC,))
    qualification = customer.qualifications.get()
    assert (qualification.state, qualification.validation) == ("granted", validation)
    relationship = Relationship.objects.get(customer=customer)
    assert (relationship.state, relationship.is_request, relationship.partner) == ("active", False, contoso)
    agreement = customer.agreements.get()
    assert (agreement.last_name, str(agreement.agreed_on), agreement.recorded_by) == (
        "Reyes",
        "2026-03-01",
        begun.created_by,
    )
    assert counts(validation) == (0, 1)
    assert ValidationUse.objects.get(creation=begun).customer == customer
    begun = CustomerCreation.objects.get(pk=begun.pk)
    assert begun.customer == customer
    assert [mail.kind for mail in emails_about(begun)] == ["creation_done"]


def test_every_transition_is_in_the_partners_audit(begun: CustomerCreation, contoso: Partner) -> None:
    provisioning.provision(begun.pk)
    steps = [(each.from_state, each.to_state) for each in history_of(begun) if each.to_state]
    assert steps == [
        ("provisioning", "active"),
        ("qualification_checked", "provisioning"),
        ("draft", "qualification_checked"),
        ("", "draft"),
    ]
    granted = AuditEntry.objects.get(object_type="specialqualification", action="grant")
    assert (granted.partner_id, granted.channel) == (contoso.pk, "task")


def test_without_gcc_the_customer_is_commercial_and_uses_no_validation_id(
    sales_actor: Actor, draft: Drafter
) -> None:
    creation = creations.start_provisioning(sales_actor, draft(sales_actor).pk)
    provisioning.provision(creation.pk)
    customer = Customer.objects.get(domain="harborviewcounty.onmicrosoft.com")
    assert customer.granted_kinds == set()
    assert DirectoryTenant.objects.get(pk=customer.pk).kind == "commercial"
    assert not customer.agreements.exists()


def test_an_unqualified_partner_adds_commercial_customers_only(fabrikam: Partner, draft: Drafter) -> None:
    actor = factories.actor(factories.agent(fabrikam).user)
    creation = draft(actor)
    with pytest.raises(Blocked) as refused:
        creations.save_step(actor, creation.pk, "qualification", {"kind": factories.GCC}, creation.revision)
    assert [blocker.code for blocker in refused.value.blockers] == ["A1.not_qualified"]
    creations.start_provisioning(actor, creation.pk)
    assert provisioning.provision(creation.pk) == "active"


def test_the_qualification_lost_meanwhile_stops_the_start(
    sales_actor: Actor, contoso: Partner, validation: ValidationId, draft: Drafter
) -> None:
    creation = draft(sales_actor, validation.number)
    Partner.objects.filter(pk=contoso.pk).update(qualification="revoked")
    with pytest.raises(Blocked) as refused:
        creations.start_provisioning(sales_actor, creation.pk)
    assert [blocker.code for blocker in refused.value.blockers] == ["A1.not_qualified"]
    assert counts(validation) == (0, 0)
    entry = history_of(creation).first()
    assert entry is not None
    assert entry.refused
    assert entry.codes == ["A1.not_qualified"]


def test_the_task_may_run_twice(begun: CustomerCreation, validation: ValidationId) -> None:
    assert provisioning.provision(begun.pk) == "active"
    entries = AuditEntry.objects.count()
    assert provisioning.provision(begun.pk) == "active"
    assert Customer.objects.count() == 1
    assert counts(validation) == (0, 1)
    assert AuditEntry.objects.count() == entries
    assert provisioning.provision(987654321) == ""


def test_failure_gives_the_create_back_and_says_why(
    begun: CustomerCreation, validation: ValidationId
) -> None:
    assert provisioning.provision(begun.pk, Broken()) == "failed"
    begun = CustomerCreation.objects.get(pk=begun.pk)
    assert begun.failure == "The directory is closed for repairs. Try again tomorrow."
    assert counts(validation) == (0, 0)
    released = ValidationUse.objects.get(creation=begun)
    assert released.state == "released"
    assert released.settled_at is not None
    assert not Customer.objects.exists()
    assert not Relationship.objects.exists()
    assert [mail.kind for mail in emails_about(begun)] == ["creation_failed"]


def test_a_domain_taken_meanwhile_fails_and_another_prefix_succeeds(
    begun: CustomerCreation, sales_actor: Actor, validation: ValidationId
) -> None:
    factories.tenant(domain="harborviewcounty.onmicrosoft.com")
    assert provisioning.provision(begun.pk) == "failed"
    failed = CustomerCreation.objects.get(pk=begun.pk)
    assert "harborviewcounty.onmicrosoft.com is taken" in failed.failure
    with pytest.raises(Blocked) as refused:
        creations.retry(sales_actor, failed.pk, "harborviewcounty", validation.number, failed.revision)
    assert [blocker.code for blocker in refused.value.blockers] == ["domain.taken"]
    assert counts(validation) == (0, 0)
    again = creations.retry(sales_actor, failed.pk, "harborviewwa", validation.number, failed.revision)
    assert (again.state, again.attempts) == ("provisioning", 2)
    assert provisioning.provision(failed.pk) == "active"
    assert Customer.objects.get().domain == "harborviewwa.onmicrosoft.com"
    assert counts(validation) == (0, 1)
    assert ValidationUse.objects.filter(creation=failed).count() == 2


def test_a_failure_in_the_middle_leaves_nothing_behind(
    begun: CustomerCreation, validation: ValidationId, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(provisioning, "_record_agreement", break_down)
    with pytest.raises(RuntimeError):
        provisioning.provision(begun.pk)
    assert not Customer.objects.exists()
    assert not DirectoryTenant.objects.filter(domain="harborviewcounty.onmicrosoft.com").exists()
    assert counts(validation) == (1, 0)
    monkeypatch.undo()
    assert provisioning.provision(begun.pk) == "active"


def test_only_a_failed_creation_is_tried_again(begun: CustomerCreation, sales_actor: Actor) -> None:
    with pytest.raises(WrongState):
        creations.retry(sales_actor, begun.pk, "another", "", begun.revision)
    with pytest.raises(WrongState):
        creations.start_provisioning(sales_actor, begun.pk)


def test_the_retry_of_a_stale_tab_is_refused(
    begun: CustomerCreation, sales_actor: Actor, validation: ValidationId
) -> None:
    provisioning.provision(begun.pk, Broken())
    with pytest.raises(Stale):
        creations.retry(sales_actor, begun.pk, "another", validation.number, begun.revision - 1)


def test_stuck_creations_are_handed_to_the_worker_again(
    begun: CustomerCreation, eager: None, commits: Callable[[], AbstractContextManager[Any]]
) -> None:
    assert tasks.resume_stuck() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert tasks.resume_stuck() == 1
    assert CustomerCreation.objects.get(pk=begun.pk).state == "active"


def test_what_hangs_for_long_is_given_up(begun: CustomerCreation, validation: ValidationId) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=20), tick=False):
        assert tasks.resume_stuck() == 1
    assert CustomerCreation.objects.get(pk=begun.pk).state == "failed"
    assert counts(validation) == (0, 0)


def test_the_start_hands_over_to_the_worker_after_the_commit(
    sales_actor: Actor, draft: Drafter, eager: None, commits: Callable[[], AbstractContextManager[Any]]
) -> None:
    creation = draft(sales_actor)
    with commits():
        creations.start_provisioning(sales_actor, creation.pk)
        assert CustomerCreation.objects.get(pk=creation.pk).state == "provisioning"
    assert CustomerCreation.objects.get(pk=creation.pk).state == "active"


def test_the_password_is_sealed_and_shown_once(begun: CustomerCreation, sales_actor: Actor) -> None:
    with pytest.raises(WrongState):
        creations.show_password(sales_actor, begun.pk)
    provisioning.provision(begun.pk)
    sealed = CustomerCreation.objects.get(pk=begun.pk).sealed_password
    shown = creations.show_password(sales_actor, begun.pk)
    assert shown is not None
    assert shown.user_name == "admin@harborviewcounty.onmicrosoft.com"
    assert len(shown.password) == 16
    assert shown.password not in sealed
    assert CustomerCreation.objects.get(pk=begun.pk).sealed_password == ""
    assert creations.show_password(sales_actor, begun.pk) is None
    written = " ".join(f"{each.reason} {each.object_label}" for each in AuditEntry.objects.all())
    assert shown.password not in written
    assert history_of(begun).filter(action="show_password").count() == 1


def test_a_password_sealed_with_a_lost_secret_is_told_not_shown(
    begun: CustomerCreation, sales_actor: Actor, settings: Any
) -> None:
    provisioning.provision(begun.pk)
    settings.SECRET_KEY = "another secret altogether"
    with pytest.raises(WrongState, match="can't be read"):
        creations.show_password(sales_actor, begun.pk)


def test_nobody_else_may(begun: CustomerCreation, stranger_actor: Actor, reviewer_actor: Actor) -> None:
    for call in (
        lambda actor: creations.show_password(actor, begun.pk),
        lambda actor: creations.start_provisioning(actor, begun.pk),
        lambda actor: creations.discard(actor, begun.pk, begun.revision),
        lambda actor: creations.save_step(actor, begun.pk, "agreement", {"later": True}, begun.revision),
    ):
        with pytest.raises(Http404):
            call(stranger_actor)
        with pytest.raises((Http404, NotAllowed)):
            call(reviewer_actor)
    with pytest.raises(NotAllowed):
        creations.start(reviewer_actor, {})


def test_the_database_refuses_an_overdrawn_validation_id(validation: ValidationId) -> None:
    rows = ValidationId.objects.filter(pk=validation.pk)
    rows.update(reserved=F("reserved") + 5)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(used=F("used") + 1)


def test_a_revocation_does_not_stop_what_is_under_way(
    begun: CustomerCreation, validation: ValidationId, reviewer_actor: Actor
) -> None:
    validations.revoke(reviewer_actor, validation, "Issued by mistake.")
    assert provisioning.provision(begun.pk) == "active"


def test_a_creation_is_not_the_apis_alone(sales_actor: Actor, draft: Drafter) -> None:
    creation = draft(replace(sales_actor, channel="api"))
    assert history_of(creation).filter(channel="api").exists()
