"""Django without the product's middleware, for the side that BENCH_SIDE names: floor, peers or oscar."""

from typing import Any

from gcc_portal.core import env
from gcc_portal.settings import *  # noqa: F403
from gcc_portal.settings import INSTALLED_APPS as PRODUCT_APPS

SIDE = env.text("BENCH_SIDE")
SESSIONS, SIGN_IN = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
)
USUAL_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    SESSIONS,
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    SIGN_IN,
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
USUAL_CONTEXT = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]


def templates(*context: str) -> list[dict[str, Any]]:
    """Return what `startproject` writes; with DEBUG off its loader keeps what it compiled."""
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": [*USUAL_CONTEXT, *context]},
        }
    ]


class NoMigrations:
    """For Django: no app has migrations."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


# The product's tables; allauth's own apps insist on a middleware of theirs.
INSTALLED_APPS = [
    app for app in PRODUCT_APPS if app not in ("allauth.account", "allauth.mfa", "allauth.usersessions")
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

if SIDE == "floor":
    MIDDLEWARE = [SESSIONS, SIGN_IN]
    ROOT_URLCONF = "bench.floor_pages"

if SIDE == "peers":
    INSTALLED_APPS = [*INSTALLED_APPS, "rest_framework"]
    MIDDLEWARE, TEMPLATES = USUAL_MIDDLEWARE, templates()
    ROOT_URLCONF = "bench.peer_pages"
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    REST_FRAMEWORK = {
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
        # Nobody is stopped; the throttle keeps a user's calls of one second, which costs less than a minute's.
        "DEFAULT_THROTTLE_RATES": {"user": "100000000/second"},
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "PAGE_SIZE": 100,
    }

if SIDE == "oscar":
    # As its documentation sets it up, each request in one transaction, so that the shop pays for one commit.
    from oscar import INSTALLED_APPS as OSCAR_APPS
    from oscar.defaults import *  # noqa: F403

    INSTALLED_APPS = list(OSCAR_APPS)
    MIDDLEWARE = [
        *USUAL_MIDDLEWARE,
        "oscar.apps.basket.middleware.BasketMiddleware",
        "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
    ]
    TEMPLATES = templates(
        "django.template.context_processors.i18n",
        "oscar.apps.search.context_processors.search_form",
        "oscar.apps.checkout.context_processors.checkout",
        "oscar.apps.communication.notifications.context_processors.notifications",
        "oscar.core.context_processors.metadata",
    )
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    ROOT_URLCONF, AUTH_USER_MODEL = "bench.oscar", "auth.User"
    DATABASE_ROUTERS = []
    DATABASES = {"default": {**env.database(env.text("DATABASE_URL")), "ATOMIC_REQUESTS": True}}
    AUTHENTICATION_BACKENDS = ["oscar.apps.customer.auth_backends.EmailBackend"]
    DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
    HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    SITE_ID = 1
    OSCAR_DEFAULT_CURRENCY = "USD"
    OSCAR_INITIAL_ORDER_STATUS = OSCAR_INITIAL_LINE_STATUS = "Pending"
    OSCAR_ORDER_STATUS_PIPELINE = {"Pending": ("Being processed",), "Being processed": ()}
    # The tables as the models say: the same as the migrations make, in seconds.
    MIGRATION_MODULES = NoMigrations()
