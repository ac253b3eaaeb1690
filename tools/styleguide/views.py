"""The style guide: one page with one of everything."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tools.styleguide import samples


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component once, with and without errors."""
    page = Paginator(range(200), 20).get_page(request.GET.get("page"))
    return render(request, "styleguide.html", {**samples.context(request.GET), "page_obj": page})
