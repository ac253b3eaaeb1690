"""What a refusal advises: true for programs and people, for a new customer and for one that is there already."""

from customers.gates.adding import ask_eligibility
from orders.gates.parties import customer_is_gcc
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, refusal


def test_a_program_can_qualify_the_customer_that_is_there_and_is_told_so(
    person: Program, contoso: Partner
) -> None:
    customer = factories.customer(contoso, "Harborview County", kinds=())
    [blocker] = customer_is_gcc(customer)
    told = str(blocker.next_step)
    assert "new customer" in told
    assert "a program can also qualify this one" in told
    assert "holds no commercial subscriptions" in told
    # And so it is (A3).
    code = factories.validation_id(contoso, "Harborview County")
    asked = {"qualification": "GovernmentCommunityCloud", "validationCode": code.number}
    assert person.post(f"customers/{customer.pk}/qualifications", asked).status_code == 201
    assert customer_is_gcc(type(customer).objects.get(pk=customer.pk)) == []


def test_what_waits_for_a_validation_id_is_both_acts(person: Program, contoso: Partner) -> None:
    customer = factories.customer(contoso, "Harborview County", kinds=())
    answer = person.post(
        f"customers/{customer.pk}/qualifications", {"qualification": "GovernmentCommunityCloud"}
    )
    assert refusal(answer)[0] == 400
    assert ask_eligibility() in answer.json()["description"]  # type: ignore[attr-defined]
    assert "Nothing is created" not in ask_eligibility()
    assert "no customer is created for Government Community Cloud, or qualified for it" in ask_eligibility()
