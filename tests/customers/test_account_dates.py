"""O3: from when an agreement can be; days as people read them; the way out of A2."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from customers.forms.creation import _pick
from customers.gates.adding import usable_validation
from customers.models import CustomerAgreement
from customers.services import agreement as agreements
from customers.views.steps import LEADS, _agreement_words
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Blocked
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(1066, 1, 1), "O3.too_early"), (date(2018, 12, 31), "O3.too_early"), (date(2019, 1, 1), "")],
)
def test_o3_no_agreement_before_there_was_one(
    contoso: Partner, sales_actor: Actor, day: date, code: str
) -> None:
    customer = factories.customer(contoso, agreed=False)
    stated = agreements.Acceptance("Pat", "Clerk", "clerk@county.example", day)
    if not code:
        agreements.attest(sales_actor, customer.pk, stated)
        entry = AuditEntry.objects.get(action="attest_agreement")
        assert entry.reason == "Pat Clerk, Jan 1, 2019"
        return
    with pytest.raises(Blocked) as refusal:
        agreements.attest(sales_actor, customer.pk, stated)
    assert [(each.code, each.field) for each in refusal.value.blockers] == [(code, "agreed_on")]
    assert not customer.agreements.exists()


def test_o3_is_said_at_the_field(contoso: Partner, client: Client, sales: User) -> None:
    customer = factories.customer(contoso, agreed=False)
    client.force_login(sales)
    data = {"first_name": "Pat", "last_name": "Clerk", "email": "c@county.example", "agreed_on": "1066-01-01"}
    answer = client.post(reverse("customers:agreement", args=[customer.pk]), data)
    assert answer.status_code == 422
    assert "no Microsoft Customer Agreement before Jan 1, 2019" in answer.content.decode()
    assert "1066-01-01" in answer.content.decode()


def test_the_database_refuses_it_too(contoso: Partner) -> None:
    factories.customer(contoso)
    with pytest.raises(IntegrityError, match="agreed_since_there_is_an_agreement"):
        CustomerAgreement.objects.update(agreed_on=date(2018, 12, 31))


def test_days_read_as_everywhere_in_the_portal(contoso: Partner) -> None:
    expires = datetime(2027, 11, 22, 17, tzinfo=UTC)
    validation = factories.validation_id(contoso, expires_at=expires)
    assert "expires Nov 22, 2027" in str(_pick(validation).description)
    answer = {"first_name": "Pat", "last_name": "Clerk", "email": "c@d.example", "agreed_on": "2026-03-01"}
    assert _agreement_words(answer).endswith("on Mar 1, 2026")


def test_a2_names_the_eligibility_form(contoso: Partner, settings: object) -> None:
    said = str(usable_validation(None, contoso, "Harborview")[0])
    assert "usgcce@microsoft.com" in said
    assert f"{settings.PORTAL_URL.rstrip('/')}/eligibility/" in said  # type: ignore[attr-defined]
    assert "Without a validation ID no customer is created" in said


def test_the_qualification_step_speaks_to_a_sales_agent() -> None:
    assert "API" not in str(LEADS["qualification"])
