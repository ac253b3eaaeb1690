"""Actors: who acts, with which rights and through which channel. Every service takes one."""

from dataclasses import dataclass, replace
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.roles import RIGHTS, Right, Role


class Channel(models.TextChoices):
    """The way by which an action reached the portal."""

    PAGE = "page", _("Page")
    API = "api", _("API")
    TASK = "task", _("Task")
    LINK = "link", _("Personal link")
    COMMAND = "command", _("Command")


@dataclass(frozen=True)
class Actor:
    """A signed-in person, a customer with a personal link, an API application, or the portal itself."""

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
    # The person signed in, in the browser that opened a personal link. It gives no rights: gates read it (R1).
    signed_in: "Actor | None" = None

    def may(self, right: Right) -> bool:
        """Return whether the role has the right. Which objects the actor may see is decided in `queries`."""
        return right in RIGHTS.get(self.role, frozenset())

    @property
    def is_partner(self) -> bool:
        """Return whether the actor is an agent of a partner, or an application that acts for one."""
        return self.partner_id is not None and self.role in (Role.ADMIN_AGENT, Role.SALES_AGENT)

    def seen(self, address: str, correlation_id: str) -> Self:
        """Return the same actor with this IP address and correlation id."""
        return replace(self, address=address, correlation_id=correlation_id)

    def at(self, channel: str) -> Self:
        """Return the same actor with another channel."""
        return replace(self, channel=channel)


def auto_reviewer() -> Actor:
    """Return the automatic review, which decides from a form's checks alone."""
    return Actor(role=Role.SYSTEM, channel=Channel.TASK, name="Eligibility desk")


def portal(channel: str = Channel.TASK) -> Actor:
    """Return the portal itself, acting in a task or a command."""
    return Actor(role=Role.SYSTEM, channel=channel, name="GCC Portal")


def customer_contact(name: str, address: str = "", signed_in: Actor | None = None) -> Actor:
    """Return a customer's contact who opened a personal link; `signed_in` is the actor of the browser's session."""
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
