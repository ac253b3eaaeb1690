"""The Content-Security-Policy header, made once a process: it is the same on every page."""

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

OWN = ("_csp_exempt", "_csp_config", "_csp_update", "_csp_replace", "_csp_exempt_ro")
"""What django-csp's decorators leave on an answer that has a policy of its own."""


class PolicyMiddleware(CSPMiddleware):
    """django-csp's middleware, which makes the header anew where an answer has a policy of its own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer with the policy."""
        plain = not getattr(request, "_csp_nonce", None) and not any(hasattr(response, name) for name in OWN)
        if not plain or settings.DEBUG or getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None):
            return super().process_response(request, response)
        if HEADER not in response.headers:
            response.headers[HEADER] = _policy()
        return response


@cache
def _policy() -> str:
    return build_policy()


def _forget(**_: object) -> None:
    _policy.cache_clear()


# Settings change in tests alone.
setting_changed.connect(_forget, dispatch_uid="gcc_portal.web.policy")
