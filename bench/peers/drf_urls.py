"""The addresses of the same resources, by a router."""

from django.urls import include, path
from rest_framework.routers import DefaultRouter

from bench.peers import drf_views

router = DefaultRouter()
router.register("customers", drf_views.CustomerViewSet, basename="customer")
router.register(r"customers/(?P<customer_id>[0-9a-f-]{36})/carts", drf_views.CartViewSet, basename="cart")
urlpatterns = [path("v1/", include(router.urls))]
