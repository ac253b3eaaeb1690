"""The addresses of the floors' bare views."""

from django.urls import path

from bench.floors import customers, export

urlpatterns = [
    path("customers/", customers.customer_list),
    path("customers/export/", export.export),
]
