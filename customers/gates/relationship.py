"""Relationship requests and what keeps a relationship from beginning or ending: R1, R2. No writes."""

import re
from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.gates.contact import is_no_reseller
from customers.models import Customer, Relationship
from customers.states import GCC
from gcc_portal.core.gates import Blocker, gate_of
from gcc_portal.core.mail.emails import absolute
from gcc_portal.identity.tenants.kinds import TenantAnswer, TenantKind
from partners.gates.qualification import holds_qualification
from partners.models import Partner

EndGate = Callable[[Relationship], list[Blocker]]
_end_gates: list[EndGate] = []

LINK = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.)\S*", re.IGNORECASE)
ACCEPTED_CLOUDS = (TenantKind.COMMERCIAL, TenantKind.GCC)


def register_end_gate(gate: EndGate) -> None:
    """Let an app above add what keeps a relationship from ending. Idempotent."""
    if gate not in _end_gates:
        _end_gates.append(gate)


def can_request(partner: Partner, *, for_gcc: bool) -> list[Blocker]:
    """R1, P2: a request for a GCC customer needs the qualification; a reseller does not transact."""
    return is_no_reseller(partner) or (holds_qualification(partner) if for_gcc else [])


def answer_path(relationship: Relationship) -> str:
    """Return the path of the personal link."""
    return reverse("relationships:answer", args=[relationship.token])


def answer_link(relationship: Relationship) -> str:
    """Return the personal link in full, as it stands in the message."""
    return absolute(answer_path(relationship))


def message_may_go(relationship: Relationship, message: str, subject: str = "") -> list[Blocker]:
    """R1: a message without the personal link, or with any other link, is neither saved nor sent."""
    # A character that would extend the link makes it another one.
    personal = re.escape(answer_link(relationship)) + r"(?![\w/?#%&=-])"
    if re.search(personal, message):
        others = {"message": re.sub(personal, " ", message), "subject": subject}
        return [_other_link(field, link) for field, text in others.items() for link in _links(text)[:1]]
    return [
        Blocker(
            "R1.link",
            _("The personal link is missing from the letter, or was changed."),
            _("Put it back in full on a line of its own: %(link)s. Without it the customer can’t answer.")
            % {"link": answer_link(relationship)},
            field="message",
        )
    ]


def _links(text: str) -> list[str]:
    """Return what a mail program shows as a link: a URL with a scheme, or one that begins with www."""
    return [found.group()[:100] for found in LINK.finditer(text)]


def _other_link(field: str, link: str) -> Blocker:
    return Blocker(
        "R1.other_link",
        _("The letter carries another link: %(link)s.") % {"link": link},
        _(
            "It goes out under the portal’s name, so it may carry the personal link alone. Take the other one out."
        ),
        field=field,
    )


def may_be_answered(relationship: Relationship) -> list[Blocker]:
    """R1: a request is answered until its day is over."""
    if relationship.expires_at is None or relationship.expires_at > timezone.now():
        return []
    return [
        Blocker(
            "R1.expired",
            _("The link of this relationship request has expired."),
            _("%(partner)s can request the relationship anew: the letter then carries a new link.")
            % {"partner": relationship.partner.name},
        )
    ]


def may_be_sent(relationship: Relationship) -> list[Blocker]:
    """R1: what `may_be_answered` says, with the link by which the partner makes a new request."""
    return [
        replace(blocker, to=("relationships:new", ()), url_label=_("Request a relationship"))
        for blocker in may_be_answered(relationship)
    ]


def has_address(relationship: Relationship) -> list[Blocker]:
    """R1: the portal sends the message to the customer's address; without one the partner sends it itself."""
    if relationship.contact_email:
        return []
    return [
        Blocker(
            "R1.no_address",
            _("The request names no e-mail address of the customer."),
            _("Copy the letter, or open it in your mail program, and send it yourself."),
        )
    ]


def tenant_may_accept(answer: TenantAnswer) -> list[Blocker]:
    """R2: the customer names a tenant of the commercial cloud or of the Government Community Cloud."""
    if answer.kind in ACCEPTED_CLOUDS:
        return []
    if answer.kind.is_us_government_cloud:
        return [
            Blocker(
                "R2.azure_government",
                _("This tenant ID belongs to %(cloud)s.") % {"cloud": answer.kind.label},
                _(
                    "A reseller relationship is made with a tenant of the commercial cloud or of the Government "
                    "Community Cloud. Name that tenant, or ask your partner how your organization is served."
                ),
                field="tenant_id",
            )
        ]
    if answer.kind == TenantKind.UNCHECKED:
        return [
            Blocker(
                "R2.unchecked",
                _("The tenant directory did not answer, so this tenant ID could not be checked."),
                _("Nothing was written. Please try again in a few minutes."),
                field="tenant_id",
            )
        ]
    if answer.kind in (TenantKind.NOT_FOUND, TenantKind.MALFORMED):
        return [
            Blocker(
                "R2.unknown",
                _("No tenant with this ID exists."),
                _("Copy the tenant ID from the Microsoft Entra admin center, page Overview."),
                field="tenant_id",
            )
        ]
    return [
        Blocker(
            "R2.cloud",
            _("This tenant is in a cloud that can’t be served here (%(cloud)s).")
            % {"cloud": answer.kind.label},
            _("Name a tenant of the commercial cloud or of the Government Community Cloud."),
            field="tenant_id",
        )
    ]


def partner_may_serve(partner: Partner, kinds: set[str]) -> list[Blocker]:
    """R1: a tenant of the Government Community Cloud is served by a qualified partner."""
    if GCC not in kinds or not holds_qualification(partner):
        return []
    return [
        Blocker(
            "R1.not_qualified",
            _("%(partner)s does not hold the qualification for the Government Community Cloud.")
            % {"partner": partner.name},
            _(
                "Your tenant is in that cloud, so this partner can’t serve it. Tell the person who wrote to you."
            ),
            field="tenant_id",
        )
    ]


def not_yet_customer(relationship: Relationship, customer: Customer) -> list[Blocker]:
    """R2: a customer that this partner serves already has nothing to accept."""
    others = customer.relationships.active_of(relationship.partner_id)
    if not others.exclude(pk=relationship.pk).exists():
        return []
    return [
        Blocker(
            "R2.already",
            _("%(customer)s is already a customer of %(partner)s.")
            % {"customer": customer.name, "partner": relationship.partner.name},
            _("There is nothing to accept: the relationship is active."),
            field="tenant_id",
        )
    ]


def is_sandbox() -> list[Blocker]:
    """Return a blocker where the portal is no sandbox: customers are removed from a sandbox alone."""
    if settings.API_SANDBOX:
        return []
    return [
        Blocker(
            "sandbox.only",
            _("Customers are removed in a sandbox alone, and this portal is none."),
            _("End the relationship instead: set relationshipToPartner to none."),
        )
    ]


@gate_of(Relationship, "end")
def can_end(relationship: Relationship) -> list[Blocker]:
    """Return what still runs under the relationship: other apps add to it with `register_end_gate`."""
    return [blocker for gate in _end_gates for blocker in gate(relationship)]
