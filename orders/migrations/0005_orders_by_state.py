"""Orders in one state, in the order of their list, answered by an index."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_lists_in_order"),
        ("orders", "0004_failed_orders"),
        ("partners", "0002_programs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["partner", "state", "-submitted_at", "-id"], name="orders_of_partner_by_state"
            ),
        ),
    ]
