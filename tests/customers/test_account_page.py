"""The account page, the agreement (O3), the end of a relationship, and the API's way to a qualification (A3)."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.gates import relationship as relationship_gates
from customers.gates.segments import Acceptance
from customers.models import Customer, CustomerAgreement, Relationship, SpecialQualification, ValidationId
from customers.services import agreement as agreements
from customers.services.qualification import qualify
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked, Blocker, NotAllowed
from gcc_portal.core.people.actors import Actor, customer_contact
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories
from tests.customers.conftest import ACCEPTED

pytestmark = pytest.mark.django_db
PERSON = Acceptance("Ada", "Reyes", "clerk@harborview.example", date(2026, 3, 1))


@pytest.fixture
def page(client_of: Callable[[User], Client], sales: User) -> Client:
    """Contoso's sales agent, signed in."""
    return client_of(sales)


@pytest.fixture
def customer(contoso: Partner) -> Customer:
    """A GCC customer of Contoso without an agreement."""
    return factories.customer(contoso, "Harborview County", agreed=False)


def path(name: str, customer: Customer) -> str:
    return reverse(f"customers:{name}", args=[customer.pk])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def test_the_account_shows_the_special_qualification(
    page: Client, customer: Customer, contoso: Partner
) -> None:
    shown = text(page.get(path("account", customer)))
    assert "Special qualifications" in shown
    assert "Government Community Cloud" in shown
    assert "Granted" in shown
    assert str(customer.pk) in shown
    plain = factories.customer(contoso, "Litware", kinds=())
    shown = text(page.get(path("account", plain)))
    assert "Granted" not in shown
    assert "<dt>Special qualifications</dt><dd> None </dd>" in shown


def test_the_tabs_begin_with_the_subscriptions(page: Client, customer: Customer) -> None:
    shown = text(page.get(path("account", customer)))
    order = [shown.index(f'/customers/{customer.pk}/{tab}/"') for tab in ("subscriptions", "catalog", "cart")]
    assert order[0] < order[2]
    assert f'href="{path("account", customer)}" aria-current="page"' in shown


def test_what_belongs_to_another_partner_is_not_shown(
    page: Client, customer: Customer, tailspin: Partner, stranger: User, stranger_actor: Actor
) -> None:
    factories.relate(tailspin, customer)
    theirs = factories.validation_id(tailspin, "Harborview County")
    SpecialQualification.objects.filter(customer=customer).update(validation=theirs)
    agreements.attest(stranger_actor, customer.pk, replace(PERSON, last_name="Secretkeeper"))
    shown = text(page.get(path("account", customer)))
    assert "recorded through another partner" in shown
    listed = text(page.get(path("agreement", customer)))
    for secret in ("Secretkeeper", theirs.number, str(stranger)):
        assert secret not in shown
        assert secret not in listed


@pytest.mark.parametrize("name", ["account", "agreement"])
def test_customers_of_others_and_unknown_ones_are_not_found(
    page: Client, tailspin: Partner, name: str, client_of: Callable[[User], Client], reviewer: User
) -> None:
    theirs = factories.customer(tailspin)
    unknown = reverse(f"customers:{name}", args=[uuid.uuid4()])
    assert page.get(path(name, theirs)).status_code == page.get(unknown).status_code == 404
    assert page.get(f"/customers/not-a-uuid/{name}/").status_code == 404
    assert client_of(reviewer).get(path(name, theirs)).status_code == 403
    assert Client().get(path(name, theirs)).status_code == 302


def test_o3_an_attestation_is_recorded_with_who_and_from_where(
    customer: Customer, sales_actor: Actor, contoso: Partner
) -> None:
    written = agreements.attest(replace(sales_actor, address="192.0.2.7"), customer.pk, PERSON)
    assert (written.how, written.partner, written.recorded_from) == ("attested", contoso, "192.0.2.7")
    assert written.recorded_by_id == sales_actor.user_id
    assert history_of(customer).filter(action="attest_agreement").exists()


def test_o3_future_days_and_repetitions_are_refused_and_written_down(
    customer: Customer, sales_actor: Actor
) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Blocked) as refused:
        agreements.attest(sales_actor, customer.pk, replace(PERSON, agreed_on=tomorrow))
    assert refused.value.blockers[0].code == "O3.future"
    agreements.attest(sales_actor, customer.pk, PERSON)
    with pytest.raises(Blocked) as refused:
        agreements.attest(sales_actor, customer.pk, replace(PERSON, first_name="ADA"))
    assert refused.value.blockers[0].code == "O3.twice"
    agreements.attest(sales_actor, customer.pk, replace(PERSON, phone="253-555-0123"))
    assert CustomerAgreement.objects.count() == 2
    assert history_of(customer).filter(refused=True).count() == 2


def test_o3_attesting_is_for_the_own_customers(
    customer: Customer, stranger_actor: Actor, reviewer_actor: Actor
) -> None:
    with pytest.raises(Http404):
        agreements.attest(stranger_actor, customer.pk, PERSON)
    with pytest.raises(NotAllowed):
        agreements.attest(reviewer_actor, customer.pk, PERSON)


def test_o3_the_customer_accepts_by_itself(customer: Customer, contoso: Partner, sales_actor: Actor) -> None:
    written = agreements.accept(customer_contact("Ada Reyes", "192.0.2.9"), customer, contoso.pk, PERSON)
    assert (written.how, written.recorded_by) == ("accepted", None)
    with pytest.raises(NotAllowed):
        agreements.accept(sales_actor, customer, contoso.pk, PERSON)


def test_o3_at_the_page(page: Client, customer: Customer) -> None:
    account, url = path("account", customer), path("agreement", customer)
    assert "Nothing can be ordered without it" in text(page.get(account))
    assert "No agreement is recorded" in text(page.get(url))
    late = page.post(url, {**ACCEPTED, "agreed_on": "2999-01-01"})
    assert late.status_code == 422
    assert "in the future" in text(late)
    assert 'value="Reyes"' in text(late)
    assert page.post(url, ACCEPTED).url == account
    assert "Accepted by Ada Reyes on" in text(page.get(account))
    again = page.post(url, ACCEPTED)
    assert again.status_code == 409
    assert "recorded before" in text(again)
    assert 'value="Reyes"' in text(again)
    assert CustomerAgreement.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_name": ""}, "Enter the first name"),
        ({"last_name": "x" * 51}, "at most 50"),
        ({"first_name": "a\x07"}, "control character"),
        ({"email": "a@"}, "valid email"),
        ({"email": "a" * 250 + "@b.example"}, "at most 254"),
        ({"agreed_on": "yesterday"}, "a day of the calendar"),
        ({"agreed_on": "0000-00-00"}, "a day of the calendar"),
        ({"phone": "1" * 31}, "at most 30"),
    ],
)
def test_bad_attestations_are_refused_at_the_field(
    page: Client, customer: Customer, changes: dict[str, str], sentence: str
) -> None:
    answer = page.post(path("agreement", customer), {**ACCEPTED, **changes})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not CustomerAgreement.objects.exists()


def test_the_relationship_is_ended_unless_something_runs_under_it(
    page: Client, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Blocker("orders.running", "Two subscriptions are active.")
    monkeypatch.setattr(relationship_gates, "_end_gates", [lambda _relationship: [running]])
    assert "Two subscriptions are active." in text(page.get(path("account", customer)))
    assert page.post(path("end-relationship", customer)).status_code == 409
    monkeypatch.setattr(relationship_gates, "_end_gates", [])
    assert page.post(path("end-relationship", customer)).url == "/customers/"
    assert Relationship.objects.get(customer=customer).state == "ended"
    assert page.get(path("account", customer)).status_code == 404
    assert page.post(path("end-relationship", customer)).status_code == 404


def test_a3_only_the_api_qualifies_and_uses_a_create(
    contoso: Partner, sales_actor: Actor, validation: ValidationId
) -> None:
    customer = factories.customer(contoso, "Harborview County", kinds=())
    api = replace(sales_actor, channel="api")
    with pytest.raises(NotAllowed):
        qualify(sales_actor, customer.pk, factories.GCC, validation.number)
    with pytest.raises(Blocked) as refused:
        qualify(api, customer.pk, factories.GCC)
    assert refused.value.blockers[0].code == "A2.missing"
    granted = qualify(api, customer.pk, factories.GCC, validation.number)
    assert (granted.state, granted.validation) == ("granted", validation)
    validation.refresh_from_db()
    assert (validation.reserved, validation.used) == (0, 1)
    with pytest.raises(Blocked) as refused:
        qualify(api, customer.pk, factories.GCC, validation.number)
    assert refused.value.blockers[0].code == "A3.already"


@pytest.mark.parametrize(
    ("kind", "held", "outcome"),
    [
        ("education", (), "in_review"),
        ("state_owned_entity", (), "granted"),
        ("state_owned_entity", (factories.GCC,), "granted"),
        ("education", (factories.GCC,), "O2.excluded"),
        (factories.GCC, ("education",), "O2.excluded"),
        ("nonprofit", (), "A3.kind"),
        ("none", (), "A3.kind"),
        ("x" * 500, (), "A3.kind"),
    ],
)
def test_a3_what_may_be_set(
    contoso: Partner,
    sales_actor: Actor,
    validation: ValidationId,
    kind: str,
    held: tuple[str, ...],
    outcome: str,
) -> None:
    customer = factories.customer(contoso, "Harborview County", kinds=held)
    api = replace(sales_actor, channel="api")
    if "." in outcome:
        with pytest.raises(Blocked) as refused:
            qualify(api, customer.pk, kind, validation.number)
        assert refused.value.blockers[0].code == outcome
        validation.refresh_from_db()
        assert (validation.reserved, validation.used) == (0, 0)
        assert customer.granted_kinds == set(held)
    else:
        assert qualify(api, customer.pk, kind, validation.number).state == outcome


def test_a1_holds_for_the_api_too(fabrikam: Partner) -> None:
    customer = factories.customer(fabrikam, "Harborview County", kinds=())
    validation = factories.validation_id(fabrikam, "Harborview County")
    api = replace(factories.actor(factories.agent(fabrikam).user), channel="api")
    with pytest.raises(Blocked) as refused:
        qualify(api, customer.pk, factories.GCC, validation.number)
    assert refused.value.blockers[0].code == "A1.not_qualified"


def test_operators_look_and_change_nothing(db: None, customer: Customer, validation: ValidationId) -> None:
    operator = User.objects.create_superuser("operator@portal.example", "demo")
    client = Client()
    client.force_login(operator)
    for model, pk in (("customer", customer.pk), ("validationid", validation.pk)):
        assert client.get(f"/operator/customers/{model}/").status_code == 200
        detail = f"/operator/customers/{model}/{pk}/change/"
        assert client.get(detail).status_code == 200
        assert client.post(detail, {"state": "revoked", "name": "x"}).status_code == 403
        assert client.get(f"/operator/customers/{model}/add/").status_code == 403
