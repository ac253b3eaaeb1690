"""The same resources as serializers: model serializers for what is a row, one inside the other for what is nested."""

import hashlib
import uuid
from typing import Any

from rest_framework import serializers

from customers.models import Customer
from orders.models import ApiCart, Offer, Order, OrderLine


def link(path: str) -> dict[str, Any]:
    """Return a link."""
    return {"self": {"uri": path, "method": "GET", "headers": []}}


class Constant(serializers.Field):
    """A member that is the same for every row."""

    def __init__(self, value: Any) -> None:
        super().__init__(source="*", read_only=True)
        self.value = value

    def to_representation(self, instance: Any) -> Any:
        """Return it."""
        return self.value


class AddressSerializer(serializers.ModelSerializer):
    """An address."""

    class Meta:
        model = Customer
        fields = (
            "address_line1", "address_line2", "city", "state", "postal_code", "country", "first_name", "last_name",
            "phone",
        )  # fmt: skip


class CompanySerializer(serializers.ModelSerializer):
    """The organization, as a list shows it."""

    tenant_id = serializers.UUIDField(source="id")
    company_name = serializers.CharField(source="name")
    attributes = Constant({"object_type": "CustomerCompanyProfile"})

    class Meta:
        model = Customer
        fields: Any = ("tenant_id", "domain", "company_name", "attributes")


class FullCompanySerializer(CompanySerializer):
    """The organization."""

    address = AddressSerializer(source="*")
    links = serializers.SerializerMethodField()

    class Meta(CompanySerializer.Meta):
        fields = ("tenant_id", "domain", "company_name", "links", "attributes", "address", "email")

    def get_links(self, customer: Customer) -> dict[str, Any]:
        """Return where it is."""
        return link(f"/customers/{customer.pk}/profiles/company")


class BillingSerializer(serializers.ModelSerializer):
    """Whom bills go to, and its version."""

    id = serializers.SerializerMethodField()
    company_name = serializers.CharField(source="name")
    default_address = AddressSerializer(source="*")
    links = serializers.SerializerMethodField()
    attributes = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = (
            "id", "first_name", "last_name", "email", "culture", "language", "company_name", "default_address", "links",
            "attributes",
        )  # fmt: skip

    def get_id(self, customer: Customer) -> str:
        """Return the profile's own ID."""
        return str(uuid.uuid5(customer.pk, "billing"))

    def get_links(self, customer: Customer) -> dict[str, Any]:
        """Return where it is."""
        return link(f"/customers/{customer.pk}/profiles/billing")

    def get_attributes(self, customer: Customer) -> dict[str, str]:
        """Return the version."""
        parts = (customer.name, customer.email, customer.address_line1, customer.city, customer.postal_code)
        etag = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
        return {"object_type": "CustomerBillingProfile", "etag": etag}


class CustomerItemSerializer(serializers.ModelSerializer):
    """A customer as a list shows it."""

    company_profile = CompanySerializer(source="*")
    relationship_to_partner = Constant("reseller")
    links = serializers.SerializerMethodField()
    attributes = Constant({"object_type": "Customer"})

    class Meta:
        model = Customer
        fields: Any = ("id", "company_profile", "relationship_to_partner", "links", "attributes")

    def get_links(self, customer: Customer) -> dict[str, Any]:
        """Return where it is."""
        return link(f"/customers/{customer.pk}")


class CustomerSerializer(CustomerItemSerializer):
    """A customer."""

    commerce_id = serializers.SerializerMethodField()
    company_profile = FullCompanySerializer(source="*")
    billing_profile = BillingSerializer(source="*")
    allow_delegated_access = Constant(True)
    custom_domains = Constant([])
    associated_partner_id = serializers.SerializerMethodField()

    class Meta(CustomerItemSerializer.Meta):
        fields = (
            "id", "commerce_id", "company_profile", "billing_profile", "relationship_to_partner",
            "allow_delegated_access", "custom_domains", "associated_partner_id", "links", "attributes",
        )  # fmt: skip

    def get_commerce_id(self, customer: Customer) -> str:
        """Return the ID in commerce."""
        return str(uuid.uuid5(customer.pk, "commerce"))

    def get_associated_partner_id(self, customer: Any) -> uuid.UUID | None:
        """Return the tenant of the reseller that serves it."""
        reseller = customer.own_relationships[0].reseller
        return reseller.tenant_id if reseller else None


class CartLineSerializer(serializers.Serializer):
    """A line of a cart."""

    id = serializers.IntegerField()
    catalog_item_id = serializers.CharField(max_length=30)
    friendly_name = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    quantity = serializers.IntegerField(min_value=1)
    billing_cycle = serializers.ChoiceField(OrderLine._meta.get_field("billing_cycle").choices or ())
    term_duration = serializers.ChoiceField(OrderLine._meta.get_field("term").choices or ())


class CartSerializer(serializers.ModelSerializer):
    """A cart with its lines. Its offers are looked up at once; one that is unknown is an error of the cart's."""

    line_items = CartLineSerializer(many=True, source="lines")
    last_modified_user = serializers.CharField(source="created_by", read_only=True)
    status = serializers.SerializerMethodField()

    class Meta:
        model = ApiCart
        fields = (
            "id", "created_at", "changed_at", "expires_at", "last_modified_user", "status", "line_items",
        )  # fmt: skip
        read_only_fields = ("created_at", "changed_at", "expires_at")

    def get_status(self, cart: ApiCart) -> str:
        """Return whether it was ordered."""
        return "Active" if cart.order_id is None else "Ordered"

    def validate_line_items(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the lines, each of an offer that is for sale in such a quantity and plan."""
        offers = offers_of(lines)
        for line in lines:
            offer = offers.get(line["catalog_item_id"])
            if offer is None or not offer.is_active:
                raise serializers.ValidationError(f"{line['catalog_item_id']} is not for sale.")
            if not offer.min_quantity <= line["quantity"] <= offer.max_quantity:
                raise serializers.ValidationError(f"{offer} is not sold in this quantity.")
            if line["term_duration"] not in offer.terms or line["billing_cycle"] not in offer.billing_cycles:
                raise serializers.ValidationError(f"{offer} is not sold with this plan.")
        return lines

    def create(self, validated_data: dict[str, Any]) -> ApiCart:
        """Keep the cart."""
        lines = [dict(line) for line in validated_data.pop("lines")]
        return ApiCart.objects.create(lines=lines, **validated_data)


def offers_of(lines: list[dict[str, Any]]) -> dict[str, Offer]:
    """Return the offers of lines by their catalog item IDs."""
    products = [line["catalog_item_id"].partition(":")[0] for line in lines]
    rows = Offer.objects.filter(product_id__in=products).prefetch_related("prerequisites")
    return {offer.catalog_item_id: offer for offer in rows}


class OrderLineSerializer(serializers.ModelSerializer):
    """One offer in an order."""

    offer_id = serializers.CharField(source="catalog_item_id")
    subscription_id = serializers.UUIDField(source="subscription.id")
    term_duration = serializers.CharField(source="term")
    links = serializers.SerializerMethodField()

    class Meta:
        model = OrderLine
        fields = (
            "id", "offer_id", "subscription_id", "friendly_name", "quantity", "term_duration", "billing_cycle", "links",
        )  # fmt: skip

    def get_links(self, line: OrderLine) -> dict[str, Any]:
        """Return where its product and SKU are."""
        product, sku = line.catalog_item_id.split(":")[:2]
        return {
            "product": {"uri": f"/products/{product}", "method": "GET"},
            "sku": {"uri": f"/products/{product}/skus/{sku}", "method": "GET"},
            "subscription": {"uri": f"/subscriptions/{line.subscription.pk}", "method": "GET"},
        }


class OrderSerializer(serializers.ModelSerializer):
    """An order."""

    id = serializers.CharField(source="number")
    reference_customer_id = serializers.UUIDField(source="customer_id")
    currency_code = Constant("USD")
    line_items = OrderLineSerializer(many=True, source="lines")
    creation_date = serializers.DateTimeField(source="submitted_at")
    status = serializers.CharField(source="state")

    class Meta:
        model = Order
        fields = (
            "id", "reference_customer_id", "currency_code", "line_items", "creation_date", "status", "due_cents",
        )  # fmt: skip
