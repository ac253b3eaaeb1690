"""Open requests and validation IDs in force, in the order of their lists, answered by indexes."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_lists"),
        ("partners", "0002_programs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="validationid",
            name="validation_of_partner",
        ),
        migrations.AddIndex(
            model_name="relationship",
            index=models.Index(
                condition=models.Q(("is_request", True), ("state", "invited")),
                fields=["partner", "-created_at", "-id"],
                name="requests_open",
            ),
        ),
        migrations.AddIndex(
            model_name="validationid",
            index=models.Index(fields=["partner", "-issued_at", "-id"], name="validation_of_partner"),
        ),
        migrations.AddIndex(
            model_name="validationid",
            index=models.Index(
                condition=models.Q(("state", "issued")),
                fields=["partner", "-issued_at", "-id"],
                name="validation_in_force",
            ),
        ),
    ]
