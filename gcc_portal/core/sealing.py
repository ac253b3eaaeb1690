"""Keeping a secret unread until it is shown: encrypted with a key drawn from the portal's own secret.

Used for a new tenant's one-time password, and for the answers kept for repeated API calls, which may hold one.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

# The name of its first use; changed, it would lose what is sealed already.
PURPOSE = b"customers.creation.one-time-password"


def seal(text: str) -> str:
    """Return the text encrypted."""
    return _lock(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """Return the text, or None when it was sealed with a secret that the portal has no more."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _lock(str(secret)).decrypt(sealed.encode()).decode()
        except InvalidToken:
            continue
    return None


def _lock(secret: str) -> Fernet:
    drawn = hashlib.blake2b(secret.encode(), key=PURPOSE, digest_size=32).digest()
    return Fernet(base64.urlsafe_b64encode(drawn))
