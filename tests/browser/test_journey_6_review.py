"""Journey 6: a reviewer works the queue by deadline, takes a form, asks for information, gets it, approves."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gcc_portal.intake.gates import Signature
from gcc_portal.intake.models import FormState, IntakeForm
from gcc_portal.intake.services import save_step, sign_and_submit
from gcc_portal.intake.terms import current_terms
from partners.demo import story_answers
from partners.intake import STEPS
from partners.models import Partner, PartnerForm
from partners.services.forms import start_form
from partners.states import QualificationState
from tests import factories
from tests.browser.acts import (
    entries,
    fill,
    follow,
    follow_mail,
    heading,
    let_in,
    mails,
    open_mail,
    press,
    sign,
    sign_in,
)

REVIEWER = "reviewer@portal.example"
NAME = "Woodgrove Public Sector"
ASKED = "Give the number of one contract with a government customer."
Window = Callable[..., Page]


@pytest.fixture
def applied(story_db: None, settings: Any) -> PartnerForm:
    """A partner's signed form without evidence, which the desk leaves alone."""
    settings.INTAKE_DESK_PACE = "off"
    partner = factories.partner(NAME, web_domain="woodgrove.example", phone="206-555-0150")
    Partner.objects.filter(pk=partner.pk).update(
        address_line1="1 Pike Street", city="Seattle", state="WA", postal_code="98101"
    )
    agent = let_in(factories.agent(partner, email="admin@woodgrove.example", name="Wendy Woodgrove").user)
    actor = factories.actor(agent)
    form = start_form(actor)
    form.refresh_from_db()
    answers = {**form.answers, **story_answers(form.partner, ""), "contact_phone": "206-555-0150"}
    for step in STEPS:
        asked = {name: answers[name] for name in step.form.base_fields if name in answers}
        save_step(actor, form.pk, step.slug, asked, form.revision)
        form.refresh_from_db()
    terms = current_terms("partner").version
    sign_and_submit(actor, form.pk, Signature("Wendy Woodgrove", "Director", True, form.revision, terms))
    form.refresh_from_db()
    return form


def test_a_reviewer_asks_gets_and_approves(window: Window, applied: PartnerForm) -> None:
    reviewer = window()
    sign_in(reviewer, REVIEWER)
    follow(reviewer, "Review queue")
    shown = [each.inner_text() for each in reviewer.locator("tbody .portal-mono").all()]
    assert applied.reference in shown
    due = [IntakeForm.objects.get(reference=each).respond_by for each in shown]
    assert len(due) > 1
    assert due == sorted(due)
    reviewer.get_by_role("row", name=applied.reference).get_by_role("link", name=NAME).click()
    expect(heading(reviewer, NAME)).to_be_visible()
    press(reviewer, "Take this form")
    expect(reviewer.get_by_role("main")).to_contain_text("You hold this form")
    evidence = reviewer.locator(".portal-checks__item").filter(
        has_text="Is there evidence for one of the criteria"
    )
    expect(evidence).to_contain_text("None given.")

    reviewer.get_by_text("Ask for information", exact=True).click()
    reviewer.get_by_label("About which answer").first.select_option(label="Government contract number")
    reviewer.get_by_label("What is wanted").first.fill(ASKED)
    press(reviewer, "Ask for these points")
    expect(reviewer.get_by_role("main")).to_contain_text("The applicant was asked for information.")
    answer(window(), applied)
    decide(reviewer, applied)
    in_the_database(applied)


def answer(page: Page, form: PartnerForm) -> None:
    """Follow the mail's link, answer the point and sign again, as the applicant."""
    address = "admin@woodgrove.example"
    open_mail(page, address, f"We need more information for your eligibility form {form.reference}")
    expect(page.locator(".portal-letter")).to_contain_text(ASKED)
    letter = page.url
    sign_in(page, address)
    page.goto(letter)
    follow_mail(page)
    expect(page.get_by_role("main")).to_contain_text(ASKED)
    page.get_by_role("link", name="Government contract number").first.click()
    fill(page, {"Government contract number": "47QTCA-24-D-0042"})
    press(page, "Save and continue")
    press(page, "Save and review")
    sign(page, "Wendy Woodgrove", "Director")
    expect(page.get_by_role("main")).to_contain_text("Your form is signed and sent")


def decide(page: Page, form: PartnerForm) -> None:
    """Take the form up again by the mail's link, see what changed, approve."""
    open_mail(page, REVIEWER, re.compile(rf"\({form.reference}\) has answered your request for information"))
    follow_mail(page)
    changed = page.locator(".portal-section").filter(has_text="Changed since the last submission")
    expect(changed.first).to_contain_text("47QTCA-24-D-0042")
    press(page, "Take this form")
    page.locator("summary").filter(has_text="Approve").click()
    expect(page.locator("#decide")).to_contain_text("The partner becomes a qualified GCC reseller")
    press(page, "Approve the form")
    expect(page.get_by_role("main")).to_contain_text("Approved. The mails are on their way.")
    expect(page.get_by_role("main")).to_contain_text("This form is closed")


def in_the_database(form: PartnerForm) -> None:
    """Two submissions, each answered once; the partner is qualified; everybody was told once."""
    form.refresh_from_db()
    partner = Partner.objects.get(pk=form.partner_id)
    first, second = form.submissions.order_by("number")
    assert form.state == FormState.APPROVED
    assert (first.answer, second.answer) == ("information_requested", "approved")
    assert [(point.field, point.text) for point in first.points.all()] == [("contract_number", ASKED)]
    assert (first.answers["contract_number"], second.answers["contract_number"]) == ("", "47QTCA-24-D-0042")
    assert partner.qualification == QualificationState.QUALIFIED
    counted = {name: len(entries(form, name)) for name in ("submit", "take", "ask_information", "approve")}
    assert counted == {"submit": 2, "take": 2, "ask_information": 1, "approve": 1}
    assert {entry.user.email for entry in entries(form, "take") if entry.user} == {REVIEWER}
    assert (
        len(
            mails(
                "admin@woodgrove.example",
                f"We need more information for your eligibility form {form.reference}",
            )
        )
        == 1
    )
    assert len(mails(REVIEWER, f"({form.reference}) has answered")) == 1
    open_subject = f"Approved: {NAME} may sell Government Community Cloud ({form.reference})"
    assert len(mails("admin@woodgrove.example", open_subject)) == 1
