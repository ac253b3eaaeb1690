"""How allauth's provider meets this portal: what ids and secrets look like, and who may be acted for."""

import secrets
import uuid

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from partners.models import Agent
from partners.oauth.entra import SCOPE


class ApplicationAdapter(DefaultOIDCAdapter):
    """Makes ids and secrets of Entra's kind, and knows no person who is not an agent of the application's partner."""

    scope_display = {SCOPE: _("Use the API on your behalf")}

    def generate_client_id(self) -> str:
        """Return a GUID: clients check that it is one."""
        return str(uuid.uuid4())

    def generate_client_secret(self) -> str:
        """Return 40 characters that need no quoting in forms, addresses and shells."""
        return secrets.token_urlsafe(30)

    def get_user_by_sub(self, client: Client, sub: str) -> AbstractBaseUser | None:
        """Return the person of an authorization code, while an agent at work for the client's partner."""
        user = super().get_user_by_sub(client, sub)
        return user if user is not None and is_agent_of(client.pk, user.pk) else None


def is_agent_of(client_id: str, user_id: int | None) -> bool:
    """Return whether a person is an agent at work for the partner whose application this is."""
    return Agent.objects.at_work().filter(user_id=user_id, partner__applications=client_id).exists()
