"""The peers of pages and API on the product's tables: Django's admin, csv.writer, and Django REST Framework."""

import csv
import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from rest_framework import serializers, viewsets

from bench import rows
from customers.models import Customer, CustomerAgreement, SpecialQualification
from partners.models import Agent

GRANTED = Prefetch(
    "qualifications",
    SpecialQualification.objects.filter(state="granted").order_by("kind"),
    to_attr="granted_ones",
)
HEADER = (
    "Legal name", "Domain", "Tenant ID", "Special qualifications", "Customer agreement", "Since (UTC)", "Contact",
    "E-mail", "Phone", "City", "State", "ZIP code",
)  # fmt: skip


def own_customers(email: str) -> QuerySet[Any]:
    """Return an agent's customers with what lists show of them."""
    partner_id = Agent.objects.values_list("partner_id", flat=True).get(user__email=email)
    agreements = CustomerAgreement.objects.filter(customer=OuterRef("pk"))
    own = Customer.objects.filter(relationships__partner_id=partner_id, relationships__state="active")
    return own.annotate(agreed=Exists(agreements)).prefetch_related(GRANTED)


class CustomerAdmin(admin.ModelAdmin):
    """The changelist of the agent's customers, as one writes a `ModelAdmin`."""

    list_display = ("name", "domain", "granted", "agreement", "created_at")
    list_per_page = rows.PAGE
    search_fields = ("^name",)
    ordering = ("relationships__customer_name", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """Return the agent's own."""
        return own_customers(rows.AGENT)

    @admin.display(description="special qualification")
    def granted(self, customer: Any) -> str:
        """Return what is in force."""
        return ", ".join(each.get_kind_display() for each in customer.granted_ones)

    @admin.display(description="customer agreement", boolean=True)
    def agreement(self, customer: Any) -> bool:
        """Return whether it is in force."""
        return bool(customer.agreed)


class Echo:
    """What csv.writer writes to: it returns each line."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def export(request: HttpRequest) -> HttpResponseBase:
    """Return the agent's customers as CSV: a queryset's iterator and csv.writer."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    found = own_customers(request.user.email).order_by("relationships__customer_name", "id")
    return StreamingHttpResponse(_lines(found), content_type="text/csv")


def _lines(found: QuerySet[Any]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(HEADER)
    for row in found.iterator(chunk_size=2000):
        yield writer.writerow(
            [
                row.name, row.domain, row.pk, "; ".join(each.get_kind_display() for each in row.granted_ones),
                "In force" if row.agreed else "Missing", row.created_at.strftime("%Y-%m-%d %H:%M"),
                f"{row.first_name} {row.last_name}", row.email, row.phone, row.city, row.state, row.postal_code,
            ]
        )  # fmt: skip


class AddressSerializer(serializers.ModelSerializer):
    """An address with its person."""

    class Meta:
        model = Customer
        fields = (
            "address_line1", "address_line2", "city", "state", "postal_code", "country", "first_name", "last_name",
            "phone",
        )  # fmt: skip


class CompanySerializer(serializers.ModelSerializer):
    """The organization, as a list shows it."""

    company_name = serializers.CharField(source="name")

    class Meta:
        model = Customer
        fields = ("id", "domain", "company_name")


class BillingSerializer(serializers.ModelSerializer):
    """Where bills go."""

    company_name = serializers.CharField(source="name")
    default_address = AddressSerializer(source="*")

    class Meta:
        model = Customer
        fields = (
            "email", "first_name", "last_name", "culture", "language", "company_name", "default_address",
        )  # fmt: skip


class ItemSerializer(serializers.ModelSerializer):
    """A customer, as a list shows it."""

    company_profile = CompanySerializer(source="*")

    class Meta:
        model = Customer
        fields: Any = ("id", "company_profile")


class CustomerSerializer(ItemSerializer):
    """A customer."""

    address = AddressSerializer(source="*")
    billing_profile = BillingSerializer(source="*")
    commerce_id = serializers.SerializerMethodField()

    class Meta(ItemSerializer.Meta):
        fields = ("id", "commerce_id", "company_profile", "address", "email", "billing_profile")

    def get_commerce_id(self, customer: Customer) -> str:
        """Return the ID in commerce."""
        return str(uuid.uuid5(customer.pk, "commerce"))


class CustomerViewSet(viewsets.ModelViewSet):
    """The customers of whoever is signed in."""

    def get_queryset(self) -> QuerySet[Customer]:
        """Return those with which the relationship is active."""
        own = Customer.objects.filter(
            relationships__partner_id=self.request.user.agent.partner_id, relationships__state="active"
        )
        return own.order_by("relationships__customer_name", "id")

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        """Return what a list shows, or all."""
        return ItemSerializer if self.action == "list" else CustomerSerializer


site = admin.AdminSite()
site.register(Customer, CustomerAdmin)
urlpatterns = [
    path("admin/", site.urls),
    path("customers/export/", export),
    path("v1/customers", CustomerViewSet.as_view({"get": "list"})),
    path("v1/customers/<uuid:pk>", CustomerViewSet.as_view({"get": "retrieve"})),
]
