"""The ninja API: its parser, its exception handlers, and the pipeline around each operation."""

import json
import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer

from gcc_portal.api.errors import (
    INPUT,
    MALFORMED_CUSTOMER,
    ApiError,
    ErrorCode,
    ThrottledBody,
    body_of,
    error_of,
)
from gcc_portal.api.input_words import sentence_for
from gcc_portal.api.pipeline import with_api_conventions
from gcc_portal.api.schema import clean_text
from gcc_portal.core.gates import Blocked
from gcc_portal.core.limits import TooMany

logger = logging.getLogger(__name__)
FAULT = 500


class JsonParser(Parser):
    """Reads bodies of UTF-8 JSON, with or without a byte-order mark."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the parsed body. Raises `ApiError` (400) for invalid JSON or text."""
        try:
            return clean_text(json.loads(request.body.decode("utf-8-sig")))
        except (ValueError, RecursionError):
            raise ApiError(INPUT, _("The body is not JSON. Send application/json in UTF-8.")) from None


class AccessToken(HttpBearer):
    """The security scheme that the schema names; the pipeline itself authenticates."""

    def authenticate(self, request: HttpRequest, token: str) -> bool:
        """Return True: the pipeline has authenticated the call already."""
        return True


api = NinjaAPI(
    title="GCC portal API",
    description="The part of Partner Center's REST API v1 in which the Government Community Cloud lives.",
    version="v1",
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    parser=JsonParser(),
    auth=AccessToken(),
)
api.add_decorator(with_api_conventions, mode="view")


@api.exception_handler(TooMany)
def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    sentence = ngettext(
        "Too many requests. Try again in %(n)s second.",
        "Too many requests. Try again in %(n)s seconds.",
        error.seconds,
    )
    message = sentence % {"n": error.seconds}
    body = ThrottledBody(statusCode=429, message=message).model_dump()
    response = api.create_response(request, body, status=429)
    response["Retry-After"] = str(error.seconds)
    return response


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer input that does not fit the schema with a sentence for each wrong field."""
    return _refuse(request, ApiError(_answer_to(error), " ".join(_sentence(each) for each in error.errors)))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    # ninja wraps the parser's error in its own.
    cause = error.__cause__ if isinstance(error.__cause__, ApiError) else error
    return _refuse(request, ApiError((error.status_code, INPUT[1]), cause))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _refuse(request, ApiError(INPUT, _("The body is larger than a resource of this API can be.")))


@api.exception_handler(Http404)  # ninja has one of its own
@api.exception_handler(Exception)
def _any(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer a refusal by its code; write down a fault and answer it in the same shape."""
    refusal = error_of(error)
    if refusal is not None:
        cause = error.__cause__ if isinstance(error.__cause__, Blocked) else error
        request.api_refusal = cause  # type: ignore[attr-defined]
        return _refuse(request, refusal)
    logger.exception("the API failed at %s %s", request.method, request.path_info)
    sentence = _(
        "The portal could not answer this. Nothing was changed. Try again, and tell us if it stays so."
    )
    return api.create_response(request, body_of(FAULT, sentence), status=500)


def _refuse(request: HttpRequest, error: ApiError) -> HttpResponse:
    body = body_of(error.code, str(error), error.data)
    response = api.create_response(request, body, status=error.status)
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="gcc-portal"'
    return response


def _answer_to(error: ValidationError) -> ErrorCode:
    places = [tuple(each["loc"]) for each in error.errors]
    return MALFORMED_CUSTOMER if ("path", "customer_id") in places else INPUT


def _sentence(error: dict[str, Any]) -> str:
    """Return `companyProfile.domain: …`: the place of the error in the client's spelling, and what to send."""
    source, *place = [str(part) for part in error["loc"]]
    shown = ".".join(place[1:] if source == "body" else place)
    return f"{shown or source}: {sentence_for(error)}"
