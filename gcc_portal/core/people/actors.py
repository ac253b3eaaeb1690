"""Who acts: one small value that every service takes, whichever channel the act came in by."""

from dataclasses import dataclass, replace
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.roles import RIGHTS, Right, Role


class Channel(models.TextChoices):
    """By which channel an act came in."""

    PAGE = "page", _("Page")
    API = "api", _("API")
    TASK = "task", _("Task")
    LINK = "link", _("Personal link")
    COMMAND = "command", _("Command")


@dataclass(frozen=True)
class Actor:
    """Someone who acts: a signed-in person, a customer who holds a personal link, or the portal itself."""

    role: str
    channel: str
    name: str
    user_id: int | None = None
    partner_id: int | None = None
    address: str = ""
    correlation_id: str = ""
    partner_role: str = ""
    # The client ID of the API application that acts, for a person or for itself.
    application_id: str = ""
    # Who the browser is signed in as by which a personal link was opened: the rules ask it, no right comes of it.
    signed_in: "Actor | None" = None

    def may(self, right: Right) -> bool:
        """Return whether the role carries the right. What may be seen at all is the business of `queries`."""
        return right in RIGHTS.get(self.role, frozenset())

    @property
    def is_partner(self) -> bool:
        """Return whether this is an agent of a partner."""
        return self.partner_id is not None and self.role in (Role.ADMIN_AGENT, Role.SALES_AGENT)

    def seen(self, address: str, correlation_id: str) -> Self:
        """Return the same actor, calling from this address under this correlation id."""
        return replace(self, address=address, correlation_id=correlation_id)

    def at(self, channel: str) -> Self:
        """Return the same actor at another channel."""
        return replace(self, channel=channel)


def auto_reviewer() -> Actor:
    """Return the automatic review, which decides from a form's checks alone."""
    return Actor(role=Role.SYSTEM, channel=Channel.TASK, name="Eligibility desk")


def portal(channel: str = Channel.TASK) -> Actor:
    """Return the portal itself, at work in a task or a command."""
    return Actor(role=Role.SYSTEM, channel=channel, name="GCC Portal")


def customer_contact(name: str, address: str = "", signed_in: Actor | None = None) -> Actor:
    """Return a customer's contact who came by a personal link, in a browser that may be signed in as somebody."""
    return Actor(
        role=Role.CUSTOMER,
        channel=Channel.LINK,
        name=name or "Customer contact",
        address=address,
        signed_in=signed_in,
    )


def visitor(address: str = "") -> Actor:
    """Return somebody who is not signed in."""
    return Actor(role=Role.NOBODY, channel=Channel.PAGE, name="Visitor", address=address)
