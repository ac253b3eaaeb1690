"""The same resources as view sets: a token's person, the partner's own rows, and a cart that is checked out.

What belongs to a row is fetched with it. The checkout is one transaction: the cart, the partner, the relationship and
the customer locked, the rules asked one by one, the order, its lines and subscriptions written one by one, as the
framework's guide writes what is nested, an entry in the log for the order and for each subscription, and the mail put
into the queue of the outbox's package.
"""

from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from post_office import mail
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, ValidationError

from bench.peers.drf_serializers import (
    CartSerializer,
    CustomerItemSerializer,
    CustomerSerializer,
    OrderSerializer,
    offers_of,
)
from customers.models import Customer, CustomerAgreement, Relationship, SpecialQualification
from gcc_portal.core.audit.models import AuditEntry
from orders.models import ApiCart, Offer, Order, OrderLine, Subscription
from partners.models import Partner


class CustomerViewSet(viewsets.ModelViewSet):
    """The partner's customers."""

    serializer_class = CustomerSerializer

    def get_queryset(self) -> QuerySet[Customer]:
        """Return those with which the relationship is in force."""
        partner_id = self.request.user.agent.partner_id
        own = Customer.objects.filter(relationships__partner_id=partner_id, relationships__state="active")
        if self.action == "list":
            return own
        active = Relationship.objects.filter(partner_id=partner_id, state="active").select_related("reseller")
        return own.prefetch_related(Prefetch("relationships", active, to_attr="own_relationships"))

    def get_serializer_class(self) -> type[BaseSerializer]:
        """Return what a list shows, or all."""
        return CustomerItemSerializer if self.action == "list" else CustomerSerializer


class CartViewSet(mixins.CreateModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Carts of one customer."""

    serializer_class = CartSerializer

    def get_queryset(self) -> QuerySet[ApiCart]:
        """Return the partner's carts of the customer."""
        return ApiCart.objects.filter(
            partner_id=self.request.user.agent.partner_id, customer_id=self.kwargs["customer_id"]
        )

    def perform_create(self, serializer: BaseSerializer) -> None:
        """Keep the cart of a customer of one's own."""
        agent = self.request.user.agent
        customer = get_object_or_404(
            Customer,
            pk=self.kwargs["customer_id"],
            relationships__partner_id=agent.partner_id,
            relationships__state="active",
        )
        serializer.save(partner_id=agent.partner_id, customer=customer, created_by=self.request.user)

    @action(detail=True, methods=["post"])
    @transaction.atomic
    def checkout(self, request: Request, customer_id: str, pk: str) -> Response:
        """Order what is in the cart."""
        cart = get_object_or_404(self.get_queryset().select_for_update(), pk=pk, order=None)
        partner = Partner.objects.select_for_update(no_key=True).get(pk=cart.partner_id)
        customer = Customer.objects.select_for_update(no_key=True).get(pk=cart.customer_id)
        offers = offers_of(cart.lines)
        check(partner, customer, cart.lines, offers)
        order = write(request.user, cart, cart.lines, offers)
        mail.send(
            request.user.email,
            subject=f"Order {order.number} for {customer} is complete",
            message="".join(f"- {line}\n" for line in order.lines.all()),
            html_message="".join(f"<li>{line}</li>" for line in order.lines.all()),
        )
        return Response({"orders": [OrderSerializer(order).data]}, status=status.HTTP_201_CREATED)


def check(
    partner: Partner, customer: Customer, lines: list[dict[str, Any]], offers: dict[str, Offer]
) -> None:
    """Raise `ValidationError` where a rule is not kept: O1, O2, O3, P2."""
    related = Relationship.objects.select_for_update(no_key=True).filter(
        partner=partner, customer=customer, state="active"
    )
    held = Subscription.objects.filter(partner=partner, customer=customer, state="active")
    bases = {*held.values_list("offer_id", flat=True), *(offer.pk for offer in offers.values())}
    gcc = SpecialQualification.objects.filter(
        customer=customer, kind="government_community_cloud", state="granted"
    )
    if not (partner.is_transacting and partner.is_qualified):
        raise ValidationError("The partner may not order.")
    if not related.exists() or not gcc.exists():
        raise ValidationError("Nothing can be ordered for this customer.")
    if not CustomerAgreement.objects.filter(customer=customer).exists():
        raise ValidationError("The agreement is missing.")
    for line in lines:
        offer = offers.get(line["catalog_item_id"])
        if offer is None or not offer.is_active or offer.segment != "government":
            raise ValidationError(f"{line['catalog_item_id']} is not for sale.")
        needs = {each.pk for each in offer.prerequisites.all()}
        if needs and not needs & bases:
            raise ValidationError(f"{offer} needs a base.")


def write(user: Any, cart: ApiCart, lines: list[dict[str, Any]], offers: dict[str, Offer]) -> Order:
    """Return the order of a cart, with its lines and subscriptions, made one by one as the framework's guide has it."""
    now = timezone.now()
    made = [_line(sent, offers[sent["catalog_item_id"]]) for sent in lines]
    order = Order.objects.create(
        partner_id=cart.partner_id, customer_id=cart.customer_id, created_by=user, state="completed",
        submitted_at=now, finished_at=now, line_count=len(made), month_cents=sum(line.month_cents for line in made),
        due_cents=sum(line.due_cents for line in made),
    )  # fmt: skip
    log(user, order, "place_order")
    for line in made:
        line.order = order
        line.save()
        log(user, _subscribed(order, line), "activate_subscription")
    cart.order, cart.changed_at = order, now
    cart.save(update_fields=["order", "changed_at"])
    return Order.objects.prefetch_related("lines__subscription").get(pk=order.pk)


def _line(sent: dict[str, Any], offer: Offer) -> OrderLine:
    line = OrderLine(
        offer=offer, friendly_name=sent["friendly_name"], quantity=sent["quantity"], term=sent["term_duration"],
        billing_cycle=sent["billing_cycle"], outcome="fulfilled",
    )  # fmt: skip
    line.take_from_offer()
    return line


def log(user: Any, subject: Order | Subscription, action: str) -> None:
    """Write down who did what."""
    AuditEntry.objects.create(
        user=user, actor_label=str(user), role="admin_agent", channel="api", action=action,
        object_type=subject._meta.model_name, object_id=str(subject.pk), object_label=str(subject),
        to_state=subject.state, partner_id=subject.partner_id, customer_id=subject.customer_id,
    )  # fmt: skip


def _subscribed(order: Order, line: OrderLine) -> Subscription:
    made = Subscription(
        partner_id=order.partner_id, customer_id=order.customer_id, offer=line.offer, line=line, state="active",
        sku_title=line.sku_title, friendly_name=line.friendly_name, quantity=line.quantity, term=line.term,
        billing_cycle=line.billing_cycle, unit_price_cents=line.unit_price_cents, purchased_at=order.submitted_at,
    )  # fmt: skip
    made.begin_period(made.purchased_at)
    made.save(force_insert=True)
    return made
