"""The lists of requests and validation IDs, and their sweeps, each answered by an index."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_customers_in_order"),
        ("partners", "0002_programs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="relationship",
            index=models.Index(
                condition=models.Q(("is_request", True)),
                fields=["partner", "-created_at", "-id"],
                name="requests_of_partner",
            ),
        ),
        migrations.AddIndex(
            model_name="relationship",
            index=models.Index(
                condition=models.Q(("state", "invited")),
                fields=["expires_at", "id"],
                name="requests_by_expiry",
            ),
        ),
        migrations.AddIndex(
            model_name="validationid",
            index=models.Index(fields=["-issued_at", "-id"], name="validation_by_age"),
        ),
        migrations.AddIndex(
            model_name="validationid",
            index=models.Index(
                condition=models.Q(("state", "issued")),
                fields=["expires_at", "id"],
                name="validation_by_expiry",
            ),
        ),
    ]
