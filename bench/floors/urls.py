"""The addresses of the floors' bare views."""

from django.urls import path

from bench.floors import catalog, customers, export, review

urlpatterns = [
    path("customers/", customers.customer_list),
    path("customers/export/", export.export),
    path("customers/<uuid:customer_id>/catalog/", catalog.catalog),
    path("review/", review.queue),
]
