"""The OpenAPI document as a page for people, `/v1/docs`: the Swagger UI that django-ninja ships, served locally."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gcc_portal.api.codes import CODES
from gcc_portal.api.portal_api import api


def docs(request: HttpRequest) -> HttpResponse:
    """Show the API's operations and schemas. Anybody may read it; calls are not sent from the page."""
    settings = {
        "url": reverse("api:openapi"),
        "deepLinking": False,  # its links would stand inside buttons, which screen readers skip
        "docExpansion": "list",
        "defaultModelsExpandDepth": 0,
        "supportedSubmitMethods": [],  # nobody's token belongs on this page
        "validatorUrl": None,  # the schema goes to no other site
    }
    codes = [(*answer, text) for answer, text in sorted(CODES.items())]
    return render(request, "api/docs.html", {"api": api, "settings": settings, "codes": codes})
