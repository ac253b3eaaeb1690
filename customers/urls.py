"""Addresses of the customers' room, in three namespaces: customers, eligibility, relationships."""

from django.urls import URLPattern, include, path

from customers.views import eligibility, relationships, validation

# --- customers: validation IDs -------------------------------------------------------------------------------------
VALIDATION_IDS: list[URLPattern] = [
    path("validation-ids/", validation.validation_ids, name="validation-ids"),
    path("validation-ids/<str:number>/", validation.validation_id, name="validation-id"),
]

# --- customers: list, account, creation, agreement -------------------------------------------------------------------
CUSTOMERS: list[URLPattern] = []

# --- eligibility: the customer's intake form, public ------------------------------------------------------------------
ELIGIBILITY: list[URLPattern] = [
    path("", eligibility.start, name="start"),
]

# --- relationships ----------------------------------------------------------------------------------------------------
RELATIONSHIPS: list[URLPattern] = [
    path("", relationships.requests, name="list"),
]

urlpatterns = [
    path("customers/", include((VALIDATION_IDS + CUSTOMERS, "customers"))),
    path("eligibility/", include((ELIGIBILITY, "eligibility"))),
    path("relationships/", include((RELATIONSHIPS, "relationships"))),
]
