"""To be filled."""
from django.http import HttpRequest, HttpResponse


def requests(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Stub."""
    return HttpResponse()
