"""The API's addresses: the apps' resources, the OpenAPI document and its page."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.module_loading import import_string

from gcc_portal.api.docs import docs
from gcc_portal.api.openapi import schema_json
from gcc_portal.api.portal_api import api
from gcc_portal.api.resources import Resources

for app in settings.API_RESOURCES:
    declared: list[Resources] = import_string(f"{app}.RESOURCES")
    for resources in declared:
        api.add_router("", resources.router)


def _literal_first(pattern: URLPattern | URLResolver) -> list[bool]:
    """Return a sort key by which `customers/all/validations` comes before `customers/<id>/validations`."""
    return [segment.startswith("<") for segment in str(pattern.pattern).split("/")]


def nowhere(_request: HttpRequest) -> HttpResponse:
    """Raise `Http404` for every other address below the API's root."""
    raise Http404


_resources, _app, _namespace = api.urls
app_name = _namespace
urlpatterns = [
    path("openapi.json", schema_json, name="openapi"),
    path("docs", docs, name="docs"),
    *sorted(_resources, key=_literal_first),
    re_path(r"^.*$", nowhere),
]
