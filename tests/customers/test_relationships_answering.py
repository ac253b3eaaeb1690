"""R1, R2, O3 on the customer's side: accepting and declining by the personal link."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone
from post_office.models import Email

from customers.models import Customer, CustomerAgreement, Relationship, SpecialQualification
from customers.services import answering, relationships
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Blocked, NotAllowed, WrongState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.identity.tenants.directory import tenant_directory
from gcc_portal.identity.tenants.kinds import TenantAnswer, TenantKind
from gcc_portal.identity.tenants.models import DirectoryTenant
from partners.models import Partner
from tests import factories

pytestmark = pytest.mark.django_db
WHO = answering.Administrator("Pat", "Clerk", "CIO", "cio@harborview.gov")
Accept = Callable[..., Relationship]


@pytest.fixture
def begun(sales_actor: Actor) -> Relationship:
    """A request of Contoso that waits."""
    return relationships.request(
        sales_actor,
        organization_name="City of Harborview",
        contact_name="",
        contact_email="it@harborview.gov",
        for_gcc=True,
    )


def known(tenant: DirectoryTenant) -> TenantAnswer:
    return tenant_directory().find(str(tenant.tenant_id))


@pytest.fixture
def accept(contact: Actor) -> Accept:
    """Return a function that accepts a request for a tenant."""

    def run(begun: Relationship, tenant: DirectoryTenant, *, agrees: bool = True) -> Relationship:
        return answering.accept(contact, begun.token, known(tenant), WHO, agrees=agrees)

    return run


def kinds(customer: Customer | None) -> set[str]:
    return set(
        SpecialQualification.objects.filter(customer=customer, state="granted").values_list("kind", flat=True)
    )


def test_a_gcc_tenant_becomes_a_gcc_customer(begun: Relationship, accept: Accept, sales: User) -> None:
    home = factories.tenant("gcc", "City of Harborview")
    active = accept(begun, home)
    customer = Customer.objects.get()
    assert (customer.pk, customer.name, customer.domain) == (
        home.tenant_id,
        "City of Harborview",
        home.domain,
    )
    assert (active.state, active.customer, active.answered_by) == ("active", customer, "Pat Clerk, CIO")
    assert kinds(customer) == {"government_community_cloud"}
    agreed = CustomerAgreement.objects.get()
    assert (agreed.how, agreed.first_name, agreed.partner) == ("accepted", "Pat", begun.partner)
    assert agreed.agreed_on == timezone.localdate()
    assert [mail.to for mail in Email.objects.order_by("id")] == [
        [sales.email],
        ["cio@harborview.gov"],
        ["it@harborview.gov"],
    ]
    states = AuditEntry.objects.filter(object_type="specialqualification").order_by("id")
    assert [(each.action, each.to_state) for each in states] == [
        ("examine", "in_review"),
        ("grant", "granted"),
    ]


@pytest.mark.parametrize(
    ("kind", "told", "expected"),
    [
        ("commercial", [], set()),
        ("commercial", ["education"], {"education"}),
        ("commercial", ["education", "nonprofit"], {"education", "nonprofit"}),
        ("commercial", ["something new"], set()),
        ("gcc", ["education"], {"government_community_cloud"}),
        ("gcc", ["state_owned_entity"], {"government_community_cloud", "state_owned_entity"}),
    ],
)
def test_r2_the_qualification_is_what_the_tenant_really_has(
    begun: Relationship, accept: Accept, kind: str, told: list[str], expected: set[str]
) -> None:
    active = accept(begun, factories.tenant(kind, "City of Harborview", special_qualifications=told))
    assert kinds(active.customer) == expected
    told_partner = Email.objects.order_by("id")[0].message
    assert ("Special qualifications: None" in told_partner) is (not expected)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("azure_government", "R2.azure_government"),
        ("dod", "R2.azure_government"),
        ("china", "R2.cloud"),
        ("unreachable", "R2.unchecked"),
        ("missing", "R2.unknown"),
    ],
)
def test_r2_refuses_other_tenants_and_writes_nothing(
    begun: Relationship, accept: Accept, kind: str, code: str
) -> None:
    if kind == "missing":
        home = DirectoryTenant(organization_name="Nobody")
    elif kind == "unreachable":
        home = factories.tenant("gcc", "Silent", unreachable=True)
    else:
        home = factories.tenant(kind, "City of Harborview")
    with pytest.raises(Blocked) as refusal:
        accept(begun, home)
    assert [blocker.code for blocker in refusal.value.blockers] == [code]
    begun.refresh_from_db()
    assert begun.state == "invited"
    assert not Customer.objects.exists()
    assert not Email.objects.exists()
    assert AuditEntry.objects.filter(refused=True, object_id=str(begun.pk), action="activate").count() == 1


def test_r2_a_cloud_that_is_not_known_is_refused(begun: Relationship, contact: Actor) -> None:
    for kind in (TenantKind.UNKNOWN_CLOUD, TenantKind.AMBIGUOUS):
        answer = TenantAnswer(kind, None, None, None, "test", "asked", timezone.now())
        with pytest.raises(Blocked):
            answering.accept(contact, begun.token, answer, WHO, agrees=True)


def test_r1_is_accepted_once(begun: Relationship, accept: Accept) -> None:
    home = factories.tenant("gcc", "City of Harborview")
    accept(begun, home)
    with pytest.raises(WrongState):
        accept(begun, home)
    with pytest.raises(WrongState):
        accept(begun, factories.tenant("gcc", "Elsewhere"))
    assert Customer.objects.count() == 1
    assert Email.objects.count() == 3


def test_r1_expires(begun: Relationship, accept: Accept, contact: Actor) -> None:
    Relationship.objects.filter(pk=begun.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Blocked) as refusal:
        accept(begun, factories.tenant("gcc", "City of Harborview"))
    assert refusal.value.blockers[0].code == "R1.expired"
    with pytest.raises(Blocked):
        answering.decline(contact, begun.token, name="Pat", reason="no")


def test_the_transition_itself_asks_r1_and_r2(begun: Relationship, contoso: Partner) -> None:
    customer = factories.customer(contoso)
    with pytest.raises(Blocked) as refusal:
        begun.activate(customer=customer, by="x")
    assert [blocker.code for blocker in refusal.value.blockers] == ["R2.no_answer", "R2.already"]
    begun.expires_at = timezone.now() - timedelta(seconds=1)
    with pytest.raises(Blocked):
        begun.decline(by="x", why="y")
    assert begun.state == "invited"


def test_a_cancelled_link_answers_no_more(begun: Relationship, accept: Accept, sales_actor: Actor) -> None:
    relationships.cancel(sales_actor, begun.pk)
    with pytest.raises(WrongState):
        accept(begun, factories.tenant("gcc", "City of Harborview"))


@pytest.mark.parametrize("token", ["x" * 43, "", "\x00", "é" * 30, "a" * 500])
def test_an_altered_link_is_nobodys(contact: Actor, token: str, db: None) -> None:
    with pytest.raises(Http404):
        answering.decline(contact, token, name="Pat", reason="no")


def test_r1_a_gcc_tenant_needs_a_qualified_partner(
    begun: Relationship, accept: Accept, contoso: Partner
) -> None:
    Partner.objects.filter(pk=contoso.pk).update(qualification="revoked")
    with pytest.raises(Blocked) as refusal:
        accept(begun, factories.tenant("gcc", "City of Harborview"))
    assert [blocker.code for blocker in refusal.value.blockers] == ["R1.not_qualified"]
    assert not Customer.objects.exists()
    assert accept(begun, factories.tenant("commercial", "City of Harborview")).state == "active"


def test_already_a_customer_is_said(begun: Relationship, accept: Accept, contoso: Partner) -> None:
    home = factories.tenant("gcc", "City of Harborview")
    factories.customer(contoso, "City of Harborview", id=home.tenant_id)
    found = answering.acceptance_blockers(begun, known(home))
    assert [blocker.code for blocker in found] == ["R2.already"]
    with pytest.raises(Blocked) as refusal:
        accept(begun, home)
    assert "already a customer of Contoso Cloud" in str(refusal.value)


def test_another_partners_customer_keeps_what_it_has(
    begun: Relationship, accept: Accept, tailspin: Partner
) -> None:
    home = factories.tenant("gcc", "City of Harborview")
    theirs = factories.customer(tailspin, "Their name for it", id=home.tenant_id)
    active = accept(begun, home, agrees=False)
    assert active.customer == theirs
    theirs.refresh_from_db()
    assert theirs.name == "Their name for it"
    assert theirs.agreements.count() == 1
    assert theirs.relationships.filter(state="active").count() == 2
    assert kinds(theirs) == {"government_community_cloud"}


def test_o3_the_agreement_is_wanted_where_none_is_in_force(begun: Relationship, accept: Accept) -> None:
    with pytest.raises(Blocked) as refusal:
        accept(begun, factories.tenant("gcc", "City of Harborview"), agrees=False)
    assert [blocker.code for blocker in refusal.value.blockers] == ["O3.accept"]
    assert not Customer.objects.exists()


def test_a_tenant_whose_domain_the_directory_does_not_tell(begun: Relationship, contact: Actor) -> None:
    home = factories.tenant("gcc", "City of Harborview")
    told = known(home)
    bare = TenantAnswer(told.kind, told.tenant_id, None, None, "live", "asked", timezone.now())
    active = answering.accept(contact, begun.token, bare, WHO, agrees=True)
    assert active.customer is not None
    assert (active.customer.name, active.customer.domain) == ("City of Harborview", str(home.tenant_id))


def test_declining_tells_the_partner_why(begun: Relationship, contact: Actor, sales: User) -> None:
    declined = answering.decline(contact, begun.token, name="Pat Clerk", reason="We have a reseller.")
    assert (declined.state, declined.answered_by) == ("declined", "Pat Clerk")
    mail = Email.objects.get()
    assert mail.to == [sales.email]
    assert "We have a reseller." in mail.message
    entry = AuditEntry.objects.get(action="decline")
    assert (entry.reason, entry.partner_id) == ("We have a reseller.", begun.partner_id)
    with pytest.raises(WrongState):
        answering.decline(contact, begun.token, name="Pat", reason="again")


def test_an_agent_may_not_answer_for_the_customer(begun: Relationship, sales_actor: Actor) -> None:
    told = known(factories.tenant("gcc", "City of Harborview"))
    with pytest.raises(NotAllowed):
        answering.accept(sales_actor, begun.token, told, WHO, agrees=True)
    with pytest.raises(NotAllowed):
        answering.decline(sales_actor, begun.token, name="x", reason="y")


def test_a_relationship_that_came_with_a_creation_has_no_link(contact: Actor, contoso: Partner) -> None:
    made: Any = factories.customer(contoso).relationships.get()
    with pytest.raises(Http404):
        answering.decline(contact, made.token, name="Pat", reason="no")
