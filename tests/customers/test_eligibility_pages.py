"""The customer's public pages: the start, the personal link, the steps, the signature."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from customers.criteria import OPTIONS_EXPLAINED, ValidationOption
from customers.intake import STEPS
from customers.models import CustomerForm
from gcc_portal.core.people.models import User
from gcc_portal.intake.models import Attachment
from partners.models import Partner
from tests import factories

from .conftest import COMMERCIAL

Filler = Callable[..., CustomerForm]
pytestmark = pytest.mark.django_db
START = {"organization_name": "City of Harborview", "contact_email": "clerk@harborview.gov"}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def page(form: CustomerForm, name: str, *rest: Any) -> str:
    return reverse(f"eligibility:{name}", args=[form.access_token, *rest])


def step_data(form: CustomerForm, slug: str, answers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return what the browser sends for a step with these answers."""
    fields = next(step.form.base_fields for step in STEPS if step.slug == slug)
    given = {name: answers[name] for name in fields if name in answers}
    return {**given, "revision": form.revision, "go": "next", **changes}


def test_the_start_page_says_who_is_eligible(client: Client) -> None:
    text = client.get(reverse("eligibility:start")).content.decode()
    for word in ("federal", "tribal", "FFRDC", "ITAR", "CJI", "two business days"):
        assert word in text


def test_starting_mails_the_personal_link_and_shows_it_nowhere(client: Client) -> None:
    answer = client.post(reverse("eligibility:start"), START, follow=True)
    form = CustomerForm.objects.get()
    assert "clerk@harborview.gov" in answer.content.decode()
    assert form.access_token not in answer.content.decode()
    mail = Email.objects.get()
    assert mail.to == ["clerk@harborview.gov"]
    assert reverse("eligibility:resume", args=[form.access_token]) in mail.message


def test_starting_again_gives_the_same_draft_and_not_a_flood_of_mail(client: Client) -> None:
    for _again in range(3):
        client.post(reverse("eligibility:start"), {**START, "contact_email": "Clerk@harborview.gov"})
    assert CustomerForm.objects.count() == 1
    assert Email.objects.count() == 1


def test_the_link_is_mailed_again_after_a_while(client: Client, time_machine: Any) -> None:
    time_machine.move_to("2026-11-20T15:00:00Z")
    client.post(reverse("eligibility:start"), START)
    time_machine.move_to("2026-11-20T15:05:00Z")
    client.post(reverse("eligibility:start"), START)
    assert CustomerForm.objects.count() == 1
    assert Email.objects.count() == 2


def test_starting_is_limited(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "public_start": "2/m/ip"}
    answers = [client.post(reverse("eligibility:start"), START).status_code for _again in range(3)]
    assert answers == [302, 302, 429]
    assert client.get(reverse("eligibility:start")).status_code == 200


def test_nobodys_mailbox_is_filled(client: Client) -> None:
    sent = [
        client.post(
            reverse("eligibility:start"), {**START, "organization_name": f"City {number}"}
        ).status_code
        for number in range(6)
    ]
    assert sent == [302] * 5 + [409]
    assert Email.objects.count() == CustomerForm.objects.count() == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"contact_email": "not an address"},
        {"contact_email": "a" * 300 + "@x.gov"},
        {"contact_email": "clerk@harborview.gov\nBcc: x@y.z"},
        {"organization_name": ""},
        {"organization_name": "x" * 201},
        {"organization_name": "City\x00 of"},
        {"organization_name": "City \u202e of"},
    ],
)
def test_a_bad_start_is_said_at_the_field_and_nothing_is_written(
    client: Client, changes: dict[str, str]
) -> None:
    answer = client.post(reverse("eligibility:start"), {**START, **changes})
    assert answer.status_code == 422
    assert "usa-error-message" in answer.content.decode()
    assert not CustomerForm.objects.exists()
    assert not Email.objects.exists()


@pytest.mark.parametrize("name", ["City of Harborview 🏛", "مدينة هاربرفيو", "Ville de l’Été"])
def test_names_of_any_script_are_fine(client: Client, name: str) -> None:
    assert client.post(reverse("eligibility:start"), {**START, "organization_name": name}).status_code == 302
    assert CustomerForm.objects.get().organization_name == name


@pytest.mark.parametrize("token", ["x" * 43, "short", "a" * 300, "%00" * 10, "..%2f..", "é" * 30])
@pytest.mark.parametrize("name", ["resume", "sign", "status", "copy"])
def test_an_altered_link_says_so(client: Client, token: str, name: str) -> None:
    path = reverse("eligibility:resume", args=["TOKEN"]).replace("TOKEN", token)
    answer = client.get(path + ("" if name == "resume" else f"{name}/"))
    assert answer.status_code in (400, 404)
    assert "Traceback" not in answer.content.decode()


def test_a_link_cut_short_opens_nothing(client: Client, filled: Filler) -> None:
    form = filled()
    answer = client.get(reverse("eligibility:status", args=[form.access_token[:-1]]))
    assert answer.status_code == 404
    assert "This link is not valid" in answer.content.decode()
    assert "Harborview" not in answer.content.decode()


def test_the_link_leads_to_the_first_open_step_then_to_the_signing_then_to_the_status(
    client: Client, filled: Filler, signed: Filler
) -> None:
    client.post(reverse("eligibility:start"), START)
    begun = CustomerForm.objects.get()
    assert client.get(page(begun, "resume")).headers["Location"] == page(begun, "step", "about-you")
    form = filled(organization_name="City of Elsewhere")
    assert client.get(page(form, "resume")).headers["Location"] == page(form, "sign")
    done = signed(organization_name="City of Somewhere")
    assert client.get(page(done, "resume")).headers["Location"] == page(done, "status")


@pytest.mark.parametrize("slug", [step.slug for step in STEPS])
def test_every_step_is_shown_and_saved(
    client: Client, filled: Filler, answers: dict[str, Any], slug: str
) -> None:
    form = filled()
    assert client.get(page(form, "step", slug)).status_code == 200
    saved = client.post(page(form, "step", slug), step_data(form, slug, answers))
    assert saved.status_code == 302, saved.content.decode()


@pytest.mark.parametrize(
    ("slug", "changes", "said"),
    [
        ("category", {"category": "international"}, "An international entity"),
        ("category", {"category": "other"}, "none of the eligible categories"),
        ("category", {"category": "ffrdc"}, "Say what shows"),
        (
            "category",
            {"category": "commercial", "us_presence": "no"},
            "needs a presence in the United States",
        ),
        ("category", {"category": "moon"}, "Select a valid choice"),
        ("organization", {"postal_code": "99999999"}, "ZIP"),
        ("organization", {"state": "CA"}, "is in WA, not CA"),
        ("organization", {"web_domain": "not a domain"}, "Enter the web site"),
        ("about-you", {"contact_phone": "+1 206 555 0123"}, "no blanks and no plus sign"),
        ("about-you", {"contact_phone": "+12065550123"}, "no blanks and no plus sign"),
        ("about-you", {"contact_phone": "(206) 555 0123"}, "no blanks and no plus sign"),
        ("partner", {"partner_tenant_id": "zzz"}, "A tenant ID looks like"),
        (
            "partner",
            {"partner_tenant_id": "11111111-aaaa-4bbb-8ccc-000000000001"},
            "No partner with this tenant ID",
        ),
        ("partner", {"validation_option": "general"}, "O365 GCC CSP Customer"),
        ("regulated-data", {"regulated_data": ["other"]}, "Say which other data"),
    ],
)
def test_a_refused_answer_is_said_at_its_field_and_what_was_typed_is_kept(
    client: Client, filled: Filler, answers: dict[str, Any], slug: str, changes: dict[str, Any], said: str
) -> None:
    form = filled()
    kept = dict(form.answers)
    answer = client.post(page(form, "step", slug), step_data(form, slug, {**answers, **changes}))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    for value in changes.values():
        assert str(value if isinstance(value, str) else value[0]).split()[0] in text
    form.refresh_from_db()
    assert form.answers == kept


def test_a_commercial_entity_must_name_its_data_on_the_next_step(
    client: Client, filled: Filler, answers: dict[str, Any]
) -> None:
    form = filled(**COMMERCIAL, regulated_other="")
    empty = {"regulated_data": [], "regulated_evidence": "", "regulated_other": ""}
    answer = client.post(page(form, "step", "regulated-data"), step_data(form, "regulated-data", empty))
    assert answer.status_code == 422
    assert "only when it holds regulated data" in answer.content.decode()


def test_the_sign_page_shows_the_blockers_and_refuses(client: Client, filled: Filler) -> None:
    form = filled(category="other")
    shown = client.get(page(form, "sign")).content.decode()
    assert "none of the eligible categories" in shown or "“Category” is not complete" in shown
    terms = client.get(page(form, "sign")).context
    data = {
        "signatory_name": "Clerk",
        "signatory_title": "Clerk",
        "accepted": "on",
        "revision": form.revision,
    }
    answer = client.post(page(form, "sign"), {**data, "terms_version": terms["terms"].version})
    assert answer.status_code in (409, 422)
    form.refresh_from_db()
    assert form.state == "draft"


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("contoso", "Contoso Cloud is a transacting partner and holds"),
        ("fabrikam", "does not hold the Government Community Cloud qualification"),
        ("northwind", "Fabrikam Distribution"),
    ],
)
def test_the_partner_is_checked_as_typed(
    client: Client, filled: Filler, northwind: Partner, who: str, said: str
) -> None:
    form = filled()
    names = {"contoso": "Contoso Cloud", "fabrikam": "Fabrikam Distribution", "northwind": "Northwind Resale"}
    tenant_id = Partner.objects.get(name=names[who]).tenant_id
    answer = client.get(page(form, "partner"), {"partner_tenant_id": f"{{{tenant_id}}}"})
    assert said in answer.content.decode()


def test_the_partner_check_bears_anything_typed(client: Client, filled: Filler) -> None:
    form = filled()
    silent = factories.tenant("commercial", "Silent", unreachable=True)
    for typed in ("", "\x00", "x" * 5000, "{", "🏛", str(silent.tenant_id)):
        assert client.get(page(form, "partner"), {"partner_tenant_id": typed}).status_code in (200, 400)
    asked = client.get(page(form, "partner"), {"partner_tenant_id": str(silent.tenant_id)})
    assert "did not answer" in asked.content.decode()
    assert client.get(reverse("eligibility:partner", args=["x" * 43])).status_code == 404


def test_files_are_served_by_the_forms_own_link_alone(
    client: Client, filled: Filler, answers: dict[str, Any], sales: User, client_of: Callable[[User], Client]
) -> None:
    form = filled()
    file = SimpleUploadedFile("charter.pdf", PDF, "application/pdf")
    client.post(
        page(form, "step", "regulated-data"),
        {**step_data(form, "regulated-data", answers), "go": "attach", "files": file},
    )
    row = Attachment.objects.get()
    served = client.get(page(form, "attachment", row.pk))
    assert served.status_code == 200
    assert served.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(served.streaming_content) == PDF  # type: ignore[attr-defined]
    other = filled(organization_name="City of Elsewhere")
    assert client.get(page(other, "attachment", row.pk)).status_code == 404
    assert client.get(page(form, "attachment", row.pk + 1)).status_code == 404
    # The partner that the form names does not see the form.
    assert client_of(sales).get(reverse("review:form", args=[form.reference])).status_code in (403, 404)


def test_each_validation_option_is_explained_and_the_right_one_chosen(client: Client, filled: Filler) -> None:
    form = filled()
    del form.answers["validation_option"]
    form.save()
    page = client.get(reverse("eligibility:step", args=[form.access_token, "partner"])).content.decode()
    options = re.findall(r'<input[^>]*name="validation_option"[^>]*>', page)
    assert len(options) == len(ValidationOption)
    assert "o365_gcc_csp_customer" in options[0]
    assert ["checked" in option for option in options] == [True, False, False, False]
    assert all(str(OPTIONS_EXPLAINED[each]) in page for each in ValidationOption)


def test_the_crumbs_lead_back_and_name_each_page_once(client: Client, filled: Filler) -> None:
    form = filled()
    for path, here in (
        (page(form, "step", "about-you"), "About you"),
        (page(form, "sign"), "Review and sign"),
    ):
        text = client.get(path).content.decode()
        items = re.findall(r'<li class="usa-breadcrumb__list-item.*?</li>', text, re.DOTALL)
        words = [re.sub(r"<[^>]+>", "", item).strip() for item in items]
        assert words == ["Home", "Customer eligibility", f"Form {form.reference}", here]


@pytest.mark.parametrize(("address", "warned"), [("eve@gmail.com", True), ("clerk@harborview.gov", False)])
def test_a_free_mail_address_is_warned_of_at_the_start(client: Client, address: str, warned: bool) -> None:
    sent = client.post(reverse("eligibility:start"), {**START, "contact_email": address}, follow=True)
    assert ("address of a free mail service" in sent.content.decode()) is warned
    assert CustomerForm.objects.get().contact_email == address


def test_a_stale_second_tab_is_told(client: Client, filled: Filler, answers: dict[str, Any]) -> None:
    form = filled()
    old = step_data(form, "about-you", answers, contact_title="Mayor")
    client.post(page(form, "step", "about-you"), {**old, "contact_title": "City Manager"})
    answer = client.post(page(form, "step", "about-you"), old)
    assert answer.status_code == 409
    assert "Mayor" in answer.content.decode()
    form.refresh_from_db()
    assert form.answers["contact_title"] == "City Manager"
