"""To be filled."""
from django.http import HttpRequest, HttpResponse


def validation_ids(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Stub."""
    return HttpResponse()


def validation_id(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Stub."""
    return HttpResponse()
