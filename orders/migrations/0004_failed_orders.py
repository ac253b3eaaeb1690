"""Failed orders are found by an index of their own: there are few."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_programs")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["finished_at"], name="orders_failed"
            ),
        ),
    ]
