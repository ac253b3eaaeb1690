"""Allauth's adapter: there is no sign-up, people join by invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from gcc_portal.core.people.address import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Closes the sign-up, and counts rate limits by the client's address behind trusted proxies."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: an agent is invited by an admin agent."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that rate limits count by."""
        return client_address(request)
