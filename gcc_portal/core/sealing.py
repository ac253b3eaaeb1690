"""Encrypts secrets in the database, with a key derived from SECRET_KEY.

Used for a new tenant's one-time password, and for the answers kept for repeated API calls, which may hold one.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

# Named after its first use; a change would make what is sealed already unreadable.
PURPOSE = b"customers.creation.one-time-password"


def seal(text: str) -> str:
    """Return the text encrypted."""
    return _lock(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """Return the text, or None when it was sealed with a secret that is in neither SECRET_KEY nor its fallbacks."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _lock(str(secret)).decrypt(sealed.encode()).decode()
        except InvalidToken:
            continue
    return None


def _lock(secret: str) -> Fernet:
    key = hashlib.blake2b(secret.encode(), key=PURPOSE, digest_size=32).digest()
    return Fernet(base64.urlsafe_b64encode(key))
