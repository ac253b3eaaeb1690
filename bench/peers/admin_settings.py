"""Django's admin on the product's tables: what `startproject` writes, on the product's database, cache and sessions."""

from typing import Any

from gcc_portal.settings import *  # noqa: F403
from gcc_portal.settings import INSTALLED_APPS as ALL_APPS

# allauth insists on a middleware of its own; the rest stands for the models alone.
INSTALLED_APPS = [
    app for app in ALL_APPS if app not in ("allauth.account", "allauth.mfa", "allauth.usersessions")
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bench.peers.admin_urls"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
ENGINE: dict[str, Any] = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,  # with DEBUG off its loader keeps what it compiled
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ],
    },
}
TEMPLATES = [ENGINE]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
