"""To be filled."""
from django.http import HttpRequest, HttpResponse


def start(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Stub."""
    return HttpResponse()
