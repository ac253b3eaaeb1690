"""The API's addresses: what the rooms offer, and the schema."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.module_loading import import_string

from gcc_portal.api.docs import docs
from gcc_portal.api.openapi import schema_json
from gcc_portal.api.portal_api import api
from gcc_portal.api.resources import Resources

for room in settings.API_RESOURCES:
    offered: list[Resources] = import_string(f"{room}.RESOURCES")
    for resources in offered:
        api.add_router("", resources.router)


def _literal_first(pattern: URLPattern | URLResolver) -> list[bool]:
    """Return the sort key by which `customers/all/validations` comes before `customers/<id>/validations`."""
    return [segment.startswith("<") for segment in str(pattern.pattern).split("/")]


def nowhere(_request: HttpRequest) -> HttpResponse:
    """Answer every other address below the API's root."""
    raise Http404


_offered, _app, _namespace = api.urls
app_name = _namespace
urlpatterns = [
    path("openapi.json", schema_json, name="openapi"),
    path("docs", docs, name="docs"),
    *sorted(_offered, key=_literal_first),
    re_path(r"^.*$", nowhere),
]
