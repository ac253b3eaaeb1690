"""The addresses of the floors' bare views."""

from django.urls import path

from bench.floors import customers

urlpatterns = [
    path("customers/", customers.customer_list),
]
