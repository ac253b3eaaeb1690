"""The demo's mailbox: all e-mails that were sent, with links that can be followed."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import urlize
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from post_office.models import STATUS, Email

from gcc_portal.core.mail.states import status_of

PAGE = 25


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the e-mails, newest first; `?to=` filters them by address."""
    address = request.GET.get("to", "").replace("\x00", "").strip()
    emails = Email.objects.filter(status=STATUS.sent).order_by("-id").defer("message", "html_message")
    if address:
        emails = emails.filter(to__icontains=address)
    page = Paginator(emails, PAGE).get_page(request.GET.get("page"))
    return render(request, "mailbox/list.html", {"page_obj": page, "address": address})


@require_safe
def message(request: HttpRequest, email_id: int) -> HttpResponse:
    """Show one mail."""
    email = get_object_or_404(Email, pk=email_id, status=STATUS.sent)
    context = {"email": email, "text": with_links(email.message), "status": status_of(email)}
    return render(request, "mailbox/message.html", context)


def with_links(text: str) -> SafeString:
    """Return the text, escaped, with its addresses as links."""
    return SafeString(urlize(text, autoescape=True))
