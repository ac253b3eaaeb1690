"""Who is signed in, and the person's place at a partner: one statement a request.

The place is read anew on every request, together with the person: who was removed loses access at once.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from gcc_portal.core.people.models import User
from partners.models import Agent, Partner

_PLACE = "_place_at_a_partner"


@dataclass(frozen=True)
class Place:
    """A person's place at a partner, as it stands now."""

    role: str
    partner_id: int
    partner_role: str
    partner_name: str


class Backend(AuthenticationBackend):
    """Signs people in as allauth does, and finds who a session belongs to with the place at a partner."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person, or None where there is none who may sign in. Asked once a request."""
        with connection.cursor() as cursor:
            cursor.execute(_statement(), [user_id])
            row = cursor.fetchone()
        if row is None:
            return None
        names = _names()
        user: User = User.from_db(connection.alias, names, row[: len(names)])
        role, *partner = row[len(names) :]
        setattr(user, _PLACE, Place(role, *partner) if role else None)
        return user if self.user_can_authenticate(user) else None


def place_of(user: User | AnonymousUser) -> Place | None:
    """Return the person's place at a partner, or None for who has none (any more)."""
    if not isinstance(user, User):
        return None
    if hasattr(user, _PLACE):
        known: Place | None = getattr(user, _PLACE)
        return known
    row = (
        Agent.objects.filter(user_id=user.pk, is_active=True)
        .values_list("role", "partner_id", "partner__role", "partner__name")
        .first()
    )
    return Place(*row) if row else None


@cache
def _names() -> list[str]:
    return [field.attname for field in User._meta.concrete_fields]


@cache
def _statement() -> str:
    """Return the statement, made of the models' own names; an agent who was removed is none."""
    quote = connection.ops.quote_name
    person, agent, partner = (quote(model._meta.db_table) for model in (User, Agent, Partner))
    columns = ", ".join(f"{person}.{quote(str(field.column))}" for field in User._meta.concrete_fields)
    return (
        f"SELECT {columns}, {agent}.role, {partner}.id, {partner}.role, {partner}.name FROM {person} "  # noqa: S608
        f"LEFT JOIN {agent} ON {agent}.user_id = {person}.id AND {agent}.is_active "
        f"LEFT JOIN {partner} ON {partner}.id = {agent}.partner_id WHERE {person}.id = %s"
    )
