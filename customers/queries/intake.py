"""The eligibility form of a personal link. Whoever has the link may see and fill in the form."""

import re

from customers.models import CustomerForm

TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)


def by_token(token: str) -> CustomerForm | None:
    """Return the form that a personal link names, or None."""
    if not TOKEN.fullmatch(token):
        return None
    return CustomerForm.objects.select_related("partner").filter(access_token=token).first()
