"""Roles, and the rights that each has."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is to the portal."""

    ADMIN_AGENT = "admin_agent", _("Admin agent")
    SALES_AGENT = "sales_agent", _("Sales agent")
    REVIEWER = "reviewer", _("Reviewer")
    CUSTOMER = "customer", _("Customer contact")
    SYSTEM = "system", _("The portal")
    NOBODY = "nobody", _("Visitor")


class Right(models.TextChoices):
    """What a role may do. Each label completes the sentence "You may not …"."""

    SEE_CUSTOMERS = "see_customers", _("see customers")
    ADD_CUSTOMERS = "add_customers", _("add customers")
    REQUEST_RELATIONSHIPS = "request_relationships", _("send relationship requests")
    USE_VALIDATION_IDS = "use_validation_ids", _("use validation IDs")
    PLACE_ORDERS = "place_orders", _("build carts and place orders")
    CHANGE_SUBSCRIPTIONS = "change_subscriptions", _("change subscriptions")
    SEE_ORGANIZATION = "see_organization", _("see the organization profile")
    EDIT_ORGANIZATION = "edit_organization", _("edit the organization profile")
    SIGN_PARTNER_FORM = "sign_partner_form", _("fill in and sign the partner intake form")
    MANAGE_AGENTS = "manage_agents", _("invite and remove agents")
    MANAGE_APPLICATIONS = "manage_applications", _("make API credentials")
    SEE_AUDIT = "see_audit", _("see the audit list")
    REVIEW_FORMS = "review_forms", _("review intake forms")
    SIGN_CUSTOMER_FORM = "sign_customer_form", _("fill in and sign the customer intake form")
    ANSWER_INVITATION = "answer_invitation", _("answer a relationship request")
    ACT_AS_PORTAL = "act_as_portal", _("do the portal's own work")


SALES: frozenset[Right] = frozenset(
    {
        Right.SEE_CUSTOMERS,
        Right.ADD_CUSTOMERS,
        Right.REQUEST_RELATIONSHIPS,
        Right.USE_VALIDATION_IDS,
        Right.PLACE_ORDERS,
        Right.CHANGE_SUBSCRIPTIONS,
        Right.SEE_ORGANIZATION,
    }
)
RIGHTS: dict[str, frozenset[Right]] = {
    Role.SALES_AGENT: SALES,
    Role.ADMIN_AGENT: SALES
    | {
        Right.EDIT_ORGANIZATION,
        Right.SIGN_PARTNER_FORM,
        Right.MANAGE_AGENTS,
        Right.MANAGE_APPLICATIONS,
        Right.SEE_AUDIT,
    },
    Role.REVIEWER: frozenset({Right.REVIEW_FORMS, Right.SEE_AUDIT}),
    Role.CUSTOMER: frozenset({Right.SIGN_CUSTOMER_FORM, Right.ANSWER_INVITATION}),
    Role.SYSTEM: frozenset({Right.ACT_AS_PORTAL}),
    Role.NOBODY: frozenset(),
}

PARTNER_ROLES = (Role.ADMIN_AGENT, Role.SALES_AGENT)
