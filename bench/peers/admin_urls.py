"""The changelist of customers, as one writes a `ModelAdmin`: the rows of one partner, what belongs to them fetched with
them, a search by the beginning of the name and a filter by qualification."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import path

from bench import data
from customers.models import Customer, CustomerAgreement
from customers.states import QualificationKind, QualificationState
from partners.models import Agent


class QualificationFilter(admin.SimpleListFilter):
    """The special qualification in force."""

    title, parameter_name = "special qualification", "qualification"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Return the kinds."""
        return QualificationKind.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        """Return those that hold the kind chosen."""
        if not self.value():
            return queryset
        return queryset.filter(
            qualifications__kind=self.value(), qualifications__state=QualificationState.GRANTED
        )


class CustomerAdmin(admin.ModelAdmin):
    """A partner's customers."""

    list_display = ("name", "domain", "granted", "agreement", "created_at")
    list_per_page = 25
    list_filter = (QualificationFilter,)
    search_fields = ("^name",)  # how it begins, in any case: as the product finds it
    ordering = ("name", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """Return the partner's own, with what the columns show."""
        partner_id = Agent.objects.values_list("partner_id", flat=True).get(user__email=data.ADMIN)
        own = super().get_queryset(request)
        return (
            own.filter(relationships__partner_id=partner_id, relationships__state="active")
            .annotate(has_agreement=Exists(CustomerAgreement.objects.filter(customer=OuterRef("pk"))))
            .prefetch_related("qualifications")
        )

    @admin.display(description="special qualification")
    def granted(self, customer: Customer) -> str:
        """Return what is in force, in words."""
        return ", ".join(each.get_kind_display() for each in customer.granted)

    @admin.display(description="customer agreement", boolean=True)
    def agreement(self, customer: Any) -> bool:
        """Return whether the agreement is in force."""
        return bool(customer.has_agreement)


site = admin.AdminSite()
site.register(Customer, CustomerAdmin)
urlpatterns = [path("admin/", site.urls)]
