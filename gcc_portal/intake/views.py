"""The reviewers' pages: the queue, and one form with its evidence and what can be done with it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gcc_portal.core.gates import Blocked, NotAllowed, WrongState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.intake import review
from gcc_portal.intake.attachments import attachment_response
from gcc_portal.intake.forms import DeclineForm, QueueFilter, points_formset, with_one_more_row
from gcc_portal.intake.kinds import kind_of
from gcc_portal.intake.models import IntakeForm
from gcc_portal.intake.queries import deadline_status_of
from gcc_portal.intake.queue import counts, queue, signed_forms
from gcc_portal.intake.review_page import form_context
from gcc_portal.intake.wizard import Urls, copy_page
from gcc_portal.web.keyset import page_of

PAGE_SIZE = 25
View = Callable[..., HttpResponseBase]


def reviewer_required(view: View) -> View:
    """Let reviewers in; send visitors to sign in; refuse everybody else with a sentence (403)."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not actor_on(request).may(Right.REVIEW_FORMS):
            raise NotAllowed(_("Only reviewers may open the review pages."))
        return view(request, *args, **kwargs)

    return run


@reviewer_required
@require_GET
def queue_page(request: HttpRequest) -> HttpResponse:
    """Show the queue: the earliest deadline first, with the desk time that is left."""
    actor, now = actor_on(request), timezone.now()
    filters = QueueFilter(request.GET)
    params = filters.params()
    page = page_of(request.GET, PAGE_SIZE, *queue(actor, params, now))
    # The numbers stand over the whole queue; who narrows it or goes on sees forms at once.
    whole = not any(params.values()) and not page.has_previous
    context = {
        "filter_form": filters,
        "page_obj": page,
        "rows": [(form, deadline_status_of(form, now)) for form in page],
        # What begins with the text is found; inside names one looks on purpose.
        "inside_url": inside_url(request) if params["q"] and not params["inside"] else "",
        "counts": counts(actor, now) if whole else None,
        "queue_url": reverse("review:queue"),
    }
    return render(request, "review/queue.html", context)


def inside_url(request: HttpRequest) -> str:
    """Return the link that asks the same of what stands inside names, too."""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query["inside"] = "on"
    return f"?{query.urlencode()}"


@reviewer_required
@require_GET
def form_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one form with its evidence."""
    return show_form(request, found(reference))


@reviewer_required
@require_GET
def attachment(request: HttpRequest, reference: str, attachment_id: int) -> FileResponse:
    """Return a file of evidence, also one that the applicant has taken off since it was signed."""
    row = found(reference).attachments.filter(pk=attachment_id).first()
    if row is None:
        raise Http404
    return attachment_response(row)


@reviewer_required
@require_GET
def copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one submission as it was signed, for printing."""
    form = found(reference)
    queue_url, form_url = reverse("review:queue"), reverse("review:form", args=[reference])
    urls = Urls(
        step=lambda _slug: form_url,
        sign=form_url,
        status=form_url,
        copy=reverse("review:copy", args=[reference]),
        leave=queue_url,
        leave_label=_("Review queue"),
        crumbs=((queue_url, _("Review queue")),),
        attachment=lambda pk: reverse("review:attachment", args=[reference, pk]),
    )
    return copy_page(request, actor_on(request), form, urls)


@reviewer_required
@require_POST
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the form."""
    return act(request, reference, review.take, _("You hold this form now."))


@reviewer_required
@require_POST
def take_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the form from its reviewer."""
    return act(request, reference, review.take_over, _("You have taken this form over."))


@reviewer_required
@require_POST
def hand_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Put the form back into the queue."""
    return act(request, reference, review.hand_back, _("The form is back in the queue."))


@reviewer_required
@require_POST
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve the form."""
    return act(request, reference, review.approve, _("Approved. The mails are on their way."))


@reviewer_required
@require_POST
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Decline the form with a reason."""
    form = found(reference)
    typed = DeclineForm(request.POST, kind=kind_of(form))
    if not typed.is_valid():
        return show_form(request, form, status=422, decline_form=typed)
    data = typed.cleaned_data
    return act(
        request,
        reference,
        lambda actor, pk: review.decline(actor, pk, data["code"], data["text"]),
        _("Declined. The applicant is told why."),
        decline_form=typed,
        typed=data["text"],
    )


@reviewer_required
@require_POST
def ask_information(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for information: one or more points, each about a field."""
    form = found(reference)
    kind = kind_of(form)
    if request.POST.get("go") == "more":
        rows = points_formset(kind, with_one_more_row(request.POST))
        return show_form(request, form, points=rows, points_unchecked=True)
    rows = points_formset(kind, request.POST)
    if not rows.is_valid():
        return show_form(request, form, status=422, points=rows)
    wanted = rows.points()
    return act(
        request,
        reference,
        lambda actor, pk: review.ask_information(actor, pk, wanted),
        _("Asked. The applicant has the points by mail."),
        points=rows,
        typed="\n\n".join(text for _field, text in wanted),
    )


def found(reference: str) -> Any:
    """Return the form that a reviewer may see. Raises Http404 for drafts and for references that are none."""
    if "\x00" in reference:
        raise Http404
    return get_object_or_404(signed_forms().select_related("reviewer"), reference=reference).specific


def act(
    request: HttpRequest,
    reference: str,
    service: Callable[[Actor, int], IntakeForm],
    said: str,
    **typed: Any,
) -> HttpResponse:
    """Do one thing with a form; when it is refused, show the form as it is now with the reason (409)."""
    form = found(reference)
    try:
        service(actor_on(request), form.pk)
    except Blocked as blocked:
        return show_form(request, found(reference), status=409, refused=blocked.blockers, **typed)
    except WrongState as wrong:
        return show_form(request, found(reference), status=409, too_late=str(wrong), **typed)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("review:form", args=[reference]))


def show_form(request: HttpRequest, form: Any, status: int = 200, **more: Any) -> HttpResponse:
    """Return the page of one form."""
    return render(request, "review/form.html", form_context(form, actor_on(request), **more), status=status)
