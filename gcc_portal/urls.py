"""All URLs of the portal. Each app declares its own in its `urls.py`."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from gcc_portal.operations import health
from gcc_portal.operations import views as operations
from gcc_portal.web import errors, home

# Operators sign in on allauth's page: Django's own admin login has neither second factor nor rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
    path("operations/", include("gcc_portal.operations.urls")),
    path("accounts/", include("allauth.urls")),
    path("operator/", admin.site.urls),
    path("v1/", include("gcc_portal.api.urls")),
    path("review/", include("gcc_portal.intake.urls")),
    path("audit/", include("gcc_portal.web.audit.urls")),
    path("mail/", include("gcc_portal.web.mail.urls")),
    path("", include("partners.oauth.urls")),
    path("", include("partners.urls")),
    path("", include("customers.urls")),
    path("", include("orders.urls")),
]
if settings.DEMO or settings.DEBUG or settings.TESTING:
    urlpatterns += [
        path("mailbox/", include("gcc_portal.web.mail.mailbox_urls")),
        path("styleguide/", include("tools.styleguide.urls")),
    ]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many_requests  # read by allauth's rate limits
handler500 = errors.server_error
