"""The audit list by time: from any day on, of one partner and of all, answered by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gcc_portal", "0008_outbox_waits"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="auditentry",
            name="audit_of_partner",
        ),
        migrations.RemoveIndex(
            model_name="auditentry",
            name="audit_by_time",
        ),
        migrations.RemoveIndex(
            model_name="auditentry",
            name="audit_refused_partner",
        ),
        migrations.RemoveIndex(
            model_name="auditentry",
            name="audit_refused",
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["partner_id", "-at", "-id"], name="audit_of_partner"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("refused", True)),
                fields=["partner_id", "-at", "-id"],
                name="audit_refused_partner",
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("refused", True)), fields=["-at", "-id"], name="audit_refused"
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["-at", "-id"], name="audit_by_time"),
        ),
    ]
