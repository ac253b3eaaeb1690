"""The review queue's questions, each answered by an index."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Coalesce, Collate, Upper

WAITING = Q(state__in=["submitted", "in_review"])


class Migration(migrations.Migration):
    dependencies = [
        ("gcc_portal", "0005_operations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                fields=["kind", "respond_by", "id"], condition=WAITING, name="review_queue_by_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                Coalesce("reviewer_id", 0),
                "respond_by",
                "id",
                condition=WAITING,
                name="review_queue_by_reviewer",
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                fields=["respond_by", "id"],
                condition=Q(("escalated_at__isnull", False), ("state__in", ["submitted", "in_review"])),
                name="review_queue_escalated",
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(fields=["state", "id"], name="forms_by_state"),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(Collate(Upper("organization_name"), "C"), name="form_by_organization"),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(Collate(Upper("contact_email"), "C"), name="form_by_email"),
        ),
    ]
