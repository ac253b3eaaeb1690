"""What the framework's process does beside answering: the token of the bench's agent."""

from django.db import connection
from rest_framework.authtoken.models import Token

from bench.data import ADMIN
from gcc_portal.core.people.models import User


def token() -> str:
    """Return the agent's token; the framework's table is made beside the product's when it is first asked for."""
    if Token._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Token)
    return str(Token.objects.get_or_create(user=User.objects.get(email=ADMIN))[0].key)


def written() -> list[int]:
    """Return how many orders with a cart, their lines and their subscriptions there are."""
    from orders.models import Order, OrderLine, Subscription

    ordered = Order.objects.filter(api_cart__isnull=False, created_by__email=ADMIN, state="completed")
    lines = OrderLine.objects.filter(order__in=ordered)
    return [ordered.count(), lines.count(), Subscription.objects.filter(line__in=lines).count()]
