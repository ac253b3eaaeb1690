"""The public page of the customer agreement: what it is, its version, and where its text stands."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from customers.services.agreement import TEMPLATE_VERSION, document_use, template_id

TEXT_AT = "https://www.microsoft.com/licensing/docs/customeragreement"


@require_safe
def agreement_text(request: HttpRequest, agreement_template: uuid.UUID) -> HttpResponse:
    """Return the page of the agreement in force."""
    if agreement_template != template_id():
        raise Http404
    return render(request, "customers/agreement_text.html", _context())


@require_safe
def agreement_document(request: HttpRequest, token: str) -> HttpResponse:
    """Return the same page for a link of the API, or the text as a file."""
    use = document_use(token)
    if use is None:
        raise Http404
    if use != "download":
        return render(request, "customers/agreement_text.html", _context())
    text = render_to_string("customers/agreement_text.txt", _context())
    name = f"microsoft-customer-agreement-{TEMPLATE_VERSION}.txt"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=disposition)


def _context() -> dict[str, str]:
    return {"version": TEMPLATE_VERSION, "template_id": str(template_id()), "text_at": TEXT_AT}
