"""Django REST Framework on the product's tables: what `startproject` writes; JSON in and out, a token, a throttle."""

from typing import Any

from bench.peers.admin_settings import *  # noqa: F403
from bench.peers.admin_settings import INSTALLED_APPS as ADMIN_APPS

INSTALLED_APPS = [*ADMIN_APPS, "rest_framework", "rest_framework.authtoken"]
ROOT_URLCONF = "bench.peers.drf_urls"
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["bench.peers.drf_access.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    # Nobody is stopped; what the throttle keeps of a user is a second's calls: no more than under 500 a minute.
    "DEFAULT_THROTTLE_RATES": {"user": "100000000/second"},
    "DEFAULT_PAGINATION_CLASS": "bench.peers.drf_access.Pages",
}
