"""The wizard in pages: journey 3, its stops, drafts, stale tabs and bad input."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, CustomerCreation, ValidationId
from customers.services import provisioner
from gcc_portal.core.people.models import User
from gcc_portal.identity.tenants.directory import tenant_directory
from gcc_portal.identity.tenants.models import DirectoryTenant
from partners.models import Partner
from tests import factories
from tests.customers.conftest import ACCEPTED, ACCOUNT

pytestmark = pytest.mark.django_db
Commits = Callable[[], AbstractContextManager[Any]]
CREATE = "/customers/create/"


@pytest.fixture
def page(client_of: Callable[[User], Client], sales: User) -> Client:
    """Contoso's sales agent, signed in."""
    return client_of(sales)


def step(creation_id: int, slug: str) -> str:
    return reverse("customers:create-step", args=[creation_id, slug])


def begin(page: Client, **changes: str) -> CustomerCreation:
    answer = page.post(CREATE, {**ACCOUNT, **changes})
    assert answer.status_code == 302, answer.content.decode()
    return CustomerCreation.objects.latest("id")


def send(page: Client, creation: CustomerCreation, slug: str, data: dict[str, str]) -> Any:
    revision = CustomerCreation.objects.values_list("revision", flat=True).get(pk=creation.pk)
    return page.post(step(creation.pk, slug), {**data, "revision": str(revision)})


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def test_journey_3_from_the_first_step_to_the_customer(
    page: Client, validation: ValidationId, eager: None, commits: Commits
) -> None:
    assert "Step" in text(page.get(CREATE))
    assert not CustomerCreation.objects.exists()
    creation = begin(page)
    assert page.get(reverse("customers:creation", args=[creation.pk])).url == step(
        creation.pk, "qualification"
    )

    answer = send(page, creation, "qualification", {"kind": factories.GCC})
    assert answer.url == step(creation.pk, "validation")
    shown = text(page.get(answer.url))
    assert validation.number in shown
    assert "5 of 5 creates left" in shown
    answer = send(page, creation, "validation", {"picked": validation.number})
    assert answer.url == step(creation.pk, "agreement")
    answer = send(page, creation, "agreement", {"when": "now", **ACCEPTED})
    assert answer.url == step(creation.pk, "review")

    review = text(page.get(answer.url))
    for piece in ("Harborview County", "harborviewcounty.onmicrosoft.com", validation.number, "Ada Reyes"):
        assert piece in review
    assert not Customer.objects.exists()
    with commits():
        revision = CustomerCreation.objects.get().revision
        answer = page.post(reverse("customers:creation-start", args=[creation.pk]), {"revision": revision})
    assert answer.url == reverse("customers:creation", args=[creation.pk])
    done = text(page.get(answer.url))
    assert "The customer is created" in done
    assert "Show once" in done
    customer = Customer.objects.get()
    assert customer.granted_kinds == {factories.GCC}
    assert "Harborview County" in text(page.get("/customers/"))


def test_journey_3_is_stopped_without_a_validation_id(page: Client) -> None:
    creation = begin(page)
    answer = send(page, creation, "qualification", {"kind": factories.GCC})
    stopped = text(page.get(answer.url))
    assert "no validation ID that can be used" in stopped
    assert "US Government Cloud Eligibility (usgcce@microsoft.com)" in stopped
    assert 'name="number"' not in stopped
    answer = send(page, creation, "validation", {"number": "123456789"})
    assert answer.status_code == 409
    assert "usgcce@microsoft.com" in text(answer)
    revision = CustomerCreation.objects.get().revision
    answer = page.post(reverse("customers:creation-start", args=[creation.pk]), {"revision": revision})
    assert answer.status_code == 409
    assert not Customer.objects.exists()
    assert not DirectoryTenant.objects.filter(domain__startswith="harborview").exists()


def test_a1_stops_an_unqualified_partner_at_the_qualification(
    client_of: Callable[[User], Client], fabrikam: Partner
) -> None:
    page = client_of(factories.agent(fabrikam, "sales_agent").user)
    creation = begin(page)
    shown = text(page.get(step(creation.pk, "qualification")))
    assert "does not hold the Government Community Cloud reseller qualification" in shown
    assert reverse("partners:legal-info") in shown
    answer = send(page, creation, "qualification", {"kind": factories.GCC})
    assert answer.status_code == 409
    assert reverse("partners:legal-info") in text(answer)
    assert "qualification" not in CustomerCreation.objects.get().answers
    assert send(page, creation, "qualification", {"kind": "none"}).status_code == 302


def test_p2_stops_a_reseller_before_the_first_step(
    client_of: Callable[[User], Client], northwind: Partner
) -> None:
    page = client_of(factories.agent(northwind, "sales_agent").user)
    shown = text(page.get(CREATE))
    assert "Fabrikam Distribution" in shown
    assert 'name="company_name"' not in shown
    assert page.post(CREATE, ACCOUNT).status_code == 409
    assert not CustomerCreation.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "revoked"}, "was revoked"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "has expired"),
        ({"used": 5}, "has no creates left"),
        ({"organization_name": "City of Elsewhere"}, "was issued for City of Elsewhere"),
    ],
)
def test_a2_says_what_is_wrong_with_the_id_and_keeps_what_was_typed(
    page: Client, contoso: Partner, validation: ValidationId, fields: dict[str, Any], sentence: str
) -> None:
    name = fields.pop("organization_name", "Harborview County")
    bad = factories.validation_id(contoso, name, **fields)
    creation = begin(page)
    send(page, creation, "qualification", {"kind": factories.GCC})
    answer = send(page, creation, "validation", {"number": bad.number})
    assert answer.status_code == 409
    assert sentence in text(answer)
    assert f'value="{bad.number}"' in text(answer)
    assert "validation" not in CustomerCreation.objects.get().answers


def test_a2_another_partners_id_is_answered_like_an_unknown_one(
    page: Client, validation: ValidationId, tailspin: Partner
) -> None:
    theirs = factories.validation_id(tailspin, "Harborview County")
    creation = begin(page)
    send(page, creation, "qualification", {"kind": factories.GCC})
    for number in (theirs.number, "111111111"):
        answer = send(page, creation, "validation", {"number": number})
        assert answer.status_code == 409
        assert "has no validation ID with this number" in text(answer)


def test_a_changed_name_opens_the_check_again(page: Client, validation: ValidationId) -> None:
    creation = begin(page)
    send(page, creation, "qualification", {"kind": factories.GCC})
    send(page, creation, "validation", {"number": validation.number})
    send(page, creation, "agreement", {"when": "later"})
    assert CustomerCreation.objects.get().state == "qualification_checked"
    send(page, creation, "account", {**ACCOUNT, "company_name": "City of Elsewhere"})
    assert CustomerCreation.objects.get().state == "draft"
    review = text(page.get(step(creation.pk, "review")))
    assert "was issued for Harborview County, not for City of Elsewhere" in review
    send(page, creation, "account", ACCOUNT)
    assert CustomerCreation.objects.get().state == "qualification_checked"


def test_drafts_are_kept_listed_resumed_and_discarded(
    page: Client, client_of: Callable[[User], Client], admin: User
) -> None:
    creation = begin(page)
    colleague = client_of(admin)
    listed = text(colleague.get("/customers/"))
    assert "In progress" in listed
    assert reverse("customers:creation", args=[creation.pk]) in listed
    resumed = colleague.get(reverse("customers:creation", args=[creation.pk]), follow=True)
    assert "Special qualification" in text(resumed)
    discard = reverse("customers:creation-discard", args=[creation.pk])
    assert colleague.post(discard, {"revision": "0"}).status_code == 409
    assert colleague.post(discard, {"revision": str(creation.revision)}).status_code == 302
    assert not CustomerCreation.objects.exists()


def test_a_stale_tab_writes_nothing_and_keeps_what_was_typed(page: Client) -> None:
    creation = begin(page)
    old = creation.revision
    send(page, creation, "account", {**ACCOUNT, "city": "Tacoma", "phone": "253-555-0199"})
    late = page.post(step(creation.pk, "account"), {**ACCOUNT, "phone": "253-555-0777", "revision": str(old)})
    assert late.status_code == 409
    assert "changed in another tab" in text(late)
    assert "253-555-0777" in text(late)
    fresh = CustomerCreation.objects.get()
    assert fresh.answer("account")["phone"] == "253-555-0199"
    assert f'name="revision" value="{fresh.revision}"' in text(late)


def test_where_nothing_was_typed_a_stale_tab_is_told_to_look_again(page: Client) -> None:
    creation = begin(page)
    for name in ("customers:creation-start", "customers:creation-discard"):
        late = page.post(reverse(name, args=[creation.pk]), {"revision": str(creation.revision - 1)})
        assert late.status_code == 409
        assert "Look at how it stands now, then press the button again." in text(late)
        assert "What you typed" not in text(late)
    assert CustomerCreation.objects.get().state == "draft"


@pytest.mark.parametrize("revision", ["", "x", "-1", "９", "99999999999999999999"])
def test_a_revision_that_makes_no_sense_is_stale(page: Client, revision: str) -> None:
    creation = begin(page)
    answer = page.post(step(creation.pk, "qualification"), {"kind": "none", "revision": revision})
    assert answer.status_code == 409
    assert "qualification" not in CustomerCreation.objects.get().answers


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"company_name": ""}, "Enter the organization's legal name."),
        ({"company_name": "x" * 201}, "at most 200"),
        ({"company_name": "a\x00b"}, "control character"),
        ({"company_name": "Harbor\u202eview"}, "turns the direction"),
        ({"prefix": ""}, "Enter the first part of the domain."),
        ({"prefix": "1county"}, "begin with a letter"),
        ({"prefix": "har-bor"}, "Use only letters"),
        ({"prefix": "a" * 28}, "at most 27"),
        ({"state": "PR"}, "50 states or DC"),
        ({"postal_code": "10001"}, "not WA"),
        ({"postal_code": "9840"}, "five digits"),
        ({"phone": "+1 253 555 0123"}, "ten digits"),
        ({"email": "nobody"}, "valid email"),
        ({"first_name": "x" * 51}, "at most 50"),
    ],
)
def test_bad_account_details_are_refused_at_the_field(
    page: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = page.post(CREATE, {**ACCOUNT, **changes})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "1 Main Street" in text(answer)
    assert not CustomerCreation.objects.exists()


def test_names_of_any_script_are_kept(page: Client) -> None:
    creation = begin(page, company_name="Comté d'Été 🏛 مقاطعة")
    assert creation.company_name == "Comté d'Été 🏛 مقاطعة"


def test_a_taken_domain_is_told_at_the_field_and_while_typing(page: Client) -> None:
    factories.tenant(domain="harborviewcounty.onmicrosoft.com")
    answer = page.post(CREATE, ACCOUNT)
    assert answer.status_code == 422
    assert "harborviewcounty.onmicrosoft.com is taken" in text(answer)
    check = reverse("customers:domain-check")
    assert "is taken" in text(page.get(check, {"prefix": "HarborviewCounty"}))
    assert "is free" in text(page.get(check, {"prefix": "freecounty"}))
    assert "begin with a letter" in text(page.get(check, {"prefix": "9\x07"}))


def test_a_directory_without_an_answer_does_not_block_the_draft(
    page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.tenant(domain="slow.onmicrosoft.com", unreachable=True)
    answer = tenant_directory().find("slow.onmicrosoft.com")
    assert answer.kind == "unchecked"
    monkeypatch.setattr(provisioner, "tenant_directory", lambda: Mock(find=lambda _name: answer))
    check = page.get(reverse("customers:domain-check"), {"prefix": "harborviewcounty"})
    assert "could not be checked now" in text(check)
    assert begin(page).state == "draft"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"kind": "education"}, 422),
        ({"kind": ""}, 422),
        ({}, 422),
        ({"kind": "none"}, 302),
    ],
)
def test_only_the_wizards_own_qualifications_are_taken(
    page: Client, data: dict[str, str], status: int
) -> None:
    assert send(page, begin(page), "qualification", data).status_code == status


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Say whether the customer has accepted"),
        ({"when": "now"}, "Enter the first name"),
        ({"when": "now", **ACCEPTED, "agreed_on": "2999-01-01"}, "in the future"),
        ({"when": "now", **ACCEPTED, "agreed_on": "2026-02-30"}, "a day of the calendar"),
        ({"when": "now", **ACCEPTED, "phone": "12"}, "ten digits"),
    ],
)
def test_o3_the_attestation_of_the_wizard(page: Client, data: dict[str, str], sentence: str) -> None:
    creation = begin(page)
    send(page, creation, "qualification", {"kind": "none"})
    answer = send(page, creation, "agreement", data)
    assert answer.status_code == 422
    assert sentence in text(answer)


def test_the_validation_step_is_not_part_of_a_commercial_creation(
    page: Client, validation: ValidationId
) -> None:
    creation = begin(page)
    send(page, creation, "qualification", {"kind": "none"})
    assert page.get(step(creation.pk, "validation")).url == step(creation.pk, "agreement")
    assert send(page, creation, "validation", {"number": validation.number}).status_code == 302
    assert "validation" not in CustomerCreation.objects.get().answers


def test_addresses_that_name_nothing_are_not_found(
    page: Client, client_of: Callable[[User], Client], stranger: User, reviewer: User
) -> None:
    creation = begin(page)
    for path in (step(creation.pk, "nothing"), step(10**30, "account"), step(creation.pk + 1, "account"),
                 "/customers/create/x/", reverse("customers:creation", args=[0])):  # fmt: skip
        assert page.get(path).status_code == 404
    other = client_of(stranger)
    for name in ("creation", "creation-progress"):
        assert other.get(reverse(f"customers:{name}", args=[creation.pk])).status_code == 404
    for name in ("creation-start", "creation-retry", "creation-discard", "creation-password"):
        assert other.post(reverse(f"customers:{name}", args=[creation.pk])).status_code == 404
    assert other.post(step(creation.pk, "account"), ACCOUNT).status_code == 404
    assert client_of(reviewer).get(CREATE).status_code == 403
    assert Client().get(CREATE).status_code == 302
