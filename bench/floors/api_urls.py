"""The addresses of the API's floor: the contract's own."""

from django.urls import path

from bench.floors import api, api_orders

urlpatterns = [
    path("v1/customers", api.customers),
    path("v1/customers/<uuid:customer>", api.customer),
    path("v1/customers/<uuid:customer>/carts", api_orders.create_cart),
    path("v1/customers/<uuid:customer>/carts/<uuid:cart>/checkout", api_orders.check_out),
]
