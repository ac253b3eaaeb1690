"""The pages of a form: steps, signing, status and copy, as a partner's admin agent meets them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.intake import review
from gcc_portal.intake.models import FormState, Submission
from gcc_portal.intake.services import save_step
from partners.models import PartnerForm
from tests.intake import making

pytestmark = pytest.mark.django_db
CONTACT = ("contact_name", "contact_title", "contact_email", "contact_phone")


@pytest.fixture
def agent(form: PartnerForm, applicant: Actor, client_of: Callable[[User], Client]) -> Client:
    """Fabrikam's admin agent at the browser."""
    return client_of(User.objects.get(pk=applicant.user_id))


def step_url(slug: str = "about-you") -> str:
    """Return the address of a step."""
    return reverse("partners:intake-step", args=[slug])


def typed(form: PartnerForm, **changes: Any) -> dict[str, Any]:
    """Return what is sent from the first step."""
    return {
        **{name: form.answers[name] for name in CONTACT},
        "revision": form.revision,
        "go": "next",
        **changes,
    }


def page_of(response: Any) -> str:
    """Return the page as text."""
    return str(response.content.decode())


def test_a_step_shows_what_is_saved_and_where_one_is(agent: Client, form: PartnerForm) -> None:
    page = page_of(agent.get(step_url()))
    assert form.answers["contact_email"] in page
    assert 'aria-current="step"' in page
    assert 'name="revision" value="1"' in page


def test_continue_back_and_leave_all_save(agent: Client, form: PartnerForm) -> None:
    response = agent.post(step_url(), typed(form, contact_name="First Last"))
    assert response.url == step_url("organization")
    response = agent.post(step_url("description"), {"description": "New words", "revision": 2, "go": "back"})
    assert response.url == step_url("evidence")
    response = agent.post(step_url(), typed(form, contact_title="", revision=3, go="leave"))
    assert response.status_code == 302
    fresh = PartnerForm.objects.get(pk=form.pk)
    assert (fresh.contact_name, fresh.answers["description"]) == (form.answers["contact_name"], "New words")


def test_the_last_step_leads_to_the_signing(agent: Client, form: PartnerForm) -> None:
    response = agent.post(step_url("description"), {"description": "Words", "revision": 1})
    assert response.url == reverse("partners:intake-sign")


@pytest.mark.parametrize("bad", ["", "x" * 200, "a\x00b", "line\nbreak", "\u202eevil"])
def test_a_bad_answer_keeps_all_that_was_typed(agent: Client, form: PartnerForm, bad: str) -> None:
    response = agent.post(step_url(), typed(form, contact_name=bad, contact_title="Kept title"))
    page = page_of(response)
    assert response.status_code == 422
    assert "There is a problem" in page
    assert "Kept title" in page
    assert PartnerForm.objects.get(pk=form.pk).revision == 1


def test_a_second_tab_reads_what_was_saved_elsewhere(
    agent: Client, applicant: Actor, form: PartnerForm
) -> None:
    save_step(applicant, form.pk, "about-you", {"contact_name": "Saved Elsewhere"}, 1)
    response = agent.post(step_url(), typed(form, contact_name="Typed Here"))
    page = page_of(response)
    assert response.status_code == 409
    assert "Saved Elsewhere" in page
    assert "Typed Here" in page
    assert 'name="revision" value="2"' in page
    assert PartnerForm.objects.get(pk=form.pk).contact_name == "Saved Elsewhere"


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 40, "1.0"])
def test_a_revision_that_is_none_is_an_old_one(agent: Client, form: PartnerForm, revision: str) -> None:
    assert agent.post(step_url(), typed(form, revision=revision)).status_code == 409


def test_unknown_steps_are_not_there(agent: Client) -> None:
    assert agent.get(step_url("no-such-step")).status_code == 404


def test_files_are_attached_and_removed_without_losing_what_was_typed(
    agent: Client, form: PartnerForm
) -> None:
    url = step_url("evidence")
    good = SimpleUploadedFile("letter.pdf", b"%PDF-1.7 hello")
    bad = SimpleUploadedFile("page.html", b"<b>")
    sent = {"contract_number": "TYPED-1", "revision": 1, "go": "attach", "files": [good, bad]}
    response = agent.post(url, sent)
    page = page_of(response)
    assert response.status_code == 422
    assert "TYPED-1" in page
    assert "letter.pdf" in page
    assert "page.html" in page
    row = form.attachments.get()
    response = agent.post(url, {"contract_number": "TYPED-1", "revision": 1, "go": f"remove:{row.pk}"})
    assert response.status_code == 200
    assert "TYPED-1" in page_of(response)
    assert not form.attachments.exists()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "No file was attached"),
        ([("program.exe", b"MZ")], "program.exe"),
    ],
)
def test_attach_says_at_the_field_why_nothing_was_attached(
    agent: Client, form: PartnerForm, files: list[tuple[str, bytes]], said: str
) -> None:
    """A browser with scripts takes the wrong file out by itself and sends none; one without sends it."""
    sent = {"contract_number": "TYPED-1", "revision": 1, "go": "attach"}
    uploads = [SimpleUploadedFile(name, body) for name, body in files]
    response = agent.post(step_url("evidence"), {**sent, "files": uploads})
    page = page_of(response)
    assert response.status_code == 422
    assert re.search(rf'id="id_files_error">[^<]*{said}', page)
    assert "TYPED-1" in page
    assert "data-errormessage=" in page
    assert not form.attachments.exists()


def test_the_sign_page_shows_answers_terms_and_what_is_missing(agent: Client, form: PartnerForm) -> None:
    form.answers = {**form.answers, "description": ""}
    form.save()
    page = page_of(agent.get(reverse("partners:intake-sign")))
    assert "Your business" in page
    assert "can’t be signed yet" in page
    assert "partner-2026-11" in page
    assert form.answers["contract_number"] in page


def sign(agent: Client, form: PartnerForm, **changes: Any) -> Any:
    """Sign at the page."""
    sent = {
        "signatory_name": "Robin Office",
        "signatory_title": "Head",
        "accepted": "on",
        "revision": form.revision,
        "terms_version": "partner-2026-11",
    }
    return agent.post(reverse("partners:intake-sign"), {**sent, **changes})


def test_signing_at_the_page(agent: Client, form: PartnerForm) -> None:
    response = sign(agent, form)
    assert response.url == reverse("partners:intake-status", args=[form.reference])
    page = page_of(agent.get(response.url))
    assert "Submitted" in page
    assert "by e-mail by" in page
    submission = Submission.objects.get()
    assert submission.signed_from == "127.0.0.1"
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("answered", [False, True])
def test_signing_again_in_a_second_tab_leads_to_where_the_form_stands(
    agent: Client, form: PartnerForm, applicant: Actor, reviewer_actor: Actor, answered: bool
) -> None:
    making.signed(form, applicant)
    if answered:
        review.take(reviewer_actor, form.pk)
        review.approve(reviewer_actor, form.pk)
    response = sign(agent, form)
    assert response.status_code == 302
    assert response.url == reverse("partners:intake-status", args=[form.reference])
    page = page_of(agent.get(response.url))
    said = (
        f"Nothing was sent again: form {form.reference} is {'approved' if answered else 'submitted'} already"
    )
    assert said in page
    assert Submission.objects.count() == 1


def test_a_signature_under_answers_that_changed_is_told_in_words_of_the_sign_page(
    agent: Client, form: PartnerForm, applicant: Actor
) -> None:
    before = form.revision
    save_step(applicant, form.pk, "description", {"description": "Changed elsewhere"}, form.revision)
    response = sign(agent, form, revision=before)
    page = page_of(response)
    assert response.status_code == 409
    assert "Changed elsewhere" in page
    assert "Read the answers as they are now" in page
    assert "save again" not in page
    assert "What you typed" not in page


@pytest.mark.parametrize("slug", ["about-you", "sign"])
def test_the_crumbs_say_where_one_is_once(agent: Client, form: PartnerForm, slug: str) -> None:
    url = reverse("partners:intake-sign") if slug == "sign" else step_url(slug)
    found = crumbs(agent.get(url))
    here = "Review and sign" if slug == "sign" else "About you"
    assert found == ["Home", "Organization", "Legal info", f"Form {form.reference}", here]


def crumbs(response: Any) -> list[str]:
    """Return the breadcrumb of a page, in words."""
    items = re.findall(r'<li class="usa-breadcrumb__list-item.*?</li>', page_of(response), re.DOTALL)
    return [re.sub(r"<[^>]+>", "", item).strip() for item in items]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"accepted": ""}, 422),
        ({"signatory_name": ""}, 422),
        ({"revision": "0"}, 409),
        ({"terms_version": "x"}, 409),
    ],
)
def test_signing_is_refused_at_the_page(agent: Client, form: PartnerForm, change: Any, status: int) -> None:
    response = sign(agent, form, **{"signatory_title": "Kept title", **change})
    assert response.status_code == status
    assert "Kept title" in page_of(response)
    assert not Submission.objects.exists()


def test_a_blocked_signature_says_what_and_where(agent: Client, form: PartnerForm) -> None:
    form.answers = {**form.answers, "description": ""}
    form.save()
    response = sign(agent, form)
    page = page_of(response)
    assert response.status_code == 409
    assert 'data-code="P5.incomplete"' in page
    assert step_url("description") in page


def test_the_status_page_after_a_request_for_information(
    agent: Client, form: PartnerForm, applicant: Actor, reviewer_actor: Actor
) -> None:
    making.signed(form, applicant)
    review.take(reviewer_actor, form.pk)
    review.ask_information(reviewer_actor, form.pk, [("sponsor", "Who is your sponsor?")])
    url = reverse("partners:intake-status", args=[form.reference])
    page = page_of(agent.get(url))
    assert "Who is your sponsor?" in page
    assert step_url("evidence") in page
    assert reviewer_actor.name not in page
    assert "Who is your sponsor?" in page_of(agent.get(step_url("evidence")))


def test_the_status_page_shows_the_mails_and_sends_them_again(
    agent: Client, form: PartnerForm, applicant: Actor, reviewer: User
) -> None:
    making.signed(form, applicant)
    url = reverse("partners:intake-status", args=[form.reference])
    mail = OutboxMail.objects.filter(kind="intake.receipt")[0].email
    mail.status = 1  # failed
    mail.save()
    assert f"resend={mail.pk}" in page_of(agent.get(url))
    assert agent.post(f"{url}?resend={mail.pk}").status_code == 302
    mail.refresh_from_db()
    assert mail.status == 2  # queued
    assert agent.post(f"{url}?resend=999999").status_code == 404


def test_withdrawing_at_the_page(agent: Client, form: PartnerForm, applicant: Actor) -> None:
    making.signed(form, applicant)
    url = reverse("partners:intake-status", args=[form.reference])
    agent.post(url, {"go": "withdraw"})
    assert PartnerForm.objects.get(pk=form.pk).state == FormState.WITHDRAWN
    assert agent.post(url, {"go": "withdraw"}).status_code == 409


def test_the_copy_is_what_was_signed(agent: Client, form: PartnerForm, applicant: Actor) -> None:
    url = reverse("partners:intake-copy", args=[form.reference])
    assert agent.get(url).status_code == 404
    making.signed(form, applicant)
    page = page_of(agent.get(url))
    assert form.answers["description"] in page
    assert "Robin Office" in page
    assert agent.get(url, {"number": "2"}).status_code == 404
    assert agent.get(url, {"number": "x"}).status_code == 404
