"""Addresses of the OAuth endpoints, as Microsoft's clients spell them."""

from django.urls import path

from partners.oauth.authorize import authorize
from partners.oauth.discovery import discovery
from partners.oauth.token import token

DOCUMENT = ".well-known/openid-configuration"

app_name = "oauth"
urlpatterns = [
    path("oauth2/token", token, name="token"),
    path("oauth2/authorize", authorize, name="authorize"),
    path("<str:tenant>/oauth2/token", token, name="tenant-token"),
    path("<str:tenant>/oauth2/v2.0/token", token, name="tenant-token-2"),
    path("<str:tenant>/oauth2/authorize", authorize, name="tenant-authorize"),
    path("<str:tenant>/oauth2/v2.0/authorize", authorize, name="tenant-authorize-2"),
    path(DOCUMENT, discovery, name="discovery"),
    path(f"v2.0/{DOCUMENT}", discovery, {"version": "v2.0"}, name="discovery-2"),
    path(f"<str:tenant>/{DOCUMENT}", discovery, name="tenant-discovery"),
    path(f"<str:tenant>/v2.0/{DOCUMENT}", discovery, {"version": "v2.0"}, name="tenant-discovery-2"),
]
