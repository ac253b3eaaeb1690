"""The audit list narrowed to refusals, answered by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gcc_portal", "0006_review_lists"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("refused", True)),
                fields=["partner_id", "-id"],
                name="audit_refused_partner",
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(condition=models.Q(("refused", True)), fields=["-id"], name="audit_refused"),
        ),
    ]
