"""The partner form in the browser's words: self-check, steps, signing, Legal info."""

import pytest
from django.test import Client

from gcc_portal.core.people.actors import Actor
from gcc_portal.identity.tenants.models import DirectoryTenant
from gcc_portal.intake import review
from gcc_portal.intake.models import FormState, Submission
from gcc_portal.intake.terms import current_terms
from partners.models import Partner, PartnerForm
from partners.services import forms as form_services
from tests import factories
from tests.partners.conftest import answers_for, filled, signed

pytestmark = pytest.mark.django_db
START = "/organization/intake/"
SIGN = "/organization/intake/sign/"
LEGAL = "/organization/legal-info/"


def step(slug: str) -> str:
    return f"/organization/intake/steps/{slug}/"


def signing(form: PartnerForm) -> dict[str, str]:
    return {
        "signatory_name": "Fay Fabrikam",
        "signatory_title": "Director",
        "accepted": "on",
        "revision": str(form.revision),
        "terms_version": current_terms("partner").version,
    }


def test_self_check_likely_yes_writes_nothing(applicant_client: Client, fabrikam: Partner) -> None:
    sent = {
        "go": "check",
        "criteria": ["government_contracts"],
        "evidence": ["contract_number"],
        "tenant_id": str(fabrikam.tenant_id),
    }
    page = applicant_client.post(START, sent)
    assert page.status_code == 200
    assert page.context["result"].verdict == "likely_yes"
    assert not PartnerForm.objects.exists()


@pytest.mark.parametrize(
    ("sent", "verdict", "words"),
    [
        ({"criteria": []}, "likely_no", "One of the three is needed"),
        ({"criteria": ["contract_vehicles"]}, "asked", "GSA Schedule"),
        ({"criteria": ["contract_vehicles"], "evidence": ["gsa_schedule"]}, "asked", "commercial tenant ID"),
    ],
)
def test_self_check_says_what_is_missing(
    applicant_client: Client, sent: dict[str, object], verdict: str, words: str
) -> None:
    page = applicant_client.post(START, {"go": "check", **sent})
    assert page.context["result"].verdict == verdict
    assert words in page.content.decode()


def test_self_check_knows_the_wrong_cloud(applicant_client: Client, wrong_tenant: DirectoryTenant) -> None:
    sent = {"go": "check", "criteria": ["government_contracts"], "tenant_id": str(wrong_tenant.pk)}
    page = applicant_client.post(START, sent)
    assert page.context["result"].verdict == "likely_no"
    assert "Azure Government" in page.content.decode()


def test_self_check_keeps_what_was_typed(applicant_client: Client) -> None:
    page = applicant_client.post(
        START, {"go": "check", "tenant_id": "not-an-id", "criteria": ["contract_vehicles"]}
    )
    assert page.status_code == 422
    assert "not-an-id" in page.content.decode()
    assert page.context["form"]["criteria"].value() == ["contract_vehicles"]


def test_starting_twice_makes_one_form(applicant_client: Client) -> None:
    for _click in range(2):
        answer = applicant_client.post(START, {"go": "start", "criteria": ["contract_vehicles"]})
        assert answer.headers["Location"] == step("about-you")
    form = PartnerForm.objects.get()
    assert form.answers["criteria"] == ["contract_vehicles"]
    assert form.answers["organization_name"] == "Fabrikam Distribution"


def test_p2_at_the_page(northwind: Partner, client: Client) -> None:
    client.force_login(factories.agent(northwind).user)
    assert "Fabrikam Distribution" in client.get(START).content.decode()
    refused = client.post(START, {"go": "start"})
    assert refused.status_code == 409
    assert "indirect reseller" in refused.content.decode()


def test_p1_at_the_page(applicant_client: Client, fabrikam: Partner) -> None:
    Partner.objects.filter(pk=fabrikam.pk).update(csp_enrolled=False)
    assert "partner.microsoft.com" in applicant_client.get(LEGAL).content.decode()
    assert applicant_client.post(START, {"go": "start"}).status_code == 409


def test_p4_at_the_page(client: Client, contoso: Partner) -> None:
    client.force_login(factories.agent(contoso).user)
    refused = client.post(START, {"go": "start"})
    assert refused.status_code == 409
    assert "need not apply" in refused.content.decode()


def test_the_wrong_tenant_is_told_while_on_the_page(
    applicant_client: Client, wrong_tenant: DirectoryTenant, fabrikam: Partner
) -> None:
    lookup = "/organization/intake/tenant/"
    lookup_result = applicant_client.get(lookup, {"tenant_id": str(wrong_tenant.pk)}).content.decode()
    assert "Azure Government" in lookup_result
    assert str(fabrikam.tenant_id) in lookup_result
    fine = applicant_client.get(lookup, {"tenant_id": str(fabrikam.tenant_id).upper()}).content.decode()
    assert "commercial cloud" in fine
    assert "not a whole tenant ID" in applicant_client.get(lookup, {"tenant_id": "abc"}).content.decode()


def test_the_wrong_tenant_is_refused_at_the_save_and_everything_stays(
    applicant_client: Client, applicant_actor: Actor, wrong_tenant: DirectoryTenant, fabrikam: Partner
) -> None:
    form = form_services.start_form(applicant_actor)
    sent = answers_for(fabrikam, tenant_id=str(wrong_tenant.pk), city="Annapolis") | {
        "revision": form.revision
    }
    page = applicant_client.post(step("organization"), sent)
    assert page.status_code == 422
    shown = page.content.decode()
    assert "This is a tenant of Azure Government" in shown
    assert str(wrong_tenant.pk) in shown
    assert "Annapolis" in shown
    form.refresh_from_db()
    assert "tenant_id" not in form.answers


def test_journey_wrong_tenant_at_the_signing_is_told_and_corrected(
    applicant_client: Client, applicant_actor: Actor, wrong_tenant: DirectoryTenant, fabrikam: Partner
) -> None:
    form = filled(applicant_actor, fabrikam, tenant_id=str(wrong_tenant.pk))
    refused = applicant_client.post(SIGN, signing(form))
    assert refused.status_code == 409
    assert 'data-code="P3.azure_government"' in refused.content.decode()
    assert "Director" in refused.content.decode()
    assert not Submission.objects.exists()
    corrected = answers_for(fabrikam) | {"revision": form.revision}
    assert applicant_client.post(step("organization"), corrected).status_code == 302
    form.refresh_from_db()
    signed_now = applicant_client.post(SIGN, signing(form))
    assert signed_now.headers["Location"] == f"/organization/intake/forms/{form.reference}/"
    assert Submission.objects.get().answers["tenant_id"] == str(fabrikam.tenant_id)


def test_p5_at_the_page(applicant_client: Client, applicant_actor: Actor, fabrikam: Partner) -> None:
    form = filled(applicant_actor, fabrikam)
    unsigned = applicant_client.post(SIGN, signing(form) | {"accepted": ""})
    assert unsigned.status_code == 422
    assert PartnerForm.objects.get().state == FormState.DRAFT


def test_a_signed_form_never_changes(
    applicant_client: Client, applicant_actor: Actor, fabrikam: Partner
) -> None:
    form = signed(applicant_actor, fabrikam)
    sent = {"description": "Something else", "revision": form.revision}
    assert applicant_client.post(step("description"), sent).status_code == 409
    assert applicant_client.post(SIGN, signing(form)).headers["Location"].endswith(f"/{form.reference}/")
    assert Submission.objects.get().answers["description"] == "Migrations for counties."


def test_legal_info_follows_the_answer(
    applicant_client: Client, applicant_actor: Actor, fabrikam: Partner, reviewer_actor: Actor
) -> None:
    assert "Apply for the qualification" in applicant_client.get(LEGAL).content.decode()
    form = signed(applicant_actor, fabrikam)
    pending = applicant_client.get(LEGAL).content.decode()
    assert 'data-qualification="pending"' in pending
    assert "The answer comes by e-mail by" in pending
    review.take(reviewer_actor, form.pk)
    review.approve(reviewer_actor, form.pk)
    page = applicant_client.get(LEGAL).content.decode()
    assert 'data-qualification="qualified"' in page
    assert "Government_Community_Cloud" in page
    assert "Held since" in page


def test_status_copy_and_withdrawal(
    applicant_client: Client, applicant_actor: Actor, fabrikam: Partner
) -> None:
    form = signed(applicant_actor, fabrikam)
    status = f"/organization/intake/forms/{form.reference}/"
    assert "Submitted" in applicant_client.get(status).content.decode()
    assert "W52P1J-24-C-0031" in applicant_client.get(f"{status}copy/").content.decode()
    assert applicant_client.post(status, {"go": "withdraw"}).status_code == 302
    assert PartnerForm.objects.get().state == FormState.WITHDRAWN
    assert applicant_client.post(status, {"go": "withdraw"}).status_code == 409


def test_steps_without_a_form_lead_to_the_start(applicant_client: Client) -> None:
    assert applicant_client.get(step("about-you")).headers["Location"] == START
    assert applicant_client.get(SIGN).headers["Location"] == START


@pytest.mark.parametrize("path", ["", "copy/", "files/1/"])
def test_another_partners_form_is_not_found(
    applicant_actor: Actor, fabrikam: Partner, client: Client, admin_actor: Actor, path: str
) -> None:
    form = signed(applicant_actor, fabrikam)
    client.force_login(factories.User.objects.get(pk=admin_actor.user_id))
    assert client.get(f"/organization/intake/forms/{form.reference}/{path}").status_code == 404
    assert (
        client.post(f"/organization/intake/forms/{form.reference}/{path}", {"go": "withdraw"}).status_code
        == 404
    )


def test_a_sales_agent_sees_the_form_and_may_not_change_it(
    client: Client, applicant_actor: Actor, fabrikam: Partner
) -> None:
    form = signed(applicant_actor, fabrikam)
    client.force_login(factories.agent(fabrikam, "sales_agent").user)
    status = f"/organization/intake/forms/{form.reference}/"
    assert client.get(status).status_code == 200
    assert client.post(status, {"go": "withdraw"}).status_code == 403
    for path in (START, SIGN, step("about-you")):
        refused = client.get(path)
        assert refused.status_code == 403
        assert "sign the partner intake form" in refused.content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("contact_name", "Fay\x00Fabrikam"),
        ("contact_name", "x" * 151),
        ("contact_name", "Fay\u202eevil"),
        ("contact_title", ""),
        ("contact_email", "nobody"),
        ("contact_phone", "+1 206 555"),
        ("contact_phone", "+12065550123"),
        ("contact_phone", "(206) 555 0123"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    applicant_client: Client, applicant_actor: Actor, fabrikam: Partner, name: str, value: str
) -> None:
    form = form_services.start_form(applicant_actor)
    page = applicant_client.post(
        step("about-you"), answers_for(fabrikam) | {name: value, "revision": form.revision}
    )
    assert page.status_code == 422
    assert name in page.context["step_form"].errors
    if name == "contact_phone":
        assert "no blanks and no plus sign" in page.content.decode()
        assert value in page.content.decode()
    assert PartnerForm.objects.get().revision == 0


@pytest.mark.parametrize(("address", "warned"), [("fay@gmail.com", True), ("fay@fabrikam.example", False)])
def test_a_free_mail_address_is_saved_with_a_warning(
    applicant_client: Client, applicant_actor: Actor, fabrikam: Partner, address: str, warned: bool
) -> None:
    form = form_services.start_form(applicant_actor)
    sent = answers_for(fabrikam) | {"contact_email": address, "revision": form.revision}
    page = applicant_client.post(step("about-you"), sent, follow=True).content.decode()
    assert ("fay@gmail.com is an address of a free mail service" in page) is warned
    assert PartnerForm.objects.get().contact_email == address


def test_every_script_and_emoji_are_kept(
    applicant_client: Client, applicant_actor: Actor, fabrikam: Partner
) -> None:
    form = form_services.start_form(applicant_actor)
    name = "פיי 🏛️ Fabrikam"
    sent = answers_for(fabrikam) | {"contact_name": name, "revision": form.revision}
    assert applicant_client.post(step("about-you"), sent).status_code == 302
    assert PartnerForm.objects.get().contact_name == name


def test_an_unknown_step_is_not_found(applicant_client: Client, applicant_actor: Actor) -> None:
    form_services.start_form(applicant_actor)
    assert applicant_client.get(step("nothing")).status_code == 404
