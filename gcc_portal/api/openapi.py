"""The schema of the API, made from the code that answers: OpenAPI 3.1 at `/v1/openapi.json`."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from gcc_portal.api.casing import ROOT
from gcc_portal.api.replay import JSON


@cache
def schema() -> dict[str, Any]:
    """Return the OpenAPI document of all resources that the rooms offer."""
    from gcc_portal.api.portal_api import api

    return json.loads(json.dumps(api.get_openapi_schema(path_prefix=ROOT)))


def schema_json(_request: HttpRequest) -> HttpResponse:
    """Answer the document: it holds nothing of anybody, so no token is asked."""
    return HttpResponse(json.dumps(schema()), content_type=JSON)
