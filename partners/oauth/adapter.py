"""allauth's provider adapted to this portal: the form of ids and secrets, and whom an application may act for."""

import secrets
import uuid

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from partners.models import Agent
from partners.oauth.entra import SCOPE


class ApplicationAdapter(DefaultOIDCAdapter):
    """Makes ids and secrets like Entra's, and finds only persons who are agents of the application's partner."""

    scope_display = {SCOPE: _("Use the API on your behalf")}

    def generate_client_id(self) -> str:
        """Return a GUID: Microsoft's clients check that it is one."""
        return str(uuid.uuid4())

    def generate_client_secret(self) -> str:
        """Return 40 characters that need no quoting in forms, addresses and shells."""
        return secrets.token_urlsafe(30)

    def get_user_by_sub(self, client: Client, sub: str) -> AbstractBaseUser | None:
        """Return the person of an authorization code, or None where the person is no agent of the client's partner."""
        user = super().get_user_by_sub(client, sub)
        return user if user is not None and is_agent_of(client.pk, user.pk) else None


def is_agent_of(client_id: str, user_id: int | None) -> bool:
    """Return whether a person is an agent at work for the partner whose application this is."""
    return Agent.objects.at_work().filter(user_id=user_id, partner__applications=client_id).exists()
