"""Journey 2: a customer without an account has itself validated; its partner sees the validation ID."""

from collections.abc import Callable

from django.conf import settings
from playwright.sync_api import Page, expect

from customers.models import CustomerForm, ValidationId
from gcc_portal.intake.models import Check, FormState
from partners.demo import GOVERNMENT_TENANTS, TENANTS
from tests.browser.acts import (
    choose,
    choose_file,
    entries,
    field,
    fill,
    follow,
    follow_mail,
    heading,
    mails,
    on_step,
    open_mail,
    press,
    sign,
    sign_in,
)

NAME = "City of Calvert City"
CONTACT = "clerk@calvertcityky.gov"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
Window = Callable[..., Page]


def begin(page: Page) -> None:
    """Ask for the personal link and open the form by it."""
    page.goto("/")
    follow(page, "Have your organization validated")
    fill(page, {"Organization": NAME, "Your e-mail address at work": CONTACT})
    press(page, "Send me my link")
    expect(heading(page, "Look in your mailbox")).to_be_visible()
    open_mail(page, CONTACT, "Your eligibility form for the Government Community Cloud")
    follow_mail(page)
    on_step(page, "About you")


def fill_in(page: Page) -> None:
    """Answer every step; a partner that is none is told at its field."""
    fill(page, {"Your name": "City Clerk", "Your title": "Clerk of the City"})
    press(page, "Save and continue")
    fill(
        page, {"Legal name": NAME, "Web site": "calvertcityky.gov", "Street address": "861 East Fifth Avenue"}
    )
    fill(page, {"City": "Calvert City", "ZIP code": "42029"})
    field(page, "State or territory").select_option("KY")
    press(page, "Save and continue")
    choose(page, "US local government or special district")
    press(page, "Save and continue")
    choose_file(page, "charter.pdf", PDF)
    press(page, "Attach")
    expect(page.get_by_role("link", name="charter.pdf")).to_be_visible()
    press(page, "Save and continue")

    tenant = page.get_by_label("Your transacting partner’s tenant ID")
    tenant.fill(str(GOVERNMENT_TENANTS["contoso"]))
    expect(page.locator("#partner-answer")).to_contain_text("This ID can’t be used")
    press(page, "Save and review")
    expect(page.get_by_role("alert")).to_contain_text("This tenant ID belongs to Azure Government")
    tenant.fill(str(TENANTS["contoso"]))
    expect(page.locator("#partner-answer")).to_contain_text("Contoso Cloud is a transacting partner")
    press(page, "Save and review")


def test_a_customer_is_validated_and_its_partner_sees_the_validation_id(window: Window) -> None:
    customer = window()
    begin(customer)
    fill_in(customer)
    sign(customer, "City Clerk", "Clerk of the City")
    expect(customer.get_by_role("main")).to_contain_text("Your form is signed and sent")
    status = customer.url

    form = CustomerForm.objects.get(organization_name=NAME)
    open_mail(customer, CONTACT, f"Approved: {NAME} is eligible for the Government Community Cloud")
    issued = ValidationId.objects.get(form=form)
    expect(customer.locator(".portal-letter")).to_contain_text(issued.number)
    customer.goto(status)
    expect(customer.get_by_role("main")).to_contain_text(issued.number)
    expect(customer.get_by_role("main")).to_contain_text("Contoso Cloud")

    partner = window()
    sign_in(partner, "sales@contoso.example")
    partner.goto("/customers/")
    partner.goto("/customers/validation-ids/")
    partner.get_by_role("row", name=NAME).get_by_role("link", name=issued.number).click()
    expect(heading(partner, f"Validation ID {issued.number}")).to_be_visible()
    creates = settings.VALIDATION_ID_CREATES
    expect(partner.get_by_role("main")).to_contain_text(
        f"{creates} in all: 0 used, 0 under way, {creates} left"
    )
    expect(partner.get_by_role("link", name="Add this customer")).to_be_visible()
    in_the_database(form, issued)


def in_the_database(form: CustomerForm, issued: ValidationId) -> None:
    """The form is approved once, on its checks; the validation ID is Contoso's; each was told once."""
    form.refresh_from_db()
    submission = form.submissions.get()
    assert (form.state, submission.answer) == (FormState.APPROVED, "approved")
    assert {check.outcome for check in submission.checks.all()} == {Check.Outcome.PASS}
    assert [each.name for each in form.attachments.all()] == ["charter.pdf"]
    assert issued.partner.tenant_id == TENANTS["contoso"]
    assert (issued.organization_name, issued.web_domain) == (NAME, "calvertcityky.gov")
    assert (issued.state, issued.max_creates, issued.used, issued.reserved) == ("issued", 5, 0, 0)
    assert [len(entries(form, action)) for action in ("submit", "take", "approve")] == [1, 1, 1]
    assert entries(form, "submit")[0].actor_label == "City Clerk"
    assert len(mails(CONTACT, "Your eligibility form for the Government Community Cloud")) == 1
    assert len(mails(CONTACT, f"We received your eligibility form {form.reference}")) == 1
    assert len(mails(CONTACT, f"Approved: {NAME}")) == 1
    assert len(mails("admin@contoso.example", f"Validation ID {issued.number} for {NAME}")) == 1
