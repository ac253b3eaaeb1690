"""Each rule about rows is said once for querysets and once in Python: both find the same rows."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db.models import Model, QuerySet
from django.utils import timezone

from customers.gates.adding import usable_validation
from customers.models import (
    Customer,
    CustomerCreation,
    Relationship,
    SpecialQualification,
    ValidationId,
    ValidationUse,
)
from customers.states import (
    CreationState,
    QualificationKind,
    QualificationState,
    RelationshipState,
    UseState,
    ValidationState,
)
from partners.models import Partner
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TIMES = (NOW - timedelta(days=1), NOW, NOW + timedelta(days=1))


def agree(found: QuerySet[Any], all_rows: Iterable[Model], twin: Callable[[Any], bool]) -> None:
    """Assert that the queryset and the twin choose the same rows, some of them and not all."""
    rows = list(all_rows)
    chosen = {row.pk for row in rows if twin(row)}
    assert sorted(row.pk for row in found) == sorted(chosen)  # a list: no row is found twice
    assert 0 < len(chosen) < len(rows)


@pytest.fixture
def relationships(contoso: Partner, fabrikam: Partner) -> list[Relationship]:
    """A relationship of each state with each of two partners, without an end and past, at and before it."""
    rows = []
    for state, partner, expires_at in product(RelationshipState, (contoso, fabrikam), (None, *TIMES)):
        customer = factories.customer(contoso if partner is fabrikam else fabrikam)
        rows.append(factories.relate(partner, customer, state, expires_at=expires_at))
    return list(Relationship.objects.all())


def test_relationships(relationships: list[Relationship], contoso: Partner) -> None:
    objects = Relationship.objects
    agree(objects.active_of(contoso), relationships, lambda each: each.is_active_of(contoso))
    agree(objects.active_of(contoso.pk), relationships, lambda each: each.is_active_of(contoso.pk))
    assert not objects.active_of(None).exists()
    agree(objects.open(NOW), relationships, lambda each: each.is_open(NOW))
    agree(objects.past(NOW), relationships, lambda each: each.is_past(NOW))


def test_customers_of_a_partner(relationships: list[Relationship], contoso: Partner) -> None:
    agree(
        Customer.objects.served_by(contoso), Customer.objects.all(), lambda each: each.is_served_by(contoso)
    )


def test_customers_with_an_agreement(contoso: Partner) -> None:
    agreed = factories.customer(contoso)
    factories.customer(contoso, agreed=False)
    factories.agreement(contoso, agreed)
    agree(Customer.objects.agreed(), Customer.objects.all(), lambda each: each.is_agreed)


def test_special_qualifications(contoso: Partner) -> None:
    for kind, state in product(QualificationKind, QualificationState):
        SpecialQualification.objects.create(
            customer=factories.customer(contoso, kinds=()), kind=kind, state=state
        )
    rows = SpecialQualification.objects.all()
    agree(SpecialQualification.objects.in_force(), rows, lambda each: each.is_in_force)
    agree(SpecialQualification.objects.live(), rows, lambda each: each.is_live)
    for kind in QualificationKind:
        agree(
            Customer.objects.holding(kind), Customer.objects.all(), lambda each, kind=kind: each.holds(kind)
        )  # type: ignore[misc]


def test_creations(contoso: Partner) -> None:
    for state, started_at in product(CreationState, (None, *TIMES, NOW - timedelta(seconds=60))):
        domain = f"tenant{CustomerCreation.objects.count()}.example"
        CustomerCreation.objects.create(partner=contoso, state=state, started_at=started_at, domain=domain)
    CustomerCreation.objects.create(partner=contoso, state=CreationState.FAILED, domain="one.example")
    CustomerCreation.objects.create(partner=contoso, state=CreationState.ACTIVE, domain="one.example")
    rows = CustomerCreation.objects.all()
    agree(CustomerCreation.objects.unfinished(), rows, lambda each: each.is_unfinished)
    agree(CustomerCreation.objects.provisioning(), rows, lambda each: each.is_provisioning)
    agree(CustomerCreation.objects.stuck(NOW), rows, lambda each: each.is_stuck(NOW))
    agree(
        CustomerCreation.objects.owning_domain("one.example"),
        rows,
        lambda each: each.owns_domain("one.example"),
    )


def test_validation_ids(contoso: Partner) -> None:
    for state, end, (reserved, used) in product(ValidationState, TIMES, ((0, 0), (2, 2), (2, 3), (0, 5))):
        factories.validation_id(
            contoso,
            "Harborview County",
            state=state,
            expires_at=end,
            reserved=reserved,
            used=used,
            max_creates=5,
        )
    rows = ValidationId.objects.all()
    agree(ValidationId.objects.usable(NOW), rows, lambda each: each.is_usable(NOW))
    agree(ValidationId.objects.in_force(NOW), rows, lambda each: each.is_in_force(NOW))
    agree(ValidationId.objects.valid(NOW), rows, lambda each: each.is_valid(NOW))
    agree(ValidationId.objects.past(NOW), rows, lambda each: each.is_past(NOW))


def test_the_gate_of_validation_ids_lets_through_the_usable_ones(contoso: Partner) -> None:
    name = "Harborview County"
    # An ID is exhausted when all its creates are used, so it has none left.
    for state, end, used in product(ValidationState, TIMES, (0, 5)):
        used = 5 if state == ValidationState.EXHAUSTED else used
        factories.validation_id(contoso, name, state=state, expires_at=end, used=used, max_creates=5)
    agree(
        ValidationId.objects.usable(),
        ValidationId.objects.all(),
        lambda each: not usable_validation(each, contoso, name),
    )


def test_uses(contoso: Partner) -> None:
    issued = factories.validation_id(contoso)
    for state in UseState:
        ValidationUse.objects.create(validation=issued, state=state, by_label="Ada")
    agree(ValidationUse.objects.live(), ValidationUse.objects.all(), lambda each: each.is_live)
