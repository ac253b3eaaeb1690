"""The same call again: one effect, one answer; and never an effect without its answer."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from customers.models import Customer, CustomerCreation
from gcc_portal.api import replay
from gcc_portal.api.models import RepeatableCall
from gcc_portal.core.sealing import unseal
from orders.models import ApiCart, Offer
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, new_customer, refusal
from tests.api.ordering import cart_of, item


@pytest.fixture
def named() -> dict[str, str]:
    """The header of a call that may be repeated."""
    return {"MS-RequestId": str(uuid.uuid4())}


def test_the_same_call_again_gets_the_same_answer(program: Program, named: dict[str, str]) -> None:
    first = program.post("customers", new_customer(), **named)
    again = program.post("customers", new_customer(), **named)
    assert first.status_code == again.status_code == 201, first.content
    assert first.content == again.content
    assert first["Content-Type"] == again["Content-Type"]
    assert again["MS-RequestId"] == named["MS-RequestId"]
    assert "password" in first.json()["userCredentials"]  # type: ignore[attr-defined]
    assert Customer.objects.count() == CustomerCreation.objects.count() == 1


def test_another_spelling_of_the_address_is_the_same_call(
    program: Program, county: Customer, g3: Offer, named: dict[str, str]
) -> None:
    answers = [
        program.post(path, cart_of(item(g3)), **named).content
        for path in (f"customers/{county.pk}/carts", f"/v1.0//Customers/{county.pk}/CARTS/")
    ]
    assert answers[0] == answers[1]
    assert ApiCart.objects.count() == 1


def test_another_body_is_another_call_and_takes_its_place(
    program: Program, county: Customer, g3: Offer, named: dict[str, str]
) -> None:
    path = f"customers/{county.pk}/carts"
    first, other = (program.post(path, cart_of(item(g3, quantity=seats)), **named) for seats in (5, 6))
    assert first.json()["id"] != other.json()["id"]  # type: ignore[attr-defined]
    assert program.post(path, cart_of(item(g3, quantity=6)), **named).content == other.content
    assert ApiCart.objects.count() == 2
    assert RepeatableCall.objects.count() == 1


def test_another_address_or_partner_is_another_call(
    program: Program, foreign: Program, contoso: Partner, tailspin: Partner, g3: Offer, named: dict[str, str]
) -> None:
    """Java pins one id for a whole scope of different calls."""
    ours, others = factories.customer(contoso), factories.customer(contoso)
    theirs = factories.customer(tailspin)
    for caller, customer in ((program, ours), (program, others), (foreign, theirs)):
        assert caller.post(f"customers/{customer.pk}/carts", cart_of(item(g3)), **named).status_code == 201
    assert ApiCart.objects.count() == 3


def test_another_program_of_the_partner_repeats_it_too(
    program: Program, contoso: Partner, county: Customer, g3: Offer, named: dict[str, str]
) -> None:
    """A job that is taken up by another worker of the partner does nothing twice."""
    other = Program(access_token(application(contoso)))
    path = f"customers/{county.pk}/carts"
    assert (
        program.post(path, cart_of(item(g3)), **named).content
        == other.post(path, cart_of(item(g3)), **named).content
    )
    assert ApiCart.objects.count() == 1


@pytest.mark.parametrize("request_id", [None, str(uuid.UUID(int=0))])
def test_a_call_without_an_id_is_a_new_one(
    program: Program, county: Customer, g3: Offer, request_id: str | None
) -> None:
    headers = {"MS-RequestId": request_id} if request_id else {}
    for _each in range(2):
        assert program.post(f"customers/{county.pk}/carts", cart_of(item(g3)), **headers).status_code == 201
    assert ApiCart.objects.count() == 2
    assert not RepeatableCall.objects.exists()


def test_a_failure_is_not_pinned(program: Program, named: dict[str, str], contoso: Partner) -> None:
    """What stood in the way may be gone: Java repeats a refused call with the same id."""
    taken = factories.customer(contoso, domain="harborviewcounty.onmicrosoft.com")
    refused = program.post("customers", new_customer(), **named)
    assert refusal(refused)[0] in (400, 409)
    assert not RepeatableCall.objects.exists()
    Customer.objects.filter(pk=taken.pk).update(domain="harborview.onmicrosoft.com")
    assert program.post("customers", new_customer(), **named).status_code == 201


def test_what_was_kept_outlives_the_reason_it_was_possible(
    program: Program, contoso: Partner, county: Customer, g3: Offer, named: dict[str, str]
) -> None:
    path = f"customers/{county.pk}/carts"
    first = program.post(path, cart_of(item(g3)), **named)
    ApiCart.objects.update(expires_at=timezone.now())
    assert program.post(path, cart_of(item(g3)), **named).content == first.content


def test_the_answer_is_sealed_at_rest(program: Program, named: dict[str, str]) -> None:
    answer = program.post("customers", new_customer(), **named)
    row = RepeatableCall.objects.get()
    password = answer.json()["userCredentials"]["password"]  # type: ignore[attr-defined]
    for secret in (password, "Harborview", "harborview"):
        assert secret not in "".join(str(value) for value in vars(row).values())
    assert unseal(row.answer) == answer.content.decode()


def test_reading_keeps_nothing(program: Program, county: Customer, named: dict[str, str]) -> None:
    assert program.get(f"customers/{county.pk}", **named).status_code == 200
    assert not RepeatableCall.objects.exists()


def test_a_fault_while_the_answer_is_kept_leaves_no_effect(
    program: Program, named: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_text: str) -> str:
        raise RuntimeError

    monkeypatch.setattr(replay, "seal", broken)
    with pytest.raises(RuntimeError):
        program.post("customers", new_customer(), **named)
    assert not Customer.objects.exists()
    assert not CustomerCreation.objects.exists()
    assert not RepeatableCall.objects.exists()


def test_a_fault_after_the_effect_leaves_neither(
    program: Program, named: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from customers.api import companies

    def broken(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(companies, "full", broken)
    assert program.post("customers", new_customer(), **named).status_code == 500
    assert not Customer.objects.exists()
    assert not RepeatableCall.objects.exists()
    monkeypatch.undo()
    assert program.post("customers", new_customer(), **named).status_code == 201


def test_after_a_day_it_is_forgotten(
    program: Program, contoso: Partner, county: Customer, g3: Offer, named: dict[str, str]
) -> None:
    path = f"customers/{county.pk}/carts"
    program.post(path, cart_of(item(g3)), **named)
    assert replay.forget_old() == 0
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        assert replay.forget_old() == 1
        later = Program(access_token(application(contoso)))
        assert later.post(path, cart_of(item(g3)), **named).status_code == 201
    assert ApiCart.objects.count() == 2
