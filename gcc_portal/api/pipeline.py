"""The API's channel: every call goes through it once, and a resource need know nothing of it.

Who calls, may it call this at all, is it too often, was it done before; then the resource, in one transaction that
commits effect and kept answer together, or nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from gcc_portal.api.call import Call, read_call
from gcc_portal.api.callers import caller_of
from gcc_portal.api.errors import ApiError
from gcc_portal.api.replay import key_of, once
from gcc_portal.api.resources import READS, Terms
from gcc_portal.core.gates import Blocked
from gcc_portal.core.limits import TooMany, rate_of, seconds_to_wait
from gcc_portal.core.use_case import write_refusal

Run = Callable[..., HttpResponse]


def with_api_conventions(run: Run) -> Run:
    """Return ninja's `run` of one resource with the conventions before and around it."""
    operation: Any = run.__self__  # type: ignore[attr-defined]
    terms: Terms = operation.view_func.terms

    @wraps(run)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            call = admit(request, terms)
        except (ApiError, TooMany) as refusal:
            return operation.api.on_exception(request, refusal)
        return (
            _in_one_piece(request, call, lambda: run(request, **path))
            if terms.writes
            else run(request, **path)
        )

    return answer


def admit(request: HttpRequest, terms: Terms) -> Call:
    """Return the call with its caller. Raises `ApiError` (400, 401, 403) and `TooMany`."""
    call: Call = read_call(request)
    request.api_call = call  # type: ignore[attr-defined]
    caller = caller_of(request)
    call.tenant_id, call.app_only = caller.tenant_id, caller.app_only
    call.actor = caller.actor.seen(call.address, str(call.correlation_id))
    rate = rate_of(settings.API_RATES.get(terms.kind, settings.API_RATES["*"]))
    seconds = seconds_to_wait(rate, "api", str(call.actor.partner_id or 0), terms.kind)
    if seconds:
        raise TooMany(seconds)
    if terms.user_only:
        call.need_person()
    return call


def _in_one_piece(request: HttpRequest, call: Call, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Act in one transaction. A refusal undoes all of it, and is then written to the audit where it is a gate's."""
    with transaction.atomic():
        # What is read is read anew, also where reading it may write.
        if call.repeatable and request.method not in READS:
            key = key_of(request, call.actor.partner_id or 0, call.request_id)
            response = once(key, request.body, act)
        else:
            response = act()
        if response.status_code >= 400:
            transaction.set_rollback(True)
    refusal = getattr(request, "api_refusal", None)
    if isinstance(refusal, Blocked):
        write_refusal(call.actor, refusal)
    return response
