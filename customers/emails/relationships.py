"""E-mails about reseller relationships: the request, and its answer or its expiry."""

import re

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.emails.dates import day
from customers.gates.relationship import answer_link
from customers.models import Customer, CustomerAgreement, Relationship
from customers.states import GCC, QualificationKind
from gcc_portal.core.mail.emails import EmailContent, absolute


def template(relationship: Relationship, sender: str) -> tuple[str, str]:
    """Return subject and text of a new request's message; the partner may edit all but the link."""
    words = {
        "contact": relationship.contact_name,
        "organization": relationship.organization_name or _("your organization"),
        "partner": relationship.partner.name,
        "link": answer_link(relationship),
        "day": day(relationship.expires_at),
        "sender": sender,
    }
    greeting = _("Dear %(contact)s,") % words if relationship.contact_name else _("Hello,")
    blocks = [
        greeting,
        _(
            "%(partner)s would like to be the reseller of Microsoft cloud services for %(organization)s. "
            "An administrator of your organization can accept or decline on this page:"
        )
        % words,
        words["link"],
        _(
            "You will be asked for your organization's tenant ID, and to accept the reseller relationship and the "
            "Microsoft Customer Agreement where you have not accepted it yet. A reseller relationship lets us order "
            "for you. It gives us no access to your data."
        ),
        _("The link is personal to your organization and can be used until %(day)s.") % words,
        _("Kind regards,") + "\n" + _("%(sender)s, %(partner)s") % words,
    ]
    return _("Reseller relationship with %(partner)s") % words, "\n\n".join(blocks)


def request(relationship: Relationship) -> EmailContent:
    """Return the e-mail of a request: the message as the partner wrote it, with its link as the button, too."""
    blocks = [
        block for block in re.split(r"\n\s*\n", relationship.message.replace("\r\n", "\n")) if block.strip()
    ]
    link = answer_link(relationship)
    return EmailContent(
        subject=relationship.message_subject,
        paragraphs=[block for block in blocks if block.strip() != link] or [link],
        action_label=_("Accept or decline"),
        action_url=link,
    )


def accepted(relationship: Relationship, customer: Customer) -> EmailContent:
    """Return the notice to the partner that the customer accepted, with what its tenant really has (R2)."""
    kinds = ", ".join(str(QualificationKind(kind).label) for kind in sorted(customer.granted_kinds))
    names = {"customer": customer.name, "by": relationship.answered_by, "tenant": customer.pk}
    paragraphs = [
        _("%(by)s accepted the reseller relationship for %(customer)s, tenant ID %(tenant)s.") % names,
        _(
            "The customer is in your list now. Its special qualifications, on its Account page, say what you may "
            "sell to it."
        ),
    ]
    if relationship.for_gcc and GCC not in customer.granted_kinds:
        paragraphs += _not_government(names)
    return EmailContent(
        subject=_("%(customer)s accepted your relationship request") % names,
        paragraphs=paragraphs,
        facts=[(_("Special qualifications"), kinds or _("None"))],
        action_label=_("Open the customer’s account"),
        action_url=absolute(reverse("customers:account", args=[customer.pk])),
    )


def _not_government(names: dict[str, object]) -> list[str]:
    """Return what a partner has to know that asked for a government customer and met a commercial tenant (R2, O1)."""
    return [
        _(
            "You asked for a Government Community Cloud customer, but this tenant is commercial. Government offers "
            "can’t be ordered for it, and a commercial tenant does not turn into a government one."
        ),
        _(
            "What to do next: if %(customer)s has a tenant in the Government Community Cloud, send a new request and "
            "ask its administrator to name that tenant. If it has none, let it be validated with the eligibility form "
            "(%(form)s) and add it as a customer with its validation ID. Commercial offers can be ordered for this "
            "tenant."
        )
        % {**names, "form": absolute(reverse("eligibility:start"))},
    ]


def confirmed(relationship: Relationship, customer: Customer, email: str) -> EmailContent:
    """Return the confirmation to the customer: what was accepted, for which tenant, by whom, and how to object (R2)."""
    accepted_now = customer.agreements.filter(
        how=CustomerAgreement.How.ACCEPTED, recorded_at__gte=relationship.answered_at
    )
    agreed = accepted_now.first()
    names = {
        "partner": relationship.partner.name,
        "customer": customer.name,
        "by": relationship.answered_by,
        "email": email,
        "address": settings.ELIGIBILITY_ADDRESS,
    }
    if agreed:
        agreement = _("accepted, version %(version)s") % {"version": agreed.template_version}
    else:
        agreement = _("in force before; nothing was accepted anew")
    return EmailContent(
        subject=_("Confirmation: %(partner)s is now a reseller of %(customer)s") % names,
        paragraphs=[
            _(
                "%(by)s (%(email)s) accepted the reseller relationship with %(partner)s for %(customer)s. "
                "%(partner)s can order Microsoft cloud services for this tenant from now on."
            )
            % names,
            _(
                "Was it not you, or nobody who may decide this? Then write to US Government Cloud Eligibility, "
                "%(address)s, at once, and name the tenant ID."
            )
            % names,
        ],
        facts=[
            (_("Partner"), relationship.partner.name),
            (_("Organization"), customer.name),
            (_("Tenant ID"), customer.pk),
            (_("Microsoft Customer Agreement"), agreement),
            (_("Accepted on"), day(relationship.answered_at)),
        ],
        action_label=_("See what was accepted"),
        action_url=answer_link(relationship),
    )


def declined(relationship: Relationship) -> EmailContent:
    """Return the notice to the partner that the customer declined, with the reason."""
    names = {
        "organization": relationship.organization_name or _("A customer"),
        "by": relationship.answered_by,
    }
    return EmailContent(
        subject=_("%(organization)s declined your relationship request") % names,
        paragraphs=[
            _("%(by)s declined the reseller relationship for %(organization)s.") % names
            if relationship.organization_name
            else _("%(by)s declined the reseller relationship.") % names,
            _("The reason: %(reason)s") % {"reason": relationship.decline_reason},
            _("If this was a misunderstanding, talk to your contact and send a new request."),
        ],
        action_label=_("Open the request"),
        action_url=_detail(relationship),
    )


def expired(relationship: Relationship) -> EmailContent:
    """Return the notice to the partner that nobody answered in time."""
    names = {
        "organization": relationship.organization_name or _("a customer"),
        "day": day(relationship.expires_at),
    }
    return EmailContent(
        subject=_("Your relationship request to %(organization)s has expired") % names,
        paragraphs=[
            _("Nobody at %(organization)s answered your relationship request by %(day)s. Its link is closed.")
            % names
            if relationship.organization_name
            else _("Nobody answered your relationship request by %(day)s. Its link is closed.") % names,
            _("If you still want the relationship, request it again from there."),
        ],
        action_label=_("Open the request"),
        action_url=_detail(relationship),
    )


def _detail(relationship: Relationship) -> str:
    return absolute(reverse("relationships:detail", args=[relationship.pk]))
