"""A bare Django on the product's tables: sessions and sign-in are checked, and nothing else is done."""

from gcc_portal.settings import *  # noqa: F403
from gcc_portal.settings import INSTALLED_APPS as ALL_APPS

# allauth insists on a middleware of its own.
INSTALLED_APPS = [
    app for app in ALL_APPS if app not in ("allauth.account", "allauth.mfa", "allauth.usersessions")
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "bench.floors.urls"
