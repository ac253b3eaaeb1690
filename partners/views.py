"""Pages of the partners room."""

from django.http import Http404, HttpRequest, HttpResponse


def _later(request: HttpRequest, **_kwargs: str) -> HttpResponse:
    raise Http404


profile = edit_profile = legal_info = agents = _later
intake_start = intake_sign = intake_status = intake_copy = intake_step = invitation = _later
