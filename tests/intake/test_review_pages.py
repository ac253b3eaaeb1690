"""The review pages: who gets in, what the queue shows, and what the page of a form does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.intake import review
from gcc_portal.intake.attachments import add_attachment
from gcc_portal.intake.auto_review.sweep import sweep
from gcc_portal.intake.kinds import KINDS
from gcc_portal.intake.models import FormState, IntakeForm, Submission
from partners.models import PartnerForm
from tests.intake import making
from tests.web.markup import find

pytestmark = pytest.mark.django_db
QUEUE = "/review/"


@pytest.fixture
def desk(reviewer: User, client_of: Callable[[User], Client]) -> Client:
    """The reviewer at the browser."""
    return client_of(reviewer)


def page_of(response: Any) -> str:
    """Return the page as text."""
    return str(response.content.decode())


def url(form: IntakeForm, name: str = "form") -> str:
    """Return an address of a form."""
    return reverse(f"review:{name}", args=[form.reference])


def points(*rows: tuple[str, str], **more: str) -> dict[str, str]:
    """Return what the form of the points sends."""
    sent = {"points-TOTAL_FORMS": str(max(2, len(rows))), "points-INITIAL_FORMS": "0", **more}
    for number, (field, text) in enumerate(rows):
        sent |= {f"points-{number}-field": field, f"points-{number}-text": text}
    return sent


ACTS = ("take", "take-over", "hand-back", "approve", "decline", "ask-information")


@pytest.mark.parametrize("name", ["form", *ACTS])
def test_only_reviewers_get_in(
    name: str, submission: Submission, admin: User, client: Client, client_of: Callable[[User], Client]
) -> None:
    address = url(submission.form, name)
    method = "get" if name == "form" else "post"
    assert "/accounts/login/" in getattr(client, method)(address).url
    refused = getattr(client_of(admin), method)(address)
    assert refused.status_code == 403
    assert "Only reviewers" in page_of(refused)
    assert getattr(client_of(admin), "get")(QUEUE).status_code == 403  # noqa: B009 - the same call as above


def test_a_draft_is_its_writers_own(form: PartnerForm, desk: Client) -> None:
    assert desk.get(url(form)).status_code == 404
    assert form.reference not in page_of(desk.get(QUEUE, {"state": "all"}))


def test_the_queue_is_ordered_by_deadline_and_shows_the_time_left(desk: Client) -> None:
    now = timezone.now()
    late = making.due_form(name="Late Corp", respond_by=now - timedelta(days=3))
    early = making.due_form(name="Early Corp", respond_by=now + timedelta(days=20))
    page = page_of(desk.get(QUEUE))
    assert page.index(late.reference) < page.index(early.reference)
    assert "overdue by" in page
    assert "of desk time left" in page


def test_filters_and_search(desk: Client, reviewer_actor: Actor, second_reviewer_actor: Actor) -> None:
    mine, theirs, free = (making.due_form(name=f"{word} Corp") for word in ("Mine", "Theirs", "Free"))
    review.take(reviewer_actor, mine.pk)
    review.take(second_reviewer_actor, theirs.pk)
    IntakeForm.objects.filter(pk=free.pk).update(error="ValueError: x")

    def shown(**wanted: str) -> set[str]:
        page = page_of(desk.get(QUEUE, wanted))
        return {form.organization_name for form in (mine, theirs, free) if form.reference in page}

    assert shown() == {"Mine Corp", "Theirs Corp", "Free Corp"}
    assert shown(whose="mine") == {"Mine Corp"}
    assert shown(whose="unassigned") == {"Free Corp"}
    assert shown(whose="set_aside") == {"Free Corp"}
    assert shown(state="in_review") == {"Mine Corp", "Theirs Corp"}
    assert shown(kind="customer") == set()
    assert shown(q="theirs  co") == {"Theirs Corp"}
    assert shown(q="corp") == shown(q="%corp") == shown(q="_ine") == set()
    assert shown(q="corp", inside="on") == {"Mine Corp", "Theirs Corp", "Free Corp"}
    assert shown(q="heirs", inside="on") == {"Theirs Corp"}
    assert shown(state="all", whose="unassigned") == {"Free Corp"}
    assert shown(state="approved") == set()
    assert shown(q=free.reference.lower()) == {"Free Corp"}
    assert shown(q=mine.contact_email) == {"Mine Corp"}
    assert shown(state="no-such", page="x") == {"Mine Corp", "Theirs Corp", "Free Corp"}
    assert desk.get(QUEUE, {"q": "a\x00b"}).status_code in (200, 400)


def test_the_queue_asks_as_much_for_a_thousand_as_for_ten(desk: Client, reviewer: User) -> None:
    def rows(count: int) -> None:
        now = timezone.now()
        IntakeForm.objects.bulk_create(
            IntakeForm(
                kind="partner",
                state=FormState.IN_REVIEW,
                reviewer=reviewer,
                organization_name=f"Corp {number}",
                submitted_at=now,
                respond_by=now + timedelta(days=2),
            )
            for number in range(count)
        )

    desk.get(QUEUE)
    rows(10)
    with CaptureQueriesContext(connection) as few:
        desk.get(QUEUE)
    rows(990)
    with CaptureQueriesContext(connection) as many:
        page = page_of(desk.get(QUEUE))
    assert len(many) == len(few) <= 12
    assert "1,000+" not in page
    assert 'rel="next"' in page
    rows(1)
    assert "1,000+" in page_of(desk.get(QUEUE))


def test_the_page_shows_the_evidence_beside_the_form(
    desk: Client, submission: Submission, applicant: Actor
) -> None:
    from gcc_portal.intake.checks import run_checks

    run_checks(submission.form)
    page = page_of(desk.get(url(submission.form)))
    for words in (
        submission.answers["description"],
        "In which cloud does the tenant",
        "Robin Office",
        "We received your eligibility form",
        "Take this form",
    ):
        assert words in page
    assert 'id="decide"' not in page


def test_taking_shows_what_can_be_decided(desk: Client, submission: Submission) -> None:
    assert desk.post(url(submission.form, "take")).url == url(submission.form)
    page = page_of(desk.get(url(submission.form)))
    assert 'id="decide"' in page
    assert "Take this form" not in page
    assert "Hand back" in page
    desk.post(url(submission.form, "approve"))
    assert PartnerForm.objects.get(pk=submission.form_id).state == FormState.APPROVED
    page = page_of(desk.get(url(submission.form)))
    assert 'id="decide"' not in page
    assert "closed" in page


def test_a_forbidden_approval_is_disabled_with_the_reason(
    desk: Client, submission: Submission, reviewer_actor: Actor
) -> None:
    review.take(reviewer_actor, submission.form_id)
    partner = submission.form.specific.partner
    partner.csp_enrolled = False
    partner.save()
    page = page_of(desk.get(url(submission.form)))
    assert 'data-code="P1.not_enrolled"' in page
    assert "disabled" in page
    response = desk.post(url(submission.form, "approve"))
    assert response.status_code == 409
    assert PartnerForm.objects.get(pk=submission.form_id).state == FormState.IN_REVIEW


def test_the_slower_reviewer_reads_why_and_keeps_the_words(
    desk: Client, submission: Submission, second_reviewer_actor: Actor
) -> None:
    review.take(second_reviewer_actor, submission.form_id)
    response = desk.post(url(submission.form, "decline"), {"code": "evidence", "text": "My long sentence."})
    page = page_of(response)
    assert response.status_code == 409
    assert "Second Reviewer has held this form" in page
    assert "My long sentence." in page
    response = desk.post(url(submission.form, "ask-information"), points(("sponsor", "My question?")))
    assert response.status_code == 409
    assert "My question?" in page_of(response)
    assert desk.post(url(submission.form, "take-over")).status_code == 302


def test_asking_for_information_works_without_javascript(
    desk: Client, submission: Submission, reviewer_actor: Actor
) -> None:
    review.take(reviewer_actor, submission.form_id)
    address = url(submission.form, "ask-information")
    assert desk.post(address, points()).status_code == 422
    more = desk.post(address, points(("sponsor", "Who?"), go="more"))
    assert 'name="points-2-text"' in page_of(more)
    assert "Who?" in page_of(more)
    half = desk.post(address, points(("", "Only words")))
    assert half.status_code == 422
    assert "Only words" in page_of(half)
    for nonsense in ({"points-TOTAL_FORMS": "x"}, {}, points(("no_such", "Who?")), points(go="more", x="y")):
        assert desk.post(address, nonsense).status_code in (200, 422)
    assert desk.post(address, points(("sponsor", "Who?"), ("tenant_id", "Which?"))).status_code == 302
    assert list(submission.points.values_list("field", "text")) == [
        ("sponsor", "Who?"),
        ("tenant_id", "Which?"),
    ]


def test_declining_asks_for_a_reason_and_words(
    desk: Client, submission: Submission, reviewer_actor: Actor
) -> None:
    review.take(reviewer_actor, submission.form_id)
    address = url(submission.form, "decline")
    for bad in (
        {},
        {"code": "evidence"},
        {"code": "nothing", "text": "Kept words"},
        {"code": "evidence", "text": "a\x00"},
    ):
        response = desk.post(address, bad)
        assert response.status_code == 422
    assert "Kept words" in page_of(desk.post(address, {"code": "nothing", "text": "Kept words"}))
    assert desk.post(address, {"code": "evidence", "text": "Not shown."}).status_code == 302
    assert PartnerForm.objects.get(pk=submission.form_id).state == FormState.DECLINED


def test_the_approval_says_what_follows_before_its_button(
    desk: Client, submission: Submission, reviewer_actor: Actor
) -> None:
    review.take(reviewer_actor, submission.form_id)
    html = page_of(desk.get(url(submission.form)))
    [button] = [each for each in find(html, "button") if "Approve" in each.text]
    [around] = [each for each in button.around if each.tag == "details"]
    assert "open" not in around.attrs
    assert "becomes a qualified GCC reseller" in around.text
    assert "told by mail" in around.text
    assert "validation ID is issued" in str(KINDS["customer"].approval_means)


def test_a_resubmission_shows_what_changed(
    desk: Client, form: PartnerForm, submission: Submission, applicant: Actor, reviewer_actor: Actor
) -> None:
    from gcc_portal.intake.services import save_step

    review.take(reviewer_actor, form.pk)
    review.ask_information(reviewer_actor, form.pk, [("sponsor", "Who?")])
    save_step(applicant, form.pk, "evidence", {"sponsor": "Harborview County"}, 1)
    making.signed(form, applicant)
    page = page_of(desk.get(url(form)))
    assert "Changed since the last submission" in page
    assert "Harborview County" in page
    assert "Submission 1" in page
    assert "answered your request" in page
    first = page_of(desk.get(url(form, "copy"), {"number": "1"}))
    assert "Harborview County" not in first
    assert "Harborview County" in page_of(desk.get(url(form, "copy")))


def test_evidence_is_served_to_reviewers_alone(
    desk: Client, form: PartnerForm, applicant: Actor, admin: User, client_of: Callable[[User], Client]
) -> None:
    row = add_attachment(applicant, form.pk, SimpleUploadedFile("letter.pdf", b"%PDF-1.7"))
    making.signed(form, applicant)
    address = reverse("review:attachment", args=[form.reference, row.pk])
    served = desk.get(address)
    assert served["Content-Disposition"].startswith("attachment")
    assert b"".join(served.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]
    assert client_of(admin).get(address).status_code == 403
    other = making.due_form()
    assert desk.get(reverse("review:attachment", args=[other.reference, row.pk])).status_code == 404


def test_what_was_set_aside_says_why(desk: Client, monkeypatch: Any) -> None:
    form = making.due_form()

    def checks(_self: Any, _context: Any) -> Any:
        raise ValueError("the <b>reason</b>")

    from partners.intake import PartnerKind

    monkeypatch.setattr(PartnerKind, "checks", checks)
    sweep()
    page = page_of(desk.get(url(form)))
    assert "the &lt;b&gt;reason&lt;/b&gt;" in page
    told = AuditEntry.objects.get(action="set_aside").reason
    assert "reason" not in told


@pytest.mark.parametrize("reference", ["NOSUCH", "x" * 300, "%00", "..", "🙂"])
def test_unknown_references_are_not_there(desk: Client, reference: str) -> None:
    assert desk.get(f"/review/{reference}/").status_code in (404, 400, 200 if reference == ".." else 404)


def test_pages_do_not_take_the_wrong_method(desk: Client, submission: Submission) -> None:
    for name in ACTS:
        assert desk.get(url(submission.form, name)).status_code == 405
