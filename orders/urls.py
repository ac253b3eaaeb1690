"""Addresses of the orders app."""

from django.urls import path

from orders.views import cart, catalog, orders, subscriptions

app_name = "orders"
CUSTOMER = "customers/<uuid:customer_id>/"
ORDER = "orders/<slug:number>/"
SUBSCRIPTION = "subscriptions/<uuid:subscription_id>/"

urlpatterns = [
    path(CUSTOMER + "subscriptions/", subscriptions.of_customer, name="subscriptions"),
    path(CUSTOMER + "catalog/", catalog.catalog, name="catalog"),
    path(CUSTOMER + "cart/", cart.cart, name="cart"),
    path(CUSTOMER + "cart/remove/<int:line_id>/", cart.remove, name="cart-remove"),
    path(CUSTOMER + "cart/clear/", cart.clear, name="cart-clear"),
    path(CUSTOMER + "cart/review/", cart.review, name="review"),
    path("orders/", orders.order_list, name="list"),
    path(ORDER, orders.order, name="order"),
    path(ORDER + "progress/", orders.progress, name="progress"),
    path(ORDER + "cancel/", orders.cancel, name="cancel"),
    path(ORDER + "retry/", orders.retry, name="retry"),
    path(SUBSCRIPTION, subscriptions.subscription, name="subscription"),
    path(SUBSCRIPTION + "seats/", subscriptions.seats, name="seats"),
    path(SUBSCRIPTION + "<slug:name>/", subscriptions.act, name="act"),
]
