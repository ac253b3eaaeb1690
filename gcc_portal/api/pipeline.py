"""The steps around every resource: authentication, rate limit, kind of token, replay, transaction.

A write runs in one transaction, which commits the effect and the kept answer together, or nothing.
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
from gcc_portal.api.resources import READS, ResourceOptions
from gcc_portal.core.gates import Blocked
from gcc_portal.core.limits import TooMany, rate_of, seconds_to_wait
from gcc_portal.core.use_case import write_refusal

Run = Callable[..., HttpResponse]


def with_api_conventions(run: Run) -> Run:
    """Return ninja's `run` of one resource with these steps before and around it."""
    operation: Any = run.__self__  # type: ignore[attr-defined]
    options: ResourceOptions = operation.view_func.options

    @wraps(run)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            call = admit(request, options)
        except (ApiError, TooMany) as refusal:
            return operation.api.on_exception(request, refusal)
        return (
            _in_transaction(request, call, lambda: run(request, **path))
            if options.writes
            else run(request, **path)
        )

    return answer


def admit(request: HttpRequest, options: ResourceOptions) -> Call:
    """Return the call with its caller. Raises `ApiError` (400, 401, 403) and `TooMany`."""
    call: Call = read_call(request)
    request.api_call = call  # type: ignore[attr-defined]
    caller = caller_of(request)
    call.tenant_id, call.app_only = caller.tenant_id, caller.app_only
    call.actor = caller.actor.seen(call.address, str(call.correlation_id))
    rate = rate_of(settings.API_RATES.get(options.kind, settings.API_RATES["*"]))
    seconds = seconds_to_wait(rate, "api", str(call.actor.partner_id or 0), options.kind)
    if seconds:
        raise TooMany(seconds)
    if options.user_only:
        call.require_user()
    return call


def _in_transaction(request: HttpRequest, call: Call, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Act in one transaction. A refusal rolls all of it back; a gate's is then written to the audit."""
    with transaction.atomic():
        # A GET that may write (it makes a relationship's link) is not replayed: what is read is always fresh.
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
