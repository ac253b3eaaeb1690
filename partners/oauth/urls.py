"""Addresses of the OAuth endpoints, as Microsoft's clients spell them."""

from django.urls import path

from partners.oauth.authorize import authorize
from partners.oauth.token import token

app_name = "oauth"
urlpatterns = [
    path("oauth2/token", token, name="token"),
    path("oauth2/authorize", authorize, name="authorize"),
    path("<str:tenant>/oauth2/token", token, name="tenant-token"),
    path("<str:tenant>/oauth2/v2.0/token", token, name="tenant-token-2"),
    path("<str:tenant>/oauth2/authorize", authorize, name="tenant-authorize"),
    path("<str:tenant>/oauth2/v2.0/authorize", authorize, name="tenant-authorize-2"),
]
