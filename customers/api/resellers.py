"""How customers come to a partner, and through which indirect reseller they are served."""

from typing import Any

from django.utils.translation import gettext as _

from customers.gates.relationship import answer_link
from customers.queries.customers import customer_or_404, reseller_of
from customers.services import relationships
from gcc_portal.api.call import Call
from gcc_portal.api.errors import APP_ONLY, NO_PARTNER, ApiError
from gcc_portal.api.paging import Collection, collection
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Attributes, Guid, Resource, typed
from partners.api.relationships import PROVIDER_OF, PartnerRelationship, partner_relationship

resources = Resources("Relationships", "customers")


class RelationshipRequest(Resource):
    """The link by which a customer answers the partner's request."""

    url: str
    attributes: Attributes


@resources.get("customers/relationshiprequests", RelationshipRequest, user_only=True, writes=True)
def get_relationship_request(call: Call) -> Any:
    """Return the link of a relationship request, to be handed to a customer.

    A request made in the portal names its customer, and its link is personal to it. This one names none: whoever
    accepts it names its own tenant, and meets the same gates. One such request of a partner is open at a time: its
    link is answered again until it was accepted once, declined, taken back in the portal, or has expired; then the
    next call begins a new one. It is for a Government Community Cloud customer where the partner is qualified; the
    link of a partner that is not can't be accepted for a tenant in that cloud.
    """
    return RelationshipRequest(
        url=answer_link(relationships.open_link(call.actor)),
        attributes=typed("RelationshipRequest"),
    )


@resources.get("customers/{customer_id}/relationships", Collection[PartnerRelationship], user_only=True)
def list_customer_relationships(call: Call, customer_id: Guid) -> Any:
    """List the indirect resellers that serve a customer through the partner: one or none."""
    reseller = reseller_of(call.actor, customer_or_404(call.actor, customer_id))
    items = [partner_relationship(reseller, PROVIDER_OF)] if reseller else []
    return collection(items, f"/customers/{customer_id}/relationships")


@resources.patch("relationships/{partner_id}/customer/{customer_id}", PartnerRelationship, user_only=True)
def retry_customer_relationship(call: Call, partner_id: Guid, customer_id: Guid) -> Any:
    """Return the relationship by which an indirect reseller serves a customer.

    Where it failed, this call makes it anew; here it never fails, as it is written together with the customer.
    """
    reseller = reseller_of(call.actor, customer_or_404(call.actor, customer_id))
    if reseller is None or reseller.tenant_id != partner_id:
        raise ApiError(NO_PARTNER, _("The customer is not served by an indirect reseller with this ID."))
    return partner_relationship(reseller, PROVIDER_OF)


def person_for_reseller(call: Call, customer_id: Guid) -> None:
    """Refuse an app-only client where an indirect reseller serves the customer (403/900329).

    Raises `NoCustomer`.
    """
    if call.app_only and reseller_of(call.actor, customer_or_404(call.actor, customer_id)) is not None:
        raise ApiError(
            APP_ONLY,
            _("An indirect reseller serves this customer: order with the token of an agent (App+User)."),
        )
