"""Journey 1: the wrong tenant ID is told and corrected, the form is signed, and the answer brings the qualification."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from gcc_portal.intake.models import Check, FormState
from partners.demo import GOVERNMENT_TENANTS, TENANTS
from partners.models import Partner, PartnerForm
from partners.states import QualificationState
from tests.browser.acts import (
    choose,
    entries,
    fill,
    follow,
    heading,
    mails,
    on_step,
    open_mail,
    press,
    sign,
    sign_in,
)

ADMIN = "admin@fabrikam.example"
WRONG = str(GOVERNMENT_TENANTS["fabrikam"])
RIGHT = str(TENANTS["fabrikam"])
Window = Callable[..., Page]


def begin(page: Page) -> None:
    """Go from Legal info into the form."""
    sign_in(page, ADMIN)
    page.goto("/organization/")
    follow(page, "Legal info")
    expect(page.get_by_text("Not held.")).to_be_visible()
    follow(page, "Apply for the qualification")
    choose(page, "We provide services or solutions to US government customers under contract")
    press(page, "Check")
    press(page, "Start the form")
    on_step(page, "About you")


def test_an_admin_agent_corrects_the_tenant_id_and_is_qualified(window: Window) -> None:
    page = window()
    begin(page)
    fill(page, {"Your title": "Managing Director", "Phone number": "410-555-0120"})
    press(page, "Save and continue")

    # The wrong cloud: told while still on the page, told again on saving; nothing of it is kept.
    tenant = page.get_by_label("Tenant ID (Microsoft ID)")
    tenant.fill(WRONG)
    expect(page.locator("#tenant-lookup")).to_contain_text("This is a tenant of Azure Government")
    press(page, "Save and continue")
    expect(page.get_by_role("alert")).to_contain_text("This is a tenant of Azure Government")
    expect(page.get_by_role("alert")).to_contain_text(f"Use your commercial tenant ID, {RIGHT}")
    expect(tenant).to_have_value(WRONG)
    expect(tenant).to_have_attribute("aria-invalid", "true")
    form = PartnerForm.objects.get(partner__tenant_id=RIGHT)
    assert form.state == FormState.DRAFT
    assert "tenant_id" not in form.answers

    tenant.fill(RIGHT)
    expect(page.locator("#tenant-lookup")).to_contain_text("This is your organization’s tenant")
    press(page, "Save and continue")
    expect(page.get_by_label("We provide services or solutions")).to_be_checked()
    press(page, "Save and continue")
    fill(page, {"Government contract number": "W52P1J-25-C-0042"})
    press(page, "Save and continue")
    fill(page, {"What do you provide to US government customers?": "Licences and support for counties."})
    press(page, "Save and review")
    sign(page, "Fay Fabrikam", "Managing Director")
    expect(page.get_by_role("main")).to_contain_text("Your form is signed and sent")
    expect(page.get_by_role("link", name="Copy of the form")).to_be_visible()

    answered(page, form)


def answered(page: Page, form: PartnerForm) -> None:
    """The answer arrives by mail; Legal info shows the qualification; the database agrees."""
    open_mail(
        page, ADMIN, f"Approved: Fabrikam Distribution may sell Government Community Cloud ({form.reference})"
    )
    page.locator(".portal-letter a").first.click()
    expect(heading(page, "Legal info")).to_be_visible()
    card = page.locator("[data-qualification]")
    expect(card).to_contain_text("Government_Community_Cloud")
    expect(card).to_contain_text("Qualified")
    expect(card).to_contain_text("Held since")

    form.refresh_from_db()
    partner = Partner.objects.get(pk=form.partner_id)
    submission = form.submissions.get()
    assert form.state == FormState.APPROVED
    assert (submission.answer, submission.signatory_name) == ("approved", "Fay Fabrikam")
    assert submission.answers["tenant_id"] == RIGHT
    assert {check.outcome for check in submission.checks.all()} == {Check.Outcome.PASS}
    assert partner.qualification == QualificationState.QUALIFIED
    assert [len(entries(form, action)) for action in ("submit", "take", "approve")] == [1, 1, 1]
    assert [len(entries(partner, action)) for action in ("apply", "qualify")] == [1, 1]
    assert [entry.channel for entry in entries(form, "submit") + entries(form, "approve")] == ["page", "task"]
    assert len(mails(ADMIN, f"We received your eligibility form {form.reference}")) == 1
    assert len(mails(ADMIN, f"({form.reference})")) == 1
