"""R1 on the partner's side: who may request, the letter, sending, cancelling, expiry, ending."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from post_office.models import Email

from customers.gates.relationship import answer_link, can_end, message_may_go, register_end_gate
from customers.models import Relationship
from customers.services import relationships as services
from customers.tasks import expire_due
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Blocked, Blocker, NotAllowed, Stale, WrongState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.models import Agent, Partner
from tests import factories

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {
    "organization_name": "City of Harborview",
    "contact_name": "IT Office",
    "contact_email": "it@harborview.gov",
}


@pytest.fixture
def begun(sales_actor: Actor) -> Relationship:
    """A request of Contoso that waits."""
    return services.request(sales_actor, **WHO, for_gcc=True)


def codes(refusal: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [blocker.code for blocker in refusal.value.blockers]


def past(relationship: Relationship) -> None:
    Relationship.objects.filter(pk=relationship.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("for_gcc", [True, False])
def test_r1_lets_a_qualified_partner_through(sales_actor: Actor, for_gcc: bool, settings: Any) -> None:
    settings.RELATIONSHIP_REQUEST_DAYS = 10
    begun = services.request(sales_actor, **WHO, for_gcc=for_gcc)
    assert begun.state == "invited"
    assert begun.expires_at is not None
    assert (begun.expires_at - begun.created_at).days == 10
    assert answer_link(begun) in begun.message
    assert "IT Office" in begun.message
    assert len(begun.token) >= 40
    assert AuditEntry.objects.filter(action="request_relationship", object_id=str(begun.pk)).exists()


@pytest.mark.parametrize("qualification", ["none", "pending", "revoked"])
def test_r1_refuses_a_gcc_customer_without_the_qualification(db: None, qualification: str) -> None:
    partner = factories.partner("Fabrikam", role="indirect_provider", qualification=qualification)
    actor = factories.actor(factories.agent(partner).user)
    with pytest.raises(Blocked):
        services.request(actor, **WHO, for_gcc=True)
    assert not Relationship.objects.exists()
    assert AuditEntry.objects.filter(action="request_relationship", refused=True).count() == 1
    assert services.request(actor, **WHO, for_gcc=False).state == "invited"


def test_p2_a_reseller_requests_nothing(northwind: Partner) -> None:
    actor = factories.actor(factories.agent(northwind).user)
    for for_gcc in (True, False):
        with pytest.raises(Blocked) as refusal:
            services.request(actor, **WHO, for_gcc=for_gcc)
        assert codes(refusal) == ["P2.reseller"]
        assert "Fabrikam Distribution" in str(refusal.value.blockers[0].next_step)


def test_a_reviewer_may_not_request(reviewer_actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.request(reviewer_actor, **WHO, for_gcc=True)


def test_the_letter_is_edited(begun: Relationship, sales_actor: Actor) -> None:
    message = f"Good morning,\n\n{answer_link(begun)}\n\nمرحبا 🏛"
    edited = services.edit_message(sales_actor, begun.pk, subject="Hello", message=message, revision=0)
    assert (edited.message, edited.message_subject, edited.revision) == (message, "Hello", 1)


@pytest.mark.parametrize("spoil", ["", "no link at all", "cut", "longer", "other"])
def test_r1_a_letter_without_the_link_is_not_kept(
    begun: Relationship, sales_actor: Actor, spoil: str
) -> None:
    link = answer_link(begun)
    spoiled = {"cut": link[:-5], "longer": f"{link}x", "other": link.replace(begun.token, "x" * 43)}.get(
        spoil, spoil
    )
    with pytest.raises(Blocked) as refusal:
        services.edit_message(sales_actor, begun.pk, subject="S", message=spoiled, revision=0)
    assert codes(refusal) == ["R1.link"]
    assert link in str(refusal.value.blockers[0])
    begun.refresh_from_db()
    assert link in begun.message


def test_r1_the_link_may_stand_in_a_sentence(begun: Relationship) -> None:
    link = answer_link(begun)
    for message in (f"Open ({link}).", f"<{link}>", f"{link}\n", link):
        assert message_may_go(begun, message) == []


def test_r1_a_spoiled_letter_is_not_sent(begun: Relationship, sales_actor: Actor) -> None:
    Relationship.objects.filter(pk=begun.pk).update(message="no link")
    with pytest.raises(Blocked) as refusal:
        services.send(sales_actor, begun.pk, sends=0)
    assert codes(refusal) == ["R1.link"]
    assert not Email.objects.exists()


def test_a_colleagues_change_is_not_overwritten(
    begun: Relationship, sales_actor: Actor, admin_actor: Actor
) -> None:
    link = answer_link(begun)
    services.edit_message(admin_actor, begun.pk, subject="Mine", message=link, revision=0)
    with pytest.raises(Stale):
        services.edit_message(sales_actor, begun.pk, subject="Yours", message=link, revision=0)


def test_sending_mails_the_letter_with_the_link(begun: Relationship, sales_actor: Actor, sales: User) -> None:
    services.send(sales_actor, begun.pk, sends=0)
    mail = Email.objects.get()
    assert mail.to == ["it@harborview.gov"]
    assert answer_link(begun) in mail.message
    assert answer_link(begun) in mail.html_message
    assert mail.headers == {"Reply-To": sales.email}
    begun.refresh_from_db()
    assert (begun.sends, begun.sent_at is not None) == (1, True)


def test_a_second_press_sends_nothing_but_a_resend_does(begun: Relationship, sales_actor: Actor) -> None:
    for _again in range(2):
        services.send(sales_actor, begun.pk, sends=0)
    assert Email.objects.count() == 1
    services.send(sales_actor, begun.pk, sends=1)
    assert Email.objects.count() == 2


def test_r1_is_asked_again_when_sending(begun: Relationship, sales_actor: Actor, contoso: Partner) -> None:
    Partner.objects.filter(pk=contoso.pk).update(qualification="revoked")
    with pytest.raises(Blocked):
        services.send(sales_actor, begun.pk, sends=0)
    assert not Email.objects.exists()


def test_nothing_is_sent_past_the_day(begun: Relationship, sales_actor: Actor) -> None:
    past(begun)
    for act in (
        lambda: services.send(sales_actor, begun.pk, sends=0),
        lambda: services.edit_message(sales_actor, begun.pk, subject="s", message=begun.message, revision=0),
    ):
        with pytest.raises(Blocked) as refusal:
            act()
        assert codes(refusal) == ["R1.expired"]


def test_a_cancelled_request_is_closed(begun: Relationship, sales_actor: Actor) -> None:
    cancelled = services.cancel(sales_actor, begun.pk)
    assert (cancelled.state, cancelled.shown_state) == ("expired", "cancelled")
    for act in (
        lambda: services.cancel(sales_actor, begun.pk),
        lambda: services.send(sales_actor, begun.pk, sends=0),
    ):
        with pytest.raises(WrongState):
            act()


def test_expiry_tells_who_asked_once(begun: Relationship, sales: User) -> None:
    past(begun)
    assert expire_due() == 1
    assert expire_due() == 0
    mail = Email.objects.get()
    assert mail.to == [sales.email]
    begun.refresh_from_db()
    assert begun.state == "expired"
    assert AuditEntry.objects.filter(action="expire", object_id=str(begun.pk)).count() == 1


def test_expiry_tells_the_admin_agents_when_the_person_has_left(
    begun: Relationship, sales: User, admin: User
) -> None:
    Agent.objects.filter(user=sales).update(is_active=False)
    past(begun)
    expire_due()
    assert Email.objects.get().to == [admin.email]


def test_a_request_that_waits_is_left_alone(begun: Relationship) -> None:
    assert expire_due() == 0
    begun.refresh_from_db()
    assert begun.state == "invited"


def test_ending_asks_the_registered_gates(
    sales_actor: Actor, contoso: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from customers.gates import relationship as room

    customer = factories.customer(contoso)
    active = customer.relationships.get()
    monkeypatch.setattr(room, "_end_gates", [lambda _each: [Blocker("O9.running", "Something runs.")]])
    with pytest.raises(Blocked) as refusal:
        services.end(sales_actor, active.pk)
    assert codes(refusal) == ["O9.running"]
    with pytest.raises(Blocked):
        active.end()
    monkeypatch.setattr(room, "_end_gates", [])
    ended = services.end(sales_actor, active.pk, reason="Contract over")
    assert (ended.state, ended.ended_at is not None) == ("ended", True)


def test_registering_a_gate_twice_asks_it_once(contoso: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    from customers.gates import relationship as room

    monkeypatch.setattr(room, "_end_gates", [])
    gate = lambda _each: [Blocker("X.y", "no")]  # noqa: E731
    register_end_gate(gate)
    register_end_gate(gate)
    assert len(can_end(factories.customer(contoso).relationships.get())) == 1
