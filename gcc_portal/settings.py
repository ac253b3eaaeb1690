"""Settings. Every one that differs between machines is read from the environment; `docs/operations.md` lists them."""

import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from gcc_portal.core import env

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules

# --- What kind of portal this is -------------------------------------------------------------------------------
DEMO = env.boolean("PORTAL_DEMO", default=False)
DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if not (DEMO or DEBUG or TESTING):
        raise ImproperlyConfigured(
            "SECRET_KEY must be set (or SECRET_KEY_FILE): 50 random characters, kept secret"
        )
    SECRET_KEY = "only-for-the-demo-and-for-tests-never-for-a-portal-that-others-can-reach"  # noqa: S105
PORT = env.integer("PORT", 8000)
PORTAL_URL = env.text("PORTAL_URL", f"http://127.0.0.1:{PORT}/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
HTTPS = PORTAL_URL.startswith("https://")
# Number of proxies in front of the portal. The client's address is that entry of X-Forwarded-For, from the end.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0)

# --- Apps, middleware, templates -------------------------------------------------------------------------------
INSTALLED_APPS = [
    "gcc_portal",
    "gcc_portal.web",
    "partners",
    "customers",
    "orders",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "csp",
    "django_fsm",
    "django_htmx",
    "ninja",
    "post_office",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "gcc_portal.api.middleware.ApiMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gcc_portal.web.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gcc_portal.web.parts.PartMiddleware",
    "partners.middleware.ActorMiddleware",
    "gcc_portal.web.problems.RefusalMiddleware",
]
ROOT_URLCONF = "gcc_portal.urls"
WSGI_APPLICATION = "gcc_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "gcc_portal.web.renderer.UswdsRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "gcc_portal.web.context.portal",
            ],
        },
    }
]

# --- PostgreSQL and Redis --------------------------------------------------------------------------------------
DATABASES = {"default": env.database(env.text("DATABASE_URL", "postgresql://portal@127.0.0.1:5432/portal"))}
# A read-only copy from which pages may read. Unset: no router and no middleware are added.
REPLICA_URL = env.text("REPLICA_URL")
REPLICA_PIN_SECONDS = env.integer("REPLICA_PIN_SECONDS", 10)
if REPLICA_URL:
    DATABASES["replica"] = env.replica(REPLICA_URL)
    DATABASE_ROUTERS = ["gcc_portal.operations.replica.ReplicaRouter"]
    MIDDLEWARE.insert(0, "gcc_portal.operations.replica.ReplicaMiddleware")
# Apps and models never read from the replica: a person whose rights were taken away must lose them at once, and the
# replica lags behind.
REPLICA_NEVER = {
    "account", "admin", "allauth_idp_oidc", "auth", "gcc_portal.user", "mfa", "partners.agent",
    "partners.apiapplication", "sessions", "usersessions",
}  # fmt: skip
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.redis(REDIS_URL, 2),
        "KEY_PREFIX": "portal",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- Celery ----------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.redis(REDIS_URL, 0, celery=True)
BROKER_REDIS_URL = env.redis(REDIS_URL, 0)
CELERY_RESULT_BACKEND = env.redis(REDIS_URL, 1, celery=True)
CELERY_TASK_IGNORE_RESULT = False
CELERY_RESULT_EXPIRES = 3600
# A message is acknowledged when its task has ended, so that the tasks of a killed worker run again: all are idempotent.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 3,
    "socket_timeout": 10,
}
CELERY_TIMEZONE = "UTC"
SWEEP_SECONDS = env.integer("SWEEP_SECONDS", 2 if DEMO else 20)
EVERY: dict[str, tuple[str, float]] = {  # purpose: (task, interval in seconds)
    "answer due intake forms": ("gcc_portal.intake.tasks.sweep", SWEEP_SECONDS),
    "warn of what is about to be late": ("gcc_portal.intake.tasks.warn_reviewers", 300),
    "send what waits in the outbox": ("gcc_portal.core.mail.tasks.deliver_outbox", 30),
    "expire validation IDs and requests": ("customers.tasks.expire_due", 300),
    "take up stuck creations": ("customers.tasks.resume_stuck", 60),
    "take up stuck orders": ("orders.tasks.resume_stuck", 60),
    "renew and expire subscriptions": ("orders.tasks.renew_due", 600),
    "clear expired carts": ("orders.tasks.expire_carts", 3600),
    "forget what the API keeps": ("gcc_portal.api.tasks.forget", 3600),
}
# A run that no worker has started by the time of the next one expires: runs never pile up behind a backlog.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 15)}}
    for name, (task, seconds) in EVERY.items()
}

# --- Mail ------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = "gcc_portal.core.mail.backend.OutboxBackend"
EMAIL_DELIVERY = "gcc_portal.core.mail.demo.EmailBackend"
vars().update(
    env.mail(env.text("EMAIL_URL", "demo://" if DEMO or DEBUG or TESTING else "smtp://localhost:25"))
)
POST_OFFICE = {"BACKENDS": {"default": EMAIL_DELIVERY}, "LOG_LEVEL": 2, "MESSAGE_ID_ENABLED": False}
DEFAULT_FROM_EMAIL = env.text("FROM_EMAIL", "US Government Cloud Eligibility <eligibility@portal.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_BATCH = 50  # e-mails locked and sent in one transaction
# Seconds before the first retry; each wait is four times the one before.
MAIL_RETRY = env.integer("MAIL_RETRY", 30)
MAIL_TRIES = 5

# --- People ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "gcc_portal.User"
AUTHENTICATION_BACKENDS = ["partners.sign_in.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "gcc_portal.core.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "GCC Portal: "
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # people join by invitation: no e-mail on how to sign up
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "public_form": env.text("PUBLIC_FORM_RATE", "120/m/ip"),
    "public_start": env.text("PUBLIC_START_RATE", "10/m/ip"),
    "tenant_lookup": "60/m/ip",
    "invitation_mail": "30/m/user",
    "token_refused": env.text("TOKEN_REFUSED_RATE", "30/m/ip"),  # requests for an API token that were refused
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "GCC Portal"
INVITATION_DAYS = 7

# --- Office hours and the automatic review (T1) ----------------------------------------------------------------
DESK_TIME_ZONE = env.text("DESK_TIME_ZONE", "America/New_York")
DESK_OPENS = env.text("DESK_OPENS", "09:00")
DESK_CLOSES = env.text("DESK_CLOSES", "17:00")
DESK_BUSINESS_DAYS = 2
# When a form is answered automatically. `real`: at a moment inside the two days; a number: that many seconds after the
# submission; `off`: by reviewers alone.
INTAKE_DESK_PACE = env.text("INTAKE_DESK_PACE", "8" if DEMO else "real")
INTAKE_BATCH = env.integer("INTAKE_BATCH", 250)  # due forms answered in one transaction
REVIEW_WARNING_HOURS = env.integer("REVIEW_WARNING_HOURS", 4)  # office hours before the deadline

# --- Evidence: tenants, files, where to write ------------------------------------------------------------------
ELIGIBILITY_ADDRESS = env.text("ELIGIBILITY_ADDRESS", "usgcce@microsoft.com")
TENANT_DIRECTORY = env.text("TENANT_DIRECTORY", "demo" if DEMO or DEBUG or TESTING else "live")
TENANT_DISCOVERY_HOSTS = env.words(
    "TENANT_DISCOVERY_HOSTS", "https://login.microsoftonline.com,https://login.microsoftonline.us"
)
TENANT_DISCOVERY_TIMEOUT = env.integer("TENANT_DISCOVERY_TIMEOUT", 5)  # seconds
TENANT_SUFFIX = "onmicrosoft.com"
DOMAIN_PREFIX_MAX = 27
ATTACHMENTS_MAX = 5
ATTACHMENTS_BYTES = 25 * 1024 * 1024

# --- Limits and periods of the programme's rules ---------------------------------------------------------------
VALIDATION_ID_CREATES = env.integer("VALIDATION_ID_CREATES", 5)
VALIDATION_ID_DAYS = env.integer("VALIDATION_ID_DAYS", 365)
RELATIONSHIP_REQUEST_DAYS = env.integer("RELATIONSHIP_REQUEST_DAYS", 30)
CART_DAYS = 7
CANCELLATION_DAYS = 7

# --- The API ---------------------------------------------------------------------------------------------------
# Packages that register resources, in the order of the layers, and the function that returns a token's caller.
API_RESOURCES = ["partners.api", "customers.api", "orders.api"]
API_AUTHENTICATOR = "partners.api.tokens.caller_of_token"
API_LIMITS_URL = env.redis(REDIS_URL, 3)
# Calls that a partner may make to each kind of resource; `*` is the limit of every kind not named.
API_RATES: dict[str, str] = {"*": env.text("API_RATE", "500/minute")}
# In a sandbox API clients may delete their customers.
API_SANDBOX = env.boolean("API_SANDBOX", default=DEMO)
API_TOKEN_SECONDS = env.integer("API_TOKEN_SECONDS", 3600)
# allauth's provider issues opaque tokens, stored as hashes; no identity tokens.
IDP_OIDC_ADAPTER = "partners.oauth.adapter.ApplicationAdapter"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = API_TOKEN_SECONDS
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 90 * 24 * 3600
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 300
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

# --- Operations ------------------------------------------------------------------------------------------------
# The bearer token for /metrics. Unset: the page is closed, except to the demo's own machine.
METRICS_TOKEN = env.secret("METRICS_TOKEN", at_least=20)
RELEASE = env.text("RELEASE")  # the name of this build in /metrics, such as a commit

# --- Language, time zone, files --------------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = DESK_TIME_ZONE
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "build" / "assets"]
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "var" / "media")))
# Whether `collectstatic` has run, so that files are served hashed and compressed. In the demo `make run` does it.
COLLECTED = not (DEBUG or TESTING) and (
    not DEMO or (bool(env.text("STATIC_ROOT")) and (STATIC_ROOT / "staticfiles.json").is_file())
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if COLLECTED
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED
# Without it WhiteNoise scans all static files for each new test client.
WHITENOISE_AUTOREFRESH = DEBUG or TESTING
WHITENOISE_KEEP_ONLY_HASHED_FILES = COLLECTED
# Bytes of a request's body without its files; a longer one is refused before it is read (413).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Security --------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "gcc_portal.web.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS and env.boolean("SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
