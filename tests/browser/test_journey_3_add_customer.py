"""Journey 3: a sales agent adds a customer with its validation ID, and is stopped without one."""

from collections.abc import Callable

from django.conf import settings
from playwright.sync_api import Page, expect

from customers.models import Customer, CustomerCreation, ValidationId, ValidationUse
from gcc_portal.core.audit.models import AuditEntry
from tests.browser.acts import (
    choose,
    entries,
    field,
    fill,
    follow,
    heading,
    mails,
    on_step,
    open_mail,
    press,
    sign_in,
    today,
)

SALES = "sales@contoso.example"
NAME, PREFIX = "City of Austin", "cityofaustin"
OTHER = "City of Bluefield"
Window = Callable[..., Page]


def give_account(page: Page, name: str, prefix: str) -> None:
    """Answer the wizard's first step; choose Government Community Cloud at its second."""
    sign_in(page, SALES)
    follow(page, "Customers")
    follow(page, "Add customer")
    fill(page, {"Legal name": name, "Domain prefix": prefix, "Street address": "301 West 2nd Street"})
    expect(page.locator("#domain-check")).to_contain_text("is free")
    fill(page, {"City": "Austin", "ZIP code": "78701", "Phone number": "512-555-0100"})
    field(page, "State").select_option("TX")
    fill(page, {"Contact's first name": "Technology", "Contact's last name": "Office"})
    fill(page, {"Contact's e-mail address": f"it@{prefix}.example"})
    press(page, "Save and continue")
    on_step(page, "Special qualification")
    choose(page, "Government Community Cloud")
    press(page, "Save and continue")
    on_step(page, "Validation ID")


def test_a_customer_is_added_with_its_validation_id(window: Window) -> None:
    page = window()
    issued = ValidationId.objects.get(organization_name=NAME)
    before = (issued.used, issued.reserved)
    give_account(page, NAME, PREFIX)
    expect(page.get_by_label(f"{issued.number} ({NAME})")).to_be_checked()
    press(page, "Save and continue")
    choose(page, "The customer has accepted it")
    fill(page, {"First name": "Technology", "Last name": "Office", "E-mail address": f"it@{PREFIX}.example"})
    fill(page, {"Accepted on": today()})
    press(page, "Save and continue")

    on_step(page, "Review")
    for seen in (NAME, f"{PREFIX}.{settings.TENANT_SUFFIX}", "Government Community Cloud", issued.number):
        expect(page.get_by_role("main")).to_contain_text(seen)
    press(page, "Create the customer")
    # The page asks by itself how far the provisioning is.
    expect(page.get_by_role("heading", name="The customer is created")).to_be_visible(timeout=120_000)
    press(page, "Show once")
    password = page.locator("#one-time-password").inner_text()
    follow(page, "Back to the creation")
    expect(page.get_by_role("main")).to_contain_text("was shown and can't be shown again")
    expect(page.get_by_role("main")).not_to_contain_text(password)
    follow(page, "Account")
    expect(heading(page, NAME)).to_be_visible()
    row = page.locator(".portal-summary__row").filter(has_text="Special qualifications")
    expect(row).to_contain_text("Government Community Cloud")
    expect(row).to_contain_text(issued.number)
    created_once(page, issued, before)


def created_once(page: Page, issued: ValidationId, before: tuple[int, int]) -> None:
    """One customer, one use of the validation ID, one mail."""
    creation = CustomerCreation.objects.get(company_name=NAME)
    customer = Customer.objects.get(name=NAME)
    issued.refresh_from_db()
    assert (creation.state, creation.customer_id) == ("active", customer.pk)
    assert customer.granted_kinds == {"government_community_cloud"}
    assert customer.relationships.get().state == "active"
    assert customer.agreements.get().how == "attested"
    assert (issued.used, issued.reserved) == (before[0] + 1, before[1])
    use = ValidationUse.objects.get(creation=creation)
    assert (use.state, use.customer_id, use.by_label) == ("used", customer.pk, "Sam Contoso")
    for action in ("check_qualification", "provision", "succeed"):
        assert len(entries(creation, action)) == 1, action
    open_mail(page, SALES, f"{NAME} was created")
    assert len(mails(SALES, f"{NAME} was created")) == 1


def test_without_a_validation_id_nothing_is_created(window: Window) -> None:
    page = window()
    give_account(page, OTHER, "cityofbluefield")
    expect(page.get_by_role("main")).to_contain_text(
        f"None of your validation IDs that can be used was issued for {OTHER}"
    )
    expect(page.get_by_role("main")).to_contain_text(settings.ELIGIBILITY_ADDRESS)

    # Nor with a number that is none, nor with another organization's.
    number = page.get_by_label("Validation ID", exact=True)
    number.fill("123")
    press(page, "Save and continue")
    expect(page.get_by_text("Your organization has no validation ID with this number.")).to_be_visible()
    theirs = ValidationId.objects.get(organization_name="Cerro Gordo County")
    number.fill(theirs.number)
    press(page, "Save and continue")
    told = page.locator("[data-code='A2.other_organization']")
    expect(told).to_contain_text(f"was issued for Cerro Gordo County, not for {OTHER}")
    expect(told).to_contain_text("write to US Government Cloud Eligibility")
    expect(number).to_have_value(theirs.number)
    told.get_by_role("link", name="Your validation IDs").click()
    expect(heading(page, "Validation IDs")).to_be_visible()

    creation = CustomerCreation.objects.get(company_name=OTHER)
    assert (creation.state, creation.customer, creation.validation) == ("draft", None, None)
    assert not Customer.objects.filter(name=OTHER).exists()
    used = (theirs.used, theirs.reserved)
    theirs.refresh_from_db()
    assert (theirs.used, theirs.reserved) == used
    refused = AuditEntry.objects.filter(object_label__contains=OTHER, refused=True)
    assert refused.filter(reason__contains="was issued for Cerro Gordo County").count() == 1
